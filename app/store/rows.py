"""Small conversions between rows and values."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def now() -> int:
    """This moment in microseconds since 1970, UTC."""
    return to_micros(datetime.now(UTC))


def to_micros(when: datetime) -> int:
    """A moment (with its time zone) in microseconds since 1970, UTC."""
    return (when - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The moment, in UTC."""
    return _EPOCH + micros * _MICROSECOND


def id_list(ids: Iterable[int]) -> str:
    """Ids as one JSON parameter for ``json_each``: no limit on their number."""
    return json.dumps(list(ids), separators=(",", ":"))


def pieces(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Consecutive slices of at most ``size`` values."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
