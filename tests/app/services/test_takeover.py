"""Which version suggests after a training with too few held-out images to compare."""

from pathlib import Path

import pytest

from app.domain.jobs import Job
from app.services import adopting, defining, registry
from app.services.suggesting import Suggester
from tests.app.services.conftest import Shop
from tests.app.services.finished import finished_job, with_ids


@pytest.fixture
def model(shop: Shop, shipped: Path, tmp_path: Path) -> Path:
    """A model that this project had trained: its rows are the project's classes, whatever they are called."""
    ids = {t.name: [int(c.id) for c in t.classes] for t in shop.project.schema().types}
    return with_ids(shipped, tmp_path / "own.onnx", ids)


def few_labels(shop: Shop, model: Path) -> Job:
    shop.label(shop.ids[:30])
    return finished_job(shop.project, model)


def test_what_cannot_be_compared_waits_beside_a_version_that_knows_the_classes(
    shop: Shop, model: Path
) -> None:
    list(Suggester(shop.project).compute())
    adopted = adopting.adopt(shop.project, few_labels(shop, model))
    held_out = max(adopted.version.images.values())
    assert not adopted.activated
    assert adopted.words.startswith(
        f"Only {held_out} images are held out, too few to compare it with the demo"
    )
    assert "which stays" in adopted.words
    assert [(v.demo, v.active) for v in registry.versions(shop.project)] == [(True, True), (False, False)]
    registry.activate(shop.project, adopted.version.id)
    again = adopting.adopt(shop.project, finished_job(shop.project, model, 2))
    assert not again.activated
    assert "“student 1”, which stays" in again.words


def test_what_cannot_be_compared_replaces_a_version_that_knows_nothing_of_what_is_labelled(
    shop: Shop, model: Path
) -> None:
    job = few_labels(shop, model)
    for kind in shop.project.schema().types:
        defining.rename_type(shop.project, kind.id, f"other {kind.name}")
    list(Suggester(shop.project).compute())
    adopted = adopting.adopt(shop.project, job)
    assert adopted.activated
    assert (
        "too few to compare it with the demo model, which knows few of the labelled classes" in adopted.words
    )


def test_a_version_whose_file_is_gone_is_replaced_without_a_comparison(shop: Shop, model: Path) -> None:
    list(Suggester(shop.project).compute())
    first = adopting.adopt(shop.project, few_labels(shop, model)).version
    registry.activate(shop.project, first.id)
    (shop.project.folder / first.path).unlink()
    assert adopting.adopt(shop.project, finished_job(shop.project, model, 2)).activated
