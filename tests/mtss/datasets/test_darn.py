"""DARN: a table of image, URL and nine attributes, written by hand, and hostile ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mtss.cli import main
from mtss.datasets import darn
from mtss.manifest import Manifest

NAMES = [
    "category",
    "button",
    "color",
    "length",
    "pattern",
    "shape",
    "collar",
    "sleeve length",
    "sleeve shape",
]
ROWS = [
    ["image", "url", *NAMES],
    [
        "shop/1.jpg",
        "https://img.example/x/1.jpg",
        "dress",
        "",
        "red",
        "long",
        "dot",
        "slim",
        "round",
        "NULL",
        "-1",
    ],
    ["2", "https://img.example/2.jpg?w=9", "coat", "single", "red", "", "", "", "lapel", "long", "puff"],
    ["gone", "https://img.example/gone.jpg", "skirt", "", "", "", "", "", "", "", ""],
    ["other", "https://img.example/a%20b.jpg", "coat", "", "navy", "", "", "", "", "", ""],
]


def text(rows: list[list[str]], delimiter: str = "\t") -> str:
    return "".join(delimiter.join(row) + "\n" for row in rows)


@pytest.fixture
def table(tmp_path: Path, make_picture: Callable[[Path], Path]) -> Path:
    folder = tmp_path / "darn"
    for name in ("shop/1.jpg", "2.jpeg", "a b.jpg"):
        make_picture(folder / name)
    path = folder / "darn.txt"
    path.write_text(text(ROWS))
    return path


def test_the_table_becomes_a_manifest(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prepare", "darn", str(table), "--out", str(tmp_path / "out")]) == 0
    assert "3 images; 1 more was not found and is left out" in capsys.readouterr().out
    manifest = Manifest.read(tmp_path / "out" / "manifest.jsonl")
    assert list(manifest.space.names) == NAMES
    assert manifest.space["category"].classes == ("coat", "dress", "skirt")
    first, second, third = manifest.samples
    assert first.labels == {
        "category": ("dress",), "color": ("red",), "length": ("long",), "pattern": ("dot",),
        "shape": ("slim",), "collar": ("round",),
    }  # fmt: skip
    assert second.labels["sleeve shape"] == ("puff",)
    assert (third.labels, third.domain, third.split) == (
        {"category": ("coat",), "color": ("navy",)},
        "darn",
        None,
    )
    assert [manifest.resolve(s).relative_to(table.parent).as_posix() for s in manifest.samples] == [
        "shop/1.jpg", "2.jpeg", "a b.jpg",
    ]  # fmt: skip


def test_commas_a_byte_order_mark_domains_and_groups(table: Path) -> None:
    rows = [[*row, extra, f"pair {n}" if n else "group"] for n, (row, extra) in enumerate(
        zip(ROWS, ["domain", "shop", "street", "", ""], strict=True))]  # fmt: skip
    table.write_bytes(b"\xef\xbb\xbf" + text(rows, ",").replace("\n", "\r\n").encode())
    manifest, missing = darn.read(table)
    assert [(s.domain, s.group) for s in manifest.samples] == [
        ("shop", "pair 1"), ("street", "pair 2"), ("darn", "pair 4"),
    ]  # fmt: skip
    assert missing == 1


def test_an_image_name_that_is_not_utf8(table: Path) -> None:
    (table.parent / "2.jpeg").rename(table.parent / os.fsdecode(b"caf\xe9.jpg"))
    table.write_bytes(table.read_bytes().replace(b"\n2\t", b"\ncaf\xe9\t"))
    assert len(darn.read(table)[0].samples) == 3


HOSTILE = [
    ("\tsleeve shape\n", "\n", "darn.txt:2: 11 cells where the header has 10"),
    ("\tsleeve shape\n", "\tcolor\n", "darn.txt:1: attribute type 'color' stands twice"),
    ("\tlong\tpuff", "\tlong", "darn.txt:3: 10 cells where the header has 11"),
    ("image\t", "photo\t", "no column is called image"),
    ("\turl\t", "\tlink\t", "no column is called url"),
    ("gone\t", "2\t", "darn.txt:4: '2' stands twice, first on line 3"),
    ("gone\t", " \t", "darn.txt:4: the image has no name"),
    ("gone.jpg", "a%20b.jpg", "a b.jpg' stands twice, first on line 4"),
    ("navy", "nav\udce9", "darn.txt:5: color: the class is not UTF-8"),
    ("navy", "@none", "darn.txt:1: type 'color': '@none' is a reserved name"),
    ("navy", '"navy', "darn.txt:5: not a table of that kind"),
]


@pytest.mark.parametrize(("old", "new", "words"), HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_a_damaged_table_is_refused_with_file_and_line(
    table: Path, refused: Callable[..., str], old: str, new: str, words: str
) -> None:
    content = table.read_bytes()
    assert old.encode() in content
    table.write_bytes(content.replace(old.encode(), new.encode("utf-8", "surrogateescape"), 1))
    assert words in refused("darn", table)


def test_too_few_attributes_no_rows_no_images_no_file(table: Path, refused: Callable[..., str]) -> None:
    table.write_text(text([row[:-1] for row in ROWS]))
    assert "darn.txt:1: 8 attribute columns, not 9" in refused("darn", table)
    table.write_text(text(ROWS[:1]))
    assert "darn.txt: the table has no rows" in refused("darn", table)
    table.write_text("")
    assert "darn.txt: the table is empty" in refused("darn", table)
    table.write_text(text([ROWS[0], ROWS[3]]))
    assert "no image of the table was found, of 1" in refused("darn", table)
    assert "there is no such table" in refused("darn", table.parent)


def test_names_that_lead_outside_are_not_followed(table: Path, make_picture: Callable[[Path], Path]) -> None:
    make_picture(table.parent.parent / "secret.jpg")
    table.write_text(table.read_text().replace("gone\t", "../secret.jpg\t"))
    manifest, missing = darn.read(table)
    assert (len(manifest.samples), missing) == (3, 1)
