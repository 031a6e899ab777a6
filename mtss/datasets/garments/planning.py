"""Which photographs a catalogue holds, and where each lies: decided before anything is drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from mtss.datasets.garments.drawing_lots import article
from mtss.datasets.garments.picture import Shot

VIEWS = ("front", "detail", "angle", "back")
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Planned:
    """A photograph to take: its path in the catalogue, its split and its SKU."""

    path: str
    shot: Shot
    split: str
    group: str


def plan(
    images: int,
    seed: int,
    vocabulary: str,
    *,
    street: float,
    zipf: float,
    split: tuple[float, float, float],
    views: tuple[int, int] | None = None,
) -> Iterator[Planned]:
    """The first `images` photographs of that seed's endless catalogue. All views of a SKU share a split.

    views: fewest and most of a SKU, all numbers between equally often (None: one to four, mostly few).
    """
    number = 0
    left = images
    while left > 0:
        sku = article(number, seed, vocabulary, zipf)
        part = _split_of(number, seed, split)
        shown = sku.views if views is None else _some_views(sku.design.style, views)
        for k, view in enumerate(shown[:left]):
            key = f"{sku.design.style}/{view}/{k}"
            domain = "street" if Random(f"{key}/where").random() < street else "shop"
            place = "" if domain == "shop" else "_street"
            path = f"{sku.season}/{sku.design.category}/{sku.code}_{view}{place}.jpg"
            yield Planned(path, Shot(sku.design, view, domain, key), part, sku.code)
        left -= len(shown)
        number += 1


def _some_views(style: str, views: tuple[int, int]) -> tuple[str, ...]:
    return VIEWS[: Random(f"{style}/views").randint(*views)]


def _split_of(number: int, seed: int, split: tuple[float, float, float]) -> str:
    """Golden-ratio steps fill the splits evenly whatever the number of SKUs."""
    place = (number * _GOLDEN + Random(f"{seed}/split").random()) % 1.0 * sum(split)
    if place < split[0]:
        return "train"
    return "val" if place < split[0] + split[1] else "test"
