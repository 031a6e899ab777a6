"""Writes a catalogue of drawn garments: images, manifest, label space, and the truth where labels hide it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

from mtss.cores import usable_cores
from mtss.datasets.garments.labelling import Rates, Slips, annotated, label_space, true_sample
from mtss.datasets.garments.picture import jpeg, photograph
from mtss.datasets.garments.planning import VIEWS, Planned, plan
from mtss.datasets.garments.vocabulary import VOCABULARIES
from mtss.datasets.writing import MANIFEST, TRUTH, whole_folder
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.workers import workers

Progress = Callable[[int, int], None]
Split = tuple[float, float, float]
_CHUNK = 8  # images a worker takes at once


class CatalogueProblem(Problem):
    """A catalogue that cannot be written; the message is meant for the user."""


def prepare(
    out: Path,
    *,
    images: int,
    seed: int = 0,
    vocabulary: str = "base",
    size: tuple[int, int] = (480, 600),
    street: float = 0.35,
    zipf: float = 0.5,
    sparsity: Rates = 0.0,
    noise: Rates = 0.0,
    false_negatives: Rates = 0.0,
    split: Split = (0.6, 0.1, 0.3),
    views: tuple[int, int] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
    quality: int = 88,
) -> Path:
    """Draws `images` photographs into the empty or new folder `out`; returns the manifest's path.

    size is width and height in pixels; street, sparsity, noise and false_negatives are fractions, the last
    three perhaps by type; views is fewest and most photographs of an article, 1 to 4; jobs is the number of
    processes (None: one a core). The same seed gives the same bytes, whatever jobs is, and image i
    does not depend on how many there are. The folder appears whole or not at all; progress(done, total) may
    raise to cancel. Raises Problem in plain words.
    """
    slips = _slips(sparsity, noise, false_negatives)
    _check(images, seed, vocabulary, size, street, zipf, split, views)
    planned = list(plan(images, seed, vocabulary, street=street, zipf=zipf, split=split, views=views))
    with whole_folder(out) as folder:
        _write_images(folder, planned, size, quality, jobs, progress)
        _write_labels(folder, planned, vocabulary, slips, seed)
    return out / MANIFEST


def _write_labels(folder: Path, planned: Sequence[Planned], vocabulary: str, slips: Slips, seed: int) -> None:
    classes = VOCABULARIES[vocabulary]
    truth = [
        true_sample(
            p.path, p.shot.design.truth(), classes, split=p.split, domain=p.shot.domain, group=p.group
        )
        for p in planned
    ]
    space = label_space(classes)
    if slips.any:
        Manifest(truth, folder, space).write(folder / TRUTH)
    written = [annotated(s, classes, slips, Random(f"{seed}/{s.image}/annotator")) for s in truth]
    Manifest(written, folder, space).write(folder / MANIFEST)


def _slips(sparsity: Rates, noise: Rates, false_negatives: Rates) -> Slips:
    try:
        return Slips(sparsity, noise, false_negatives)
    except ValueError as problem:
        raise CatalogueProblem(str(problem)) from problem


def _check(
    images: int, seed: int, vocabulary: str, size: tuple[int, int], street: float, zipf: float, split: Split,
    views: tuple[int, int] | None,
) -> None:  # fmt: skip
    if images < 1:
        raise CatalogueProblem(f"a catalogue needs at least one image, not {images}")
    if seed < 0:
        raise CatalogueProblem(f"a seed must not be negative: {seed}")
    if vocabulary not in VOCABULARIES:
        raise CatalogueProblem(f"there is no vocabulary '{vocabulary}': choose {', '.join(VOCABULARIES)}")
    if min(size) < 32 or max(size) > 4096:
        raise CatalogueProblem(f"a size of {size[0]}x{size[1]} is not between 32 and 4096 pixels a side")
    if not 0 <= street <= 1:
        raise CatalogueProblem(f"street must lie between 0 and 1, not {street}")
    if not 0 <= zipf <= 4:
        raise CatalogueProblem(f"zipf must lie between 0 and 4, not {zipf}")
    if min(split) < 0 or sum(split) <= 0:
        raise CatalogueProblem("the parts of the split must not be negative, nor all zero")
    if views is not None and not 1 <= views[0] <= views[1] <= len(VIEWS):
        raise CatalogueProblem(f"views go from 1 to {len(VIEWS)}, fewest first, not {views[0]}-{views[1]}")


def _write_images(
    out: Path,
    planned: Sequence[Planned],
    size: tuple[int, int],
    quality: int,
    jobs: int | None,
    progress: Progress | None,
) -> None:
    for folder in {(out / p.path).parent for p in planned}:
        folder.mkdir(parents=True, exist_ok=True)
    work = [(out / p.path, p, size, quality) for p in planned]
    for done, _ in enumerate(_drawn(work, jobs), start=1):
        if progress is not None:
            progress(done, len(work))


def _drawn(work: Sequence[tuple[Path, Planned, tuple[int, int], int]], jobs: int | None) -> Iterator[None]:
    count = min(jobs or usable_cores(), len(work))
    if count <= 1:
        yield from map(draw_one, work)
        return
    with workers(count) as pool:
        yield from pool.map(draw_one, work, chunksize=max(1, min(_CHUNK, len(work) // count)))


def draw_one(work: tuple[Path, Planned, tuple[int, int], int]) -> None:
    """Draws one photograph and stores it: what a worker process does."""
    path, planned, size, quality = work
    path.write_bytes(jpeg(photograph(planned.shot, size), quality))
