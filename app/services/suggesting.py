"""Image → suggestions: ahead for the whole library, at once for the one on screen.

Whatever was read once is never decoded again: features are kept by content, and a new model version, a
corrected dictionary or a new class is ranked from them.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from app.domain.changes import ChangeSet
from app.domain.ids import ItemId, TypeId
from app.domain.item import Item
from app.domain.jobs import ModelVersion
from app.domain.progress import Progress, Step
from app.domain.schema import Schema
from app.domain.suggestion import SuggestionSet
from app.services import registry
from app.services.assembling import Opened, assemble, note_for_centre, open_active
from app.services.courtesy import Courtesy
from app.services.line import Line
from app.services.looking import Eyes, Look
from app.services.ranking import Ranker
from app.services.thumbnails import Thumbnails
from app.store import decisions, items, predictions

if TYPE_CHECKING:
    from app.services.projects import Project

KEEP = 8  # ranks kept of every stored suggestion
_CHUNK = 8  # beyond it a batch leaves the cores' caches
_AHEAD = 4  # chunks a thread: none idles while a batch is written
_PAGE = 1_000
_FLUSH_LOOKS = 256
_FLUSH_SECONDS = 0.4


class Suggester:
    """Suggestions by the project's active model and the corrections beside it.

    Safe to use from several threads: each call works with the ranker it finds. Raises ModelRefused on
    construction and from ``refresh`` when the active model's file cannot be used.
    """

    def __init__(
        self,
        project: Project,
        thumbnails: Thumbnails | None = None,
        threads: int = 2,
        courtesy: Courtesy | None = None,
    ) -> None:
        self._project = project
        self._thumbnails = thumbnails or Thumbnails(project)
        self._threads = threads
        self._courtesy = courtesy or Courtesy()
        self._line: Line | None = None
        self._opened: Opened = open_active(project)
        self._made_of = self._ingredients()  # noted first: what changes meanwhile is for the next refresh
        self._ranker: Ranker = assemble(project, self._opened)

    @property
    def model(self) -> ModelVersion:
        """The version that suggests."""
        return self._opened.version

    @property
    def version(self) -> str:
        """What suggestions carry: the model's name, the corrections beside it, and a short digest."""
        return self._ranker.version

    def refresh(self) -> ChangeSet:
        """Take in decisions, schema changes and an activation made since; says whether suggestions moved.

        What is stored follows with the next ``compute``; ``suggest`` answers by the new version at once.
        """
        replaced, made_of = self._is_replaced(), self._ingredients()
        if not replaced and made_of == self._made_of:
            return ChangeSet()
        before = self._ranker.version
        if replaced:
            self._opened = open_active(self._project)
        self._ranker = assemble(self._project, self._opened)
        self._made_of = made_of
        return ChangeSet(predictions=self._ranker.version != before)

    def suggest(self, item: ItemId) -> dict[TypeId, SuggestionSet]:
        """Every type's full ranking for one item, from its stored features; empty when it was never read."""
        return suggest_stored(self._project, self._ranker, item)

    def look_now(self, item: ItemId) -> dict[TypeId, SuggestionSet]:
        """As ``suggest``, reading the image first if it was never read; empty when it cannot be used."""
        if found := self.suggest(item):
            return found
        ranker = self._ranker
        work = _Work(self._project, ranker, self._thumbnails)
        work.looks += work.eyes.look(items.items(self._project.workspace, [item]))
        work.flush()
        return suggest_stored(self._project, ranker, item)

    def prioritise(self, ids: Iterable[ItemId]) -> None:
        """Let the running ``compute`` take these next: what is on screen now."""
        if self._line is not None:
            self._line.prioritise(ids)

    def compute(self, first: Sequence[ItemId] = ()) -> Iterator[Step]:
        """Suggest for every image that this version has not suggested for, ``first`` ones first.

        One decode an image yields hash, size, health, thumbnail, features and suggestions; images already
        read are ranked from their features. Close the generator to stop; what was done stays.
        """
        ranker = self._ranker
        waiting = predictions.unpredicted(self._project.workspace, ranker.version)
        self._line = line = Line(waiting, first)
        work = _Work(self._project, ranker, self._thumbnails, self._courtesy)
        with ThreadPoolExecutor(self._threads, "look") as pool:
            try:
                yield from _Loop(work, line, pool, self._threads).steps()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
                work.flush()
                self._thumbnails.flush()
                self._line = None

    def _is_replaced(self) -> bool:
        """Whether another version is active than the one that is open here."""
        active = registry.active(self._project)
        return active is None or active.id != self._opened.version.id

    def _ingredients(self) -> tuple[int, Schema]:
        """What is assembled beside the version: all decisions up to a newest one, and the schema."""
        return decisions.latest(self._project.workspace), self._project.schema()


@dataclass
class _Loop:
    """One run over the library: pages from the line, stored features at once, the rest in chunks."""

    work: _Work
    line: Line
    pool: ThreadPoolExecutor
    threads: int
    slow: deque[Item] = field(default_factory=deque[Item])
    running: deque[Future[list[Look]]] = field(default_factory=deque[Future[list[Look]]])
    started: float = field(default_factory=time.monotonic)

    def steps(self) -> Iterator[Step]:
        """Until nothing waits any more."""
        while True:
            yield from self._fill()
            if not self.running:
                yield self._step(self.work.flush())
                if not self.work.twins:
                    return
                self.slow.extend(self.work.take_twins())
                continue
            self.work.looks += self.running.popleft().result()
            if self.work.is_full:
                self.work.courtesy.give_way()
                yield self._step(self.work.flush())

    def _fill(self) -> Iterator[Step]:
        if asked := self.line.wishes():
            yield from self._page(self.work.still_waiting(asked), wished=True)
        while len(self.running) < _AHEAD * self.threads:
            if len(self.slow) <= _CHUNK * len(self.running) and (page := self.line.next(_PAGE)):
                yield from self._page(page, wished=False)
            elif self.slow:
                self.running.append(self.pool.submit(self._look_at_next))
            else:
                return

    def _look_at_next(self) -> list[Look]:
        """On a worker: whoever is first now, so that what was asked for meanwhile need not queue."""
        chunk: list[Item] = []
        with contextlib.suppress(IndexError):  # an earlier one took the last
            while len(chunk) < _CHUNK:
                chunk.append(self.slow.popleft())
        return self.work.eyes.look(chunk)

    def _page(self, ids: list[ItemId], *, wished: bool) -> Iterator[Step]:
        rest, changes = self.work.rank_stored(ids)
        unread = items.items(self.work.project.workspace, rest)
        if wished:
            self.slow.extendleft(reversed(unread))
        else:
            self.slow.extend(unread)
        if changes:
            yield self._step(changes)

    def _step(self, changes: ChangeSet) -> Step:
        done, total = min(self.work.done, self.line.total), self.line.total
        rate = self.work.done / max(1e-6, time.monotonic() - self.started)
        return Step(Progress(done, total, "Looking at images", rate), changes)


class _Work:
    """What was seen and not yet written, and the writing of it."""

    def __init__(
        self, project: Project, ranker: Ranker, thumbnails: Thumbnails, courtesy: Courtesy | None = None
    ) -> None:
        self.project = project
        self.ranker = ranker
        self.courtesy = courtesy or Courtesy()
        self.eyes = Eyes(ranker.predictor, project.derived, thumbnails.put, self.courtesy)
        self.looks: list[Look] = []
        self.twins: list[Look] = []
        self.done = 0
        self._flushed = float("-inf")  # the very first images are shown at once

    @property
    def is_full(self) -> bool:
        """Whether it is time to write: enough for one transaction, or somebody is watching."""
        return len(self.looks) >= _FLUSH_LOOKS or time.monotonic() - self._flushed > _FLUSH_SECONDS

    def still_waiting(self, ids: list[ItemId]) -> list[ItemId]:
        """Those of ``ids`` that this version has not suggested for."""
        stored = predictions.predictions(self.project.workspace, ids)
        return [i for i in ids if not self._is_current(stored.get(i, {}).values())]

    def rank_stored(self, ids: list[ItemId]) -> tuple[list[ItemId], ChangeSet]:
        """Suggest for all whose features are stored; the others are handed back."""
        keys = items.content_keys(self.project.workspace, ids)
        stored = self.project.derived.features(self.ranker.predictor.backbone_id, list(set(keys.values())))
        known = [i for i in ids if keys.get(i) in stored]
        if not known:
            return ids, ChangeSet()
        features = np.stack([np.frombuffer(stored[keys[i]], np.float16) for i in known])
        self._predict([(i, keys[i]) for i in known], features)
        settled = set(known)
        return [i for i in ids if i not in settled], ChangeSet(predictions=True)

    def flush(self) -> ChangeSet:
        """Write readings, features and suggestions of everything seen since the last time."""
        looks, self.looks = self.looks, []
        self._flushed = time.monotonic()
        if not looks:
            return ChangeSet()
        fresh = [(x, x.features) for x in looks if x.features is not None]
        self._keep_features(fresh)
        self.eyes.release([x.key for x in looks if not x.is_twin])
        changes = items.record_read(self.project.workspace, [x.read for x in looks if not x.is_twin])
        broken = [x.item for x in looks if x.read.problem]
        predictions.forget_predictions(self.project.workspace, broken)
        self.done += len(broken)
        self._predict([(x.item, x.key) for x, _ in fresh], np.array([row for _, row in fresh]))
        self._known_before([x for x in looks if x.features is None and not x.read.problem and not x.is_twin])
        self.twins += [x for x in looks if x.is_twin]
        return changes | ChangeSet(predictions=True)

    def take_twins(self) -> list[Item]:
        """Items that wait for another one's content, to be looked at again now that it is stored."""
        waiting, self.twins = self.twins, []
        return items.items(self.project.workspace, [x.item for x in waiting])

    def _keep_features(self, fresh: list[tuple[Look, np.ndarray]]) -> None:
        if fresh:
            rows = [(x.key, row.astype(np.float16).tobytes()) for x, row in fresh]
            self.project.derived.put_features(self.ranker.predictor.backbone_id, rows)
            note_for_centre(self.project, self.ranker.predictor, np.stack([row for _, row in fresh]))

    def _known_before(self, looks: list[Look]) -> None:
        if looks:
            stored = self.project.derived.features(self.ranker.predictor.backbone_id, [x.key for x in looks])
            features = np.stack([np.frombuffer(stored[x.key], np.float16) for x in looks])
            self._predict([(x.item, x.key) for x in looks], features)

    def _predict(self, seen: list[tuple[ItemId, str]], features: np.ndarray) -> None:
        """Suggest for items by the features [B, F] of the content that each was seen to have."""
        if seen:
            ids = [item for item, _ in seen]
            columns = self.ranker.columns(features.astype(np.float16), KEEP)
            predictions.put_predictions(self.project.workspace, self.ranker.version, ids, columns, dict(seen))
            self.done += len(ids)

    def _is_current(self, sets: Iterable[SuggestionSet]) -> bool:
        return any(s.version == self.ranker.version for s in sets)


def suggest_stored(project: Project, ranker: Ranker, item: ItemId) -> dict[TypeId, SuggestionSet]:
    """All rankings of one item from its stored features; empty when there are none."""
    key = items.content_keys(project.workspace, [item]).get(item)
    if not key:
        return {}
    stored = project.derived.features(ranker.predictor.backbone_id, [key]).get(key)
    if stored is None:
        return {}
    return ranker.suggest(item, np.frombuffer(stored, np.float16))
