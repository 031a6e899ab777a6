"""Teachers and student on small made-up features: they learn, repeat exactly, and leave the teacher alone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from mtss.labels import AttributeType, LabelSpace
from mtss.sample import Sample, Split
from mtss.training.config import PRESETS, Preset
from mtss.training.dataset import FeatureSet
from mtss.training.events import Run
from mtss.training.export import folded_heads
from mtss.training.finish import numpy_heads
from mtss.training.further import Corrupted, Further
from mtss.training.inputs import Held
from mtss.training.learning import train_student
from mtss.training.networks import Teacher
from mtss.training.provenance import data_hash
from mtss.training.splits import with_splits
from mtss.training.teaching import TooFewLabels, TrainedTeacher, train_teacher

SPACE = LabelSpace([AttributeType("a", ["x", "y", "z"]), AttributeType("b", ["u", "v"], "multiple")])
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def data() -> FeatureSet:
    """Classes are directions in 12 dimensions, with noise; every third image has no label of b."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((5, 12)) * 2
    samples: list[Sample] = []
    rows: list[np.ndarray] = []
    for n in range(150):
        a, b = int(rng.integers(3)), [i for i in range(2) if rng.random() < 0.5]
        labels = {"a": (SPACE["a"].classes[a],)}
        if n % 3:
            labels["b"] = tuple(SPACE["b"].classes[i] for i in b)
        samples.append(Sample(f"{n}.jpg", labels, ("train", "train", "val", "test", "train")[n % 5]))
        rows.append(
            centres[a] + sum((centres[3 + i] for i in b), np.zeros(12)) + rng.standard_normal(12) * 0.4
        )
    features = np.stack(rows).astype(np.float32)
    return FeatureSet(SPACE, tuple(samples), features, tuple(str(n) for n in range(150)), {})


def config(preset: Preset = "product", **more: object):
    small = {"teacher_steps": 150, "student_steps": 250, "dim": 16, "batch": 32}
    return replace(PRESETS[preset], **(small | more))


def teach(data: FeatureSet, preset: Preset = "product", **more: object) -> list[TrainedTeacher]:
    return [train_teacher(data, t, config(preset, **more), CPU, Run()) for t in SPACE.types]


@pytest.mark.parametrize("preset", ["product", "paper"])
def test_teachers_and_student_learn(data: FeatureSet, preset: Preset) -> None:
    teachers = teach(data, preset)
    assert all(t.fit.score is not None and t.fit.score > 0.7 for t in teachers)
    before = [t.module.dictionary.detach().clone() for t in teachers]
    student = train_student(data, teachers, config(preset), CPU, Run())
    assert student.fit.score is not None
    assert student.fit.score > 0.7
    for teacher, dictionary in zip(teachers, before, strict=True):
        assert torch.equal(teacher.module.dictionary, dictionary)


def test_a_large_ridge_holds_every_image_at_one_embedding(data: FeatureSet) -> None:
    held = train_teacher(data, SPACE["a"], config(ridge=1e12), CPU, Run())
    directions = unit(held.embed(data.inputs))
    assert (directions @ directions.T).min() > 0.99


def test_a_ridge_begins_at_one_embedding() -> None:
    """Neither so short that a step throws it about, nor so long that it hardly turns."""
    torch.manual_seed(0)
    features = torch.randn(50, 20)
    module = Teacher(features, rows=4, dim=64, hidden=0)
    weight, bias = (p.detach().clone() for p in (module.branch.weight, module.branch.bias))
    module.start_near_bias()
    embeddings = module(features)
    assert torch.cosine_similarity(embeddings, bias[None]).min() > 0.99
    lengths = embeddings.norm(dim=1) / module.dictionary.norm(dim=1).mean()
    assert torch.allclose(lengths, torch.full((50,), 0.3), atol=0.05)
    assert torch.equal(module.branch.weight, weight * 0.01)


def test_a_ridge_names_the_large_class_where_little_is_known() -> None:
    """Noise tells nothing: without a ridge it is learned by heart, with one the frequent class is named."""
    chance = np.random.default_rng(5)
    classes = ["x"] * 3 + ["y"]
    samples = tuple(
        Sample(f"{n}.jpg", {"a": (classes[n % 4],)}, "train" if n < 160 else "test") for n in range(400)
    )
    features = chance.standard_normal((400, 60)).astype(np.float32)
    noise = FeatureSet(SPACE, samples, features, tuple(str(n) for n in range(400)), {})
    named: dict[float, float] = {}
    for ridge in (0.0, 128.0):
        teacher = train_teacher(noise, SPACE["a"], config(ridge=ridge, teacher_steps=600), CPU, Run())
        embeddings = unit(teacher.embed(noise.take(noise.mask("test")).inputs))
        rows = unit(teacher.module.dictionary.detach().numpy())[:3]
        named[ridge] = float(np.mean((embeddings @ rows.T).argmax(axis=1) == 0))
    assert named[128.0] > named[0.0] + 0.1, named


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("loss", ["focal", "hinge", "bce"])
def test_each_loss_learns_and_repeats_bit_by_bit(data: FeatureSet, loss: str) -> None:
    first, again = teach(data, loss=loss), teach(data, loss=loss)
    for one, two in zip(first, again, strict=True):
        assert one.fit.score is not None
        assert one.fit.score > 0.7
        for name, value in one.module.state_dict().items():
            assert torch.equal(value, two.module.state_dict()[name])
    other = teach(data, loss=loss, seed=1)
    assert not torch.equal(first[0].module.branch.weight, other[0].module.branch.weight)


def test_a_student_begins_as_its_teachers_and_stays(data: FeatureSet) -> None:
    """Also off what training images span, and of teachers that saw fewer images: their scaling is another."""
    fewer = data.take(np.arange(len(data.samples)) % 2 == 0)
    teachers = [
        train_teacher(d, t, config(), CPU, Run()) for d, t in zip((data, fewer), SPACE.types, strict=True)
    ]
    told: list[dict[str, Any]] = []
    run = Run([told.append])
    run.begin("student", 1.0)
    student = train_student(data, teachers, config(), CPU, run)
    far = torch.from_numpy(np.random.default_rng(9).standard_normal((50, 12)).astype(np.float32) * 7)
    found = student.module(far)
    for teacher in teachers:
        assert torch.allclose(found[teacher.name], teacher.module(far), rtol=1e-4, atol=1e-4)
    [epoch] = [e for e in told if e["kind"] == "epoch"]
    assert epoch["losses"] == {"a": 0.0, "b": 0.0, "loss": 0.0}
    assert epoch["progress"] == 1.0
    assert epoch["score"] == student.fit.score > 0.7
    assert not student.module.training


@pytest.mark.parametrize("hidden", [{"student_hidden": 4}, {"teacher_hidden": 4}])
def test_whoever_cannot_be_its_teachers_learns(data: FeatureSet, hidden: dict[str, Any]) -> None:
    """Teachers were trained before, with settings of their own: the student's say nothing of them."""
    settings = config(student_hidden=hidden.get("student_hidden", 0))
    student = train_student(data, teach(data, **hidden), settings, CPU, Run())
    assert student.fit.steps == 250
    assert student.fit.parts["loss"] > 0


def test_a_student_that_sees_other_than_its_teachers_learns(data: FeatureSet) -> None:
    """Corrupted copies of which the teachers see the originals: it comes to say the same of both."""
    [teacher, _] = teach(data)
    rows = np.flatnonzero(data.mask("train"))
    spoilt = data.features[rows] + np.float32(1.0)
    further = Further(None, Corrupted(rows, Held(torch.from_numpy(spoilt)), spoilt))
    losses: dict[str, float] = {}
    for view in ("same", "clean"):
        student = train_student(
            data,
            [teacher],
            config(teacher_view=view),
            CPU,
            Run(),
            further,
        )
        clean, theirs = (
            unit(teacher.embed(Held(torch.from_numpy(x)))) for x in (data.features[rows], spoilt)
        )
        with torch.no_grad():
            mine = unit(student.module(torch.from_numpy(spoilt))["a"].numpy())
        losses[view] = float((1 - (mine * clean).sum(axis=1)).mean())
        if view == "same":
            assert np.allclose(mine, theirs, atol=1e-5)
    assert losses["clean"] < 0.5 * losses["same"]


def test_folded_heads_equal_the_modules(data: FeatureSet) -> None:
    for hidden in (0, 24):
        teachers = teach(data)
        student = train_student(data, teachers, config(student_hidden=hidden), CPU, Run())
        trunk, branches = folded_heads(student.module)
        assert (trunk is None) == (hidden == 0)
        assert len(branches) == 2
        with torch.no_grad():
            expected = student.module(torch.from_numpy(data.features))
        found = numpy_heads(student).embed(data.features)
        for name, value in expected.items():
            assert np.abs(found[name] - value.numpy()).max() < 0.03 * float(value.abs().max())


def test_too_few_labels_are_told(data: FeatureSet) -> None:
    few = replace(
        data,
        samples=tuple(
            replace(s, labels={"a": s.labels["a"]} if n < 2 else {}) for n, s in enumerate(data.samples)
        ),
    )
    with pytest.raises(TooFewLabels, match="2 labelled training images of at least 4"):
        train_teacher(few, SPACE["a"], config(), CPU, Run())
    same = replace(data, samples=tuple(replace(s, labels={"a": ("x",)}) for s in data.samples))
    with pytest.raises(TooFewLabels, match="only one class"):
        train_teacher(same, SPACE["a"], config(), CPU, Run())


def test_data_hash_knows_labels_but_not_order(data: FeatureSet) -> None:
    order = np.random.default_rng(1).permutation(150)
    assert data_hash(data.take(order)) == data_hash(data)
    changed = replace(data, samples=(replace(data.samples[0], labels={}), *data.samples[1:]))
    assert data_hash(changed) != data_hash(data)


def test_splits_keep_groups_together_and_given_splits() -> None:
    samples = [Sample(f"{n}.jpg", group=f"sku-{n // 3}") for n in range(900)]
    split = with_splits(samples)
    assert split == with_splits(samples)
    for n in range(0, 900, 3):
        assert len({s.split for s in split[n : n + 3]}) == 1
    shares = [sum(s.split == name for s in split) / 900 for name in ("train", "val", "test")]
    assert shares == pytest.approx([0.76, 0.12, 0.12], abs=0.06)
    given = with_splits([Sample(f"{n}", split="train" if n % 2 else "test") for n in range(400)])
    assert all(s.split == "test" for s in given[::2])
    assert 0.08 < sum(s.split == "val" for s in given[1::2]) / 200 < 0.24


def test_a_split_goes_by_the_bytes_that_a_disk_has() -> None:
    """So that whoever reads the name otherwise, or read it before, comes to the same split."""
    names = [os.fsdecode(f"{n}".encode() + b"\xff.jpg") for n in range(60)]
    for sample in with_splits([Sample(name) for name in names]):
        digest = hashlib.sha256(os.fsencode(sample.image)).digest()
        at = int.from_bytes(digest[:8], "big") / 2**64
        assert sample.split == ("val" if at < 0.12 else "test" if at < 0.24 else "train")
    strange = with_splits([Sample(f"{n}\ud800.jpg") for n in range(60)])  # no disk has such a name
    assert {s.split for s in strange} == {"train", "val", "test"}


@pytest.mark.parametrize("validated", [True, False])
def test_the_rest_of_a_group_follows_the_split_that_it_was_given(validated: bool) -> None:
    """Whether or not the validation images are cut from train, which keeps groups together too."""

    def views(sku: str, *splits: Split | None) -> list[Sample]:
        return [Sample(f"{sku}-{n}.jpg", group=sku, split=split) for n, split in enumerate(splits)]

    def found(samples: Sequence[Sample], name: str) -> list[set[Split | None]]:
        return [{s.split for s in samples if s.group == f"{name}{n}"} for n in range(60)]

    samples = views("more", "val") if validated else []
    for n in range(60):
        samples += views(f"test{n}", "test", None, None) + views(f"train{n}", None, "train")
        samples += views(f"most{n}", "test", "test", "train", None) + views(f"tie{n}", "test", "train", None)
    split = with_splits(samples)
    assert found(split, "test") == [{"test"}] * 60
    assert all(len(splits) == 1 for splits in found(split, "train"))
    assert ({"val"} in found(split, "train")) == (not validated)
    assert [s.split for s in split if s.image.endswith("3.jpg")] == ["test"] * 60
    for n in range(60):
        _, taught, last = (s.split for s in split if s.group == f"tie{n}")
        assert last == taught != "test"
