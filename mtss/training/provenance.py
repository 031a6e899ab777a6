"""What a result was made of: a digest of the data, and the versions of what shaped it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from pathlib import Path

from mtss.sample import Sample, sample_to_json
from mtss.training.dataset import FeatureSet


def file_digest(path: Path) -> str:
    """A file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def data_hash(data: FeatureSet) -> str:
    """SHA-256 over what was learned from: contents, labels and splits, in any order."""
    lines = [_identity(key, sample) for key, sample in zip(data.keys, data.samples, strict=True)]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _identity(key: str, sample: Sample) -> str:
    known = ("labels", "split", "not_applicable", "partial", "negative")
    line = sample_to_json(sample)
    return key + json.dumps({field: line[field] for field in known if field in line}, sort_keys=True)


def versions() -> dict[str, str]:
    """Of what shaped the result."""
    names = ("lapel", "torch", "numpy", "Pillow", "onnxruntime")
    found: dict[str, str] = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed as a package"
    return found
