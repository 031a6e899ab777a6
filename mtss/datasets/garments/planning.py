"""Which photographs a catalogue holds, and where each lies: decided before anything is drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from mtss.datasets.garments.drawing_lots import article
from mtss.datasets.garments.picture import Shot

_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Planned:
    """A photograph to take: its path in the catalogue, its split and its SKU."""

    path: str
    shot: Shot
    split: str
    group: str


def plan(
    images: int, seed: int, vocabulary: str, *, street: float, zipf: float, split: tuple[float, float, float]
) -> Iterator[Planned]:
    """The first `images` photographs of that seed's endless catalogue. All views of a SKU share a split."""
    number = 0
    left = images
    while left > 0:
        sku = article(number, seed, vocabulary, zipf)
        part = _split_of(number, seed, split)
        for k, view in enumerate(sku.views[:left]):
            key = f"{sku.design.style}/{view}/{k}"
            domain = "street" if Random(f"{key}/where").random() < street else "shop"
            place = "" if domain == "shop" else "_street"
            path = f"{sku.season}/{sku.design.category}/{sku.code}_{view}{place}.jpg"
            yield Planned(path, Shot(sku.design, view, domain, key), part, sku.code)
        left -= len(sku.views)
        number += 1


def _split_of(number: int, seed: int, split: tuple[float, float, float]) -> str:
    """Golden-ratio steps fill the splits evenly whatever the number of SKUs."""
    place = (number * _GOLDEN + Random(f"{seed}/split").random()) % 1.0 * sum(split)
    if place < split[0]:
        return "train"
    return "val" if place < split[0] + split[1] else "test"
