"""Where training runs, and why."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

import torch

from mtss.problem import Problem

DeviceName = Literal["auto", "cpu", "cuda"]


class DeviceProblem(Problem):
    """The asked-for device is not there; the message says why."""


@dataclass(frozen=True)
class Device:
    torch: torch.device
    reason: str


def choose_device(name: DeviceName) -> Device:
    """auto takes CUDA where it is usable. Raises DeviceProblem when cuda was demanded and is not."""
    if name == "cpu":
        return Device(torch.device("cpu"), "the CPU was asked for")
    missing = _why_no_cuda()
    if missing is None:
        return Device(torch.device("cuda"), torch.cuda.get_device_name(0))
    if name == "cuda":
        raise DeviceProblem(f"no GPU can be used: {missing}")
    return Device(torch.device("cpu"), f"no GPU can be used: {missing}")


def _why_no_cuda() -> str | None:
    if torch.version.cuda is None:
        return "this torch was built without CUDA"
    if not torch.cuda.is_available():
        return "torch finds no NVIDIA GPU or driver"
    return None


def prepare_torch(threads: int, *, deterministic: bool = False) -> None:
    """Before anything runs: threads of the training's own products, and whether a GPU repeats itself.

    Small matrices gain 1.3 times from a second thread on an idle machine, and lose tenfold on a busy one.
    On the CPU the numbers are the same in every run anyway, at a fixed number of threads; on a GPU that
    costs speed.
    """
    torch.set_num_threads(max(1, threads))
    if deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when cuBLAS starts
        torch.backends.cudnn.benchmark = False
    torch.use_deterministic_algorithms(deterministic)
