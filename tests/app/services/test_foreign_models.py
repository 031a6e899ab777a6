"""Models that were made elsewhere: another project's class ids say nothing here."""

from pathlib import Path

import pytest

from app.domain.schema import Selection
from app.domain.templates import Template, TypeTemplate
from app.services import adopting, projects, registry
from app.services.model_files import ModelRefused
from app.services.projects import Project
from app.services.suggesting import Suggester
from app.store import models
from tests.app.services.conftest import KNOWN, SHAPES, Shop
from tests.app.services.finished import finished_job, with_ids


@pytest.fixture
def model(shipped: Path, tmp_path: Path) -> Path:
    """A model as another project made it: its colours had the ids 1 to 3 there, its shapes 4 and 5."""
    return with_ids(shipped, tmp_path / "elsewhere.onnx", {"color": [1, 2, 3], "shape": [4, 5]})


def project_of(folder: Path, *types: TypeTemplate) -> Project:
    return projects.create(folder, Template("t", "t", "t", types))


def test_a_model_of_another_project_is_refused_where_only_its_ids_are_alike(
    tmp_path: Path, model: Path
) -> None:
    pattern = TypeTemplate("pattern", Selection.SINGLE, ("stripe", "dot", "check"))
    project = project_of(tmp_path / "project", pattern)
    assert [c.id for c in project.schema().types[0].classes] == [1, 2, 3]
    with pytest.raises(ModelRefused, match="another schema"):
        adopting.add_file(project, model)
    assert registry.versions(project) == []
    project.close()


def test_a_model_of_another_project_is_known_by_its_names(tmp_path: Path, model: Path) -> None:
    shape, color = (
        TypeTemplate("shape", Selection.SINGLE, SHAPES),
        TypeTemplate("color", Selection.SINGLE, KNOWN),
    )
    project = project_of(tmp_path / "project", shape, color)
    added = adopting.add_file(project, model).version
    shapes, colors = project.schema().types
    assert {t: set(row) for t, row in models.class_rows(project.workspace, added.id).items()} == {
        shapes.id: {c.id for c in shapes.classes},
        colors.id: {c.id for c in colors.classes},
    }
    project.close()


def test_a_model_of_this_projects_own_training_is_known_by_its_ids(
    shop: Shop, shipped: Path, tmp_path: Path
) -> None:
    color, shape = shop.project.schema().types
    ids = {t.name: [int(c.id) for c in t.classes] for t in (color, shape)}
    ids["color"] = [ids["color"][i] for i in (1, 2, 0)]  # as if the names had been passed on since
    list(Suggester(shop.project).compute())
    shop.label(shop.ids)
    own = with_ids(shipped, tmp_path / "own.onnx", ids)
    adopted = adopting.adopt(shop.project, finished_job(shop.project, own))
    assert list(models.class_rows(shop.project.workspace, adopted.version.id)[color.id]) == ids["color"]


def test_the_confidence_of_a_model_from_a_file_is_not_called_calibrated(
    shop: Shop, shipped: Path, tmp_path: Path
) -> None:
    list(Suggester(shop.project).compute())
    types = shop.project.schema().types
    ids = {t.name: [int(c.id) for c in t.classes] for t in types}
    made = with_ids(shipped, tmp_path / "made.onnx", ids, verified=80)
    shop.label(shop.ids[:30])
    own = adopting.adopt(shop.project, finished_job(shop.project, made)).version
    registry.activate(shop.project, own.id)
    assert Suggester(shop.project).suggest(shop.ids[35])[types[0].id].calibrated
    elsewhere = with_ids(shipped, tmp_path / "elsewhere.onnx", ids, verified=81)
    registry.activate(shop.project, adopting.add_file(shop.project, elsewhere).version.id)
    assert not Suggester(shop.project).suggest(shop.ids[35])[types[0].id].calibrated
