"""What the shipped student's rows stand for: renames change nothing, new names are learned of."""

import sys
from pathlib import Path

import onnx
import pytest

from app.domain.decision import Change, labelled
from app.domain.ids import ClassId, TypeId
from app.domain.schema import Selection
from app.services import annotating, defining
from app.services.suggesting import Suggester
from tests.app.services.conftest import Shop


@pytest.fixture
def suggester(shop: Shop) -> Suggester:
    """The whole shop has been read, and the shipped student suggests."""
    made = Suggester(shop.project)
    list(made.compute())
    return made


def best(shop: Shop, suggester: Suggester, kind: TypeId) -> list[object]:
    """The first suggestion for every image; None where there is none."""
    suggester.refresh()
    sets = [suggester.suggest(item).get(kind) for item in shop.ids]
    return [s.ranked[0].value if s else None for s in sets]


def id_of(shop: Shop, kind: TypeId, name: str) -> ClassId:
    found = shop.project.schema().type(kind).class_named(name)
    assert found is not None
    return found.id


def test_a_renamed_type_goes_on_being_suggested(shop: Shop, suggester: Suggester) -> None:
    color = shop.project.schema().types[0]
    before = best(shop, suggester, color.id)
    assert None not in before
    defining.rename_type(shop.project, color.id, "Farbe")
    assert best(shop, suggester, color.id) == before
    again, _ = defining.add_type(shop.project, "color", Selection.SINGLE)
    for name in ("red", "green", "blue"):
        defining.add_class(shop.project, again, name)
    assert best(shop, suggester, color.id) == before
    assert set(best(shop, suggester, again)) == {None}, "its rows stand for the renamed type"


def test_renamed_classes_go_on_being_suggested_as_what_they_are(shop: Shop, suggester: Suggester) -> None:
    color = shop.project.schema().types[0]
    before = best(shop, suggester, color.id)
    red, green = (id_of(shop, color.id, name) for name in ("red", "green"))
    defining.rename_class(shop.project, red, "scarlet")
    defining.rename_class(shop.project, green, "red")
    assert best(shop, suggester, color.id) == before


def test_a_class_deleted_and_made_again_is_known_by_its_name(shop: Shop, suggester: Suggester) -> None:
    color = shop.project.schema().types[0]
    before = best(shop, suggester, color.id)
    red = id_of(shop, color.id, "red")
    defining.delete_class(shop.project, red)
    assert red not in best(shop, suggester, color.id)
    again, _ = defining.add_class(shop.project, color.id, "red")
    assert best(shop, suggester, color.id) == [again if value == red else value for value in before]


def test_no_two_rows_stand_for_one_class(shop: Shop, suggester: Suggester) -> None:
    color = shop.project.schema().types[0]
    red, blue = (id_of(shop, color.id, name) for name in ("red", "blue"))
    defining.delete_class(shop.project, blue)
    defining.rename_class(shop.project, red, "blue")
    suggester.refresh()
    values = [s.value for s in suggester.suggest(shop.ids[0])[color.id].ranked]
    assert len(values) == len(set(values)) == 2


def test_a_type_added_later_under_a_name_it_knows_is_suggested(shop: Shop) -> None:
    shape = shop.project.schema().types[1]
    defining.delete_type(shop.project, shape.id)
    suggester = Suggester(shop.project)
    list(suggester.compute())
    again, _ = defining.add_type(shop.project, "Shape", Selection.SINGLE)
    for name in ("disc", "bar"):
        defining.add_class(shop.project, again, name)
    assert None not in best(shop, suggester, again)


def test_a_class_learned_beside_the_student_keeps_its_row(shop: Shop, suggester: Suggester) -> None:
    color = shop.project.schema().types[0]
    yellow, _ = defining.add_class(shop.project, color.id, "yellow")
    changes = [Change(item, color.id, labelled(yellow)) for item in shop.ids[:3]]
    annotating.decide(shop.project, changes, "yellow", "tester")
    defining.rename_type(shop.project, color.id, "Farbe")
    suggester.refresh()
    ranked = suggester.suggest(shop.ids[5])[color.id].ranked
    assert {s.value for s in ranked} == {c.id for c in shop.project.schema().type(color.id).classes}


def test_another_student_that_came_with_an_update_goes_by_its_names(
    shop: Shop, suggester: Suggester, shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    color = shop.project.schema().types[0]
    before = best(shop, suggester, color.id)
    updated = tmp_path / "updated" / "resources" / "models" / "default" / "model.onnx"
    updated.parent.mkdir(parents=True)
    model = onnx.load(shipped / "resources" / "models" / "default" / "model.onnx")
    model.producer_version = "next"
    onnx.save(model, updated)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "updated"))
    assert best(shop, Suggester(shop.project), color.id) == before
