"""Learning from a handful of examples, recomputed the slow way."""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.decision import labelled
from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.schema import Selection
from app.domain.suggestion import Outcome, SuggestionSet
from app.services.examples import LEAST_PER_VALUE, MOST, Examples, choose
from app.services.fewshot import learn, untaught
from app.services.type_ranker import TypeRanker, Value
from app.store.packing import pack, unpack
from mtss.dictionary import unit

RED, GREEN, TEAL = ClassId(1), ClassId(2), ClassId(3)


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v)


def _ranker(rows: list[list[float]], values: tuple[Value, ...]) -> TypeRanker:
    count = len(rows)
    return TypeRanker(
        TypeId(1),
        Selection.SINGLE,
        "color",
        len(rows[0]),
        values,
        np.array([_unit(np.array(r)) for r in rows], np.float32),
        np.zeros(count, np.float32),
        np.full(count, 10.0),
        np.zeros(count),
        exclusive=True,
        calibrated=True,
    )


def _suggested(ranker: TypeRanker, embedding: list[float]) -> SuggestionSet:
    [packed] = pack(ranker.column(_unit(np.array([embedding], np.float32))))
    return unpack(ItemId(7), ranker.type, "v", packed)


def _examples(vectors: list[list[float]], said: list[Value], fresh: bool = True) -> Examples:
    return Examples(
        unit(np.array(vectors, np.float32)), tuple(frozenset([v]) for v in said), np.full(len(said), fresh)
    )


def test_one_example_makes_a_new_class_suggest() -> None:
    base = _ranker([[1, 0, 0], [0, 1, 0]], (RED, GREEN))
    learned = learn(base, _examples([[0.1, 0.2, 2]], [TEAL]))
    assert learned.values == (RED, GREEN, TEAL)
    assert learned.examples == 1
    assert not learned.calibrated
    found = _suggested(learned, [0, 0.3, 1])
    assert found.ranked[0].value == TEAL
    assert found.accepted == (TEAL,)
    cosine = _unit(np.array([0, 0.3, 1])) @ _unit(np.array([0.1, 0.2, 2]))
    assert found.ranked[0].similarity == pytest.approx(cosine, abs=1e-6)


def test_a_known_row_moves_towards_corrections_as_if_it_were_five_examples() -> None:
    base = _ranker([[1, 0, 0], [0, 1, 0]], (RED, GREEN))
    corrections = [[1, 1.2, 0.2], [1, 1.1, 0.1]]
    learned = learn(base, _examples(corrections, [RED, RED]))
    expected = _unit(5 * np.array([1.0, 0, 0]) + sum(_unit(np.array(c)) for c in corrections))
    np.testing.assert_allclose(learned.vectors[0], expected, atol=1e-6)
    np.testing.assert_array_equal(learned.vectors[1], base.vectors[1])


def test_what_the_model_was_trained_on_moves_nothing() -> None:
    base = _ranker([[1, 0, 0], [0, 1, 0]], (RED, GREEN))
    assert learn(base, _examples([[1, 1, 0]], [RED], fresh=False)) is base


def test_a_correction_that_would_hurt_verified_images_is_left_out() -> None:
    base = _ranker([[1, 0], [0.6, 0.8]], (RED, GREEN))
    # Forty mistaken "red" far off, and verified green images that the moved row would swallow.
    vectors = [[0.0, 1.0]] * 3 + [[0.75, 0.66]] * 20
    learned = learn(base, _examples(vectors, [RED] * 3 + [GREEN] * 20))
    np.testing.assert_array_equal(learned.vectors[0], base.vectors[0])


def test_a_new_row_is_held_back_until_it_costs_the_verified_nothing() -> None:
    base = _ranker([[1, 0.0], [0, 1]], (RED, GREEN))
    vectors = [[0.9, 0.45]] * 2 + [[0.93, 0.37]] * 10
    learned = learn(base, _examples(vectors, [TEAL] * 2 + [RED] * 10, fresh=False))
    assert learned.offset[2] > 0
    top = learned.rank(unit(np.array([[0.93, 0.37]], np.float32)))[0][0][0]
    assert learned.values[top] == RED


def test_an_unknown_type_learns_classes_and_outcomes_from_features() -> None:
    blank = untaught(TypeId(4), Selection.SINGLE, 3)
    assert blank.column(np.ones((1, 3), np.float32)).codes.shape == (1, 0)
    learned = learn(blank, _examples([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [RED, Outcome.NONE, GREEN]))
    assert learned.values == (RED, GREEN, Outcome.NONE)
    found = _suggested(learned, [0.1, 1, 0.1])
    assert found.accepted is Outcome.NONE
    assert sum(s.confidence for s in found.ranked) == pytest.approx(1)


def test_the_order_of_decisions_does_not_matter() -> None:
    base = _ranker([[1, 0, 0], [0, 1, 0]], (RED, GREEN))
    vectors, said = [[0, 0, 1.0], [1, 0.2, 0], [0, 0.1, 1]], [TEAL, RED, TEAL]
    one = learn(base, _examples(vectors, said))
    two = learn(base, _examples(vectors[::-1], said[::-1]))
    np.testing.assert_allclose(one.vectors, two.vectors, atol=1e-6)


@pytest.mark.parametrize("taught", [True, False], ids=["all learned before", "all fresh"])
def test_a_class_of_few_images_is_never_crowded_out(taught: bool) -> None:
    rare = [(ItemId(n), f"t{n}", labelled(TEAL)) for n in range(3)]
    common = [(ItemId(10 + n), f"r{n}", labelled(RED)) for n in range(2 * MOST)]
    told = {content: frozenset(decision.classes) for _, content, decision in (*rare, *common)}
    chosen = choose([*rare, *common], told if taught else {})
    assert len(chosen) == MOST
    assert [content for content, _, _ in chosen[:3]] == ["t0", "t1", "t2"]
    assert all(fresh is not taught for _, _, fresh in chosen)


def test_what_is_fresh_comes_before_what_was_learned() -> None:
    fresh = [(ItemId(n), f"f{n}", labelled(RED)) for n in range(100)]
    old = [(ItemId(200 + n), f"o{n}", labelled(RED)) for n in range(2 * MOST)]
    chosen = choose([*old, *fresh], {content: frozenset([RED]) for _, content, _ in old})
    assert sum(f for _, _, f in chosen) == len(fresh)
    newest = [f"o{n}" for n in range(2 * MOST - (MOST - len(fresh)), 2 * MOST)]
    assert [content for content, _, _ in chosen[len(fresh) :]] == newest
    assert len(fresh) > LEAST_PER_VALUE


def test_a_new_row_leaves_the_unverified_images_of_its_neighbour_alone() -> None:
    """Trained rows lie some way off their images, a mean of examples does not."""
    base = _ranker([[0.0, 1.0, 0.0], [0.71, 0.0, 0.71]], (GREEN, RED))
    learned = learn(base, _examples([[1, 0.1, 0], [1, 0.15, 0.1], [1, 0.05, -0.05]], [TEAL] * 3))
    assert _suggested(learned, [1, 0.1, 0.02]).accepted == (TEAL,)
    assert _suggested(learned, [0.93, 0.0, 0.36]).accepted == (RED,), "nearer to the mean by cosine alone"


def _with_features(rows: list[list[float]], seen: list[list[float]]) -> np.ndarray:
    """Directions of images: in a branch and, beside it, among features."""
    return np.hstack([unit(np.array(rows, np.float32)), unit(np.array(seen, np.float32))])


def test_a_new_class_that_the_branch_takes_for_a_known_one_is_told_apart_by_features() -> None:
    """Teal looks red to a branch that never met teal; among the features they lie apart."""
    known = _ranker([[1, 0.2], [0, 1]], (RED, GREEN))
    base = replace(known, vectors=np.pad(known.vectors, ((0, 0), (0, 3))))
    taught = _with_features([[1, 0.1], [1, 0.11], [1, 0.12]], [[0, 0, 1], [0.1, 0, 1], [0, 0.1, 1]])
    learned = learn(base, Examples(taught, (frozenset([TEAL]),) * 3, np.full(3, True)))
    red = _with_features([[1, 0.1], [1, 0.12]], [[1, 0, 0], [1, 0.2, 0]])
    teal = _with_features([[1, 0.1], [1, 0.12]], [[0.1, 0.1, 1], [0.2, 0, 1]])
    for images, value in ((red, RED), (teal, TEAL)):
        order, _, _ = learned.rank(images)
        assert [learned.values[i] for i in order[:, 0]] == [value, value]


def test_without_learned_rows_the_branch_will_do() -> None:
    known = _ranker([[1.0, 0.2], [0.0, 1.0]], (RED, GREEN))
    base = replace(known, vectors=np.pad(known.vectors, ((0, 0), (0, 3))))
    images = _with_features([[1, 0.1], [0.3, 1]], [[0, 0, 1], [1, 0, 0]])
    np.testing.assert_allclose(base.similarities(images), base.similarities(images[:, :2]), atol=1e-6)
    learned = learn(base, Examples(images[:1], (frozenset([TEAL]),), np.full(1, True)))
    assert (base.is_narrow, learned.is_narrow) == (True, False)
    assert not untaught(TypeId(4), Selection.SINGLE, 3).is_narrow


def test_a_known_class_moves_in_its_branch_alone() -> None:
    known = _ranker([[1.0, 0.0], [0.0, 1.0]], (RED, GREEN))
    base = replace(known, vectors=np.pad(known.vectors, ((0, 0), (0, 2))))
    taught = _with_features([[1, 0.4]], [[0.6, 0.8]])
    learned = learn(base, Examples(taught, (frozenset([RED]),), np.full(1, True)))
    expected = _unit(5 * np.array([1.0, 0]) + _unit(np.array([1, 0.4])))
    np.testing.assert_allclose(learned.vectors[0], [*expected, 0, 0], atol=1e-6)


@pytest.mark.parametrize("selection", list(Selection))
def test_one_class_alone_promises_little_and_enter_does_not_take_it(selection: Selection) -> None:
    blank = untaught(TypeId(4), selection, 3)
    alone = learn(blank, _examples([[1, 0.1, 0], [1, 0, 0.1]], [RED] * 2))
    found = _suggested(alone, [1, 0.05, 0.05])
    assert [s.value for s in found.ranked] == [RED]
    assert found.accepted is None
    assert _suggested(alone, [0, 1, 0]).ranked[0].confidence < 0.05
    both = learn(blank, _examples([[1, 0.1, 0], [1, 0, 0.1], [0, 1, 0]], [RED] * 2 + [GREEN]))
    assert _suggested(both, [1, 0.05, 0.05]).accepted == (RED,)


def test_one_class_alone_among_exclusive_ones_never_says_more_than_one_half() -> None:
    alone = learn(untaught(TypeId(4), Selection.SINGLE, 3), _examples([[1, 0, 0]] * 3, [RED] * 3))
    same, near = _suggested(alone, [1, 0, 0]), _suggested(alone, [1, 0.6, 0])
    assert near.ranked[0].confidence < same.ranked[0].confidence <= 0.5


def test_a_calibrated_row_alone_is_taken_where_it_is_likely() -> None:
    model = replace(
        _ranker([[1, 0, 0]], (RED,)), selection=Selection.MULTIPLE, exclusive=False, bias=np.array([-5.0])
    )
    assert _suggested(model, [1, 0.2, 0]).accepted == (RED,)
    assert _suggested(model, [0, 1, 0]).accepted is None
