"""A SuggestionSet as a few dozen bytes: a million images with four types must stay below a gigabyte."""

import struct

from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.suggestion import Outcome, Suggestion, SuggestionSet

TOP = 8  # ranks kept

_HEAD = struct.Struct("<?Hbb")  # calibrated, examples, accepted (count or mark), ranks
_ROW = struct.Struct("<iff")  # value, similarity, confidence
_NOTHING, _CODES = -1, {Outcome.NONE: -1, Outcome.NOT_APPLICABLE: -2}
_OUTCOMES = {code: outcome for outcome, code in _CODES.items()}


def value_code(value: ClassId | Outcome) -> int:
    """A class's id, or the negative number that stands for an outcome."""
    return _CODES[value] if isinstance(value, Outcome) else int(value)


def value_of(code: int) -> ClassId | Outcome:
    """The inverse of ``value_code``."""
    return _OUTCOMES[code] if code < 0 else ClassId(code)


def pack(suggestions: SuggestionSet) -> bytes:
    """The set without item, type and version, which its row carries; the first ``TOP`` ranks of it."""
    ranked = suggestions.ranked[:TOP]
    accepted = suggestions.accepted
    classes: tuple[ClassId, ...] = ()
    if accepted is None:
        mark = _NOTHING
    elif isinstance(accepted, Outcome):
        mark = _CODES[accepted] - 1
    else:
        classes = accepted[:127]
        mark = len(classes)
    head = _HEAD.pack(suggestions.calibrated, min(suggestions.examples, 0xFFFF), mark, len(ranked))
    rows = b"".join(_ROW.pack(value_code(s.value), s.similarity, s.confidence) for s in ranked)
    return head + struct.pack(f"<{len(classes)}i", *classes) + rows


def unpack(item: ItemId, type_id: TypeId, version: str, packed: bytes) -> SuggestionSet:
    """The set as it was, similarity and confidence rounded to single precision."""
    calibrated, examples, mark, count = _HEAD.unpack_from(packed)
    offset = _HEAD.size
    accepted: tuple[ClassId, ...] | Outcome | None
    if mark == _NOTHING:
        accepted = None
    elif mark < 0:
        accepted = _OUTCOMES[mark + 1]
    else:
        accepted = tuple(ClassId(c) for c in struct.unpack_from(f"<{mark}i", packed, offset))
        offset += 4 * mark
    rows = _ROW.iter_unpack(packed[offset : offset + count * _ROW.size])
    ranked = tuple(
        Suggestion(value_of(code), similarity, confidence) for code, similarity, confidence in rows
    )
    return SuggestionSet(item, type_id, version, ranked, accepted, calibrated, examples)
