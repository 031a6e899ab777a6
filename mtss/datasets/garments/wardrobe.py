"""From a design to its pieces and cloths."""

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from mtss.datasets.garments.cloth import Cloth, woven
from mtss.datasets.garments.cuts import (
    accessories,
    bags,
    bottoms,
    dresses,
    footwear,
    more_tops,
    outerwear,
    tops,
)
from mtss.datasets.garments.design import Design
from mtss.datasets.garments.palette import inks_for, mix, shade_of
from mtss.datasets.garments.pieces import Piece

Cut = Callable[..., list[Piece]]
CUTS: MappingProxyType[str, Cut] = MappingProxyType(
    {
        "dress": dresses.dress,
        "t-shirt": tops.t_shirt,
        "shirt": tops.shirt,
        "sweater": tops.sweater,
        "jacket": outerwear.jacket,
        "coat": outerwear.coat,
        "top": tops.top,
        "trousers": bottoms.trousers,
        "shorts": bottoms.shorts,
        "skirt": bottoms.skirt,
        "bag": bags.bag,
        "hoodie": more_tops.hoodie,
        "cardigan": more_tops.cardigan,
        "polo": more_tops.polo,
        "waistcoat": more_tops.waistcoat,
        "jumpsuit": more_tops.jumpsuit,
        "cap": accessories.cap,
        "beanie": accessories.beanie,
        "scarf": accessories.scarf,
        "tie": accessories.tie,
        "backpack": accessories.backpack,
        "boots": footwear.boots,
        "socks": footwear.socks,
    }
)


def pieces_of(design: Design, *, back: bool = False) -> list[Piece]:
    """The article's pieces, undermost first; the same for every view of it."""
    return CUTS[design.category](design, Random(f"{design.style}/cut"), back=back)


def cloths_of(design: Design) -> Mapping[str, Cloth]:
    """The article's materials by the names that pieces use."""
    rng = Random(f"{design.style}/cloth")
    ground = shade_of(design.color, rng)
    inks = inks_for(ground, rng)
    main = woven(inks, design.patterns[0], design.texture, Random(f"{design.style}/main"))
    second = main
    if len(design.patterns) > 1:
        second = woven(inks, design.patterns[1], design.texture, Random(f"{design.style}/second"))
    plain = woven(inks, "solid", design.texture, Random(f"{design.style}/trim"))
    lining = woven(inks_for(mix(ground, (0.3, 0.29, 0.29), 0.3), rng), "solid", "cotton", rng)
    white = inks_for((0.95, 0.94, 0.91), rng)
    label = woven(white, "solid", "cotton", rng)
    sole = woven(inks_for((0.20, 0.16, 0.13), rng), "solid", "leather", rng)
    trim = plain if rng.random() < 0.15 else main
    return {
        "main": main,
        "second": second,
        "trim": trim,
        "lining": lining,
        "label": label,
        "cord": label,
        "plain": plain,
        "sole": sole,
    }
