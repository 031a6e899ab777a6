"""What onnxruntime computes on, and why: it falls back to the CPU without a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import onnxruntime as ort

from mtss.problem import Problem

ort.disable_telemetry_events()  # Windows, where the variable that mtss/__init__.py sets is not read

DeviceName = Literal["auto", "cpu", "cuda"]
CUDA, CPU = "CUDAExecutionProvider", "CPUExecutionProvider"
NOT_OFFERED = "this onnxruntime offers no CUDA"
INSTEAD = "the package onnxruntime-gpu, in its place, does"
NOT_STARTED = "onnxruntime could not start CUDA: a driver or one of its libraries is missing"
ASKED_FOR = "it was asked for"


class ProviderProblem(Problem):
    """The demanded device cannot be used; the message says why."""


def wanted(device: DeviceName) -> list[str]:
    """Providers to ask for, the best first. Raises ProviderProblem where CUDA is demanded and not offered."""
    if device == "cpu":
        return [CPU]
    if CUDA in ort.get_available_providers():
        return [CUDA, CPU]
    if device == "cuda":
        raise ProviderProblem(f"no GPU can be used: {NOT_OFFERED}; {INSTEAD}")
    return [CPU]


def device_words(device: DeviceName, got: Sequence[str]) -> str:
    """Device and reason in words, from what was asked for and the providers that a session got."""
    if CUDA in got:
        return "CUDA"
    offered = CUDA in ort.get_available_providers()
    reason = ASKED_FOR if device == "cpu" else NOT_STARTED if offered else NOT_OFFERED
    return f"the CPU ({reason})"
