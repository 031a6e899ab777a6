"""Selecting in the grid, against sets of positions worked out the slow way."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from app.ui.browse.choosing import Choosing
from app.ui.browse.flow import GAP, flow
from app.ui.browse.picked import Picked, from_positions

_spans = st.lists(st.tuples(st.booleans(), st.integers(0, 40), st.integers(0, 40)), max_size=12)


@given(_spans)
def test_ranges_behave_like_a_set(steps: list[tuple[bool, int, int]]) -> None:
    picked, slow = Picked(), set[int]()
    for adds, start, stop in steps:
        if adds:
            picked.add(start, stop)
            slow |= set(range(start, stop))
        else:
            picked.remove(start, stop)
            slow -= set(range(start, stop))
    assert list(picked) == sorted(slow)
    assert len(picked) == len(slow)
    assert all((p in picked) == (p in slow) for p in range(45))
    # Neighbouring ranges are one range: a selection of everything is a single pair.
    assert all(a[1] < b[0] for a, b in zip(picked.ranges, picked.ranges[1:], strict=False))


@given(st.sets(st.integers(0, 60)))
def test_positions_become_ranges(positions: set[int]) -> None:
    assert list(from_positions(sorted(positions))) == sorted(positions)


def test_shift_takes_all_in_between_and_ctrl_shift_adds() -> None:
    choosing = Choosing()
    choosing.restart(100, None)
    choosing.go(10)
    choosing.extend(13)
    assert list(choosing.picked) == [10, 11, 12, 13]
    choosing.extend(8)
    assert list(choosing.picked) == [8, 9, 10]
    choosing.toggle(20)
    choosing.extend(22, keep=True)
    assert list(choosing.picked) == [8, 9, 10, 20, 21, 22]
    choosing.none()
    assert not choosing.picked
    assert choosing.current == 22


def test_selection_follows_its_images_when_others_come_and_go() -> None:
    choosing = Choosing()
    old, new = array("q", [5, 6, 7, 8, 9]), array("q", [1, 5, 7, 2, 9, 3])
    choosing.restart(len(old), 2)
    choosing.picked.add(1, 3)  # images 6 and 7
    choosing.picked.toggle(4)  # image 9
    choosing.carry_over(old, new)
    assert [new[p] for p in choosing.picked] == [7, 9]
    assert choosing.current == 2


@given(st.integers(60, 4000), st.integers(88, 256))
def test_tiles_fill_the_width_and_are_never_smaller_than_wished(width: int, tile: int) -> None:
    laid = flow(width, tile)
    assert laid.cell_width >= tile + GAP
    assert laid.columns == 1 or laid.columns * laid.cell_width <= width
    assert (laid.columns + 1) * (tile + GAP) > width
    assert laid.rows(laid.columns * 3 + 1) == 4
