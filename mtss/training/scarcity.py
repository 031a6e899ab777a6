"""Memory that ran out, as the libraries below say it: torch and onnxruntime have no type for it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Generator
from contextlib import contextmanager

_NO_MEMORY = re.compile(
    r"out of memory|can't allocate memory|cannot allocate memory|bad_alloc|failed to allocate|BFCArena"
    r"|failed to map segment|can't start new thread",
    re.IGNORECASE,
)


def tells_of_memory(problem: BaseException) -> bool:
    """Whether an error of whatever type means that memory ran out."""
    return isinstance(problem, MemoryError) or _NO_MEMORY.search(str(problem)) is not None


@contextmanager
def memory_errors() -> Generator[None, None, None]:
    """Around calls of onnxruntime: its errors about memory become MemoryError, others pass."""
    errors = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    try:
        yield
    except (errors.Fail, errors.RuntimeException, errors.EngineError) as problem:
        if not tells_of_memory(problem):
            raise
        raise MemoryError(str(problem)) from problem
