"""What the method firmly does on drawn garments, asserted with margins: `make findings`, twenty minutes.

Only what held in every seed when it was first measured stands here; everything else is in the reports of
`mtss experiment`, nulls included.
"""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from mtss.datasets import garments
from mtss.experiments.paper import Setting, study_on
from mtss.experiments.reporting import Claim, claim
from mtss.experiments.study import Embed, Study, branches, of_all
from mtss.training.further import NOTHING, Further

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("findings")]

IMAGES, SEEDS, CATALOGUE_SEED = 1200, 4, 41


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("findings")
    manifest = garments.prepare(folder / "garments", images=IMAGES, seed=CATALOGUE_SEED)
    return study_on("garments", manifest, Setting(folder, SEEDS, IMAGES))


@pytest.fixture(scope="module")
def told() -> Iterator[list[str]]:
    """One line a finding, shown at the end with the date (pytest -s)."""
    lines: list[str] = []
    yield lines
    head = (
        f"\n{datetime.date.today()}, {IMAGES} drawn garments, {SEEDS} seeds, product preset but that "
        f"validation images only choose and the student begins at random, frozen backbone"
    )
    sys.stdout.write("\n".join([head, *lines, ""]))


def hold(told: list[str], found: Claim, least: float) -> None:
    """On average by `least` points, and in every seed."""
    told.append(f"{found.line()}; asserted: at least {least:g}, and above zero in every seed")
    assert np.mean(found.gaps) >= least, found
    assert min(found.gaps) > 0, found


def majority_f1(study: Study, seed: int) -> float:
    """F1@1 in percent of whoever always says each type's most frequent training class."""
    data = study.part(seed)
    hits = said = true = 0
    for name in study.types:
        counts = Counter(c for s in data.samples if s.split == "train" for c in s.labels.get(name, ()))
        often = counts.most_common(1)[0][0]
        judged = [s for s in data.samples if s.split == "test" and name in s.labels]
        judged = [s for s in judged if name not in s.not_applicable and name not in s.partial]
        hits += sum(often in s.labels[name] for s in judged)
        said += len(judged)
        true += sum(len(s.labels[name]) for s in judged)
    return 100 * 2 * hits / (said + true)


def test_teachers_are_far_above_chance(study: Study, told: list[str]) -> None:
    teachers = of_all([study.judge_teachers(seed, study.recipe()) for seed in study.seeds], "f1@1")
    chance = [majority_f1(study, seed) for seed in study.seeds]
    hold(told, claim("teachers against each type's most frequent class (F1@1)", teachers, chance), 25.0)


def test_a_student_is_as_good_as_its_teachers(study: Study, told: list[str]) -> None:
    """One network instead of κ, at no loss: the product's linear branches on frozen features."""
    teachers = of_all([study.judge_teachers(seed, study.recipe()) for seed in study.seeds], "f1@1")
    student = of_all([study.judge_student(seed, study.recipe()) for seed in study.seeds], "f1@1")
    found = claim("the student against its teachers (F1@1)", student, teachers)
    told.append(f"{found.line()}; asserted: no seed loses a point")
    assert min(found.gaps) > -1.0, found


def test_teachers_that_see_the_clean_picture_teach_corrupted_ones(study: Study, told: list[str]) -> None:
    """One corrupted copy of every training image; the teacher sees the same, or its original."""
    recall: dict[str, list[float]] = {"same": [], "clean": []}
    for seed in study.seeds:
        teachers = study.teachers(seed, study.recipe())
        shown = study.corrupted(seed, "test", 1.0)
        part = study.part(seed).take(shown.source)
        further = Further(None, study.corrupted(seed, "train", 1.0))
        for view, found in recall.items():
            student = study.student(seed, teachers, further, teacher_view=view)
            embeddings = {name: fixed(by(shown.inputs)) for name, by in branches(student).items()}
            found += of_all([study.judge(seed, teachers, embeddings, part)], "recall@3")
    words = "a clean view for the teachers against the same view, on corrupted images (R@3)"
    hold(told, claim(words, recall["clean"], recall["same"]), 4.0)


def test_unlabelled_images_help_a_student_that_begins_at_random(study: Study, told: list[str]) -> None:
    """A tenth of the labels, the others without: alone they span fewer directions than features have."""
    scarce = study.with_part(0.1)
    alone: list[float] = []
    helped: list[float] = []
    for seed in study.seeds:
        data, kept = study.part(seed), {s.image for s in scarce.part(seed).samples}
        rest = data.take(np.array([s.image not in kept for s in data.samples])).inputs
        teachers = scarce.teachers(seed, scarce.recipe())
        for further, found in ((NOTHING, alone), (Further(rest), helped)):
            student = scarce.student(seed, teachers, further)
            found += of_all([scarce.judge(seed, teachers, branches(student))], "f1@1")
    words = "unlabelled images for a student of a tenth of the labels (F1@1)"
    hold(told, claim(words, helped, alone), 2.0)


def fixed(embeddings: np.ndarray) -> Embed:
    """Of images that were embedded before."""
    return lambda _: embeddings
