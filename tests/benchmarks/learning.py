"""The training loop on stored features, and pictures on threads against torch's own loading processes."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from mtss.images import load_model_input
from mtss.training.backbones.catalogue import CATALOGUE_SIZE
from mtss.training.config import PRESETS
from mtss.training.events import Run
from mtss.training.features import Wanted
from mtss.training.inputs import Held, in_parts
from mtss.training.loop import Task, fit
from mtss.training.networks import Student, Teacher
from mtss.training.pictures import Decoder, Pictures
from mtss.training.sampling import TripletSampler
from mtss.training.student_task import StudentTask
from mtss.training.targets import Targets
from mtss.training.teacher_task import TeacherTask
from tests.benchmarks import catalogue
from tests.benchmarks.pace import slowness
from tests.benchmarks.report import Row

IMAGES, FEATURES, TYPES, ROWS, EPOCHS = 10_000, 384, 6, 12, 8
CONFIG = PRESETS["product"]
EPOCH_RATE = 8_000  # images/s
PHOTOGRAPHS, BATCH, ROUNDS, EPOCHS_READ = 640, 32, 3, 3
LOADER = 1.2  # times torch's


def measure() -> list[Row]:
    """One thread a product, as `mtss train` has it by itself."""
    torch.set_num_threads(1)
    return [*_epochs(), *_loaders()]


def _epochs() -> Iterator[Row]:
    """On features that are there already, evaluations and all."""
    random = np.random.default_rng(0)
    rows = torch.from_numpy(random.standard_normal((IMAGES, FEATURES)).astype(np.float32))
    yield _epoch(_teacher(rows, random), "a teacher's epoch")
    yield _epoch(_student(rows, random), f"a student's epoch of {TYPES} types")


def _epoch(task: Task, words: str) -> Row:
    steps = EPOCHS * -(-IMAGES // CONFIG.batch)
    before = slowness()
    began = time.perf_counter()
    fit(task, CONFIG.schedule(steps), Run())
    rate = EPOCHS * IMAGES / (time.perf_counter() - began)
    allowed = EPOCH_RATE / max(1.0, (before + slowness()) / 2)
    name = f"{words} on stored features"
    return Row(name, rate, "images/s", budget=EPOCH_RATE, allowed=allowed, at_least=True)


def _teacher(rows: torch.Tensor, random: np.random.Generator) -> TeacherTask:
    """Of one type; every image has one of its classes."""
    positive = random.integers(ROWS, size=IMAGES)[:, None] == np.arange(ROWS)
    classes = tuple(f"class {n}" for n in range(ROWS))
    known = Targets("type", classes, ROWS, positive, ~positive, np.ones(IMAGES, bool))
    module = Teacher(rows, ROWS, CONFIG.dim, CONFIG.teacher_hidden, CONFIG.dropout)
    module.start_near_bias()
    sampler = TripletSampler(known, CONFIG.negatives, CONFIG.seed, CONFIG.class_sampling, CONFIG.batch)
    nobody = np.zeros(0, np.int64)
    return TeacherTask(module, Held(rows), sampler, (Held(rows[:0]), known.take(nobody)), CONFIG)


def _student(rows: torch.Tensor, random: np.random.Generator) -> StudentTask:
    names = [f"type {n}" for n in range(TYPES)]
    taught = {n: torch.randn(IMAGES, CONFIG.dim) for n in names}
    dictionaries = {n: torch.randn(ROWS, CONFIG.dim) for n in names}
    student = Student(rows, dict.fromkeys(names, CONFIG.dim), CONFIG.student_hidden)
    return StudentTask(student, Held(rows), taught, dictionaries, (Held(rows[:0]), []), CONFIG, random)


def _loaders() -> list[Row]:
    """The same files on as many threads or processes as there are cores, in turns.

    In the first epoch both decode. Threads keep what they decoded for the later ones; processes stay too, but
    each would have to keep all of it.
    """
    cores = len(os.sched_getaffinity(0))
    with catalogue.scratch() as folder:
        files = sorted(
            catalogue.distinct(folder / "photographs", PHOTOGRAPHS, catalogue.PHOTOGRAPH).iterdir()
        )
        seconds = [(*_threads(files, cores), *_processes(files, cores)) for _ in range(ROUNDS)]
    first, all_, peer_first, peer_all = (float(n) for n in np.median(seconds, axis=0))
    peer = f"torch's DataLoader, {cores} processes"
    name = f"pictures decoded ahead, {cores} threads, "
    count = len(files)
    least = LOADER * EPOCHS_READ * count / peer_all
    whole, theirs = EPOCHS_READ * count / all_, EPOCHS_READ * count / peer_all
    return [
        Row(name + "first epoch", count / first, "images/s", count / peer_first, peer),
        Row(name + f"{EPOCHS_READ} epochs", whole, "images/s", theirs, peer, least, at_least=True),
    ]


def _threads(files: list[Path], cores: int) -> tuple[float, float]:
    """Seconds of the first epoch, and of all."""
    pictures = Pictures(Decoder(CATALOGUE_SIZE, cores), [Wanted(path, None, None) for path in files])
    return _timed(lambda: in_parts(pictures, BATCH))


def _timed(epoch: Callable[[], Iterable[torch.Tensor]]) -> tuple[float, float]:
    began = time.perf_counter()
    ends: list[float] = []
    for _ in range(EPOCHS_READ):
        if sum(len(part) for part in epoch()) != PHOTOGRAPHS:
            raise RuntimeError("not every picture came")
        ends.append(time.perf_counter() - began)
    return ends[0], ends[-1]


class _Files(Dataset[torch.Tensor]):
    def __init__(self, files: list[Path]) -> None:
        self._files = files

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, index: int) -> torch.Tensor:
        return torch.from_numpy(np.array(load_model_input(self._files[index], CATALOGUE_SIZE)))


def _processes(files: list[Path], cores: int) -> tuple[float, float]:
    """Seconds of the first epoch, and of all."""
    loader = DataLoader(_Files(files), BATCH, num_workers=cores, persistent_workers=True)
    return _timed(lambda: loader)
