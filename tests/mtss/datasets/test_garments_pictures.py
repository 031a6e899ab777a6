"""What can be measured in a picture: colour, difference between classes, the view, the ground."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from mtss.datasets.garments.design import Design
from mtss.datasets.garments.light import shifted
from mtss.datasets.garments.palette import COLORS
from mtss.datasets.garments.picture import Shot, jpeg, photograph
from mtss.datasets.garments.vocabulary import ALL

SIZE = (120, 150)
SHIRT = Design("t-shirt", "red", ("solid",), "cotton", "short", "crew", "style")


def pixels(design: Design, *, view: str = "front", domain: str = "shop") -> NDArray[np.float64]:
    return np.asarray(photograph(Shot(design, view, domain, "shot"), SIZE), np.float64)


def cloth_color(design: Design) -> NDArray[np.float64]:
    """The median colour of the garment's middle, away from seams and outline."""
    return np.median(pixels(design)[60:105, 48:72].reshape(-1, 3), axis=0)


@pytest.mark.parametrize("color", list(COLORS))
def test_a_solid_garment_has_the_colour_it_is_named_after(color: str) -> None:
    seen = cloth_color(replace(SHIRT, color=color))
    distances = {name: float(np.linalg.norm(seen - np.asarray(rgb))) for name, rgb in COLORS.items()}
    assert distances[color] < 40
    assert color in sorted(distances, key=lambda name: distances[name])[:2]


@pytest.mark.parametrize("pattern", [p for p in ALL["pattern"] if p != "solid"])
def test_every_pattern_shows(pattern: str) -> None:
    plain = pixels(SHIRT)[40:120, 40:80]
    printed = pixels(replace(SHIRT, patterns=(pattern,)))[40:120, 40:80]
    assert printed.std(axis=(0, 1)).max() > 1.5 * plain.std(axis=(0, 1)).max()


def test_every_texture_changes_the_cloth() -> None:
    pictures = {t: pixels(replace(SHIRT, texture=t))[40:120, 40:80] for t in ALL["texture"]}
    names = list(pictures)
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            assert np.abs(pictures[a] - pictures[b]).mean() > 2, (a, b)


def test_sleeves_reach_as_far_as_their_name_says() -> None:
    def cloth(sleeve: str) -> float:
        picture = pixels(replace(SHIRT, category="dress", sleeve=sleeve))
        return float((picture.min(axis=2) < 150).mean())

    assert cloth("sleeveless") < cloth("short") < cloth("three-quarter") < cloth("long")


def test_the_shop_is_nearly_white_and_the_street_is_not() -> None:
    corner = pixels(SHIRT)[:12, :12]
    assert corner.min() > 225
    assert pixels(SHIRT, domain="street")[:12, :12].mean() < 225


def test_views_differ_and_repeat_exactly() -> None:
    shots = [
        jpeg(photograph(Shot(SHIRT, view, "shop", "s"), SIZE))
        for view in ("front", "back", "detail", "angle")
    ]
    assert len(set(shots)) == 4
    assert jpeg(photograph(Shot(SHIRT, "front", "shop", "s"), SIZE)) == shots[0]


def test_a_closer_view_shows_more_cloth() -> None:
    def share(view: str) -> float:
        return float((pixels(SHIRT, view=view).min(axis=2) < 150).mean())

    assert share("detail") > share("front")


def test_a_shadow_does_not_come_in_at_the_other_side() -> None:
    """A closer view is cut off at the bottom; the ground above it stays as light as beside it."""
    picture = pixels(replace(SHIRT, category="coat", neckline="lapel", sleeve="long"), view="detail")
    front = pixels(replace(SHIRT, category="coat", neckline="lapel", sleeve="long"))
    for shown in (picture, front):
        assert shown[0, :8].min() > 225
        assert shown[0, -8:].min() > 225


def test_moving_a_field_leaves_zeros_behind() -> None:
    field = np.arange(12, dtype=np.float32).reshape(3, 4)
    for right, down in ((1, 0), (-1, 2), (0, -1), (2, 1), (0, 8), (-9, 1)):
        moved = shifted(field, right, down)
        for y in range(3):
            for x in range(4):
                inside = 0 <= y - down < 3 and 0 <= x - right < 4
                assert moved[y, x] == (field[y - down, x - right] if inside else 0)
