"""One line of a manifest: an image and what is known about it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from mtss.content import Box
from mtss.problem import Problem

LARGEST = 2**63  # bytes, seconds or pixels
Split = Literal["train", "val", "test"]
Labels = Mapping[str, tuple[str, ...]]


class SampleProblem(Problem):
    """A line that says something impossible; the message is meant for the user."""


@dataclass(frozen=True)
class Sample:
    """An image with its labels.

    A type absent from `labels` was not looked at; an empty tuple is "looked at, none".
    `partial`: the positives are known, the rest is not. `negative`: classes known not to apply.
    `box`: x, y, width, height in pixels. `size` in bytes, `mtime` in seconds, `hash` SHA-256.
    """

    image: str
    labels: Labels = field(default_factory=dict[str, tuple[str, ...]])
    split: Split | None = None
    domain: str | None = None
    box: Box | None = None
    group: str | None = None
    not_applicable: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    negative: Labels = field(default_factory=dict[str, tuple[str, ...]])
    size: int | None = None
    mtime: float | None = None
    hash: str | None = None


def sample_to_json(sample: Sample) -> dict[str, object]:
    """The line's fields; what is not known is left out."""
    line: dict[str, object] = {
        "image": sample.image,
        "labels": {k: list(v) for k, v in sample.labels.items()},
    }
    optional: dict[str, object] = {
        "split": sample.split,
        "domain": sample.domain,
        "box": None if sample.box is None else list(sample.box),
        "group": sample.group,
        "not_applicable": list(sample.not_applicable) or None,
        "partial": list(sample.partial) or None,
        "negative": {k: list(v) for k, v in sample.negative.items()} or None,
        "size": sample.size,
        "mtime": sample.mtime,
        "hash": sample.hash,
    }
    return line | {key: value for key, value in optional.items() if value is not None}


def sample_from_json(value: object) -> Sample:
    """Read one line. Raises SampleProblem in words."""
    if not isinstance(value, dict):
        raise SampleProblem("a line must be one JSON object")
    line = cast("dict[str, object]", value)
    image = line.get("image")
    if not isinstance(image, str) or not image or "\0" in image:
        raise SampleProblem('"image" must be a path')
    try:
        os.fsencode(image)
    except UnicodeEncodeError:
        raise SampleProblem('"image" has characters that no file name has') from None
    split = line.get("split")
    if split not in (None, "train", "val", "test"):
        raise SampleProblem(f'"split" is {split!r}, not train, val or test')
    return Sample(
        image=image,
        labels=_labels(line, "labels"),
        split=split,
        domain=_text(line, "domain"),
        box=_box(line.get("box")),
        group=_text(line, "group"),
        not_applicable=_names(line.get("not_applicable", []), "not_applicable"),
        partial=_names(line.get("partial", []), "partial"),
        negative=_labels(line, "negative"),
        size=None if line.get("size") is None else int(_number(line["size"], "size")),
        mtime=None if line.get("mtime") is None else _number(line["mtime"], "mtime"),
        hash=_text(line, "hash"),
    )


def _labels(line: dict[str, object], key: str) -> dict[str, tuple[str, ...]]:
    value = line.get(key, {})
    if not isinstance(value, dict):
        raise SampleProblem(f'"{key}" must be an object of lists')
    entries = cast("dict[str, object]", value)
    return {name: _names(classes, f"{key}.{name}") for name, classes in entries.items()}


def _names(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(n, str) for n in cast("list[object]", value)):
        raise SampleProblem(f'"{key}" must be a list of names')
    names = cast("list[str]", value)
    if len(set(names)) != len(names):
        raise SampleProblem(f'"{key}" names a class twice')
    return tuple(names)


def _text(line: dict[str, object], key: str) -> str | None:
    value = line.get(key)
    if value is None or isinstance(value, str):
        return value
    raise SampleProblem(f'"{key}" must be text')


def _number(value: object, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SampleProblem(f'"{key}" must be a number')
    if not abs(value) <= LARGEST:  # infinity and NaN too
        raise SampleProblem(f'"{key}" is no possible number')
    return float(value)


def _box(value: object) -> Box | None:
    if value is None:
        return None
    numbers = cast("list[object]", value) if isinstance(value, list) else []
    if len(numbers) != 4:
        raise SampleProblem('"box" must be [x, y, width, height]')
    x, y, width, height = (_number(n, "box") for n in numbers)
    if width <= 0 or height <= 0:
        raise SampleProblem('"box" has no area')
    return x, y, width, height
