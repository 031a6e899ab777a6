"""``mtss predict`` from JPEG to ranked suggestions, and one student against a network an attribute type."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime

from app.services import model_files
from tests.benchmarks import catalogue
from tests.benchmarks.report import Row
from tests.benchmarks.suggesting import BATCH, SHARE, floor

IMAGES = 1_920
ROUNDS = 24
ROUNDS_OF_ALL = 2  # the folder twice: so much longer than the command's start as any real one
SHARED = 0.95  # of κ: what one shared network saves


def measure(images: int = IMAGES) -> list[Row]:
    """The floor before and after the command, so that a neighbour's load weighs on both."""
    cores = len(os.sched_getaffinity(0))
    with catalogue.scratch() as folder:
        photographs = catalogue.distinct(folder / "photographs", images, catalogue.PHOTOGRAPH)
        files = sorted(photographs.iterdir())[: images // 2]
        before = floor(files, cores)
        rate = _predict(photographs, folder / "answers.jsonl", images, cores)
        least = 2 / (1 / before + 1 / floor(files, cores))
    name = f"mtss predict, {cores} cores, its start included"
    peer = "decode at 1/8 + network at batch 8"
    return [Row(name, rate, "images/s", least, peer, SHARE * least, at_least=True), _one_for_all()]


def _predict(photographs: Path, out: Path, images: int, cores: int) -> float:
    """Images a second of the whole command."""
    model = str(model_files.shipped())
    command = [sys.executable, "-P", "-m", "mtss", "predict", "--model", model, "--device", "cpu"]
    began = time.perf_counter()
    subprocess.run(
        [*command, "--threads", str(cores), "--out", str(out), *[str(photographs)] * ROUNDS_OF_ALL],
        check=True,
        capture_output=True,
    )
    taken = time.perf_counter() - began
    answered = ROUNDS_OF_ALL * images
    if out.read_bytes().count(b'"suggestions"') != answered:
        raise RuntimeError("mtss predict did not answer every image")
    return answered / taken


def _one_for_all() -> Row:
    """Time of κ networks of one branch each, over that of one student with κ branches; in turns."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    path, providers = model_files.shipped(), ["CPUExecutionProvider"]
    student = onnxruntime.InferenceSession(path, options, providers=providers)
    branches = [o.name for o in student.get_outputs() if o.name != "features"]
    single = [onnxruntime.InferenceSession(path, options, providers=providers) for _ in branches]
    height, width = student.get_inputs()[0].shape[1:3]
    images = np.random.default_rng(0).integers(0, 255, (BATCH, height, width, 3)).astype(np.uint8)
    feed = {"images": images}
    ratios: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        student.run(branches, feed)
        together = time.perf_counter() - began
        for session, branch in zip(single, branches, strict=True):
            session.run([branch], feed)
        apart = time.perf_counter() - began - together
        ratios.append(apart / together)
    found = float(np.median(ratios[2:]))
    kinds = len(branches)
    name = f"one student instead of κ = {kinds} networks"
    return Row(name, found, "times faster", kinds, "κ", SHARED * kinds, at_least=True)
