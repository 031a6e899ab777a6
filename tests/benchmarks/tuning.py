"""A student's step from JPEG to new weights, against the same network on one batch that never changes."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from mtss.training.backbones.catalogue import find
from mtss.training.backbones.network import Network
from mtss.training.config import Precision, TrainConfig
from mtss.training.events import Run
from mtss.training.features import Wanted
from mtss.training.loop import fit
from mtss.training.networks import Student
from mtss.training.pictures import Decoder, Pictures
from mtss.training.student_task import StudentTask
from tests.benchmarks import catalogue
from tests.benchmarks.report import Row

TYPES, ROWS = 4, 12
SHARE = 0.7
ROUNDS, EPOCHS = 3, 4  # of the epochs the first decodes, the others have the pictures in memory
ON_CPU = (64, (96, 80), 16)  # photographs, the network's input, batch
ON_GPU = ((4_096, (240, 192), 128), (2_048, (240, 192), 32))


def measure() -> list[Row]:
    """On every device at hand; on the CPU one thread a product, as `mtss train` has it by itself."""
    torch.set_num_threads(1)
    return [row for device, sizes in devices() for row in on(device, *sizes)]


def devices() -> list[tuple[torch.device, tuple[int, tuple[int, int], int]]]:
    """Each with its number of photographs, the network's input and the batch."""
    gpus = ON_GPU if torch.cuda.is_available() else ()
    return [(torch.device("cpu"), ON_CPU), *((torch.device("cuda"), sizes) for sizes in gpus)]


def on(
    device: torch.device, images: int, size: tuple[int, int], batch: int, precision: Precision = "auto"
) -> list[Row]:
    """Real and synthetic steps in turns; the later epochs are judged, and what bounds the first is told."""
    config = TrainConfig(tune="all", batch=batch, refit=False, epochs=EPOCHS, precision=precision)
    with catalogue.scratch() as folder:
        photographs = catalogue.distinct(folder / "photographs", images, catalogue.PHOTOGRAPH)
        files = sorted(photographs.iterdir())
        real: list[tuple[float, float]] = []
        synthetic: list[float] = []
        for _ in range(ROUNDS):
            real.append(_epochs(device, files, size, config))
            synthetic.append(images / _seconds(device, _loop(device, images // batch, size, config)))
        feeding = _feeding(device, files, size, batch)
    first, later = (float(np.median(speeds)) for speeds in zip(*real, strict=True))
    peer, peer_is = float(np.median(synthetic)), "one batch again and again"
    name = f"a student's step end to end on {_called(device)}, {size[0]}×{size[1]}, batch {batch}"
    return [
        Row(name, later, "images/s", peer, peer_is, SHARE * peer, at_least=True),
        Row("… in the first epoch, which decodes", first, "images/s", peer, peer_is),
        *(Row(f"… {words}", speed, "images/s", peer, peer_is) for words, speed in feeding.items()),
    ]


def _feeding(
    device: torch.device, files: Sequence[Path], size: tuple[int, int], batch: int
) -> dict[str, float]:
    """Images a second of what feeds the network, alone: photographs to the device, and kept pictures."""
    pictures = Pictures(Decoder(size), [Wanted(path, None, None) for path in files], device)
    parts = torch.arange(len(files)).split(batch)

    def take() -> None:
        for part in parts:
            pictures.take(part)

    words = "decoding alone", "fetching kept pictures alone"
    return {name: len(files) / _seconds(device, take) for name in words}


def _called(device: torch.device) -> str:
    return "the CPU" if device.type == "cpu" else torch.cuda.get_device_name(device)


def _seconds(device: torch.device, work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - began


def _student(device: torch.device, size: tuple[int, int], config: TrainConfig) -> Student:
    network: Network = find(size=size).build()
    network.tune("all")
    network.reduced = config.reduces(device.type)
    features = torch.randn(8, 384)
    dims = {f"type {n}": config.dim for n in range(TYPES)}
    student = Student(features, dims, 0, backbone=network.to(memory_format=torch.channels_last))
    return student.to(device)


def _task(
    device: torch.device, files: Sequence[Path], size: tuple[int, int], config: TrainConfig
) -> StudentTask:
    pictures = Pictures(Decoder(size), [Wanted(path, None, None) for path in files], device)
    student = _student(device, size, config)
    taught = {name: torch.randn(len(files), config.dim, device=device) for name in student.types}
    dictionaries = {name: torch.randn(ROWS, config.dim, device=device) for name in student.types}
    nothing = (pictures.part(torch.zeros(0, dtype=torch.long)), [])
    return StudentTask(student, pictures, taught, dictionaries, nothing, config, np.random.default_rng(0))


def _epochs(
    device: torch.device, files: Sequence[Path], size: tuple[int, int], config: TrainConfig
) -> tuple[float, float]:
    """Images a second of a training's first epoch, and of those after it."""
    task = _task(device, files, size, config)
    ends = [time.perf_counter()]
    run = Run(listeners=[lambda _: ends.append(time.perf_counter())])  # judging waits for the device
    fit(task, config.schedule(EPOCHS * (len(files) // config.batch)), run)
    first, *later = np.diff(ends)
    return len(files) / float(first), len(files) / float(np.mean(later))


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
