"""What one block of the attribute panel shows, worked out without Qt."""

from dataclasses import dataclass

from app.domain.decision import UNSEEN, Decision, State
from app.domain.ids import ClassId
from app.domain.schema import AttributeType
from app.domain.suggestion import UNKNOWN, Outcome, Suggestion, SuggestionSet

FOCUSED_ROWS = 6
RESTING_ROWS = (3, 2, 1)
"""How many rows an undecided block shows while another has the keys: as many as fit the panel."""
OUTCOME_KEYS = {Outcome.NONE: "0", Outcome.NOT_APPLICABLE: "N"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the key that takes it, its class or outcome, the model's confidence, and how it stands.

    ``chosen``: a person's decision names it. ``offered``: Enter would take it.
    """

    key: str
    value: ClassId | Outcome
    confidence: float | None
    chosen: bool
    offered: bool


def rows_for(
    type_: AttributeType,
    decision: Decision,
    suggested: SuggestionSet | None,
    *,
    focused: bool,
    locked: bool,
    resting: int = RESTING_ROWS[0],
) -> tuple[Row, ...]:
    """The rows of a block. A decided block at rest shows what was decided, nothing more.

    With ``locked`` numbers stay with their class (schema order); otherwise they follow the rank.
    """
    chosen = _chosen(decision)
    numbered = _numbered(type_, suggested, locked=locked)
    offered = _offered(suggested) if decision.state is State.UNSEEN else frozenset()
    rows = [
        Row(
            str(n) if n <= 9 else "",
            s.value,
            _confidence(suggested, s),
            s.value in chosen,
            s.value in offered,
        )
        for n, s in enumerate(numbered, 1)
    ]
    outcomes = [
        Row(OUTCOME_KEYS[o], o, _known(suggested, o), o in chosen, o in offered)
        for o in Outcome
        if o in chosen or o in offered
    ]
    if decision.state is not State.UNSEEN and not focused:
        return tuple(r for r in (*outcomes, *rows) if r.chosen)
    limit = FOCUSED_ROWS if focused else resting
    if focused and locked:
        limit = 9
    kept = [r for i, r in enumerate(rows) if i < limit or r.chosen or (focused and r.offered)]
    return (*outcomes, *kept) if focused or outcomes else tuple(kept)


def value_for_key(rows: tuple[Row, ...], number: int) -> ClassId | None:
    """The class that a number key takes, or None."""
    found = next((r.value for r in rows if r.key == str(number)), None)
    return None if isinstance(found, Outcome) else found


def taken_by_enter(suggested: SuggestionSet | None) -> Decision | None:
    """The decision that Enter makes of a suggestion, or None where nothing is suggested."""
    match suggested.accepted if suggested else None:
        case None:
            return None
        case Outcome.NONE:
            return Decision(State.NONE)
        case Outcome.NOT_APPLICABLE:
            return Decision(State.NOT_APPLICABLE)
        case classes:
            return Decision(State.LABELLED, classes) if classes else None


def is_decided(decision: Decision) -> bool:
    """Whether a person has looked."""
    return decision.state is not UNSEEN.state


def _chosen(decision: Decision) -> frozenset[ClassId | Outcome]:
    match decision.state:
        case State.NONE:
            return frozenset((Outcome.NONE,))
        case State.NOT_APPLICABLE:
            return frozenset((Outcome.NOT_APPLICABLE,))
        case _:
            return frozenset(decision.classes)


def _offered(suggested: SuggestionSet | None) -> frozenset[ClassId | Outcome]:
    if suggested is None or suggested.accepted is None:
        return frozenset()
    if isinstance(suggested.accepted, Outcome):
        return frozenset((suggested.accepted,))
    return frozenset(suggested.accepted)


def _numbered(
    type_: AttributeType, suggested: SuggestionSet | None, *, locked: bool
) -> tuple[Suggestion, ...]:
    """The classes in the order their numbers follow; classes without a suggestion come last."""
    ranked = suggested.ranked if suggested else ()
    by_value = {s.value: s for s in ranked if not isinstance(s.value, Outcome)}
    in_schema = tuple(by_value.get(c.id, Suggestion(c.id, 0.0, UNKNOWN)) for c in type_.classes)
    if locked:
        return in_schema
    known = tuple(s for s in ranked if s.value in by_value)
    return known + tuple(s for s in in_schema if s.value not in by_value)


def _confidence(suggested: SuggestionSet | None, suggestion: Suggestion) -> float | None:
    return None if suggested is None or suggestion.confidence < 0 else suggestion.confidence


def _known(suggested: SuggestionSet | None, outcome: Outcome) -> float | None:
    return suggested.confidence_of(outcome) if suggested else None
