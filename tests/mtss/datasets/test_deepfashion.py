"""DeepFashion: fixtures written by hand in exactly the official format, and hostile ones."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from mtss.cli import main
from mtss.datasets import deepfashion
from mtss.labels import AttributeType
from mtss.manifest import Manifest
from mtss.problem import Problem
from tests.mtss.datasets.published import write_deepfashion

ATTRIBUTES = """6
attribute_name  attribute_type
a-line                              3
polka dot                           1
striped                             1
cotton blend                        2
v neck                              4
70s                                 5
"""
CATEGORIES = """3
category_name  category_type
Anorak     1
Button-Down              1
Dress                    3
"""
# columns:        a-line polka striped cotton v-neck 70s
LABELS = """4
image_name  attribute_labels
img/Sheer_Pleated-Front_Blouse/img_00000001.jpg   1 -1  1 -1 -1 -1
img/Sheer_Pleated-Front_Blouse/img_00000002.jpg  -1 -1 -1  0  1 -1
img/A_Dress/img_00000001.jpg                      0  1  0  1  0 -1
img/A_Dress/img_00000002.jpg                     -1  0 -1  1 -1  1
"""
CATEGORY_OF = """4
image_name  category_label
img/Sheer_Pleated-Front_Blouse/img_00000001.jpg  2
img/Sheer_Pleated-Front_Blouse/img_00000002.jpg  1
img/A_Dress/img_00000001.jpg  3
img/A_Dress/img_00000002.jpg  3
"""
BOXES = """4
image_name  x_1  y_1  x_2  y_2
img/Sheer_Pleated-Front_Blouse/img_00000001.jpg  005 010 045 070
img/Sheer_Pleated-Front_Blouse/img_00000002.jpg  0 0 60 80
img/A_Dress/img_00000001.jpg  1 1 61 81
img/A_Dress/img_00000002.jpg  10 20 30 40
"""
PARTITION = """4
image_name  evaluation_status
img/Sheer_Pleated-Front_Blouse/img_00000001.jpg  train
img/Sheer_Pleated-Front_Blouse/img_00000002.jpg  val
img/A_Dress/img_00000001.jpg  test
img/A_Dress/img_00000002.jpg  train
"""
LISTS = {
    "Anno/list_attr_cloth.txt": ATTRIBUTES,
    "Anno/list_category_cloth.txt": CATEGORIES,
    "Anno/list_attr_img.txt": LABELS,
    "Anno/list_category_img.txt": CATEGORY_OF,
    "Anno/list_bbox.txt": BOXES,
    "Eval/list_eval_partition.txt": PARTITION,
}
NAMES = [line.split()[0] for line in PARTITION.splitlines()[2:]]
FIRST = "img/Sheer_Pleated-Front_Blouse/img_00000001.jpg"


@pytest.fixture
def root(tmp_path: Path, make_picture: Callable[[Path], Path]) -> Path:
    folder = tmp_path / "Category and Attribute Prediction Benchmark"
    for name, text in LISTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    for name in NAMES:
        make_picture(folder / "Img" / name)
    return folder


def change(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    content = path.read_bytes()
    assert old.encode() in content
    path.write_bytes(content.replace(old.encode(), new.encode("utf-8", "surrogateescape"), 1))


def test_the_official_folder_becomes_a_manifest(root: Path, tmp_path: Path) -> None:
    assert main(["prepare", "deepfashion", str(root), "--out", str(tmp_path / "out")]) == 0
    manifest = Manifest.read(tmp_path / "out" / "manifest.jsonl")
    assert manifest.space.types == (
        AttributeType("texture", ["polka dot", "striped"], "multiple"),
        AttributeType("fabric", ["cotton blend"], "multiple"),
        AttributeType("shape", ["a-line"], "multiple"),
        AttributeType("part", ["v neck"], "multiple"),
        AttributeType("style", ["70s"], "multiple"),
        AttributeType("category", ["Anorak", "Button-Down", "Dress"]),
    )
    assert [s.split for s in manifest.samples] == ["train", "val", "test", "train"]
    assert [s.group for s in manifest.samples] == ["Sheer_Pleated-Front_Blouse"] * 2 + ["A_Dress"] * 2
    assert [s.labels["category"] for s in manifest.samples] == [
        ("Button-Down",), ("Anorak",), ("Dress",), ("Dress",),
    ]  # fmt: skip
    assert [manifest.resolve(s) for s in manifest.samples] == [root / "Img" / name for name in NAMES]


def test_one_minus_one_and_zero_are_positive_negative_and_unknown(root: Path) -> None:
    full, unseen, partial, rejected = deepfashion.read(root).samples
    attributes = [{k: v for k, v in s.labels.items() if k != "category"} for s in (full, unseen, partial)]
    assert attributes[0] == {
        "texture": ("striped",),
        "fabric": (),
        "shape": ("a-line",),
        "part": (),
        "style": (),
    }
    assert (full.partial, full.negative) == ((), {})
    assert attributes[1] == {
        "texture": (),
        "shape": (),
        "part": ("v neck",),
        "style": (),
    }  # fabric: nobody knows
    assert (unseen.partial, unseen.negative) == ((), {})
    assert attributes[2] == {"texture": ("polka dot",), "fabric": ("cotton blend",), "style": ()}
    assert (partial.partial, partial.negative) == (("texture",), {})  # striped is unknown, not absent
    assert rejected.labels["texture"] == ()
    assert (rejected.partial, rejected.negative) == (("texture",), {"texture": ("striped",)})


def test_boxes_are_corners_and_a_pixel_of_overhang_is_cut(root: Path) -> None:
    boxes = [s.box for s in deepfashion.read(root).samples]
    assert boxes == [(5, 10, 40, 60), (0, 0, 60, 80), (1, 1, 59, 79), (10, 20, 20, 20)]


def test_boxes_that_hang_over_are_cut_when_asked(root: Path, refused: Callable[..., str]) -> None:
    change(root, "Anno/list_bbox.txt", "10 20 30 40", "-3 20 75 99")
    assert "list_bbox.txt:6: box -3 20 75 99 leaves the picture, which is 60x80" in refused(
        "deepfashion", root
    )
    assert deepfashion.read(root, clip=True).samples[3].box == (0, 20, 60, 60)


def test_newer_folder_names_line_ends_byte_order_mark_and_spaces(root: Path) -> None:
    (root / "Anno").rename(root / "Anno_coarse")
    (root / "Img" / "img").rename(root / "img")
    (root / "img" / "A_Dress").rename(root / "img" / "A  red Dress")
    for name in LISTS:
        path = root / name.replace("Anno/", "Anno_coarse/")
        text = path.read_text().replace("A_Dress", "A  red Dress").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n")
    samples = deepfashion.read(root).samples
    assert samples[2].image == str(root / "img" / "A  red Dress" / "img_00000001.jpg")
    assert samples[2].labels["category"] == ("Dress",)
    assert samples[2].group == "A  red Dress"


def test_a_name_that_is_not_utf8_is_found_and_survives_the_manifest(root: Path, tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9.jpg")
    (root / "Img" / FIRST).rename(root / "Img" / FIRST.replace("img_00000001.jpg", odd))
    for name in LISTS:
        path = root / name
        path.write_bytes(path.read_bytes().replace(FIRST.encode(), FIRST.encode()[:-16] + b"caf\xe9.jpg"))
    assert main(["prepare", "deepfashion", str(root), "--out", str(tmp_path / "out")]) == 0
    manifest = Manifest.read(tmp_path / "out" / "manifest.jsonl")
    assert manifest.resolve(manifest.samples[0]).is_file()


TYPES, LABELLED = "Anno/list_attr_cloth.txt", "Anno/list_attr_img.txt"
CATEGORY, BBOX = "Anno/list_category_img.txt", "Anno/list_bbox.txt"
EVAL = "Eval/list_eval_partition.txt"
LAST = "img/A_Dress/img_00000002.jpg"
DOT = "dot                           1"
HOSTILE = [  # list, what is replaced in it, by what, and the refusal: line and reason
    (LABELLED, "4\n", "5\n", "6: the list ends after 4 of the 5 entries"),
    (BBOX, "4\n", "3\n", "6: more entries than the 3 that line 1 promises"),
    (BBOX, "4\n", "four\n", "1: 'four' is not a count"),
    (BBOX, "4\n", "²\n", "1: '²' is not a count"),
    (BBOX, "4\n", "9" * 5000 + "\n", "1: '999"),
    (BBOX, " 30 40", " 30", "6: a name and 4 values should stand here"),
    (LABELLED, "  1 -1  1 -1 -1 -1", "  1 -1  1 -1 -1", "3: a name and 6 values"),
    (LABELLED, "1 -1  1 -1", "1 -1  2 -1", "3: an attribute is '2'"),
    (LABELLED, LAST, "img/Other.jpg", "6: 'img/Other.jpg' is not in list_eval_partition.txt"),
    (LABELLED, LAST, FIRST, f"6: '{FIRST}' stands twice, first on line 3"),
    (TYPES, DOT, "dot   6", "4: there is no attribute type 6"),
    (TYPES, DOT, "dot   x", "4: the attribute type is 'x'"),
    (TYPES, "polka dot", "striped", "5: 'striped' stands twice, first on line 4"),
    (TYPES, "polka dot", "caf\udce9", "4: the name is not UTF-8"),
    (TYPES, "polka dot", "@none", "4: '@none' is a reserved name"),
    (CATEGORY, ".jpg  2", ".jpg  4", "3: there is no category 4 (1 to 3)"),
    (CATEGORY, ".jpg  2", ".jpg  0", "3: there is no category 0"),
    (CATEGORY, ".jpg  2", ".jpg  Blouse", "3: the category is 'Blouse'"),
    (EVAL, "  val", "  dev", "4: the partition is 'dev'"),
    (BBOX, LAST, FIRST, f"6: '{FIRST}' stands twice, first on line 3"),
    (BBOX, "10 20 30 40", "30 20 10 40", "6: box 30 20 10 40 is inverted"),
    (BBOX, "10 20 30 40", "10 20 30 20", "6: box 10 20 30 20 is inverted or has no area"),
    (BBOX, "10 20 30 40", "100 200 130 240", "6: box 100 200 130 240 leaves the picture"),
    (BBOX, "10 20 30 40", "10 20 30 nan", "6: the corner is 'nan'"),
]


@pytest.mark.parametrize(("name", "old", "new", "words"), HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_a_damaged_list_is_refused_with_file_and_line(
    root: Path, refused: Callable[..., str], name: str, old: str, new: str, words: str
) -> None:
    change(root, name, old, new)
    assert f"{Path(name).name}:{words}" in refused("deepfashion", root)


def test_a_list_that_names_an_image_less_is_found(root: Path, refused: Callable[..., str]) -> None:
    change(root, EVAL, LAST, "img/Other.jpg")
    said = refused("deepfashion", root)
    assert f"list_attr_img.txt:6: '{LAST}' is not in list_eval_partition.txt" in said


@pytest.mark.parametrize("name", LISTS)
def test_a_missing_or_empty_list_is_named(root: Path, refused: Callable[..., str], name: str) -> None:
    (root / name).write_bytes(b"")
    assert f"{Path(name).name}:1: the count of entries is missing" in refused("deepfashion", root)
    (root / name).write_bytes(b"4\n")
    assert f"{Path(name).name}:2: the names of the columns are missing" in refused("deepfashion", root)
    (root / name).unlink()
    assert f"{Path(name).name} is missing" in refused("deepfashion", root)


def test_an_entry_more_in_another_list_is_found(root: Path, refused: Callable[..., str]) -> None:
    change(root, "Eval/list_eval_partition.txt", "4\n", "5\n")
    with (root / "Eval/list_eval_partition.txt").open("a") as file:
        file.write("img/extra.jpg train\n")
    words = refused("deepfashion", root)
    assert "list_eval_partition.txt:7: 'img/extra.jpg' is not in list_attr_img.txt" in words


def test_a_picture_missing_broken_or_elsewhere_is_named(root: Path, refused: Callable[..., str]) -> None:
    (root / "Img" / FIRST).write_bytes(b"not a picture")
    assert "list_bbox.txt:3:" in (said := refused("deepfashion", root))
    assert "not an image in a known format" in said
    (root / "Img" / FIRST).unlink()
    assert f"list_attr_img.txt:3: there is no picture '{FIRST}'" in refused("deepfashion", root)
    for name in LISTS:
        path = root / name
        path.write_text(path.read_text().replace(FIRST, "../../secret.jpg"))
    (root.parent / "secret.jpg").write_bytes(b"x")
    assert "there is no picture '../../secret.jpg'" in refused("deepfashion", root)


def test_no_folder_and_no_images(root: Path, refused: Callable[..., str]) -> None:
    assert "there is no such folder" in refused("deepfashion", root / "nowhere")
    for name in (
        "Anno/list_attr_img.txt",
        "Anno/list_category_img.txt",
        "Anno/list_bbox.txt",
        "Eval/list_eval_partition.txt",
    ):
        lines = (root / name).read_text().splitlines()
        (root / name).write_text("0\n" + lines[1] + "\n")
    assert "list_attr_img.txt:1: the list names no images" in refused("deepfashion", root)


def test_an_earlier_manifest_survives_a_failed_reading_and_is_replaced_by_a_good_one(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ["prepare", "deepfashion", str(root), "--out", str(out), "--json"]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["images"] == 4
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    words.append("--overwrite")
    change(root, "Eval/list_eval_partition.txt", "  val", "  dev")
    assert main(words) == 2
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    change(root, "Eval/list_eval_partition.txt", "  dev", "  test")
    assert main(words) == 0
    assert [s.split for s in Manifest.read(out / "manifest.jsonl").samples] == [
        "train",
        "test",
        "test",
        "train",
    ]
    assert {p.name for p in out.iterdir()} == {"manifest.jsonl", "labels.json"}
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_what_cannot_be_written_leaves_no_folder(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["prepare", "deepfashion", str(root), "--out", str(tmp_path / "file")]) == 2
    assert "is a file" in capsys.readouterr().err
    assert main(["prepare", "deepfashion", str(root), "--out", str(tmp_path / "file" / "out")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_targets_read_the_states_as_the_method_does(root: Path) -> None:
    """What the sampler sees: striped is a negative of image 4, an unknown of image 3."""
    from mtss.training.targets import build_targets

    manifest = deepfashion.read(root)
    targets = build_targets(manifest.samples, manifest.space["texture"])
    assert targets.positive.tolist() == [[False, True], [False, False], [True, False], [False, False]]
    assert targets.negative.tolist() == [[True, False], [True, True], [False, False], [False, True]]
    with pytest.raises(Problem):
        deepfashion.read(root / "Img")


@pytest.mark.parametrize("name", ["table1", pytest.param("all", marks=pytest.mark.slow)])
def test_the_papers_tables_come_from_its_folder_with_the_official_partition(
    name: str, tmp_path: Path
) -> None:
    """48 pictures of two categories and two kinds of patterns, and the commands of the README."""
    pictures = [Image.new("RGB", (60, 80), (200, 20, 20) if n % 2 else (20, 20, 200)) for n in range(48)]
    for picture in pictures[::4] + pictures[1::4]:
        for y in range(0, 80, 8):
            picture.paste((240, 240, 240), (0, y, 60, y + 3))
    flags = [("1 -1" if n % 4 < 2 else "-1 1") for n in range(48)]
    folder = write_deepfashion(tmp_path / "published", pictures, ["striped", "polka dot"], flags)
    made, out = tmp_path / "made", tmp_path / "results"
    assert main(["prepare", "deepfashion", str(folder), "--out", str(made)]) == 0
    command = ["experiment", name, "--manifest", str(made / "manifest.jsonl"), "--seeds", "2"]
    assert main([*command, "--epochs", "3", "--out", str(out)]) == 0
    report = (out / "RESULTS.md").read_text()
    assert "48 images, 8 of them test as given, 2 seeds" in report
    assert "| | texture | category | all |" in report
    if name == "all":
        names = [f"table{n}" for n in range(1, 8)] + [
            "figure6a",
            "figure6b",
            "figure6c",
            "figure7",
            "figure8",
        ]
        refused = [n for n in names if "Not measured" in (out / "made" / f"{n}.md").read_text()]
        assert refused == ["table6", "figure8"], "one domain; eight images to be tested by"
