"""Suggestions of one type as arrays, and as some dozen bytes an image: a million images fit a gigabyte."""

import struct
from dataclasses import dataclass

import numpy as np

from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.suggestion import Outcome, Suggestion, SuggestionSet

_HEAD = struct.Struct("<?HH")  # calibrated, examples, ranks
_ROW = struct.Struct("<iff")  # value, similarity, confidence
_RANK = np.dtype([("value", "<i4"), ("similarity", "<f4"), ("confidence", "<f4")])
_CODES = {Outcome.NONE: -1, Outcome.NOT_APPLICABLE: -2}
_OUTCOMES = {code: outcome for outcome, code in _CODES.items()}


@dataclass(frozen=True, slots=True)
class Column:
    """What is suggested for one type of B images, K ranks each, most similar first.

    ``codes`` int [B, K] as ``value_code`` gives them; ``similarity`` and ``confidence`` float [B, K], kept in
    single precision; ``accepted`` bool [B, K]: the ranks that Enter takes, a class's or one outcome's.
    """

    type: TypeId
    codes: np.ndarray
    similarity: np.ndarray
    confidence: np.ndarray
    accepted: np.ndarray
    calibrated: bool
    examples: int

    def part(self, rows: slice | list[int]) -> "Column":
        """The suggestions of some of the images."""
        return Column(
            self.type,
            self.codes[rows],
            self.similarity[rows],
            self.confidence[rows],
            self.accepted[rows],
            self.calibrated,
            self.examples,
        )


def value_code(value: ClassId | Outcome) -> int:
    """A class's id, or the negative number that stands for an outcome."""
    return _CODES[value] if isinstance(value, Outcome) else int(value)


def value_of(code: int) -> ClassId | Outcome:
    """The inverse of ``value_code``."""
    return _OUTCOMES[code] if code < 0 else ClassId(code)


def pack(column: Column) -> list[bytes]:
    """One entry an image, without image, type and version, which its row carries."""
    count, ranks = column.codes.shape
    record = np.dtype(
        [
            ("calibrated", "?"),
            ("examples", "<u2"),
            ("ranks", "<u2"),
            ("accepted", "u1", (-(-ranks // 8),)),
            ("ranked", _RANK, (ranks,)),
        ]
    )
    packed = np.empty(count, record)
    packed["calibrated"] = column.calibrated
    packed["examples"] = min(column.examples, 0xFFFF)
    packed["ranks"] = ranks
    packed["accepted"] = np.packbits(column.accepted, axis=1, bitorder="little")
    packed["ranked"]["value"] = column.codes
    packed["ranked"]["similarity"] = column.similarity
    packed["ranked"]["confidence"] = column.confidence
    content, size = packed.tobytes(), record.itemsize
    return [content[at : at + size] for at in range(0, count * size, size)]


def unpack(item: ItemId, type_id: TypeId, version: str, packed: bytes) -> SuggestionSet:
    """One image's suggestions, similarity and confidence rounded to single precision."""
    calibrated, examples, ranks = _HEAD.unpack_from(packed)
    start = _HEAD.size + -(-ranks // 8)
    marks = int.from_bytes(packed[_HEAD.size : start], "little")
    ranked = tuple(
        Suggestion(value_of(code), similarity, confidence)
        for code, similarity, confidence in _ROW.iter_unpack(packed[start:])
    )
    taken = [s.value for k, s in enumerate(ranked) if marks >> k & 1]
    return SuggestionSet(item, type_id, version, ranked, _accepted(taken), calibrated, examples)


def _accepted(taken: list[ClassId | Outcome]) -> tuple[ClassId, ...] | Outcome | None:
    outcome = next((v for v in taken if isinstance(v, Outcome)), None)
    return outcome or tuple(v for v in taken if not isinstance(v, Outcome)) or None
