"""What the labelling keys do to the facts on screen, worked out without a widget."""

from app.domain.decision import NONE, NOT_APPLICABLE, UNSEEN, Decision, labelled
from app.domain.ids import ClassId, TypeId
from app.domain.schema import Selection
from app.domain.suggestion import Outcome
from app.ui.label.facts import Facts
from app.ui.label.rows import taken_by_enter


def picked(facts: Facts, type_id: TypeId, value: ClassId | Outcome) -> Decision:
    """The value after a row was taken: chosen, or switched where several are allowed.

    Taking the chosen row of a single-choice type again keeps it: a doubled keystroke loses nothing.
    """
    if isinstance(value, Outcome):
        return NONE if value is Outcome.NONE else NOT_APPLICABLE
    if facts.schema.type(type_id).selection is Selection.SINGLE:
        return labelled(value)
    decision = facts.decision(type_id)
    if not facts.is_decided(type_id):
        return labelled(value)
    return decision.with_toggled(value)


def accepted(facts: Facts, type_id: TypeId) -> Decision | None:
    """What Enter decides for a type; None where it is decided already or nothing is suggested."""
    if facts.is_decided(type_id):
        return None
    return taken_by_enter(facts.suggestions.get(type_id))


def accepted_all(facts: Facts) -> dict[TypeId, Decision]:
    """What Ctrl+Enter decides: every type that is left and has a suggestion."""
    found = {t.id: accepted(facts, t.id) for t in facts.undecided()}
    return {t: d for t, d in found.items() if d is not None}


def cleared(facts: Facts, type_id: TypeId) -> Decision | None:
    """The value after Backspace, or None where there is nothing to clear."""
    return UNSEEN if facts.is_decided(type_id) else None


def next_undecided(facts: Facts, after: TypeId) -> TypeId | None:
    """The type to go to after one was decided: the next undecided one below, else the first above."""
    ids = [t.id for t in facts.schema.types]
    start = ids.index(after)
    return next((t for t in (*ids[start + 1 :], *ids[:start]) if not facts.is_decided(t)), None)


def stays(facts: Facts, type_id: TypeId, value: ClassId | Outcome) -> bool:
    """Whether the keys stay with the type after a row was taken: where more classes may follow."""
    return not isinstance(value, Outcome) and facts.schema.type(type_id).selection is Selection.MULTIPLE
