"""Deciding, accepting, finding the next; types and classes; the review queue as a service."""

from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.decision import NONE, NOT_APPLICABLE, UNSEEN, Change, Decision, labelled
from app.domain.errors import NotPossible
from app.domain.ids import ClassId, ItemId, TypeId
from app.domain.query import ImageQuery
from app.domain.schema import Selection
from app.domain.suggestion import Outcome, Shown, Suggestion, SuggestionSet
from app.domain.templates import Template, TypeTemplate
from app.services import annotating, browsing, defining, projects, reviewing, scanning
from app.services.projects import Project
from tests.suggested import put_sets

TEMPLATE = Template(
    "t",
    "t",
    "t",
    (
        TypeTemplate("colour", Selection.SINGLE, ("red", "blue")),
        TypeTemplate("pattern", Selection.MULTIPLE, ("dot", "check")),
    ),
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Ten images, two types, nothing decided."""
    images = tmp_path / "images"
    images.mkdir()
    for number in range(10):
        (images / f"{number}.jpg").write_bytes(b"x")
    made = projects.create(tmp_path / "project", TEMPLATE, [images])
    for _ in scanning.scan(made):
        pass
    yield made
    made.close()


def ids(project: Project) -> list[ItemId]:
    return [ItemId(i) for i in browsing.order(project, ImageQuery())]


def test_a_decision_keeps_who_when_what_before_and_what_was_shown(project: Project) -> None:
    item, kind = ids(project)[0], project.schema().types[0]
    red, blue = (labelled(c.id) for c in kind.classes)
    annotating.decide(project, [Change(item, kind.id, red)], "Red", "ann")
    told = annotating.decide(project, [Change(item, kind.id, blue, Shown("v", 2, 0.25))], "Blue", "bob")
    assert told.changes.items == {item}
    assert told.changes.decisions
    newest, first = browsing.history(project, item)
    assert (newest.annotator, newest.decision, newest.previous) == ("bob", blue, red)
    assert newest.shown == Shown("v", 2, 0.25)
    assert first.previous == UNSEEN
    assert first.when <= newest.when
    assert browsing.decisions(project, [item]) == {item: {kind.id: newest}}


def test_the_schema_is_kept(project: Project) -> None:
    item, (colour, pattern) = ids(project)[0], project.schema().types
    several = labelled(*(c.id for c in colour.classes))
    foreign = labelled(pattern.classes[0].id)
    rejecting = Decision(rejected=(pattern.classes[0].id,))
    for value in (several, foreign, rejecting):
        with pytest.raises(NotPossible):
            annotating.decide(project, [Change(item, colour.id, value)], "no", "ann")
    with pytest.raises(NotPossible, match="no longer part"):
        annotating.decide(project, [Change(item, TypeId(99), NONE)], "no", "ann")
    assert browsing.history(project, item) == []


def test_undo_survives_closing_the_project_bulk_included(project: Project) -> None:
    kind = project.schema().types[0]
    everything = ids(project)
    annotating.decide(project, [Change(i, kind.id, NONE) for i in everything], "None · 10 images", "ann")
    project.close()
    again = projects.open_project(project.folder)
    assert annotating.undoable(again) == ("None · 10 images", None)
    undone = annotating.undo(again, "ann")
    assert undone is not None
    assert undone.changes.items == set(everything)
    assert {browsing.decisions(again, [i])[i][kind.id].decision for i in everything} == {UNSEEN}
    again.close()


def suggestion(item: ItemId, kind: TypeId, *ranked: Suggestion, accepted: object = None) -> SuggestionSet:
    return SuggestionSet(item, kind, "v", ranked, accepted, True, 0)


def test_enter_takes_what_is_marked_else_the_first_rank(project: Project) -> None:
    colour, pattern = project.schema().types
    red, dot, check = colour.classes[0].id, *(c.id for c in pattern.classes)
    first = Suggestion(dot, 0.5, 0.5)
    none, item = Suggestion(Outcome.NONE, 0.5, 0.5), ItemId(1)
    cases = [
        (pattern, suggestion(item, pattern.id, first, accepted=(dot, check)), labelled(dot, check)),
        (pattern, suggestion(item, pattern.id, first, accepted=()), labelled(dot)),
        (colour, suggestion(item, colour.id, accepted=(red, ClassId(2))), labelled(red)),
        (pattern, suggestion(item, pattern.id, first), labelled(dot)),
        (pattern, suggestion(item, pattern.id, none), NONE),
        (pattern, suggestion(item, pattern.id, first, accepted=Outcome.NOT_APPLICABLE), NOT_APPLICABLE),
        (pattern, suggestion(item, pattern.id), None),
    ]
    for kind, made, expected in cases:
        assert annotating.acceptance(made, kind) == expected


def test_the_next_unfinished_is_found_both_ways(project: Project) -> None:
    order = browsing.order(project, ImageQuery())
    types = project.schema().types
    for place in (1, 2, 3, 9):
        changes = [Change(ItemId(order[place]), kind.id, NONE) for kind in types]
        annotating.decide(project, changes, "None", "ann")
    annotating.decide(project, [Change(ItemId(order[4]), types[0].id, NONE)], "half", "ann")
    assert browsing.next_unfinished(project, order, 0, 1) == 4
    assert browsing.next_unfinished(project, order, 4, -1) == 0
    assert browsing.next_unfinished(project, order, 8, 1) is None
    assert browsing.next_unfinished(project, order, 0, -1) is None
    assert browsing.next_unfinished(project, array("q"), 0, 1) is None
    counts = browsing.counts(project)
    assert (counts.finished, counts.begun) == (4, 1)


def test_the_review_queue_shrinks_with_a_decision_and_grows_with_its_undo(project: Project) -> None:
    colour = project.schema().types[0]
    for number, item in enumerate(ids(project)):
        made = suggestion(item, colour.id, Suggestion(colour.classes[0].id, 0.5, 0.9 - number / 20))
        put_sets(project.workspace, "v", [(item, [made])])
    page = reviewing.page(project, colour.id, size=3)
    assert [k.item for k in page.entries] == ids(project)[:-4:-1]
    assert page.remaining == 10
    annotating.decide(project, [Change(page.entries[0].item, colour.id, NONE)], "None", "ann")
    again = reviewing.page(project, colour.id, size=2)
    assert again.entries == page.entries[1:]
    assert reviewing.remaining(project) == 9
    annotating.undo(project, "ann")
    assert reviewing.page(project, None, size=3) == page


def test_types_and_classes_are_made_renamed_and_moved(project: Project) -> None:
    kind, changes = defining.add_type(project, "  neck  line ", Selection.SINGLE)
    assert changes.schema
    made, _ = defining.add_class(project, kind, "teal")
    defining.rename_class(project, made, "Teal")
    defining.rename_type(project, kind, "neckline")
    defining.move_type(project, kind, 0)
    assert [t.name for t in project.schema().types] == ["neckline", "colour", "pattern"]
    assert project.schema().class_name(made) == "Teal"
    project.close()
    again = projects.open_project(project.folder)
    assert again.schema() == project.schema()
    again.close()


def test_names_that_would_be_mistaken_are_refused(project: Project) -> None:
    colour = project.schema().types[0]
    for name in ("", "  ", "@none", "a|b", "x" * 81, "RED"):
        with pytest.raises(NotPossible):
            defining.add_class(project, colour.id, name)
    for name in ("Colour", "state", "folder", "Type"):
        with pytest.raises(NotPossible):
            defining.add_type(project, name, Selection.SINGLE)
    assert [c.name for c in project.schema().types[0].classes] == ["red", "blue"]


def test_a_type_that_a_decision_ever_spoke_of_and_a_class_in_use_stay(project: Project) -> None:
    colour, pattern = project.schema().types
    red, blue = (c.id for c in colour.classes)
    item = ids(project)[0]
    annotating.decide(project, [Change(item, colour.id, labelled(red))], "r", "a")
    with pytest.raises(NotPossible, match="1 decision speaks of it"):
        defining.delete_class(project, red)
    annotating.decide(project, [Change(item, colour.id, Decision(rejected=(red,)))], "r", "a")
    with pytest.raises(NotPossible, match="1 decision speaks of it"):
        defining.delete_class(project, red)
    with pytest.raises(NotPossible, match="2 decisions speak of it"):
        defining.delete_type(project, colour.id)
    defining.delete_class(project, blue)
    defining.delete_type(project, pattern.id)
    assert [(t.name, [c.name for c in t.classes]) for t in project.schema().types] == [("colour", ["red"])]


def test_a_mistyped_class_can_be_removed_after_an_undo_and_redo_brings_it_back(project: Project) -> None:
    colour = project.schema().types[0]
    item = ids(project)[0]
    slip, _ = defining.add_class(project, colour.id, "trench coat")
    annotating.decide(project, [Change(item, colour.id, labelled(slip))], "trench coat", "a")
    annotating.undo(project, "a")
    defining.delete_class(project, slip)
    assert project.schema().types[0].class_named("trench coat") is None
    assert [c.decision.classes for c in browsing.history(project, item)] == [(), (slip,)]
    other, _ = defining.add_class(project, colour.id, "coat")
    defining.rename_class(project, other, "Trench Coat")
    redone = annotating.redo(project, "a")
    assert redone is not None
    assert redone.changes.schema
    assert browsing.decisions(project, [item])[item][colour.id].decision == labelled(slip)
    assert project.schema().class_name(slip) == "trench coat (2)"


def test_a_removed_class_made_again_is_the_same_one(project: Project) -> None:
    colour = project.schema().types[0]
    red = colour.classes[0].id
    annotating.decide(project, [Change(ids(project)[0], colour.id, labelled(red))], "red", "a")
    annotating.undo(project, "a")
    defining.delete_class(project, red)
    assert [c.name for c in project.schema().types[0].classes] == ["blue"]
    again, _ = defining.add_class(project, colour.id, "Red")
    assert again == red
    assert [c.name for c in project.schema().types[0].classes] == ["Red", "blue"]
