"""A version against its baseline, type by type: plain values for the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from app.domain.jobs import ModelVersion
from app.services.comparison import LEAST_IMAGES

FEW_IMAGES = 50
"""Below so many held-out images a type's difference is mostly chance (product.md's "uncalibrated")."""


@dataclass(frozen=True, slots=True)
class TypeRow:
    """F1@1 of one type on the same held-out images: ``now`` this version, ``before`` its baseline."""

    name: str
    now: float
    before: float | None
    images: int

    @property
    def points(self) -> float | None:
        """The difference in points (hundredths), or None without a baseline."""
        return None if self.before is None else 100 * (self.now - self.before)

    @property
    def is_firm(self) -> bool:
        """Whether enough images stand behind the row."""
        return self.images >= FEW_IMAGES


def rows(version: ModelVersion) -> list[TypeRow]:
    """One row a type that was measured, in the version's own order."""
    return [
        TypeRow(name, f1, version.baseline.get(name), version.images.get(name, 0))
        for name, f1 in version.metrics.items()
    ]


def mean_row(name: str, measured: Sequence[TypeRow]) -> TypeRow | None:
    """The plain mean over types with enough images to count (as the registry judges a version by).

    Its ``before`` is there only when every one of them has a baseline; ``images`` is the largest count.
    """
    measured = [r for r in measured if r.images >= LEAST_IMAGES]
    if not measured:
        return None
    paired = [r for r in measured if r.before is not None]
    complete = len(paired) == len(measured)
    before = fmean(r.before for r in paired if r.before is not None) if complete else None
    return TypeRow(name, fmean(r.now for r in measured), before, max(r.images for r in measured))


def capitalised(name: str) -> str:
    """A name at the head of a row."""
    return name[:1].upper() + name[1:]


def as_fraction(value: float | None) -> str:
    """``.912``; ``1.000`` at the top; a dash where nothing was measured."""
    if value is None:
        return "–"
    text = f"{value:.3f}"
    return text.removeprefix("0") if value < 1 else text


def as_points(value: float | None) -> str:
    """``+4.2`` or ``−0.9`` (a true minus), ``0.0`` when they are equal, a dash where there is nothing."""
    if value is None:
        return "–"
    rounded = round(value, 1)
    if rounded == 0:
        return "0.0"
    return f"{'+' if rounded > 0 else '−'}{abs(rounded):.1f}"
