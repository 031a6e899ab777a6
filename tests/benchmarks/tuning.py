"""A student's step from JPEG to new weights, against the same network on one batch that never changes."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from mtss.training.backbones.catalogue import find
from mtss.training.backbones.network import Network
from mtss.training.config import TrainConfig
from mtss.training.events import Run
from mtss.training.features import Wanted
from mtss.training.loop import fit
from mtss.training.networks import Student
from mtss.training.pictures import Decoder, Pictures
from mtss.training.student_task import StudentTask
from tests.benchmarks import catalogue
from tests.benchmarks.report import Row
from tests.benchmarks.suggesting import SIZE

TYPES, ROWS = 4, 12
SHARE = 0.7
ROUNDS = 3
ON_CPU = (192, (96, 80), 16)  # photographs, the network's input, batch
ON_GPU = (4_096, (240, 192), 128)


def measure() -> list[Row]:
    """On every device at hand; on the CPU one thread a product, as `mtss train` has it by itself."""
    torch.set_num_threads(1)
    rows = [_on(torch.device("cpu"), *ON_CPU)]
    if torch.cuda.is_available():
        rows.append(_on(torch.device("cuda"), *ON_GPU))
    return rows


def _on(device: torch.device, images: int, size: tuple[int, int], batch: int) -> Row:
    """Both in turns, an epoch at a time; pictures are decoded anew in each."""
    config = TrainConfig(tune="all", batch=batch, refit=False, epochs=1)  # judged once an epoch
    with catalogue.scratch() as folder:
        files = sorted(catalogue.distinct(folder / "photographs", images, SIZE).iterdir())
        real: list[float] = []
        synthetic: list[float] = []
        for _ in range(ROUNDS):
            real.append(images / _seconds(device, lambda: _epoch(device, files, size, config)))
            synthetic.append(images / _seconds(device, lambda: _loop(device, images // batch, size, config)))
    name = f"a student's step end to end on {_called(device)}, {size[0]}×{size[1]}, batch {batch}"
    peer = float(np.median(synthetic))
    measured = float(np.median(real))
    return Row(name, measured, "images/s", peer, "one batch again and again", SHARE * peer, at_least=True)


def _called(device: torch.device) -> str:
    return "the CPU" if device.type == "cpu" else torch.cuda.get_device_name(device)


def _seconds(device: torch.device, work: Callable[[], Callable[[], None]]) -> float:
    """What `work` returns is timed; making it is not."""
    timed = work()
    began = time.perf_counter()
    timed()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - began


def _student(device: torch.device, size: tuple[int, int], config: TrainConfig) -> Student:
    network: Network = find(size=size).build()
    network.tune("all")
    network.reduced = device.type == "cuda"
    features = torch.randn(8, 384)
    dims = {f"type {n}": config.dim for n in range(TYPES)}
    student = Student(features, dims, 0, backbone=network.to(memory_format=torch.channels_last))
    return student.to(device)


def _task(
    device: torch.device, files: Sequence[Path], size: tuple[int, int], config: TrainConfig
) -> StudentTask:
    pictures = Pictures(Decoder(size, kept=0), [Wanted(path, None, None) for path in files], device)
    student = _student(device, size, config)
    taught = {name: torch.randn(len(files), config.dim, device=device) for name in student.types}
    dictionaries = {name: torch.randn(ROWS, config.dim, device=device) for name in student.types}
    nothing = (pictures.part(torch.zeros(0, dtype=torch.long)), [])
    return StudentTask(student, pictures, taught, dictionaries, nothing, config, np.random.default_rng(0))


def _epoch(
    device: torch.device, files: Sequence[Path], size: tuple[int, int], config: TrainConfig
) -> Callable[[], None]:
    task = _task(device, files, size, config)
    steps = len(files) // config.batch
    return lambda: _ignore(fit(task, config.schedule(steps), Run()))


def _loop(device: torch.device, steps: int, size: tuple[int, int], config: TrainConfig) -> Callable[[], None]:
    """Forward, eq. 4, backward and AdamW; nothing is loaded, judged or kept."""
    student = _student(device, size, config)
    optimiser = config.schedule(steps).optimiser(student)
    images = torch.randint(0, 255, (config.batch, *size, 3), dtype=torch.uint8, device=device)
    rows = torch.arange(config.batch, device=device)
    task = _task(device, [Path()] * config.batch, size, config)
    task.module = student

    def run() -> None:
        student.train()
        for _ in range(steps):
            loss = task.step((rows, images))["loss"]
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()

    return run


def _ignore(_: object) -> None:
    return None
