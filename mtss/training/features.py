"""Features of the frozen backbone: computed once an image, kept by content, decoded on threads."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import onnxruntime as ort

from mtss.content import Box, content_hash, content_key
from mtss.cores import usable_cores
from mtss.files import is_endless
from mtss.images import ImageProblem, load_model_input
from mtss.problem import Problem
from mtss.providers import CPU
from mtss.training.corruptions import corrupt
from mtss.training.events import Cancelled
from mtss.training.scarcity import memory_errors

BATCH = 8  # what stays in the cores' caches
AHEAD = 4  # batches decoded ahead of the network
KEPT_EVERY = 10.0  # seconds after which what was computed is written, while more is
MOST_WRITING = 0.05  # of the time, at the most


class FeatureProblem(Problem):
    """Stored features that cannot be used; the message is meant for the user."""


class OtherBackboneProblem(FeatureProblem):
    """Features of another backbone, projection or input geometry."""


@dataclass
class FeatureStore:
    """{content key: features float16 [F]} of one backbone; a file holds `hash`, `features`, `backbone_id`."""

    backbone: str
    width: int  # F
    rows: dict[str, np.ndarray] = field(default_factory=dict[str, np.ndarray])
    _kept_at: Path | None = None
    _due: float = 0.0

    def add(self, rows: Mapping[str, np.ndarray]) -> None:
        """More features, which are on disk soon where the store is `kept`."""
        self.rows.update(rows)
        if self._kept_at is not None and time.monotonic() >= self._due:
            began = time.monotonic()
            with suppress(OSError):  # no room: told at the end, if there is none then
                self.save(self._kept_at)
            now = time.monotonic()
            self._due = now + max(KEPT_EVERY, (now - began) / MOST_WRITING)

    @contextmanager
    def kept(self, path: Path | None) -> Generator[None, None, None]:
        """What is added meanwhile is in the file at the end, also where that is a stop; a kill costs little.

        Raises OSError where the whole cannot be written, but after a stop.
        """
        before = len(self.rows)
        self._kept_at, self._due = path, time.monotonic() + KEPT_EVERY
        try:
            yield
        except Cancelled:
            if path is not None and len(self.rows) > before:
                with suppress(OSError):
                    self.save(path)
            raise
        finally:
            self._kept_at = None
        if path is not None and len(self.rows) > before:
            self.save(path)

    def load(self, path: Path) -> int:
        """Add a file's rows; how many. Raises OtherBackboneProblem, or FeatureProblem for a damaged file."""
        try:
            with np.load(path, allow_pickle=False) as file:
                found = str(file["backbone_id"])
                keys, features = file["hash"], file["features"]
        except OSError as problem:
            reason = problem.strerror or "damaged"
            raise FeatureProblem(f"{path}: no stored features can be read ({reason})") from problem
        except (KeyError, ValueError, zipfile.BadZipFile) as problem:
            raise FeatureProblem(
                f"{path}: no stored features (a .npz file that this program wrote)"
            ) from problem
        if found != self.backbone:
            raise OtherBackboneProblem(f"{path}: features of {found}, but this training uses {self.backbone}")
        empty = keys.size == 0 and features.size == 0
        if keys.ndim != 1 or (features.shape != (len(keys), self.width) and not empty):
            words = f"{keys.size} hashes with features {features.shape}, not {self.width} an image"
            raise FeatureProblem(f"{path}: {words}")
        if features.dtype.kind != "f":
            raise FeatureProblem(f"{path}: its features are no numbers")
        if empty:
            return 0
        usable = np.isfinite(features).all(axis=1)
        self.rows.update((str(k), row) for k, row, fine in zip(keys, features, usable, strict=True) if fine)
        return int(usable.sum())

    def save(self, path: Path) -> None:
        """Write all rows to a temporary file, then replace; where that fails, nothing is left behind."""
        temporary = path.with_name(path.name + ".tmp")
        features = np.stack(list(self.rows.values())) if self.rows else np.zeros((0, self.width), np.float16)
        hashes, backbone = np.array(list(self.rows)), np.array(self.backbone)
        try:
            with temporary.open("wb") as out:
                np.savez(out, hash=hashes, features=features, backbone_id=backbone)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@dataclass(frozen=True)
class Corruption:
    """One of `mtss.training.corruptions`, applied to the model's input."""

    name: str
    severity: int
    seed: int

    def key(self, image: str) -> str:
        """The name under which the features of the corrupted image are stored."""
        return f"{image}~{self.name}-{self.severity}-{self.seed}"


@dataclass(frozen=True)
class Wanted:
    """An image to be computed, its key where the hash is known already, and what is done to it before."""

    path: Path
    box: Box | None
    key: str | None
    corruption: Corruption | None = None

    def pixels(self, size: tuple[int, int]) -> np.ndarray:
        """uint8 [H, W, 3] at `size`, corrupted where that is wanted. Raises ImageProblem."""
        found = load_model_input(self.path, size, self.box)
        if self.corruption is None:
            return found
        return corrupt(found, self.corruption.name, self.corruption.severity, self.corruption.seed)


@dataclass(frozen=True)
class Computed:
    """Which image it was, its key, and its features float16 [F], or the reason why there are none."""

    index: int
    key: str
    features: np.ndarray | None
    problem: str | None


class FeatureExtractor:
    """The frozen graph in onnxruntime: the same bytes that the exported student serves."""

    def __init__(self, graph: bytes, size: tuple[int, int], threads: int | None = None) -> None:
        options = ort.SessionOptions()
        self._threads = threads or usable_cores()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        with memory_errors():
            self._session = ort.InferenceSession(graph, options, providers=[CPU])
        self._size = size

    def run(self, images: np.ndarray) -> np.ndarray:
        """uint8 [B, H, W, 3] → float16 [B, F]. Raises MemoryError."""
        with memory_errors():
            return np.asarray(self._session.run(["features"], {"images": images})[0]).astype(np.float16)

    def compute(self, wanted: Iterable[Wanted], store: FeatureStore) -> Iterator[Computed]:
        """Features in the order asked for; what the store holds is not decoded again."""
        queue = iter(enumerate(wanted))
        with ThreadPoolExecutor(self._threads) as pool:
            pending: list[list[Future[_Loaded]]] = []
            while True:
                while len(pending) < AHEAD and (part := list(islice(queue, BATCH))):
                    pending.append([pool.submit(self._load, i, w, store) for i, w in part])
                if not pending:
                    return
                yield from self._finish([future.result() for future in pending.pop(0)], store)

    def _load(self, index: int, wanted: Wanted, store: FeatureStore) -> _Loaded:
        if wanted.key is None and is_endless(wanted.path):
            return _Loaded(index, "", None, "cannot be read: it is not a file")
        try:
            key = wanted.key or content_key(content_hash(wanted.path), wanted.box)
            if wanted.corruption is not None:
                key = wanted.corruption.key(key)
            if key in store.rows:
                return _Loaded(index, key, None, None)
            return _Loaded(index, key, wanted.pixels(self._size), None)
        except ImageProblem as problem:
            return _Loaded(index, "", None, str(problem))
        except OSError as problem:
            return _Loaded(index, "", None, f"cannot be read: {problem.strerror}")

    def _finish(self, loaded: list[_Loaded], store: FeatureStore) -> Iterator[Computed]:
        fresh = [(item, item.pixels) for item in loaded if item.pixels is not None]
        if fresh:
            rows = self.run(np.stack([pixels for _, pixels in fresh]))
            store.add({item.key: row for (item, _), row in zip(fresh, rows, strict=True)})
        for item in loaded:
            yield Computed(item.index, item.key, store.rows.get(item.key), item.problem)


@dataclass(frozen=True)
class _Loaded:
    index: int
    key: str
    pixels: np.ndarray | None
    problem: str | None
