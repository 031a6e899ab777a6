"""Filters, orders and counts against plain loops over the same facts."""

import random
from collections.abc import Callable

import pytest

from app.domain.decision import NONE, NOT_APPLICABLE, UNSEEN, Change, Decision, State, labelled
from app.domain.ids import ItemId
from app.domain.item import ReadImage
from app.domain.query import ImageQuery, Sort, StateFilter, parse_filter
from app.domain.suggestion import Suggestion, SuggestionSet
from app.store import counting, decisions, items, ordering, queue, schema
from tests.suggested import put_sets

Facts = tuple[dict[tuple[ItemId, str], Decision], dict[tuple[ItemId, str], tuple[str, float]]]


@pytest.fixture
def facts(stocked) -> Facts:
    """Random decisions and predictions, written to the store and told as plain dictionaries."""
    chance = random.Random(3)
    decided: dict[tuple[ItemId, str], Decision] = {}
    predicted: dict[tuple[ItemId, str], tuple[str, float]] = {}
    names = dict(zip(stocked.types, "ab", strict=True))
    for item in stocked.items:
        sets = []
        for kind, name in names.items():
            x, y, z = stocked.classes[kind]
            value = chance.choice([None, None, NONE, NOT_APPLICABLE, UNSEEN, labelled(x), labelled(y)])
            if value is not None:
                decisions.decide(stocked.workspace, [Change(item, kind, value)], "words", "tester")
                decided[item, name] = value
            if item % 4:
                best, confidence = chance.choice([(x, "x"), (y, "y"), (z, "z")]), chance.random()
                predicted[item, name] = (best[1], confidence)
                ranked = (Suggestion(best[0], 0.5, confidence),)
                sets.append(SuggestionSet(item, kind, "v", ranked, None, True, 0))
        put_sets(stocked.workspace, "v", [(item, sets)])
    items.record_read(stocked.workspace, [ReadImage(stocked.items[5], "", 0, 0, problem="cut short")])
    queue.follow(stocked.workspace)
    return decided, predicted


def state(facts: Facts, item: ItemId, name: str) -> State:
    return facts[0].get((item, name), UNSEEN).state


def best(facts: Facts, item: ItemId, name: str) -> tuple[str, float]:
    return facts[1].get((item, name), ("", float("nan")))


CASES: dict[str, Callable[[Facts, ItemId], bool]] = {
    "": lambda f, i: True,
    "state:unseen type:a": lambda f, i: state(f, i, "a") is State.UNSEEN,
    "state:labelled type:b": lambda f, i: state(f, i, "b") is State.LABELLED,
    "state:none": lambda f, i: State.NONE in (state(f, i, "a"), state(f, i, "b")),
    "state:na": lambda f, i: State.NOT_APPLICABLE in (state(f, i, "a"), state(f, i, "b")),
    "state:unfinished": lambda f, i: i != 6 and State.UNSEEN in (state(f, i, "a"), state(f, i, "b")),
    "state:suggested type:a": lambda f, i: (i, "a") in f[1] and state(f, i, "a") is State.UNSEEN,
    "state:broken": lambda f, i: i == 6,
    "A:X": lambda f, i: f[0].get((i, "a")) == labelled(1),
    "a:@none": lambda f, i: state(f, i, "a") is State.NONE,
    "a:x b:y": lambda f, i: f[0].get((i, "a")) == labelled(1) and f[0].get((i, "b")) == labelled(5),
    "b~z": lambda f, i: best(f, i, "b")[0] == "z",
    "confidence<0.5 type:a": lambda f, i: best(f, i, "a")[1] < 0.5,
    "confidence>0.5": lambda f, i: any(best(f, i, n)[1] > 0.5 for n in "ab"),
    "folder:images/dir1": lambda f, i: 5 < i <= 10,
    "folder:dir1": lambda f, i: 5 < i <= 10,
    "folder:dir": lambda f, i: False,
    "IMAGE0003": lambda f, i: i == 4,
    "image_003": lambda f, i: False,
    "100%": lambda f, i: False,
    "unheard:of": lambda f, i: False,
    "a:unheard": lambda f, i: False,
    "state:unseen type:unheard": lambda f, i: False,
}


@pytest.mark.parametrize("line", CASES)
def test_a_filter_finds_what_a_loop_finds(stocked, facts: Facts, line: str) -> None:
    query = parse_filter(line)
    known = schema.load(stocked.workspace)
    expected = [i for i in stocked.items if CASES[line](facts, i)]
    assert list(ordering.order(stocked.workspace, known, query)) == expected
    counted = counting.facets(stocked.workspace, known, query)
    assert counted.images == len(expected)
    for kind in counted.types:
        name = known.type(kind.type).name
        for asked, wanted in (
            (StateFilter.LABELLED, State.LABELLED),
            (StateFilter.NONE, State.NONE),
            (StateFilter.NOT_APPLICABLE, State.NOT_APPLICABLE),
            (StateFilter.UNSEEN, State.UNSEEN),
        ):
            assert kind.states[asked] == sum(state(facts, i, name) is wanted for i in expected)
        waiting = [i for i in expected if (i, name) in facts[1] and state(facts, i, name) is State.UNSEEN]
        assert kind.states[StateFilter.SUGGESTED] == len(waiting)
        for class_id, number in kind.classes.items():
            assert number == sum(class_id in facts[0].get((i, name), UNSEEN).classes for i in expected)


def test_the_least_confident_come_first_and_those_without_a_suggestion_last(stocked, facts: Facts) -> None:
    query = ImageQuery(sort=Sort.LEAST_CONFIDENT)

    def least(item: ItemId) -> float:
        waiting = [
            best(facts, item, n)[1]
            for n in "ab"
            if (item, n) in facts[1] and state(facts, item, n) is State.UNSEEN
        ]
        return min(waiting, default=2.0)

    found = ordering.order(stocked.workspace, schema.load(stocked.workspace), query)
    assert list(found) == sorted(stocked.items, key=lambda i: (least(i), i))


def test_the_last_decided_come_first(stocked) -> None:
    kind = stocked.types[0]
    for number in (4, 1, 7):
        decisions.decide(stocked.workspace, [Change(stocked.items[number], kind, NONE)], "None", "tester")
    query = ImageQuery(sort=Sort.RECENT)
    found = ordering.order(stocked.workspace, schema.load(stocked.workspace), query)
    assert list(found)[:3] == [stocked.items[n] for n in (7, 1, 4)]
    assert sorted(found) == list(stocked.items)


def test_folders_come_as_a_tree_with_all_below_counted(stocked) -> None:
    counted = counting.facets(stocked.workspace, schema.load(stocked.workspace), ImageQuery())
    assert [(f.under, f.name, f.depth, f.images) for f in counted.folders] == [
        ("images", "images", 0, 12),
        ("images/dir0", "dir0", 1, 5),
        ("images/dir1", "dir1", 1, 5),
        ("images/dir2", "dir2", 1, 2),
    ]
