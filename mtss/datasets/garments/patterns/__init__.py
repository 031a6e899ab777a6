"""Patterns by class name. A new one is a function from inks to a seamless tile, and a line here."""

from random import Random
from types import MappingProxyType

from mtss.datasets.garments.palette import Inks
from mtss.datasets.garments.patterns import checks, organic, prints, stripes
from mtss.datasets.garments.patterns.tile import PatternDrawing, Tile, TileSheet


def solid(inks: Inks, rng: Random) -> Tile:
    """One colour."""
    return TileSheet(8, 8, inks.ground).tile()


PATTERNS: MappingProxyType[str, PatternDrawing] = MappingProxyType(
    {
        "solid": solid,
        "horizontal stripe": stripes.horizontal_stripe,
        "vertical stripe": stripes.vertical_stripe,
        "diagonal stripe": stripes.diagonal_stripe,
        "chevron": stripes.chevron,
        "check": checks.check,
        "gingham": checks.gingham,
        "argyle": checks.argyle,
        "houndstooth": checks.houndstooth,
        "herringbone": checks.herringbone,
        "polka dot": prints.polka_dot,
        "star": prints.star,
        "floral": prints.floral,
        "leaf": prints.leaf,
        "paisley": prints.paisley,
        "leopard": organic.leopard,
        "zebra": organic.zebra,
        "camouflage": organic.camouflage,
        "tie-dye": organic.tie_dye,
    }
)
