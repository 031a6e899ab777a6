"""The cache: exact while whole, made anew when not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision import NONE, Change
from app.domain.errors import ProjectUnwritable
from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.suggestion import Outcome, Suggestion, SuggestionSet
from app.store import decisions, predictions
from app.store.derived import Derived
from app.store.packing import TOP, pack, unpack
from app.store.workspace import Workspace

values = st.sampled_from(list(Outcome)) | st.integers(1, 2**31 - 1).map(ClassId)
single = st.floats(-1, 1, width=32)
suggestions = st.builds(Suggestion, values, single, single)
sets = st.builds(
    SuggestionSet,
    st.just(ItemId(1)),
    st.just(TypeId(2)),
    st.just("version"),
    st.lists(suggestions, max_size=TOP).map(tuple),
    st.none() | st.sampled_from(list(Outcome)) | st.lists(st.integers(1, 99).map(ClassId)).map(tuple),
    st.booleans(),
    st.integers(0, 65_535),
)


@given(sets)
def test_packing_gives_back_what_went_in(made: SuggestionSet) -> None:
    assert unpack(ItemId(1), TypeId(2), "version", pack(made)) == made


def test_only_the_top_ranks_are_kept() -> None:
    ranked = tuple(Suggestion(ClassId(n), 0.5, 0.25) for n in range(1, 20))
    made = SuggestionSet(ItemId(1), TypeId(2), "version", ranked, None, True, 0)
    assert unpack(ItemId(1), TypeId(2), "version", pack(made)).ranked == ranked[:TOP]


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
        return SuggestionSet(item, kind, version, ranked, Outcome.NOT_APPLICABLE, False, 3)

    assert list(predictions.unpredicted(workspace, "old")) == list(stocked.items)
    predictions.put_predictions(workspace, "old", [(item, [made(a, "old", 0.5), made(b, "old", 0.75)])])
    assert predictions.best(workspace, [item])[item] == {
        a: (stocked.classes[a][0], 0.5),
        b: (stocked.classes[b][0], 0.75),
    }
    predictions.put_predictions(workspace, "new", [(item, [made(a, "new", 0.25)])])
    assert predictions.predictions(workspace, [item]) == {item: {a: made(a, "new", 0.25)}}
    assert list(predictions.unpredicted(workspace, "new")) == list(stocked.items[1:])
    assert list(predictions.unpredicted(workspace, "old")) == list(stocked.items)
    twice = [(item, [made(a, "new", 0.25)]), (item, [made(a, "new", 0.75)])]
    predictions.put_predictions(workspace, "new", twice)
    assert predictions.best(workspace, [item])[item] == {a: (stocked.classes[a][0], 0.75)}
    predictions.forget_predictions(workspace, [item])
    assert predictions.predictions(workspace, [item]) == {}
