"""The review queue against a slow look at everything, whatever was decided and undone meanwhile."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.decision import NONE, UNSEEN, Change
from app.domain.ids import ItemId, TypeId
from app.domain.review import QueueKey
from app.domain.suggestion import Suggestion, SuggestionSet
from app.store import decisions, predictions, queue, undo
from app.store.workspace import Workspace
from tests.suggested import put_sets

ITEMS = 6
KINDS = (TypeId(1), TypeId(2))
key = st.tuples(st.integers(1, ITEMS), st.sampled_from(KINDS))
actions = st.lists(
    st.one_of(
        st.tuples(
            st.just("predict"),
            st.integers(1, ITEMS),
            st.lists(st.floats(0, 1, width=32), min_size=2, max_size=2),
        ),
        st.tuples(st.just("decide"), st.lists(key, min_size=1, max_size=6, unique=True), st.booleans()),
        st.sampled_from([("undo",), ("redo",), ("look",), ("rebuild",)]),
        st.tuples(st.just("forget"), st.integers(1, ITEMS)),
    ),
    max_size=15,
)


@settings(max_examples=40, deadline=None)
@given(actions)
def test_the_queue_holds_exactly_what_nobody_decided(
    make_stock: Callable[[Path, int], object], sequence: list[tuple[object, ...]]
) -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "project"
        workspace: Workspace = make_stock(folder, ITEMS).workspace
        predicted: dict[tuple[ItemId, TypeId], float] = {}
        try:
            for action in sequence:
                if action[0] == "rebuild":
                    workspace.close()
                    (folder / "cache" / "derived.sqlite").unlink()
                    predicted.clear()
                    workspace = Workspace.open(folder)
                else:
                    _act(workspace, predicted, action)
            _same(workspace, predicted)
        finally:
            workspace.close()


def _act(
    workspace: Workspace, predicted: dict[tuple[ItemId, TypeId], float], action: tuple[object, ...]
) -> None:
    match action:
        case ("predict", item, confidences):
            sets = [_suggestion(item, k, c) for k, c in zip(KINDS, confidences, strict=True)]
            put_sets(workspace, "v", [(item, sets)])
            predicted |= {(item, k): c for k, c in zip(KINDS, confidences, strict=True)}
        case ("decide", keys, clear):
            value = UNSEEN if clear else NONE
            decisions.decide(workspace, [Change(i, k, value) for i, k in keys], "words", "tester")
        case ("forget", item):
            predictions.forget_predictions(workspace, [item])
            for k in KINDS:
                predicted.pop((item, k), None)
        case ("undo",):
            undo.undo(workspace, "tester")
        case ("redo",):
            undo.redo(workspace, "tester")
        case _:
            queue.follow(workspace)


def _suggestion(item: ItemId, kind: TypeId, confidence: float) -> SuggestionSet:
    return SuggestionSet(item, kind, "v", (Suggestion(1, 0.5, confidence),), None, True, 0)


def _same(workspace: Workspace, predicted: dict[tuple[ItemId, TypeId], float]) -> None:
    now = decisions.current(workspace, [ItemId(n) for n in range(1, ITEMS + 1)])
    wanted = sorted(
        (confidence, item, kind)
        for (item, kind), confidence in predicted.items()
        if kind not in now.get(item, {}) or now[item][kind].decision.state is UNSEEN.state
    )
    queue.follow(workspace)
    for kind in (None, *KINDS):
        expected = [QueueKey(*entry) for entry in wanted if kind in (None, entry[2])]
        assert _all_pages(workspace, kind) == expected
        assert queue.remaining(workspace, kind) == len(expected)


def _all_pages(workspace: Workspace, kind: TypeId | None) -> list[QueueKey]:
    found: list[QueueKey] = []
    while page := queue.page(workspace, kind, found[-1] if found else None, 3):
        found += page
    return found


def test_a_decided_entry_is_off_the_page_before_the_flags_have_followed(stocked) -> None:
    item, kind = stocked.items[0], stocked.types[0]
    put_sets(stocked.workspace, "v", [(item, [_suggestion(item, kind, 0.5)])])
    assert [k.item for k in queue.page(stocked.workspace, None, None, 10)] == [item]
    decisions.decide(stocked.workspace, [Change(item, kind, NONE)], "None", "tester")
    assert queue.page(stocked.workspace, None, None, 10) == ()


@pytest.mark.parametrize(
    ("index", "of_type", "key", "order"),
    [
        ("queue_of_type", "type_id = 1 AND", "(confidence, item_id) > (0.5, 1)", "confidence, item_id"),
        (
            "queue_of_all",
            "",
            "(confidence, item_id, type_id) > (0.5, 1, 1)",
            "confidence, item_id, type_id",
        ),
    ],
)
def test_pages_are_read_by_key_through_the_index(stocked, index, of_type, key, order) -> None:
    with stocked.workspace.derived.reading() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN SELECT item_id FROM prediction INDEXED BY {index} "
            f"WHERE waiting = 1 AND {of_type} {key} ORDER BY {order} LIMIT 50"
        ).fetchall()
    words = " ".join(row[3] for row in plan)
    assert "SEARCH" in words
    assert "COVERING INDEX" in words
    assert "confidence" in words
    assert "TEMP B-TREE" not in words
