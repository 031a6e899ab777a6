"""The part of suggesting that runs on worker threads: files in; readings, thumbnails and features out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from app.domain.ids import ItemId
from app.domain.item import Item, ReadImage
from app.services import reading
from app.services.courtesy import Courtesy
from app.store.derived import Derived
from mtss.images import ImageProblem
from mtss.predictor import OnnxPredictor

Thumbnail = Callable[[str, bytes], None]  # content key, JPEG


@dataclass(frozen=True, slots=True)
class Look:
    """What one item yielded. ``features`` float32 [F] are new; None: broken, or stored already under ``key``.

    ``is_twin``: another item with the same content is being computed at this moment.
    """

    item: ItemId
    key: str
    read: ReadImage
    features: np.ndarray | None = None
    is_twin: bool = False


class Eyes:
    """Reads a handful of items on the calling thread: decode and network, nothing waits for anything.

    Two threads that each do the whole work keep two cores busier than a pipeline of stages.
    """

    def __init__(
        self,
        predictor: OnnxPredictor,
        derived: Derived,
        thumbnail: Thumbnail,
        courtesy: Courtesy | None = None,
    ) -> None:
        self._predictor = predictor
        self._derived = derived
        self._thumbnail = thumbnail
        self._courtesy = courtesy or Courtesy()
        self._claimed: set[str] = set()
        self._lock = Lock()

    def look(self, items: Sequence[Item]) -> list[Look]:
        """All of them, in order; broken and missing files are said in their ``read``."""
        contents = [reading.load(item) for item in items]
        sound = [c for c in contents if not c.read.problem]
        stored = self._stored([c.key for c in sound])
        looks: dict[ItemId, Look] = {}
        fresh: list[tuple[ItemId, str, ReadImage, np.ndarray]] = []
        for content in contents:
            if content.read.problem:
                looks[content.item.id] = Look(content.item.id, "", content.read)
            elif content.key in stored or not self._claim(content.key):
                looks[content.item.id] = self._known(content, twin=content.key not in stored)
            else:
                self._courtesy.give_way()
                decoded = reading.decode(content, self._predictor.input_size)
                looks[content.item.id] = Look(content.item.id, content.key, decoded.read)
                if decoded.pixels is not None and decoded.thumbnail is not None:
                    self._thumbnail(content.key, decoded.thumbnail)
                    fresh.append((content.item.id, content.key, decoded.read, decoded.pixels))
        looks |= self._computed(fresh)
        return [looks[item.id] for item in items]

    def release(self, keys: Sequence[str]) -> None:
        """These are stored now, or never will be: they can be claimed anew."""
        with self._lock:
            self._claimed.difference_update(keys)

    def _computed(self, fresh: list[tuple[ItemId, str, ReadImage, np.ndarray]]) -> dict[ItemId, Look]:
        if not fresh:
            return {}
        self._courtesy.give_way()
        features = self._predictor.features(np.stack([pixels for *_, pixels in fresh]))
        return {
            item: Look(item, key, read, row)
            for (item, key, read, _), row in zip(fresh, features, strict=True)
        }

    def _known(self, content: reading.Content, *, twin: bool) -> Look:
        if twin:  # somebody is decoding the same content now; whether it can be used is not known yet
            return Look(content.item.id, content.key, content.read, is_twin=True)
        try:
            read = reading.measured(content)
        except ImageProblem as problem:
            return Look(content.item.id, "", reading.broken(content, problem).read)
        return Look(content.item.id, content.key, read)

    def _stored(self, keys: list[str]) -> set[str]:
        backbone = self._predictor.backbone_id
        return set(keys) - self._derived.missing_features(backbone, keys)

    def _claim(self, key: str) -> bool:
        with self._lock:
            if key in self._claimed:
                return False
            self._claimed.add(key)
            return True
