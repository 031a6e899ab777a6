"""Undo and redo against the simplest model that can be right: a list of steps and two stacks."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.decision import NONE, NOT_APPLICABLE, UNSEEN, Change, Decision, labelled
from app.domain.errors import NotPossible
from app.domain.ids import ClassId, ItemId, StepId, TypeId
from app.store import decisions, undo
from app.store.workspace import Workspace

Key = tuple[ItemId, TypeId]
Values = dict[Key, Decision]


@dataclass
class Written:
    """What one step wrote, and what stood there before."""

    wrote: Values
    before: Values
    step: StepId


@dataclass
class Model:
    """Values now, what can be undone and what can be redone."""

    values: Values = field(default_factory=dict)
    done: list[Written] = field(default_factory=list)
    undone: list[Written] = field(default_factory=list)

    def write(self, wrote: Values, step: StepId) -> Written:
        written = Written(wrote, {key: self.values.get(key, UNSEEN) for key in wrote}, step)
        self.values |= wrote
        return written

    def invert(self, target: Written, step: StepId) -> tuple[Written, set[Key]]:
        standing = {k for k, v in target.wrote.items() if self.values[k] == v}
        inverse = {k: target.before[k] for k in standing}
        return self.write(inverse, step), set(target.wrote) - standing


ITEMS, TYPE_A, TYPE_B = 4, TypeId(1), TypeId(2)
values_of_a = st.sampled_from([UNSEEN, NONE, NOT_APPLICABLE, labelled(ClassId(1)), labelled(ClassId(2))])
values_of_b = st.sampled_from([UNSEEN, labelled(ClassId(4)), labelled(ClassId(5), ClassId(4))])
rejecting = st.just(Decision(rejected=(ClassId(6),)))
one_change = st.one_of(
    st.tuples(st.integers(1, ITEMS), st.just(TYPE_A), values_of_a),
    st.tuples(st.integers(1, ITEMS), st.just(TYPE_B), values_of_b | rejecting),
)
actions = st.lists(
    st.one_of(
        st.lists(one_change, min_size=1, max_size=5),
        st.sampled_from(["undo", "redo", "reopen"]),
        st.tuples(st.just("undo step"), st.integers(0, 9)),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(actions)
def test_any_sequence_ends_where_the_model_says(
    make_stock: Callable[[Path, int], object], sequence: list[object]
) -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "project"
        workspace: Workspace = make_stock(folder, ITEMS).workspace
        model = Model()
        try:
            for action in sequence:
                if action == "reopen":
                    workspace.close()
                    workspace = Workspace.open(folder)
                else:
                    _act(workspace, model, action)
                _same(workspace, model)
        finally:
            workspace.close()


def _act(workspace: Workspace, model: Model, action: object) -> None:
    match action:
        case "undo":
            _undo(workspace, model, None)
        case "redo":
            target = model.undone.pop() if model.undone else None
            result = undo.redo(workspace, "tester")
            assert (result is None) == (target is None)
            if target is not None and result is not None:
                written, conflicts = model.invert(target, result.step)
                model.done.append(written)
                assert {(c.item, c.type) for c in result.conflicts} == conflicts
        case ("undo step", number):
            if model.done:
                _undo(workspace, model, model.done[int(number) % len(model.done)])
        case list():
            changes = [Change(ItemId(i), t, v) for i, t, v in action]
            step, _ = decisions.decide(workspace, changes, "words", "tester")
            model.done.append(model.write({(c.item, c.type): c.decision for c in changes}, step))
            model.undone.clear()


def _undo(workspace: Workspace, model: Model, chosen: Written | None) -> None:
    target = chosen or (model.done[-1] if model.done else None)
    result = undo.undo(workspace, "tester", chosen.step if chosen else None)
    assert (result is None) == (target is None)
    if target is None or result is None:
        return
    model.done.remove(target)
    written, conflicts = model.invert(target, result.step)
    model.undone.append(written)
    assert {(c.item, c.type) for c in result.conflicts} == conflicts
    assert result.changes.items == {item for item, _ in written.wrote}


def _same(workspace: Workspace, model: Model) -> None:
    ids = [ItemId(n) for n in range(1, ITEMS + 1)]
    found = {
        (item, kind): record.decision
        for item, records in decisions.current(workspace, ids).items()
        for kind, record in records.items()
    }
    assert found == model.values
    back, again = undo.undoable(workspace)
    assert (back is not None, again is not None) == (bool(model.done), bool(model.undone))
    with workspace.reading() as connection:
        stored = dict(connection.exec_driver_sql("SELECT id, decided FROM item").fetchall())
        named = set(connection.exec_driver_sql("SELECT class_id, item_id FROM current_class").fetchall())
    for item in ids:
        values = [v for (i, _), v in model.values.items() if i == item]
        assert stored[item] == sum(v.state != UNSEEN.state for v in values)
    assert named == {(c, i) for (i, _), v in model.values.items() for c in v.classes}


def test_a_step_cannot_be_taken_back_twice(stocked) -> None:
    change = Change(stocked.items[0], stocked.types[0], NONE)
    step, _ = decisions.decide(stocked.workspace, [change], "None", "tester")
    undo.undo(stocked.workspace, "tester", step)
    with pytest.raises(NotPossible, match="taken back already"):
        undo.undo(stocked.workspace, "tester", step)


def test_what_changed_since_is_shown_as_a_conflict_and_kept(stocked) -> None:
    first, second = stocked.items[:2]
    kind, (x, y, _) = stocked.types[0], stocked.classes[stocked.types[0]]
    bulk, _ = decisions.decide(
        stocked.workspace, [Change(i, kind, labelled(x)) for i in (first, second)], "Both x", "ann"
    )
    decisions.decide(stocked.workspace, [Change(second, kind, labelled(y))], "y", "bob")
    result = undo.undo(stocked.workspace, "ann", bulk)
    assert result is not None
    assert [(c.item, c.written, c.current) for c in result.conflicts] == [(second, labelled(x), labelled(y))]
    now = decisions.current(stocked.workspace, [first, second])
    assert now[first][kind].decision == UNSEEN
    assert now[second][kind].decision == labelled(y)
    assert result.words == "Both x"
