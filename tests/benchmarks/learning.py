"""The training loop on stored features, and pictures on threads against torch's own loading processes."""

import os
import time
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
from mtss.training.loop import fit
from mtss.training.networks import Student
from mtss.training.pictures import Decoder, Pictures
from mtss.training.tasks import StudentTask
from tests.benchmarks import catalogue
from tests.benchmarks.pace import slowness
from tests.benchmarks.report import Row
from tests.benchmarks.suggesting import SIZE

IMAGES, FEATURES, TYPES, ROWS, EPOCHS = 10_000, 384, 6, 12, 8
EPOCH_RATE = 8_000  # images/s
PHOTOGRAPHS, BATCH, ROUNDS = 640, 32, 3
LOADER = 1.2  # times torch's


def measure() -> list[Row]:
    return [_epoch(), _loaders()]


def _epoch() -> Row:
    """A student of six types on features that are there already, evaluations and all."""
    config, random = PRESETS["product"], np.random.default_rng(0)
    rows = torch.from_numpy(random.standard_normal((IMAGES, FEATURES)).astype(np.float32))
    names = [f"type {n}" for n in range(TYPES)]
    taught = {n: torch.randn(IMAGES, config.dim) for n in names}
    dictionaries = {n: torch.randn(ROWS, config.dim) for n in names}
    student = Student(rows, dict.fromkeys(names, config.dim), config.student_hidden)
    task = StudentTask(student, Held(rows), taught, dictionaries, (Held(rows[:0]), []), config, random)
    steps = EPOCHS * -(-IMAGES // config.batch)
    before = slowness()
    began = time.perf_counter()
    fit(task, config.schedule(steps), Run())
    rate = EPOCHS * IMAGES / (time.perf_counter() - began)
    allowed = EPOCH_RATE / max(1.0, (before + slowness()) / 2)
    name = f"a student's epoch on stored features, {TYPES} types"
    return Row(name, rate, "images/s", budget=EPOCH_RATE, allowed=allowed, at_least=True)


def _loaders() -> Row:
    """Both decode the same files on as many threads or processes as there are cores, in turns."""
    cores = len(os.sched_getaffinity(0))
    with catalogue.scratch() as folder:
        files = sorted(catalogue.distinct(folder / "photographs", PHOTOGRAPHS, SIZE).iterdir())
        threads: list[float] = []
        processes: list[float] = []
        for _ in range(ROUNDS):
            threads.append(_rate_of_threads(files, cores))
            processes.append(_rate_of_processes(files, cores))
    peer = float(np.median(processes))
    what = f"torch's DataLoader, {cores} processes"
    name = f"pictures decoded ahead, {cores} threads"
    return Row(name, float(np.median(threads)), "images/s", peer, what, LOADER * peer, at_least=True)


def _rate_of_threads(files: list[Path], cores: int) -> float:
    pictures = Pictures(Decoder(CATALOGUE_SIZE, cores, kept=0), [Wanted(path, None, None) for path in files])
    began = time.perf_counter()
    found = sum(len(part) for part in in_parts(pictures, BATCH))
    return found / (time.perf_counter() - began)


class _Files(Dataset[torch.Tensor]):
    def __init__(self, files: list[Path]) -> None:
        self._files = files

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, index: int) -> torch.Tensor:
        return torch.from_numpy(np.array(load_model_input(self._files[index], CATALOGUE_SIZE)))


def _rate_of_processes(files: list[Path], cores: int) -> float:
    began = time.perf_counter()
    found = sum(len(part) for part in DataLoader(_Files(files), BATCH, num_workers=cores))
    return found / (time.perf_counter() - began)
