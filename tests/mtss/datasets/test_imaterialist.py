"""iMaterialist-Fashion 2018: fixtures written by hand in both published spellings, and hostile ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mtss.cli import main
from mtss.datasets import imaterialist
from mtss.labels import AttributeType
from mtss.manifest import Manifest

TABLE = """labelId,taskId,labelName,taskName
1,4,Argyle,pattern
2,4,"Dots, small (pattern)",pattern
66,2,Red,color
95,5,Dresses,category
17,2,Black,color
"""
TRAIN = """{"info": {"year": 2018, "version": 1},
 "images": [{"url": "https://images.example/a/1.jpg", "imageId": "1"},
            {"url": "https://images.example/b/2.jpg", "imageId": "2"},
            {"url": "https://images.example/gone.jpg", "imageId": "3"}],
 "annotations": [{"labelId": ["95", "66", "17"], "imageId": "1"},
                 {"labelId": ["2", "1", "1"], "imageId": "2"},
                 {"labelId": ["95"], "imageId": "3"}]}
"""
VALIDATION = """{"images": [{"image_id": 1, "url": ["https://images.example/v.jpg"]}],
 "annotations": [{"image_id": 1, "label_id": [17]}]}
"""
TEST = """{"images": [{"url": ["https://images.example/t.jpg"], "imageId": "1"}]}
"""
NAME = "iMat_fashion_2018_label_map_228.csv"


@pytest.fixture
def root(tmp_path: Path, make_picture: Callable[[Path], Path]) -> Path:
    folder = tmp_path / "iMaterialist 2018"
    for name in ("train/1.jpg", "train/2.jpeg", "validation/1.png", "test/1.jpg"):
        make_picture(folder / name)
    (folder / NAME).write_text(TABLE)
    for name, text in (("train", TRAIN), ("validation", VALIDATION), ("test", TEST)):
        (folder / f"{name}.json").write_text(text)
    return folder


def test_the_official_folder_becomes_a_manifest(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prepare", "imaterialist", str(root), "--out", str(tmp_path / "out"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["images"], answer["missing"]) == (4, 1)
    manifest = Manifest.read(tmp_path / "out" / "manifest.jsonl")
    assert manifest.space.types == (
        AttributeType("pattern", ["Argyle", "Dots, small"], "multiple"),
        AttributeType("color", ["Red", "Black"], "multiple"),
        AttributeType("category", ["Dresses"], "multiple"),
    )
    assert [
        (manifest.resolve(s).relative_to(root).as_posix(), s.split, s.labels) for s in manifest.samples
    ] == [
        ("train/1.jpg", "train", {"category": ("Dresses",), "color": ("Red", "Black")}),
        ("train/2.jpeg", "train", {"pattern": ("Dots, small", "Argyle")}),
        ("validation/1.png", "val", {"color": ("Black",)}),
        ("test/1.jpg", "test", {}),
    ]


def test_what_was_left_out_is_said(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", "imaterialist", str(root), "--out", str(tmp_path / "out")]) == 0
    assert "4 images; 1 more was not found and is left out; pattern (2 classes)" in capsys.readouterr().out


def test_names_may_carry_their_group_instead_of_a_column(root: Path) -> None:
    names = ["1,Argyle (pattern)", "2,Dots (small) (pattern)", "66,Red (color)", "95,Dresses (category)"]
    (root / NAME).write_text("\n".join(["labelId,labelName", *names, "17,Black (color)", ""]))
    types = imaterialist.read(root)[0].space.types
    assert {t.name: t.classes for t in types}["pattern"] == ("Argyle", "Dots (small)")


def test_a_byte_order_mark_and_a_folder_of_its_own_for_the_images(root: Path, tmp_path: Path) -> None:
    for path in (*root.glob("*.json"), root / NAME):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    images = tmp_path / "downloaded"
    images.mkdir()
    for name in ("train", "validation", "test"):
        (root / name).rename(images / name)
    manifest, missing = imaterialist.read(root, images)
    assert (len(manifest.samples), missing) == (4, 1)


def test_pictures_in_one_folder_serve_one_file_only(root: Path, refused: Callable[..., str]) -> None:
    """Ids begin at 1 in every file: a flat folder cannot belong to two of them."""
    (root / "train").rename(root / "images")
    for name in ("validation", "test"):
        for path in (root / name).iterdir():
            path.unlink()
    assert "no image was found, of 5" in refused("imaterialist", root)
    for name in ("validation.json", "test.json"):
        (root / name).unlink()
    assert len(imaterialist.read(root)[0].samples) == 2


HOSTILE = [
    ("train.json", '"3"}]}', '"3"}]', "train.json:8: not JSON"),
    ("train.json", '"imageId": "3"}]}', "", "train.json:8: not JSON"),
    ("train.json", "year", "ye\udce9r", "train.json:1: not UTF-8 (byte 13)"),
    ("train.json", "gone", "g\udcffne", "train.json:4: not UTF-8"),
    (
        "train.json",
        '["95"]',
        '["95", "999"]',
        "train.json: annotations[2]: image 3: label 999 is not in iMat",
    ),
    ("train.json", '["95"]', '"95"', 'train.json: annotations[2]: "labelId" must be a list'),
    ("train.json", '["95"]', "[null]", 'train.json: annotations[2]: "labelId" must be a number or text'),
    ("train.json", '"labelId": ["95"], ', "", 'train.json: annotations[2]: "labelId" is missing'),
    ("train.json", '"imageId": "3"}],', '"imageId": "2"}],', "train.json: images[2]: image 2 stands twice"),
    ("train.json", '"imageId": "3"}]}', '"imageId": "2"}]}', "annotations[2]: image 2 is annotated twice"),
    ("train.json", '"imageId": "3"}]}', '"imageId": "9"}]}', "annotations: image 9 is not among the images"),
    ("train.json", '"images"', '"pictures"', 'train.json: "images" must be a list'),
    (
        "train.json",
        '{"url": "https://images.example/b/2.jpg", "imageId": "2"}',
        "7",
        "images[1] is not an object",
    ),
    ("test.json", TEST, "[]", "test.json:1: the file should hold one JSON object"),
    ("test.json", TEST, "[" * 100_000, "test.json: JSON that cannot be read"),
    ("test.json", TEST, "9" * 5_000, "test.json: JSON that cannot be read"),
    ("test.json", TEST, "\n", "test.json:1: the file is empty"),
    (NAME, TABLE, "", f"{NAME}: the table is empty"),
    (NAME, "66,2,Red,color", "66,2,Red", f"{NAME}:4: 3 cells where the header has 4"),
    (NAME, "66,2,Red,color", "95,2,Red,color", f"{NAME}:5: label 95 stands twice"),
    (NAME, "66,2,Red,color", "66,2,Black,color", f"{NAME}: type 'color': class 'Black' stands twice"),
    (NAME, "66,2,Red,color", "x,2,Red,color", f"{NAME}:4: 'x' is not a label's number"),
    (NAME, "66,2,Red,color", "66,2,Red,", f"{NAME}:4: label 66 has no group or no name"),
    (NAME, "66,2,Red,color", "66,2,R\udce9d,color", f"{NAME}:4: the name is not UTF-8"),
    (NAME, "labelName", "labels", f"{NAME}: no column is called labelName"),
]


@pytest.mark.parametrize(("name", "old", "new", "words"), HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_damaged_files_are_refused_with_their_place(
    root: Path, refused: Callable[..., str], name: str, old: str, new: str, words: str
) -> None:
    content = (root / name).read_bytes()
    assert old.encode() in content
    (root / name).write_bytes(content.replace(old.encode(), new.encode("utf-8", "surrogateescape")))
    assert words in refused("imaterialist", root)


def test_missing_files_and_two_of_a_kind(root: Path, refused: Callable[..., str]) -> None:
    (root / "val.json").write_text(VALIDATION)
    assert "validation.json and val.json are the same split" in refused("imaterialist", root)
    (root / "other_label_map.csv").write_text(TABLE)
    (root / "val.json").unlink()
    assert "is not the only one" in refused("imaterialist", root)
    (root / "other_label_map.csv").unlink()
    (root / NAME).unlink()
    assert "the table of labels (*label_map*.csv) is missing" in refused("imaterialist", root)
    for path in root.glob("*.json"):
        path.unlink()
    assert "there is no train.json" in refused("imaterialist", root)
    assert "there is no such folder" in refused("imaterialist", root / "nowhere")
