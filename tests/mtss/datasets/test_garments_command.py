"""The options of `mtss prepare garments`."""

import argparse
import json
from pathlib import Path

import pytest

from mtss.datasets.garments import add_arguments, run


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
    assert run(parsed("--images", "2", "--out", str(tmp_path))) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("words", [("--size", "big"), ("--split", "1,2"), ("--vocabulary", "nouns")])
def test_words_it_cannot_read_are_refused(words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        parsed("--images", "1", "--out", "x", *words)
    assert stop.value.code == 2
    assert words[1] in capsys.readouterr().err
