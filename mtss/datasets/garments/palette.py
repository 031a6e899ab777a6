"""Textile colours: each named colour as a centre with a small spread, and the inks that go with it."""

from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from mtss.datasets.garments.pieces import RGB

COLORS = MappingProxyType(
    {
        "black": (34, 34, 37),
        "white": (243, 241, 238),
        "navy": (34, 46, 92),
        "blue": (66, 124, 192),
        "grey": (142, 144, 148),
        "beige": (208, 187, 152),
        "red": (188, 38, 46),
        "green": (58, 122, 78),
        "pink": (234, 160, 178),
        "brown": (112, 74, 48),
        "yellow": (234, 194, 66),
        "purple": (116, 68, 146),
        "charcoal": (72, 75, 82),
        "ivory": (239, 230, 206),
        "olive": (116, 115, 58),
        "burgundy": (108, 24, 46),
        "teal": (26, 124, 130),
        "sky blue": (160, 202, 232),
        "rust": (170, 80, 40),
        "mustard": (200, 150, 36),
        "lilac": (188, 166, 216),
        "coral": (242, 122, 104),
        "orange": (230, 122, 40),
        "mint": (168, 216, 190),
    }
)


@dataclass(frozen=True, slots=True)
class Inks:
    """Colours of one cloth: the ground it is named after, two accents, and a deep and a pale neutral."""

    ground: RGB
    first: RGB
    second: RGB
    third: RGB


def luminance(color: RGB) -> float:
    """Perceived lightness of an sRGB colour, 0 to 1."""
    return 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]


def mix(a: RGB, b: RGB, t: float) -> RGB:
    """The colour a fraction t of the way from a to b."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def toned(color: RGB, tone: float) -> RGB:
    """The colour darkened (tone −1 … 0) or lightened (0 … 1); what would vanish on black is lightened."""
    if tone < 0 and luminance(color) < 0.2:
        return mix(color, (0.0, 0.0, 0.0), -tone)
    return mix(color, (0.04, 0.04, 0.06), -tone) if tone < 0 else mix(color, (1.0, 0.99, 0.97), tone)


def shade_of(name: str, rng: Random) -> RGB:
    """One item's own shade of a named colour: up to ±4 % in light and ±2 % in each channel."""
    light = 1 + rng.uniform(-0.04, 0.04)
    r, g, b = (min(1.0, c / 255 * light + rng.uniform(-0.012, 0.012)) for c in COLORS[name])
    return (r, g, b)


_CREAM: RGB = (0.96, 0.94, 0.89)
_NIGHT: RGB = (0.11, 0.12, 0.17)
_LIGHT_ACCENTS = ((0.96, 0.94, 0.89), (0.97, 0.96, 0.95), (0.90, 0.84, 0.72), (0.93, 0.78, 0.72))
_DARK_ACCENTS = (
    (0.13, 0.18, 0.36),
    (0.14, 0.14, 0.16),
    (0.55, 0.14, 0.18),
    (0.18, 0.36, 0.27),
    (0.38, 0.25, 0.17),
)


def inks_for(ground: RGB, rng: Random) -> Inks:
    """Accents that stand off the ground: light ones on a dark or middling cloth, dark ones on a light one."""
    light = luminance(ground)
    if light > 0.62:
        first = rng.choice(_DARK_ACCENTS)
        second = mix(ground, first, 0.45)
        third = mix(rng.choice(_DARK_ACCENTS), ground, 0.2)
    else:
        first = rng.choice(_LIGHT_ACCENTS)
        second = mix(ground, _CREAM if light < 0.3 else _NIGHT, 0.42)
        third = mix(ground, _NIGHT if light > 0.2 else _CREAM, 0.5)
    return Inks(ground, first, second, third)
