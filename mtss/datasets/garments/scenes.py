"""Where the article is photographed: a studio, or somewhere out of doors."""

import math
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

from mtss.datasets.garments.light import Field, box_blur, open_blur, shifted
from mtss.datasets.garments.patterns.tile import ink
from mtss.datasets.garments.pieces import RGB
from mtss.datasets.garments.sheet import surface_on

Picture = NDArray[np.floating[Any]]
_WALLS: tuple[RGB, ...] = (
    (0.72, 0.64, 0.55), (0.55, 0.60, 0.62), (0.62, 0.68, 0.58), (0.78, 0.62, 0.52), (0.48, 0.52, 0.60),
    (0.70, 0.70, 0.66), (0.64, 0.50, 0.46), (0.42, 0.47, 0.44), (0.80, 0.74, 0.60), (0.55, 0.66, 0.74),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shadow:
    """How the article's shadow falls: blur and offset as fractions of the picture's width."""

    blur: float
    right: float
    down: float
    strength: float


def studio(rng: Random, width: int, height: int) -> tuple[Picture, Shadow]:
    """A near-white ground, a little darker towards the corners."""
    tone = rng.uniform(0.955, 0.992)
    warm = rng.uniform(-0.006, 0.008)
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    fall = 1 - rng.uniform(0.01, 0.035) * ((x + 0.25) ** 2 + (y + 0.3) ** 2) / 2
    ground = np.asarray((tone + warm, tone, tone - warm), np.float32)
    shadow = Shadow(
        rng.uniform(0.016, 0.028), rng.uniform(0.004, 0.012), rng.uniform(0.016, 0.03), rng.uniform(0.18, 0.3)
    )
    return fall[..., None] * ground, shadow


def street(rng: Random, width: int, height: int) -> tuple[Picture, Shadow]:
    """A wall, a wooden door, a city out of focus, or foliage."""
    paint = rng.choice((_boards, _city, _city, _foliage, _tiles, _plaster))
    pixels = np.zeros((height, width, 4), np.uint8)
    canvas = surface_on(pixels, skia.ColorType.kRGBA_8888_ColorType)
    canvas.scale(width / 480, height / 600)
    paint(canvas, rng)
    picture = pixels[..., :3].astype(np.float32) / 255
    blur = {_city: 0.016, _foliage: 0.010}.get(paint, rng.uniform(0.0, 0.004))
    radius = round(blur * width)
    if radius:
        picture = np.stack([open_blur(picture[..., k], radius) for k in range(3)], axis=-1)
    shadow = Shadow(
        rng.uniform(0.015, 0.04), rng.uniform(-0.02, 0.04), rng.uniform(0.015, 0.05), rng.uniform(0.25, 0.45)
    )
    return picture, shadow


def shadowed(ground: Picture, alpha: Field, shadow: Shadow) -> Picture:
    """The ground under the article: a soft shadow and a tight one where it touches."""
    width = alpha.shape[1]
    soft = shifted(
        box_blur(alpha, max(1, round(shadow.blur * width))),
        round(shadow.right * width),
        round(shadow.down * width),
    )
    tight = shifted(box_blur(alpha, max(1, round(0.004 * width))), round(0.002 * width), round(0.005 * width))
    return ground * (1 - shadow.strength * soft - 0.22 * tight * (1 - shadow.strength * soft))[..., None]


def _varied(rng: Random, color: RGB, spread: float = 0.07) -> RGB:
    step = rng.uniform(-spread, spread)
    r, g, b = (min(1.0, max(0.0, c + step + rng.uniform(-0.015, 0.015))) for c in color)
    return (r, g, b)


def _boards(canvas: skia.Canvas, rng: Random) -> None:
    color = rng.choice(((0.52, 0.40, 0.30), (0.68, 0.58, 0.46), (0.40, 0.46, 0.48), (0.62, 0.62, 0.60)))
    wide = rng.choice((54.0, 72.0, 96.0))
    x = -rng.uniform(0, wide)
    while x < 480:
        canvas.drawRect(skia.Rect.MakeXYWH(x, 0, wide, 600), ink(_varied(rng, color)))
        for _ in range(14):
            at, sway = x + rng.uniform(2, wide - 2), rng.uniform(-5, 5)
            grain = skia.Path()
            grain.moveTo(at, -10)
            grain.cubicTo(at + sway, 200, at - sway, 400, at + sway, 610)
            canvas.drawPath(grain, ink(_varied(rng, color, 0.16), 0.4, stroke=rng.uniform(0.6, 2.2)))
        canvas.drawRect(skia.Rect.MakeXYWH(x - 1.2, 0, 2.4, 600), ink((0.12, 0.1, 0.09), 0.65))
        x += wide


def _tiles(canvas: skia.Canvas, rng: Random) -> None:
    color, mortar = rng.choice(_WALLS), (0.82, 0.80, 0.76)
    wide, high = rng.choice(((64.0, 24.0), (52.0, 52.0), (86.0, 34.0)))
    canvas.drawPaint(ink(mortar))
    for row in range(int(600 / high) + 2):
        for column in range(-1, int(480 / wide) + 2):
            x = column * wide + (wide / 2 if row % 2 else 0)
            canvas.drawRoundRect(
                skia.Rect.MakeXYWH(x + 1.5, row * high + 1.5, wide - 3, high - 3),
                2,
                2,
                ink(_varied(rng, color)),
            )


def _plaster(canvas: skia.Canvas, rng: Random) -> None:
    color = rng.choice(_WALLS)
    canvas.drawPaint(ink(color))
    for _ in range(90):
        patch = ink(_varied(rng, color, 0.12), 0.16)
        patch.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, rng.uniform(8, 26)))
        canvas.drawCircle(rng.uniform(0, 480), rng.uniform(0, 600), rng.uniform(10, 90), patch)
    floor = rng.uniform(440, 560)
    canvas.drawRect(skia.Rect.MakeXYWH(0, floor, 480, 200), ink(_varied(rng, (0.45, 0.42, 0.40)), 0.75))


def _city(canvas: skia.Canvas, rng: Random) -> None:
    dusk = rng.random() < 0.35
    canvas.drawPaint(ink((0.24, 0.26, 0.34) if dusk else (0.78, 0.83, 0.88)))
    x = -30.0
    while x < 480:
        wide, top = rng.uniform(40, 120), rng.uniform(20, 320)
        color = _varied(rng, rng.choice(_WALLS), 0.1)
        shade = 0.45 if dusk else 0.9
        canvas.drawRect(
            skia.Rect.MakeXYWH(x, top, wide, 600), ink((color[0] * shade, color[1] * shade, color[2] * shade))
        )
        for _ in range(int(wide / 6)):
            glow = (0.98, 0.84, 0.55) if dusk else (0.45, 0.50, 0.56)
            canvas.drawRect(
                skia.Rect.MakeXYWH(x + rng.uniform(4, wide - 12), rng.uniform(top, 470), 9, 13),
                ink(glow, 0.8),
            )
        x += wide * 0.9
    canvas.drawRect(
        skia.Rect.MakeXYWH(0, rng.uniform(470, 540), 480, 200), ink(_varied(rng, (0.40, 0.40, 0.41)))
    )
    for _ in range(rng.choice((4, 9, 14))):
        light = rng.choice(((1.0, 0.85, 0.5), (0.9, 0.3, 0.25), (0.5, 0.8, 0.6), (1.0, 0.96, 0.9)))
        canvas.drawCircle(rng.uniform(0, 480), rng.uniform(100, 560), rng.uniform(6, 20), ink(light, 0.6))


def _foliage(canvas: skia.Canvas, rng: Random) -> None:
    canvas.drawPaint(ink((0.34, 0.42, 0.27)))
    for _ in range(420):
        green = _varied(
            rng, rng.choice(((0.30, 0.44, 0.22), (0.48, 0.60, 0.30), (0.22, 0.33, 0.2), (0.66, 0.72, 0.42)))
        )
        canvas.save()
        canvas.translate(rng.uniform(-10, 490), rng.uniform(-10, 610))
        canvas.rotate(rng.uniform(0, 360))
        size = rng.uniform(8, 34)
        canvas.drawOval(skia.Rect.MakeXYWH(-size / 2, -size / 5, size, size / 2.5), ink(green, 0.85))
        canvas.restore()


def obstructed(picture: Picture, rng: Random) -> Picture:
    """Something out of focus in front of one edge: a twig with its leaves."""
    height, width = picture.shape[:2]
    pixels = np.zeros((height, width, 4), np.uint8)
    canvas = surface_on(pixels, skia.ColorType.kRGBA_8888_ColorType)
    canvas.scale(width / 480, height / 600)
    x, way = (0, 1) if rng.random() < 0.5 else (480, -1)
    color = rng.choice(((0.20, 0.30, 0.18), (0.30, 0.38, 0.22), (0.42, 0.30, 0.20), (0.16, 0.24, 0.2)))
    paint = ink(color)
    paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 4.5))
    canvas.translate(x - way * 30, rng.uniform(220, 600))
    canvas.rotate(way * rng.uniform(-50, -10))
    for k in range(7):
        canvas.save()
        canvas.translate(way * (10 + 22 * k), 0)
        canvas.rotate(way * (55 if k % 2 else -55) + rng.uniform(-12, 12))
        canvas.drawOval(skia.Rect.MakeXYWH(-9, -6, 78 - 6 * k, 24 - k), paint)
        canvas.restore()
    cover = pixels[..., 3:].astype(np.float32) / 255
    return picture * (1 - cover) + pixels[..., :3].astype(np.float32) / 255


def weathered(picture: Picture, rng: Random) -> Picture:
    """Street light: exposure, a colour cast, uneven light, and sensor noise."""
    height, width = picture.shape[:2]
    warm = rng.uniform(-0.07, 0.09)
    cast = np.asarray((1 + warm, 1 + warm * 0.25, 1 - warm), np.float32) * rng.uniform(0.78, 1.1)
    angle = rng.uniform(0, math.tau)
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    slope = 1 + rng.uniform(0.0, 0.2) * (math.cos(angle) * x + math.sin(angle) * y)
    noise = np.random.default_rng(rng.getrandbits(63)).standard_normal((height, width, 1), dtype=np.float32)
    return np.clip(picture * cast * slope[..., None] + rng.uniform(0.004, 0.022) * noise, 0, 1)
