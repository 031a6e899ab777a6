"""list_bbox.txt: corners x1 y1 x2 y2 in pixels → boxes of a manifest."""

from __future__ import annotations

from pathlib import Path

from mtss.content import Box
from mtss.datasets.deepfashion.lists import Entry, whole_number
from mtss.datasets.pictures import upright_size
from mtss.images import ImageProblem
from mtss.problem import Problem

OVERHANG = 1  # pixels past the right or lower edge: corners counted from 1


def box_of(path: Path, entry: Entry, image: Path, *, clip: bool) -> Box:
    """The box of an entry of `path`, cut to the picture where it hangs over by a pixel (by any with `clip`).

    Raises Problem with file and line: inverted, outside, or a picture whose header cannot be read.
    """
    where = f"{path}:{entry.line}"
    x1, y1, x2, y2 = (whole_number(path, entry, value, "corner") for value in entry.values)
    corners = f"box {x1} {y1} {x2} {y2}"
    if x2 <= x1 or y2 <= y1:
        raise Problem(f"{where}: {corners} is inverted or has no area")
    try:
        width, height = upright_size(image)
    except ImageProblem as problem:
        raise Problem(f"{where}: {image}: {problem}") from problem
    left, top, right, bottom = max(0, x1), max(0, y1), min(width, x2), min(height, y2)
    over = x1 < 0 or y1 < 0 or x2 > width + OVERHANG or y2 > height + OVERHANG
    if left >= right or top >= bottom or (over and not clip):
        raise Problem(f"{where}: {corners} leaves the picture, which is {width}x{height} ({entry.name})")
    return float(left), float(top), float(right - left), float(bottom - top)
