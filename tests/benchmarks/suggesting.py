"""Suggestions for a folder never seen, against the least that any pipeline has to do."""

import io
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from app.domain.templates import Template
from app.services import model_files, projects, scanning
from app.services.suggesting import Suggester
from app.services.templates import templates
from tests.benchmarks import catalogue
from tests.benchmarks.report import Row

IMAGES = 1_920
BATCH = 8
SHARE = 0.8


def measure(images: int = IMAGES) -> list[Row]:
    """The floor before and after the pipeline, so that a neighbour's load weighs on both."""
    cores = len(os.sched_getaffinity(0))
    with catalogue.scratch() as folder:
        photographs = catalogue.distinct(folder / "photographs", images, catalogue.PHOTOGRAPH)
        files = sorted(photographs.iterdir())[: images // 2]
        before = floor(files, cores)
        os.environ["LAPEL_HOME"] = str(folder / "home")
        pipeline = _pipeline(photographs, folder / "project", images)
        least = 2 / (1 / before + 1 / floor(files, cores))
    return [
        Row(
            f"suggestions and thumbnails, {cores} cores",
            pipeline,
            "images/s",
            least,
            "decode at 1/8 + network at batch 8",
            SHARE * least,
            at_least=True,
        )
    ]


def floor(files: list[Path], cores: int) -> float:
    """Images a second that are only decoded at 1/8 scale and run through the network, a thread a core."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model_files.shipped(), options, providers=["CPUExecutionProvider"])
    height, width = session.get_inputs()[0].shape[1:3]

    blank = np.zeros((BATCH, height, width, 3), np.uint8)

    def work(batch: list[Path]) -> None:
        for path in batch:
            _decode_eighth(path)
        session.run(None, {"images": blank[: len(batch)]})

    batches = [files[at : at + BATCH] for at in range(0, len(files), BATCH)]
    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(work, batches[:cores]))
        began = time.perf_counter()
        list(pool.map(work, batches))
        return len(files) / (time.perf_counter() - began)


def _decode_eighth(path: Path) -> None:
    with Image.open(io.BytesIO(path.read_bytes())) as image:
        image.draft(None, (image.width // 8, image.height // 8))
        image.load()


def _pipeline(photographs: Path, home: Path, images: int) -> float:
    """Images a second from the first read to the last suggestion on disk, by what the application runs."""
    template: Template = next(t for t in templates() if t.key == "garments")
    project = projects.create(home, template, [photographs])
    try:
        for _ in scanning.scan(project):
            pass
        suggester = Suggester(project)
        began = time.perf_counter()
        done = [step.progress.done for step in suggester.compute()][-1]
        taken = time.perf_counter() - began
    finally:
        project.close()
    if done != images:
        raise RuntimeError(f"suggested for {done} of {images} images")
    return images / taken
