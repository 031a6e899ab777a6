"""A student's loss over several types, against equation 4 one image at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from mtss.training.config import PRESETS
from mtss.training.inputs import Held
from mtss.training.networks import Student
from mtss.training.student_task import StudentTask

IMAGES, DIM = 7, 5


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


@pytest.mark.parametrize("beta", [0.0, 1.0, 2.5])
def test_against_slow_recomputation(beta: float) -> None:
    """The sum over types of means over images; a type without a dictionary weighs every image alike (C11)."""
    torch.manual_seed(4)
    features = torch.randn(IMAGES, 3)
    module = Student(features, {"a": DIM, "b": DIM, "logits": DIM}, 0)
    teacher = {name: torch.randn(IMAGES, DIM) for name in module.types}
    rows = {"a": torch.randn(4, DIM), "b": torch.randn(2, DIM), "logits": torch.eye(DIM)}
    task = StudentTask(
        module,
        Held(features),
        teacher,
        rows,
        (Held(features[:0]), []),
        replace(PRESETS["paper"], beta=beta),
        np.random.default_rng(0),
        frozenset({"logits"}),
    )
    [batch] = list(task.batches())
    parts = task.step(task.load(batch))
    said = {name: e.detach().numpy() for name, e in module(features).items()}
    expected: dict[str, float] = {}
    for name in module.types:
        total = 0.0
        for image in range(IMAGES):
            taught = teacher[name][image].numpy()
            sure = max(0.0, *(cosine(row, taught) for row in rows[name].numpy()))
            weight = 1.0 if name == "logits" else sure**beta
            total += weight * (1.0 - cosine(said[name][image], taught))
        expected[name] = total / IMAGES
    assert {name: parts[name].item() for name in expected} == pytest.approx(expected, rel=1e-5)
    assert parts["loss"].item() == pytest.approx(sum(expected.values()), rel=1e-5)
