"""The written catalogue: the same bytes for the same seed, labels that hold together, refusals in words."""

import subprocess
import sys
from collections import Counter, defaultdict
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from mtss.datasets.garments import CatalogueProblem, prepare
from mtss.datasets.garments.vocabulary import BASE, EXTENDED, VOCABULARIES
from mtss.manifest import Manifest
from mtss.problem import Problem

SMALL = (72, 90)


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def images(folder: Path) -> dict[str, str]:
    return {name: digest for name, digest in fingerprints(folder).items() if name.endswith(".jpg")}


def test_same_seed_gives_the_same_bytes_on_one_and_on_two_processes(tmp_path: Path) -> None:
    prepare(tmp_path / "one", images=12, seed=4, size=SMALL, jobs=1)
    prepare(tmp_path / "two", images=12, seed=4, size=SMALL, jobs=2)
    prepare(tmp_path / "other", images=12, seed=5, size=SMALL, jobs=1)
    first = fingerprints(tmp_path / "one")
    assert first == fingerprints(tmp_path / "two")
    assert len(images(tmp_path / "one")) == 12
    assert first["manifest.jsonl"] != fingerprints(tmp_path / "other")["manifest.jsonl"]


def test_an_image_does_not_depend_on_how_many_follow(tmp_path: Path) -> None:
    few = Manifest.read(prepare(tmp_path / "few", images=5, seed=9, size=SMALL, jobs=1))
    many = Manifest.read(prepare(tmp_path / "many", images=11, seed=9, size=SMALL, jobs=1))
    assert many.samples[:5] == few.samples
    assert images(tmp_path / "few").items() <= images(tmp_path / "many").items()


@pytest.mark.parametrize("vocabulary", ["base", "extended", "all"])
def test_labels_json_lists_exactly_the_vocabulary(tmp_path: Path, vocabulary: str) -> None:
    manifest = Manifest.read(prepare(tmp_path / "c", images=6, vocabulary=vocabulary, size=(40, 50), jobs=1))
    assert {t.name: t.classes for t in manifest.space.types} == dict(VOCABULARIES[vocabulary])
    assert [t.name for t in manifest.space.types if t.selection == "multiple"] == ["pattern"]
    for sample in manifest.samples:
        with Image.open(manifest.resolve(sample)) as picture:
            assert picture.size == (40, 50)
            picture.load()
        assert set(sample.labels) | set(sample.not_applicable) == set(BASE)
        assert not set(sample.labels) & set(sample.not_applicable)


def test_the_two_vocabularies_share_no_class() -> None:
    for name in BASE:
        assert not set(BASE[name]) & set(EXTENDED[name]), name
    assert len(BASE["category"]) >= 10
    assert len(BASE["color"]) == 12
    assert len(EXTENDED["category"]) >= 8


def test_a_cancelled_catalogue_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise InterruptedError(total)

    with pytest.raises(InterruptedError):
        prepare(tmp_path / "c", images=8, size=SMALL, jobs=1, progress=stop)
    assert list(tmp_path.iterdir()) == []


TELLING = """
import sys
from mtss.cli import main
from mtss.datasets.garments import command

command._show = lambda done, total: print("drawn", done, flush=True)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""


def test_what_is_terminated_leaves_nothing_and_can_be_asked_for_again(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(TELLING)
    arguments = ["prepare", "garments", "--images", "4000", "--jobs", "2", "--out", str(tmp_path / "c")]
    drawing = subprocess.Popen([sys.executable, program, *arguments], stdout=subprocess.PIPE, text=True)
    assert drawing.stdout is not None
    assert drawing.stdout.readline() == "drawn 1\n"
    assert list(tmp_path.rglob("*.jpg"))
    drawing.terminate()
    drawing.communicate(timeout=60)
    assert drawing.returncode == 143
    program.unlink()
    assert list(tmp_path.iterdir()) == []
    assert prepare(tmp_path / "c", images=3, size=SMALL, jobs=1).is_file()


def test_progress_counts_every_image(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    prepare(
        tmp_path / "c",
        images=5,
        size=(40, 50),
        jobs=1,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(k, 5) for k in range(1, 6)]


def test_a_folder_with_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(Problem, match="already holds files"):
        prepare(tmp_path, images=2, size=SMALL, jobs=1)
    assert fingerprints(tmp_path) == {"mine.txt": sha256(b"keep").hexdigest()}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"images": 0}, "at least one image"),
        ({"images": 1, "vocabulary": "nouns"}, "no vocabulary 'nouns'"),
        ({"images": 1, "sparsity": 1.5}, "sparsity must lie between 0 and 1"),
        ({"images": 1, "false_negatives": -0.1}, "false negatives must lie"),
        ({"images": 1, "sparsity": {"pattern": 2}}, "sparsity must lie between 0 and 1"),
        ({"images": 1, "noise": {"cut": 0.1}}, "noise: there is no type 'cut'"),
        ({"images": 1, "noise": float("nan")}, "noise must lie"),
        ({"images": 1, "views": (0, 2)}, "views go from 1 to 4"),
        ({"images": 1, "views": (3, 2)}, "fewest first, not 3-2"),
        ({"images": 1, "views": (1, 5)}, "views go from 1 to 4"),
        ({"images": 1, "size": (8, 8)}, "8x8"),
        ({"images": 1, "split": (0.0, 0.0, 0.0)}, "split"),
    ],
)
def test_bad_options_are_refused_in_words(tmp_path: Path, options: dict[str, object], words: str) -> None:
    with pytest.raises(CatalogueProblem, match=words):
        prepare(tmp_path / "c", **options)
    assert not (tmp_path / "c").exists()


def test_hidden_labels_leave_the_truth_beside_them(tmp_path: Path) -> None:
    manifest = prepare(tmp_path / "c", images=6, size=(40, 50), jobs=1, sparsity=0.6)
    labelled, truth = Manifest.read(manifest), Manifest.read(tmp_path / "c" / "truth.jsonl")
    assert [s.image for s in labelled.samples] == [s.image for s in truth.samples]
    assert sum(len(s.labels) for s in labelled.samples) < sum(len(s.labels) for s in truth.samples)
    prepare(tmp_path / "d", images=2, size=(40, 50), jobs=1)
    assert not (tmp_path / "d" / "truth.jsonl").exists()


def test_views_of_one_article_share_split_and_truth(tmp_path: Path) -> None:
    manifest = Manifest.read(prepare(tmp_path / "c", images=40, size=(32, 40), jobs=1, seed=2))
    groups: dict[str | None, set[tuple[object, ...]]] = defaultdict(set)
    for sample in manifest.samples:
        groups[sample.group].add((sample.split, tuple(sorted(sample.labels.items())), sample.not_applicable))
    assert all(len(facts) == 1 for facts in groups.values())
    sizes = Counter(sample.group for sample in manifest.samples)
    assert 1 <= min(sizes.values()) <= max(sizes.values()) <= 4
    assert len({sample.image for sample in manifest.samples}) == 40
