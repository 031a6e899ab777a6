"""One photograph of one article."""

import io
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageFilter

from mtss.datasets.garments.design import Design
from mtss.datasets.garments.framing import Size, fitted_view, moved
from mtss.datasets.garments.scenes import obstructed, shadowed, street, studio, weathered
from mtss.datasets.garments.sheet import Sheet
from mtss.datasets.garments.wardrobe import cloths_of, pieces_of


@dataclass(frozen=True, slots=True)
class Shot:
    """A design seen from one side in one domain; seed decides everything else."""

    design: Design
    view: str  # front, back, detail or angle
    domain: str  # shop or street
    seed: str


def photograph(shot: Shot, size: Size) -> Image.Image:
    """The picture, [size[1], size[0]] RGB."""
    rng = Random(shot.seed)
    back = shot.view == "back"
    pieces = pieces_of(shot.design, back=back)
    outdoors = shot.domain == "street"
    fill = rng.uniform(0.62, 0.86) if outdoors else rng.uniform(0.80, 0.90)
    view = fitted_view(pieces, size, fill)
    zoom, turn, shift = 1.0, 0.0, (0.0, 0.0)
    if outdoors:
        zoom, turn = rng.uniform(0.95, 1.25), rng.uniform(-14, 14)
        shift = (rng.uniform(-0.07, 0.07), rng.uniform(-0.07, 0.07))
    if shot.view == "detail":
        zoom, shift = (
            zoom * rng.uniform(1.5, 1.8),
            (shift[0] + rng.uniform(-0.05, 0.05), shift[1] + rng.uniform(0.19, 0.28)),
        )
    elif shot.view == "angle":
        turn += rng.choice((-1, 1)) * rng.uniform(5, 11)
    sheet = Sheet(*size, moved(view, size, zoom=zoom, turn=turn, shift=shift), cloths_of(shot.design))
    sheet.draw(pieces, Random(f"{shot.design.style}/drape/{back}"))
    color, alpha = sheet.finished()
    ground, shadow = (street if outdoors else studio)(rng, *size)
    picture = shadowed(ground, alpha, shadow) * (1 - alpha[..., None]) + color * alpha[..., None]
    if outdoors:
        if rng.random() < 0.3:
            picture = obstructed(picture, rng)
        picture = weathered(picture, rng)
    image = Image.fromarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8))
    if outdoors and rng.random() < 0.25:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 1.2) * size[0] / 480))
    return image


def jpeg(image: Image.Image, quality: int = 88) -> bytes:
    """The picture as a JPEG file."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=2, optimize=True)
    return out.getvalue()
