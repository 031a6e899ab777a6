"""Draws articles at random: a long tail over classes, within what goes together."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from mtss.datasets.garments.design import Design
from mtss.datasets.garments.palette import COLORS
from mtss.datasets.garments.rules import BASE_RULES, EXTENDED_RULES, patterns_for
from mtss.datasets.garments.vocabulary import ALL, BASE, EXTENDED

_PLAIN = 0.18  # on top of what the long tail gives plain cloth
_SECOND_PATTERN = 0.26  # of patterned articles that can show one
_TWO_PANELS = frozenset(
    {
        "t-shirt",
        "shirt",
        "sweater",
        "jacket",
        "dress",
        "skirt",
        "bag",
        "hoodie",
        "cardigan",
        "polo",
        "backpack",
        "beanie",
    }
)
_NATURAL = {"leopard": "beige brown grey white yellow", "camouflage": "green beige grey brown black"}
_VIEWS = (
    ("front",),
    ("front", "back"),
    ("front", "detail"),
    ("front", "angle", "back"),
    ("front", "detail", "angle"),
    ("front", "angle", "detail", "back"),
)
_VIEW_WEIGHTS = (0.3, 0.12, 0.2, 0.13, 0.15, 0.1)


@dataclass(frozen=True, slots=True)
class Article:
    """A stock-keeping unit: one design, photographed several times."""

    number: int
    design: Design
    views: tuple[str, ...]
    season: str

    @property
    def code(self) -> str:
        """The article's number as printed on its label."""
        prefix = {"spring": "SP", "summer": "SU", "autumn": "AW", "winter": "WI"}[self.season]
        return f"{prefix}-{2001 + self.number}"


def lot(rng: Random, classes: Sequence[str], zipf: float) -> str:
    """A class with probability proportional to 1 / rank^zipf, in the order given."""
    return rng.choices(classes, [1 / (k + 1) ** zipf for k in range(len(classes))])[0]


def article(number: int, seed: int, vocabulary: str, zipf: float) -> Article:
    """The article of that number: the same whatever else is drawn."""
    key = f"{seed}/{vocabulary}/{zipf}/{number}"
    rng = Random(key)
    extended = vocabulary == "extended" or (vocabulary == "all" and rng.random() < 0.45)
    classes = EXTENDED if extended else BASE
    category = lot(rng, classes["category"], zipf)
    rule = (EXTENDED_RULES if extended else BASE_RULES)[category]
    texture = _ranked(rng, rule.textures, "texture", zipf)
    patterns = _patterns(rng, category, patterns_for(texture, extended), zipf)
    color = _color(rng, patterns[0], texture, classes["color"], zipf)
    neckline = _ranked(rng, rule.necklines, "neckline", zipf) if rule.necklines else None
    sleeves = _sleeves(rule.sleeves, neckline)
    sleeve = _ranked(rng, sleeves, "sleeve", zipf) if sleeves else None
    design = Design(category, color, patterns, texture, sleeve, neckline, key)
    views = rng.choices(_VIEWS, _VIEW_WEIGHTS)[0]
    return Article(number, design, views, rng.choice(("spring", "summer", "autumn", "winter")))


def _ranked(rng: Random, options: Sequence[str], name: str, zipf: float) -> str:
    """One of the options, in the long tail of its whole type."""
    order = [*ALL[name], *options]
    return lot(rng, sorted(options, key=order.index), zipf)


def _sleeves(sleeves: tuple[str, ...], neckline: str | None) -> tuple[str, ...]:
    if neckline in ("strapless", "sweetheart", "halter", "off-shoulder"):
        return ("sleeveless",)
    return sleeves


def _patterns(rng: Random, category: str, options: Sequence[str], zipf: float) -> tuple[str, ...]:
    first = "solid" if rng.random() < _PLAIN else lot(rng, options, zipf)
    rest = [name for name in options if name not in ("solid", first)]
    if first == "solid" or category not in _TWO_PANELS or rng.random() > _SECOND_PATTERN:
        return (first,)
    return (first, rng.choice(rest))


def _color(rng: Random, pattern: str, texture: str, colors: Sequence[str], zipf: float) -> str:
    if texture == "denim" and rng.random() < 0.8:
        return rng.choice(("navy", "blue", "blue", "black", "grey", "white"))
    natural = _NATURAL.get(pattern)
    if natural and rng.random() < 0.7:
        return rng.choice(natural.split())
    name = lot(rng, colors, zipf)
    return name if name in COLORS else colors[0]
