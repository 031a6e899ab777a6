"""Whether a new version takes over, and why, in words."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from app.domain.ids import ClassId
from app.domain.jobs import ModelVersion
from app.services.comparison import Scores, mean_of


@dataclass(frozen=True, slots=True)
class InForce:
    """The version that suggests now: how it does on the held-out images, and the classes it knows.

    Nothing of both where its file cannot be opened: then there is nothing to be worse than.
    """

    version: ModelVersion
    scores: Scores
    classes: Set[ClassId]

    @property
    def called(self) -> str:
        """Its name within a sentence."""
        return f"the {self.version.name}" if self.version.demo else f"“{self.version.name}”"

    def knows_most_of(self, labelled: Set[ClassId]) -> bool:
        """Whether it knows more than half of the classes that people have used."""
        return 2 * len(self.classes & labelled) > len(labelled)


def verdict(new: Scores, old: InForce | None, labelled: Set[ClassId]) -> tuple[bool, str]:
    """Whether the new version takes over: not when worse; unmeasured, not from one that knows the classes."""
    after = mean_of(new.f1, new.images)
    count = max(new.images.values(), default=0)
    if after is None:
        return _unmeasured(_held_out(count), old, labelled)
    was = mean_of(old.scores.f1, new.images) if old and old.scores.f1 else None
    if was is None or old is None:
        return True, f"F1@1 is {after:.1%} on {count} held-out images; there was nothing to compare with."
    told = f"F1@1 on {count} held-out images: {after:.1%}, {old.called} {was:.1%}."
    if after >= was:
        return True, f"{told} It suggests from now on."
    return False, f"{told} {_first_upper(old.called)} stays in use; you can activate this one all the same."


def _unmeasured(held_out: str, old: InForce | None, labelled: Set[ClassId]) -> tuple[bool, str]:
    if old is None:
        return True, f"{held_out}, too few to measure it; there was nothing to compare with."
    if old.knows_most_of(labelled):
        return (
            False,
            f"{held_out}, too few to compare it with {old.called}, which stays until you activate this one.",
        )
    return (
        True,
        f"{held_out}, too few to compare it with {old.called}, which knows few of the labelled classes.",
    )


def _held_out(count: int) -> str:
    if count == 0:
        return "No image is held out"
    return f"Only {count} {'image is' if count == 1 else 'images are'} held out"


def _first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]
