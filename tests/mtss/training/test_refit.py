"""Validation images that teach in the end: they judge and calibrate before, by a student that saw none."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mtss.calibration import Calibration
from mtss.commands.options import add_training, training_config
from mtss.training.config import TrainConfig
from mtss.training.dataset import FeatureSet
from mtss.training.device import choose_device
from mtss.training.events import Run
from mtss.training.finish import calibrate
from mtss.training.judging import embed_branches
from mtss.training.learning import train_student
from mtss.training.pipeline import Learned, learn
from mtss.training.resuming import Checkpoints
from tests.mtss.training.test_training import config, data, one_thread, teach

__all__ = ["data", "one_thread"]  # fixtures


def learned(data: FeatureSet, folder: Path, settings: TrainConfig) -> Learned:
    return learn(data, settings, choose_device("cpu"), Run(), Checkpoints(folder), "made up")


def scales(calibrations: dict[str, Calibration]) -> np.ndarray:
    return np.concatenate([c.scale for c in calibrations.values()])


@pytest.mark.parametrize("start", ["teachers", "random"])
def test_a_student_is_calibrated_by_one_that_has_not_seen_validation_images(
    data: FeatureSet, tmp_path: Path, start: str
) -> None:
    settings = config(student_start=start)
    found = learned(data, tmp_path, settings)
    teachers = teach(data)
    student = train_student(data, teachers, settings, choose_device("cpu").torch, Run())
    held = data.take(data.mask("val"))
    rows = {name: e.numpy() for name, e in embed_branches(student.module, held.inputs).items()}
    wanted = calibrate(held, rows, {t.name: t.dictionary for t in teachers})
    assert found.calibrations is not None
    assert np.allclose(scales(found.calibrations), scales(wanted))


def test_a_student_that_learns_has_a_calibration_of_its_own(data: FeatureSet, tmp_path: Path) -> None:
    both = [
        learned(data, tmp_path / start, config(student_start=start, student_steps=20))
        for start in ("teachers", "random")
    ]
    of_teachers, of_learner = (scales(found.calibrations or {}) for found in both)
    assert not np.allclose(of_teachers, of_learner)


def test_validation_images_that_choose_do_not_teach() -> None:
    def given(*flags: str) -> TrainConfig:
        parser = argparse.ArgumentParser()
        add_training(parser)
        return training_config(parser.parse_args(["--out", "nowhere", *flags]))

    assert given().refit
    assert not given("--patience", "3").refit
    assert not given("--kept", "best").refit
    assert given("--patience", "0", "--kept", "last").refit


def test_without_refit_nothing_is_calibrated_before(data: FeatureSet, tmp_path: Path) -> None:
    assert learned(data, tmp_path, replace(config(), refit=False)).calibrations is None
