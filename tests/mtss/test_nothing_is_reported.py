"""Onnxruntime's published builds report to their maker unless told otherwise: here they are told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# Set, CI too silences onnxruntime, which would hide that nobody else does.
SILENCING = ("ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "CI")
USED_BY = (
    "mtss.predictor",
    "mtss.training.features",
    "app.services.model_files",
    "tests.benchmarks.__main__, tests.benchmarks.predicting",
)


@pytest.mark.parametrize("modules", USED_BY)
def test_onnxruntime_keeps_neither_an_identifier_nor_events_to_send(
    modules: str, environment: dict[str, str], tmp_path: Path
) -> None:
    open_to_reports = {name: value for name, value in environment.items() if name not in SILENCING}
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        open_to_reports.pop(name, None)
    load = f"import {modules}; import onnxruntime; onnxruntime.SessionOptions()"
    subprocess.run([sys.executable, "-c", load], env={**open_to_reports, "HOME": str(tmp_path)}, check=True)
    assert not [path for path in tmp_path.rglob("*") if "Microsoft" in path.name or "deviceid" in path.name]
