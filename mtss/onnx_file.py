"""Reading metadata and weights straight out of an .onnx file, without the onnx package.

ONNX is a protocol-buffers message; the few fields needed here are read by their numbers
(onnx.proto: ModelProto.graph = 7, metadata_props = 14; GraphProto.initializer = 5; TensorProto.dims = 1,
data_type = 2, name = 8, raw_data = 9, data_location = 14; StringStringEntryProto.key = 1, value = 2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

DTYPES = {1: np.dtype("<f4"), 10: np.dtype("<f2")}  # TensorProto.FLOAT, FLOAT16
Field = tuple[int, int | bytes]


class OnnxFormatError(ValueError):
    """The bytes are not a protocol-buffers message of the expected shape."""


@dataclass(frozen=True)
class OnnxContent:
    """Metadata strings, and the float tensors whose names begin with the wanted prefix."""

    metadata: dict[str, str]
    tensors: dict[str, np.ndarray]


def read_onnx(content: bytes, prefix: str) -> OnnxContent:
    """Parse a model. Raises OnnxFormatError on garbage and on weights kept in other files."""
    metadata: dict[str, str] = {}
    tensors: dict[str, np.ndarray] = {}
    for number, value in _fields(memoryview(content)):
        if number == 14 and isinstance(value, bytes | memoryview):
            entry = dict(_fields(memoryview(value)))
            metadata[_text(entry.get(1))] = _text(entry.get(2))
        elif number == 7 and isinstance(value, bytes | memoryview):
            for inner, tensor in _fields(memoryview(value)):
                if inner == 5 and isinstance(tensor, bytes | memoryview):
                    _read_tensor(memoryview(tensor), prefix, tensors)
    return OnnxContent(metadata, tensors)


def _read_tensor(content: memoryview, prefix: str, into: dict[str, np.ndarray]) -> None:
    dims: list[int] = []
    single: dict[int, int | memoryview | bytes] = {}
    for number, value in _fields(content):
        if number == 1:
            dims.extend([value] if isinstance(value, int) else _packed(value))
        else:
            single[number] = value
    if single.get(14) == 1:
        raise OnnxFormatError("its weights lie in other files")
    name = _text(single.get(8))
    if not name.startswith(prefix):
        return
    dtype, raw = DTYPES.get(_int(single.get(2))), single.get(9)
    if (
        dtype is None
        or isinstance(raw, int)
        or raw is None
        or len(raw) != dtype.itemsize * int(np.prod(dims))
    ):
        raise OnnxFormatError(f"tensor '{name}' has an unexpected form")
    into[name] = np.frombuffer(raw, dtype).reshape(dims)


def _fields(content: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """(field number, value): an int for varints and fixed widths, a view for length-delimited fields."""
    at = 0
    while at < len(content):
        tag, at = _varint(content, at)
        kind = tag & 7
        if kind == 0:
            value, at = _varint(content, at)
        elif kind in (1, 5):
            width = 8 if kind == 1 else 4
            value, at = int.from_bytes(content[at : at + width], "little"), at + width
        elif kind == 2:
            length, at = _varint(content, at)
            value, at = content[at : at + length], at + length
        else:
            raise OnnxFormatError("not an ONNX file")
        if at > len(content) or tag >> 3 == 0:
            raise OnnxFormatError("not an ONNX file, or cut short")
        yield tag >> 3, value


def _varint(content: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(content) and shift < 70:
        byte = content[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
    raise OnnxFormatError("not an ONNX file, or cut short")


def _packed(content: memoryview | bytes) -> list[int]:
    values, at, view = [], 0, memoryview(content)
    while at < len(view):
        value, at = _varint(view, at)
        values.append(value)
    return values


def _text(value: int | bytes | memoryview | None) -> str:
    if value is None or isinstance(value, int):
        return ""
    try:
        return bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        raise OnnxFormatError("not an ONNX file") from None


def _int(value: int | bytes | memoryview | None) -> int:
    return value if isinstance(value, int) else 0
