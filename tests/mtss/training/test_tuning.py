"""A backbone tuned with its teacher and student: it learns, resumes to the bit, is averaged, stops early."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from mtss.labels import AttributeType, LabelSpace
from mtss.metrics import f1_at_k
from mtss.sample import Sample
from mtss.training.backbones.network import Network
from mtss.training.config import PRESETS, TrainConfig
from mtss.training.dataset import FeatureSet
from mtss.training.events import Cancelled, Run
from mtss.training.features import Wanted
from mtss.training.inputs import in_parts
from mtss.training.judging import embed, embed_branches
from mtss.training.learning import train_student
from mtss.training.pictures import Decoder, Pictures
from mtss.training.resuming import Checkpoints
from mtss.training.schedule import Schedule
from mtss.training.teaching import TrainedTeacher, train_teacher, tuned_network

CPU = torch.device("cpu")
SPACE = LabelSpace([AttributeType("stripes", ["across", "down"])])
SMALL = replace(
    PRESETS["paper"], dim=4, batch=16, epochs=6, lr=2e-2, backbone_lr=1.0, tune="all", negatives=2
)


class Tiny(Network):
    """Two convolutions and a normalisation: enough to see which way stripes run, blind to it untrained."""

    def __init__(self) -> None:
        super().__init__((127.0,) * 3, (128.0,) * 3)
        torch.manual_seed(1)
        self.layers = nn.Sequential(
            nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 8, 3, padding=1)
        )

    def pooled(self, x: Tensor) -> Tensor:
        return self.layers(x).relu().mean(dim=(2, 3))


def _picture(random: np.random.Generator, down: bool) -> np.ndarray:
    """Faint stripes under strong noise, in a random colour and phase."""
    wave = np.sin(np.arange(16) * np.pi / 2 + random.uniform(0, 6.3))
    lines = np.tile(wave, (16, 1)) if down else np.tile(wave[:, None], (1, 16))
    base = random.uniform(60, 200, 3) + 45 * lines[..., None] + random.normal(0, 12, (16, 16, 3))
    return np.clip(base, 0, 255).astype(np.uint8)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> FeatureSet:
    folder, random = tmp_path_factory.mktemp("stripes"), np.random.default_rng(6)
    samples: list[Sample] = []
    for n in range(120):
        down = bool(random.integers(2))
        Image.fromarray(_picture(random, down)).save(folder / f"{n}.png")
        split = "train" if n < 60 else "val" if n < 85 else "test"
        samples.append(Sample(f"{n}.png", {"stripes": ("down" if down else "across",)}, split))
    decoder = Decoder((16, 16), threads=1)
    pictures = Pictures(decoder, [Wanted(folder / s.image, None, None) for s in samples])
    with torch.no_grad():
        network = Tiny().eval()
        features = torch.cat([network(part) for part in in_parts(pictures)]).numpy()
    keys = tuple(s.image for s in samples)
    return FeatureSet(SPACE, tuple(samples), features, keys, {}, pictures, Tiny)


def teach(data: FeatureSet, config: TrainConfig = SMALL, **more: object) -> TrainedTeacher:
    return train_teacher(data, SPACE["stripes"], config, CPU, Run(), **more)  # type: ignore[arg-type]


def f1(data: FeatureSet, embeddings: np.ndarray, dictionary: np.ndarray) -> float:
    test = data.take(data.mask("test"))
    truth = np.array([[c in s.labels["stripes"] for c in SPACE["stripes"].classes] for s in test.samples])
    rows = dictionary / np.linalg.norm(dictionary, axis=1, keepdims=True)
    return f1_at_k(embeddings @ rows.T, truth, 1)


def test_a_tuned_teacher_sees_what_the_frozen_one_does_not(data: FeatureSet) -> None:
    """And its student learns it from the teacher alone, with a backbone of its own."""
    test = data.take(data.mask("test")).inputs
    frozen = replace(data, pictures=None, network=None)
    blind = teach(frozen, replace(SMALL, tune="frozen"))
    held = frozen.take(frozen.mask("test")).inputs
    teacher = teach(data)
    dictionary = teacher.module.dictionary.detach().numpy()
    student = train_student(data, [teacher], replace(SMALL, epochs=6, student_epochs=2), CPU, Run())
    assert student.fit.steps == 6 * math.ceil(2 * 60 / SMALL.batch)
    found = embed_branches(student.module, test)["stripes"].numpy()
    scores = {
        "frozen": f1(data, blind.embed(held), blind.module.dictionary.detach().numpy()),
        "teacher": f1(data, teacher.embed(test), dictionary),
        "student": f1(data, found, dictionary),
    }
    assert scores["teacher"] >= 0.9, scores
    assert scores["student"] >= 0.9, scores
    assert scores["frozen"] <= 0.8, scores
    assert student.module.backbone is not teacher.module.backbone


def test_a_tuned_network_keeps_channels_last(data: FeatureSet) -> None:
    """A teacher's and a student's, before and after their training."""
    config = replace(SMALL, epochs=1, student_epochs=1)
    teacher = train_teacher(data, SPACE["stripes"], config, CPU, Run())
    student = train_student(data, [teacher], config, CPU, Run())
    for module in (tuned_network(data, config, CPU), teacher.module, student.module):
        assert module is not None
        convolutions = [m for m in module.modules() if isinstance(m, nn.Conv2d) and m.in_channels > 3]
        assert convolutions
        assert all(m.weight.is_contiguous(memory_format=torch.channels_last) for m in convolutions)


def test_the_same_seed_gives_the_same_network(data: FeatureSet) -> None:
    first, second = (teach(data).module.state_dict() for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("stop", [1, 7, 20])
@pytest.mark.parametrize("change", [{}, {"ema": 0.9}, {"patience": 2}])
def test_a_stopped_training_goes_on_to_the_bit(
    data: FeatureSet, tmp_path: Path, stop: int, change: dict[str, float]
) -> None:
    config = replace(SMALL, **change)
    expected = teach(data, config)
    run = Run()
    seen: list[float] = []

    def cancel_later(done: float, kind: str | None = None, **fields: object) -> None:
        seen.append(done)
        if len(seen) == stop:
            run.control.cancel("stopped")
        Run.advance(run, done, kind, **fields)

    run.advance = cancel_later  # type: ignore[method-assign]
    with pytest.raises(Cancelled):
        train_teacher(data, SPACE["stripes"], config, CPU, run, Checkpoints(tmp_path))
    found = teach(data, config, checkpoints=Checkpoints(tmp_path, resume=True))
    assert found.fit == expected.fit
    state = found.module.state_dict()
    assert all(torch.equal(value, state[name]) for name, value in expected.module.state_dict().items())


def test_patience_ends_a_stage(data: FeatureSet) -> None:
    """Once the validation images are all right nothing can be better: two evaluations later it is over."""
    told: list[dict[str, object]] = []
    config = replace(SMALL, epochs=20, patience=2)
    found = train_teacher(data, SPACE["stripes"], config, CPU, Run([told.append]))
    scores = [e["score"] for e in told if e["kind"] == "epoch"]
    assert len(scores) < 20
    best = max(scores)  # type: ignore[type-var]
    assert scores.index(best) == len(scores) - 3
    assert found.fit.score == best


def test_the_average_is_the_average() -> None:
    """decay · average + (1 − decay) · weights after every step, recomputed."""
    module = nn.Linear(2, 1)
    schedule = Schedule(5, 1.0, 0.0, ema=0.75)
    average = schedule.average(module)
    assert average is not None
    expected = None
    for step in range(4):
        with torch.no_grad():
            module.weight.fill_(float(step))
        average.update_parameters(module)
        expected = float(step) if expected is None else 0.75 * expected + 0.25 * step
    assert average.module.weight.detach().flatten().tolist() == pytest.approx([expected] * 2)


def test_the_averaged_weights_are_judged_and_kept(data: FeatureSet) -> None:
    """With a decay close to 1 the average has hardly left the first step's weights."""
    far = teach(data).module.dictionary.detach()
    near = teach(data, replace(SMALL, ema=0.9999)).module.dictionary.detach()
    first = teach(data, replace(SMALL, epochs=1, lr=1e-9)).module.dictionary.detach()
    assert (near - first).abs().max() < 0.1 * (far - first).abs().max()


def test_a_backbone_learns_gently() -> None:
    module = nn.ModuleDict({"head": nn.Linear(8, 2), "backbone": Tiny()})
    module["backbone"].tune("last")
    optimiser = Schedule(10, 1e-2, 0.0, backbone_lr=0.25).optimiser(module)
    rates = {id(p): group["lr"] for group in optimiser.param_groups for p in group["params"]}
    assert {rates[id(p)] for p in module["head"].parameters()} == {1e-2}
    learning = [p for p in module["backbone"].parameters() if p.requires_grad]
    assert {rates[id(p)] for p in learning} == {2.5e-3}
    assert len(rates) == 2 + len(learning)


def test_inputs_are_embedded_in_order(data: FeatureSet) -> None:
    teacher = teach(data, replace(SMALL, epochs=1))
    rows = torch.tensor([90, 3, 41])
    whole = embed(teacher.module, data.inputs)
    assert torch.allclose(embed(teacher.module, data.inputs.part(rows)), whole[rows], atol=1e-5)
