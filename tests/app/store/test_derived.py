"""The cache: exact while whole, made anew when not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision import NONE, Change
from app.domain.errors import ProjectUnwritable
from app.domain.ids import ClassId, FolderId, ItemId, TypeId
from app.domain.item import FoundImage, Health, ReadImage
from app.domain.suggestion import Outcome, Suggestion, SuggestionSet
from app.store import decisions, items, predictions
from app.store.derived import Derived
from app.store.packing import Column, pack, unpack
from app.store.scans import FolderScan
from app.store.workspace import Workspace
from tests.suggested import column_of, put_sets

values = st.sampled_from(list(Outcome)) | st.integers(1, 2**31 - 1).map(ClassId)
single = st.floats(-1, 1, width=32)
suggestions = st.builds(Suggestion, values, single, single)


@st.composite
def _sets(draw: st.DrawFn) -> SuggestionSet:
    ranked = draw(st.lists(suggestions, min_size=1, max_size=20, unique_by=lambda s: s.value).map(tuple))
    classes = [s.value for s in ranked if not isinstance(s.value, Outcome)]
    outcomes = [s.value for s in ranked if isinstance(s.value, Outcome)]
    some = st.sets(st.sampled_from(classes)) if classes else st.just(set())
    kept = draw(some.map(lambda taken: tuple(c for c in classes if c in taken) or None))
    accepted = draw(st.sampled_from([kept, *outcomes]))
    calibrated, examples = draw(st.booleans()), draw(st.integers(0, 65_535))
    return SuggestionSet(ItemId(1), TypeId(2), "version", ranked, accepted, calibrated, examples)


@given(_sets())
def test_packing_gives_back_what_went_in(made: SuggestionSet) -> None:
    [packed] = pack(column_of(made))
    assert unpack(ItemId(1), TypeId(2), "version", packed) == made


def test_each_image_of_a_column_is_packed_by_itself() -> None:
    column = Column(
        TypeId(2),
        np.array([[3, 1], [-1, 3], [1, 3]]),
        np.array([[0.5, 0.25], [0.75, 0.5], [0.5, 0.125]]),
        np.array([[0.75, 0.5], [0.5, 0.25], [0.25, 0.125]]),
        np.array([[True, True], [True, False], [False, True]]),
        True,
        70_000,
    )
    found = [unpack(ItemId(n), TypeId(2), "v", packed) for n, packed in enumerate(pack(column))]
    assert [s.accepted for s in found] == [(3, 1), Outcome.NONE, (3,)]
    assert [[r.value for r in s.ranked] for s in found] == [[3, 1], [Outcome.NONE, 3], [1, 3]]
    assert [s.ranked[0].confidence for s in found] == [0.75, 0.5, 0.25]
    assert found[1].ranked[1].similarity == 0.5
    assert found[0].examples == 65_535


def test_features_are_kept_by_content_and_backbone(stocked) -> None:
    derived = stocked.workspace.derived
    derived.put_features("net", [("aa", b"12"), ("bb", b"34")])
    derived.put_features("other", [("aa", b"56")])
    derived.put_features("net", [("aa", b"78")])
    assert derived.features("net", ["aa", "bb", "cc"]) == {"aa": b"78", "bb": b"34"}
    assert derived.features("unheard of", ["aa"]) == {}
    assert derived.missing_features("net", ["aa", "cc"]) == {"cc"}
    assert derived.missing_features("unheard of", ["aa"]) == {"aa"}


@pytest.mark.parametrize("damage", ["garbage", "old version", "cut short"])
def test_a_cache_that_cannot_be_used_is_made_anew_and_no_decision_is_lost(stocked, damage: str) -> None:
    workspace, item, kind = stocked.workspace, stocked.items[0], stocked.types[0]
    decisions.decide(workspace, [Change(item, kind, NONE)], "None", "tester")
    workspace.derived.put_features("net", [("aa", b"12")])
    path = workspace.derived.path
    workspace.close()
    _damage(path, damage)
    again = Workspace.open(workspace.folder)
    assert again.derived.features("net", ["aa"]) == {}
    assert again.derived.missing_features("net", ["aa"]) == {"aa"}
    assert decisions.current(again, [item])[item][kind].decision == NONE
    again.close()


def _damage(path: Path, damage: str) -> None:
    content = bytearray(path.read_bytes())
    match damage:
        case "garbage":
            content[:100] = b"x" * 100
        case "old version":
            content[60:64] = b"\0\0\0\x63"  # user_version, in the file's header
        case _:
            del content[4096:]
    path.write_bytes(content)


def test_damage_met_in_mid_work_is_told_and_heals_with_the_next_opening(tmp_path: Path) -> None:
    path = tmp_path / "derived.sqlite"
    derived = Derived.open(path)
    derived.put_features("net", [(f"{n:064}", bytes(900)) for n in range(500)])
    derived.close()
    content = bytearray(path.read_bytes())
    content[200_000:400_000] = b"\xff" * 200_000
    path.write_bytes(content)
    derived = Derived.open(path)
    with pytest.raises(ProjectUnwritable, match="No decision is affected"):
        derived.features("net", [f"{n:064}" for n in range(500)])
    derived.close()
    again = Derived.open(path)
    assert again.features("net", [f"{0:064}"]) == {}
    again.close()


def test_predictions_are_replaced_whole(stocked) -> None:
    workspace, item, (a, b) = stocked.workspace, stocked.items[0], stocked.types

    def made(kind: TypeId, version: str, confidence: float) -> SuggestionSet:
        ranked = (
            Suggestion(stocked.classes[kind][0], 0.5, confidence),
            Suggestion(Outcome.NONE, 0.25, 0.125),
        )
        return SuggestionSet(item, kind, version, ranked, Outcome.NONE, False, 3)

    items.record_read(workspace, [ReadImage(item, "1" * 64, 6, 4)])
    assert list(predictions.unpredicted(workspace, "old")) == list(stocked.items)
    put_sets(workspace, "old", [(item, [made(a, "old", 0.5), made(b, "old", 0.75)])])
    assert predictions.best(workspace, [item])[item] == {
        a: (stocked.classes[a][0], 0.5),
        b: (stocked.classes[b][0], 0.75),
    }
    put_sets(workspace, "new", [(item, [made(a, "new", 0.25)])])
    assert predictions.predictions(workspace, [item]) == {item: {a: made(a, "new", 0.25)}}
    assert list(predictions.unpredicted(workspace, "new")) == list(stocked.items[1:])
    assert list(predictions.unpredicted(workspace, "old")) == list(stocked.items)
    twice = Column(a, np.array([[5], [7]]), *2 * [np.array([[0.25], [0.75]])], np.ones((2, 1), bool), True, 0)
    predictions.put_predictions(workspace, "new", [item, item], [twice])
    assert predictions.best(workspace, [item])[item] == {a: (7, 0.75)}
    predictions.forget_predictions(workspace, [item])
    assert predictions.predictions(workspace, [item]) == {}


def test_what_was_predicted_before_a_scan_that_was_killed_is_predicted_again(stocked) -> None:
    workspace, item, kind = stocked.workspace, stocked.items[0], stocked.types[0]
    items.record_read(workspace, [ReadImage(item, "1" * 64, 6, 4)])
    column = Column(kind, np.array([[5]]), *2 * [np.array([[0.5]])], np.ones((1, 1), bool), True, 0)
    predictions.put_predictions(workspace, "v", [item], [column])
    assert item not in predictions.unpredicted(workspace, "v")
    FolderScan(workspace, FolderId(1)).take([FoundImage("dir0/image0000.jpg", 99, 99)])  # and no more
    assert item in predictions.unpredicted(workspace, "v")


def test_what_was_predicted_from_another_content_is_left_out(stocked) -> None:
    workspace, (first, second, third, *_), kind = stocked.workspace, stocked.items, stocked.types[0]
    items.record_read(workspace, [ReadImage(i, f"{i}" * 64, 6, 4) for i in (first, second)])
    seen = {first: f"{first}" * 64, second: "ff" * 32, third: f"{third}" * 64}
    column = Column(kind, np.array([[5]] * 3), *2 * [np.array([[0.5]] * 3)], np.ones((3, 1), bool), True, 0)
    predictions.put_predictions(workspace, "v", [first, second, third], [column], seen)
    assert predictions.best(workspace, stocked.items).keys() == {first}
    assert first not in predictions.unpredicted(workspace, "v")
    assert second in predictions.unpredicted(workspace, "v")
    predictions.put_predictions(workspace, "v", [second], [column.part(slice(1))], seen)
    assert predictions.best(workspace, stocked.items).keys() == {first}


def test_a_reading_of_a_file_that_was_changed_since_is_dropped(stocked) -> None:
    workspace, item = stocked.workspace, stocked.items[3]
    [before] = items.items(workspace, [item])
    assert before.stamp == (3, 3)
    FolderScan(workspace, before.folder).take([FoundImage("dir0/image0003.jpg", 3, 4)])
    read = ReadImage(item, "aa" * 32, 6, 4, stamp=before.stamp)
    items.record_read(workspace, [read])
    assert items.items(workspace, [item])[0].health is Health.UNREAD
    items.record_read(workspace, [replace(read, stamp=(3, 4))])
    [after] = items.items(workspace, [item])
    assert (after.health, after.content_hash, after.width) == (Health.GOOD, "aa" * 32, 6)
