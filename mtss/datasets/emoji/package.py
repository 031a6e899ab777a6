"""One vendor's emoji: an npm package `emoji-datasource-<vendor>`, unpacked or as its .tgz."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

from mtss.datasets.emoji.concepts import code_points
from mtss.datasets.json_file import Fields, parse_json
from mtss.problem import Problem

LIST = "emoji.json"
PNG = b"\x89PNG\r\n\x1a\n"
LARGEST = 64_000_000  # bytes of one file of a package; the list has 1.5 MB, a picture 5 kB
DAMAGED = (tarfile.TarError, EOFError, zlib.error)


@dataclass(frozen=True)
class Drawing:
    """One picture of a package: its file's name, the emoji that it is a variant of, its own code points.

    `toned`: the emoji is drawn with skin tones (a variant may be spelled quite unlike it: 🤝 and 🫱🏻‍🫲🏿).
    """

    file: str
    base: tuple[int, ...]
    points: tuple[int, ...]
    category: str
    subcategory: str
    toned: bool
    content: bytes


def read_package(path: Path, vendor: str) -> list[Drawing]:
    """What the vendor draws, in the list's order. Raises Problem with file and place, OSError."""
    files = _from_archive(path, vendor) if path.is_file() else _from_folder(path, vendor)
    if LIST not in files:
        raise Problem(f"{path}: there is no {LIST}: is it emoji-datasource-{vendor}?")
    return list(_drawings(path, vendor, files))


def _from_folder(path: Path, vendor: str) -> dict[str, bytes]:
    if not path.is_dir():
        raise Problem(f"{path}: there is no such folder or archive")
    root = path if (path / LIST).is_file() else path / "package"
    wanted = [root / LIST, *sorted((root / "img" / vendor / "64").glob("*.png"))]
    return {file.name: file.read_bytes() for file in wanted if file.is_file()}


def _from_archive(path: Path, vendor: str) -> dict[str, bytes]:
    """Only wanted files are read, into memory: nothing is unpacked where an archive says."""
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                inner = PurePosixPath(*PurePosixPath(member.name).parts[1:])  # below "package"
                if not member.isfile() or (
                    str(inner) != LIST and inner.parent != PurePosixPath("img", vendor, "64")
                ):
                    continue
                content = archive.extractfile(member)
                if content is None or member.size > LARGEST:
                    raise Problem(f"{path}: {member.name} is larger than {LARGEST} bytes")
                files[inner.name] = content.read()
    except DAMAGED as problem:
        raise Problem(f"{path}: not a whole .tgz ({problem})") from problem
    return files


def _drawings(path: Path, vendor: str, files: dict[str, bytes]) -> Iterator[Drawing]:
    entries = parse_json(files[LIST], path / LIST)
    if not isinstance(entries, list) or not entries:
        raise Problem(f"{path / LIST}:1: the list of emoji is not a list, or empty")
    met: set[str] = set()
    for number, value in enumerate(cast("list[object]", entries)):
        where = f"{path / LIST}: entry {number}"
        entry = _fields(where, value)
        category, subcategory = entry.identity(where, "category"), entry.identity(where, "subcategory")
        variants = _fields(where, entry.get("skin_variations", {}))
        base = _points(where, entry)
        for variant in (entry, *(_fields(where, v) for v in variants.values())):
            if variant.get(f"has_img_{vendor}") is not True:
                continue
            file = variant.identity(where, "image")
            if file in met:
                raise Problem(f"{where}: {file} stands twice")
            met.add(file)
            points, content = _points(where, variant), _picture(where, file, files)
            yield Drawing(file, base, points, category, subcategory, bool(variants), content)
    if not met:
        raise Problem(f"{path / LIST}: no emoji has a picture of {vendor}")


def _fields(where: str, value: object) -> Fields:
    if not isinstance(value, dict):
        raise Problem(f"{where} is not an object")
    return Fields(cast("dict[str, object]", value))


def _points(where: str, variant: Fields) -> tuple[int, ...]:
    unified = variant.identity(where, "unified")
    try:
        return code_points(unified)
    except ValueError:
        raise Problem(f"{where}: '{unified}' is not a sequence of code points") from None


def _picture(where: str, file: str, files: dict[str, bytes]) -> bytes:
    if file == LIST or file not in files:
        raise Problem(f"{where}: the picture {file} is missing")
    if not files[file].startswith(PNG):
        raise Problem(f"{where}: the picture {file} is not a PNG")
    return files[file]
