"""Label spaces and manifests: round trips, and errors that name file and line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mtss.content import content_hash, content_key
from mtss.labels import AttributeType, LabelProblem, LabelSpace
from mtss.manifest import Manifest, ManifestProblem, Sample, change_since_labelled

SPACE = LabelSpace(
    [
        AttributeType("pattern", ["solid", "stripe", "dot"], selection="multiple", class_ids=[7, 8, 9]),
        AttributeType("color", ["red"]),
        AttributeType("sleeve", ["long", "short"]),
    ]
)


def test_label_space_round_trip(tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_bytes(SPACE.to_bytes())
    assert LabelSpace.read(tmp_path / "labels.json") == SPACE
    assert SPACE.to_json()["types"] == [
        {
            "name": "pattern",
            "selection": "multiple",
            "classes": ["solid", "stripe", "dot"],
            "class_ids": [7, 8, 9],
        },
        {"name": "color", "selection": "single", "classes": ["red"]},
        {"name": "sleeve", "selection": "single", "classes": ["long", "short"]},
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "types"),
        ({"types": [{"classes": []}]}, "name"),
        ({"types": [{"name": "a", "classes": "red"}]}, "list of names"),
        ({"types": [{"name": "a", "classes": ["x", "x"]}]}, "'x' stands twice"),
        ({"types": [{"name": "a", "classes": ["@none"]}]}, "reserved"),
        ({"types": [{"name": "a", "classes": ["x"], "selection": "some"}]}, "not single or multiple"),
        ({"types": [{"name": "a", "classes": ["x"], "class_ids": [1, 2]}]}, "2 class_ids for 1"),
        ({"types": [{"name": "a", "classes": []}, {"name": "a", "classes": []}]}, "'a' stands twice"),
    ],
)
def test_label_space_refuses_in_words(value: object, words: str) -> None:
    with pytest.raises(LabelProblem, match=words):
        LabelSpace.from_json(value)


FULL = Sample(
    image="a/b.jpg",
    labels={"pattern": ("stripe", "dot"), "color": ()},
    split="val",
    domain="shop",
    box=(1.0, 2.0, 30.0, 40.0),
    group="sku-12",
    not_applicable=("sleeve",),
    partial=("pattern",),
    negative={"pattern": ("solid",)},
    size=12,
    mtime=3.5,
    hash="ab",
)


def test_manifest_round_trip(tmp_path: Path) -> None:
    odd = Sample(image=os.fsdecode(b"caf\xe9\n\xf0\x9f.jpg"))
    Manifest([FULL, odd, Sample("plain.jpg")], tmp_path, SPACE).write(tmp_path / "m.jsonl")
    assert (tmp_path / "m.jsonl").read_bytes().isascii()
    read = Manifest.read(tmp_path / "m.jsonl")
    assert read.samples == (FULL, odd, Sample("plain.jpg"))
    assert read.space == SPACE
    assert os.fsencode(read.resolve(read.samples[1])).endswith(b"/caf\xe9\n\xf0\x9f.jpg")
    assert json.loads((tmp_path / "m.jsonl").read_text().splitlines()[2]) == {
        "image": "plain.jpg",
        "labels": {},
    }


def test_roots(tmp_path: Path) -> None:
    Manifest([FULL], tmp_path, SPACE).write(tmp_path / "m.jsonl")
    assert Manifest.read(tmp_path / "m.jsonl").resolve(FULL) == tmp_path / "a/b.jpg"
    assert Manifest.read(tmp_path / "m.jsonl", root=Path("/x")).resolve(FULL) == Path("/x/a/b.jpg")
    assert Manifest.read(tmp_path / "m.jsonl").resolve(Sample("/abs.jpg")) == Path("/abs.jpg")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[]", "one JSON object"),
        ('{"labels": {}}', '"image"'),
        ('{"image": "a", "labels": {"style": []}}', "no attribute type 'style'"),
        ('{"image": "a", "labels": {"color": ["teal"]}}', "has no class 'teal'"),
        ('{"image": "a", "labels": {"sleeve": ["long", "short"]}}', "takes one class, not 2"),
        (
            '{"image": "a", "labels": {"sleeve": ["long"]}, "negative": {"sleeve": ["short", "long"]}}',
            "'long' as a label and as a negative",
        ),
        ('{"image": "a", "labels": {"color": "red"}}', "must be a list"),
        ('{"image": "a", "split": "dev"}', "not train, val or test"),
        ('{"image": "a", "box": [1, 2, 3]}', "box"),
        ('{"image": "a", "box": [1, 2, 0, 3]}', "no area"),
        ('{"image": "a", "negative": {"color": ["blue"]}}', "has no class 'blue'"),
        ('{"image": "a", "labels": {"color": ["red"]}, "not_applicable": ["color"]}', "at once"),
        ('{"image": "a", "size": Infinity}', "no possible number"),
        ('{"image": "a", "mtime": NaN}', "no possible number"),
        ('{"image": "a", "box": [0, 0, 1e999, 1]}', "no possible number"),
        ('{"image": "a", "size": ' + "9" * 400 + "}", "no possible number"),
        ('{"image": "\\ud800.jpg"}', "no file name"),
        ("[" * 200_000, "nested too deeply"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "labels.json").write_bytes(SPACE.to_bytes())
    (tmp_path / "m.jsonl").write_text('{"image": "fine.jpg"}\n\n' + line + "\n")
    with pytest.raises(ManifestProblem, match=r"m\.jsonl:3: .*" + words):
        Manifest.read(tmp_path / "m.jsonl")


def test_missing_files(tmp_path: Path) -> None:
    with pytest.raises(ManifestProblem, match="no such manifest"):
        Manifest.read(tmp_path / "m.jsonl")
    (tmp_path / "m.jsonl").write_text("")
    with pytest.raises(ManifestProblem, match="label space"):
        Manifest.read(tmp_path / "m.jsonl")
    (tmp_path / "labels.json").write_text("[" * 200_000)
    with pytest.raises(LabelProblem, match=r"labels\.json: nested too deeply"):
        Manifest.read(tmp_path / "m.jsonl")


def test_changed_since_labelled(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"one")
    digest = content_hash(path)
    status = path.stat()
    same = Sample("a.bin", size=3, mtime=status.st_mtime, hash=digest)
    assert change_since_labelled(path, same) is None
    os.utime(path, (1, 1))
    assert change_since_labelled(path, same) is None  # touched only: the hash decides
    path.write_bytes(b"two")
    os.utime(path, (1, 1))
    assert change_since_labelled(path, same) == "changed since it was labelled"
    assert change_since_labelled(path, Sample("a.bin", size=4)) == "changed since it was labelled"
    assert change_since_labelled(path, Sample("a.bin")) is None
    path.unlink()
    assert "cannot be read" in (change_since_labelled(path, same) or "")


def test_content_key() -> None:
    assert content_key("ab") == "ab"
    assert content_key("ab", (1, 2.5, 3, 4)) == "ab:1,2.5,3,4"
