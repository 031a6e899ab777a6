"""Small folders in the published formats, drawn for tests that go from them to the paper's tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image


def write_deepfashion(
    folder: Path, pictures: Sequence[Image.Image], attributes: Sequence[str], flags: Sequence[str]
) -> Path:
    """Two pictures an item, two categories in turn, one type; four of six are training images, in blocks."""
    count = len(pictures)
    names = [f"img/Item_{n // 2}/img_{n:08d}.jpg" for n in range(count)]
    for name, picture in zip(names, pictures, strict=True):
        (folder / "Img" / name).parent.mkdir(parents=True, exist_ok=True)
        picture.save(folder / "Img" / name)
    width, height = pictures[0].size
    sixth = count // 6
    splits = ["train"] * (count - 2 * sixth) + ["val"] * sixth + ["test"] * sixth
    _write(
        folder / "Anno/list_attr_cloth.txt", "attribute_name  attribute_type", [f"{a}  1" for a in attributes]
    )
    _write(folder / "Anno/list_category_cloth.txt", "category_name  category_type", ["Anorak  1", "Dress  3"])
    for file, values in {
        "Anno/list_attr_img.txt": flags,
        "Anno/list_category_img.txt": [1 + n % 2 for n in range(count)],
        "Anno/list_bbox.txt": [f"1 1 {width} {height}"] * count,
        "Eval/list_eval_partition.txt": splits,
    }.items():
        _write(folder / file, "image_name  value", [f"{n}  {v}" for n, v in zip(names, values, strict=True)])
    return folder


def write_darn(table: Path, pictures: Iterable[Image.Image], patterns: Iterable[str]) -> Path:
    """Coats with a pattern; the other seven attributes were not looked at."""
    columns = ["category", "button", "color", "length", "pattern", "shape", "collar", "cuff", "sleeve"]
    rows = [["image", "url", *columns]]
    folder = table.parent / "street"
    folder.mkdir(parents=True)
    for number, (picture, pattern) in enumerate(zip(pictures, patterns, strict=True)):
        picture.save(folder / f"{number}.jpg")
        cells = {"category": "coat", "pattern": pattern}
        rows.append([f"street/{number}.jpg", "", *(cells.get(column, "") for column in columns)])
    table.write_text("\n".join("\t".join(row) for row in rows) + "\n")
    return table


def _write(path: Path, head: str, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([str(len(lines)), head, *lines]) + "\n")
