"""The options of `mtss prepare garments`."""

import argparse
import json
from collections import Counter
from pathlib import Path

import pytest

from mtss.cli import main
from mtss.datasets.garments import add_arguments, run
from mtss.manifest import Manifest


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(words)


def test_it_draws_the_catalogue_of_that_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = parsed(
        "--images", "2", "--out", str(tmp_path / "c"), "--size", "40x50", "--jobs", "1", "--seed", "3"
    )
    args.json = True
    assert run(args) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"manifest": str(tmp_path / "c" / "manifest.jsonl"), "images": 2}
    assert len(list((tmp_path / "c").rglob("*.jpg"))) == 2


def test_a_full_folder_is_one_plain_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").touch()
    assert main(["prepare", "garments", "--images", "2", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_rates_hold_for_every_type_until_one_is_named(tmp_path: Path) -> None:
    words = ["--images", "30", "--out", str(tmp_path / "c"), "--size", "32x40", "--jobs", "1", "--views", "2"]
    assert run(parsed(*words, "--sparsity", "1", "--sparsity", "pattern=0", "--noise", "pattern=1")) == 0
    labelled = Manifest.read(tmp_path / "c" / "manifest.jsonl").samples
    truth = Manifest.read(tmp_path / "c" / "truth.jsonl").samples
    assert {name for s in labelled for name in s.labels} == {"pattern"}
    assert all(a.labels["pattern"] != b.labels["pattern"] for a, b in zip(labelled, truth, strict=True))
    assert set(Counter(s.group for s in labelled).values()) == {2}


BAD = [
    ("--size", "big"), ("--split", "1,2"), ("--vocabulary", "nouns"), ("--views", "many"), ("--views", "2-x"),
    ("--noise", "pattern="), ("--sparsity", "much"),
]  # fmt: skip


@pytest.mark.parametrize("words", BAD)
def test_words_it_cannot_read_are_refused(words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        parsed("--images", "1", "--out", "x", *words)
    assert stop.value.code == 2
    assert words[1] in capsys.readouterr().err
