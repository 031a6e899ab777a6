"""A pattern on a fabric, cut along the grain of a piece: shaders in design units."""

from dataclasses import dataclass
from functools import cache
from math import radians
from random import Random

import skia

from mtss.datasets.garments.palette import Inks
from mtss.datasets.garments.patterns import PATTERNS
from mtss.datasets.garments.patterns.tile import Tile
from mtss.datasets.garments.pieces import RGB, Piece
from mtss.datasets.garments.textures import FABRICS, Fabric

# Cloth is never ruled: turned to the grain, fanned out, sagging, and drifting by `drift` units.
_WARP = """
uniform shader tile;
uniform float4 place;   // origin x, y, angle, flare
uniform float4 bend;    // sag, drift, phase, unused
half4 main(float2 p) {
    float2 q = p - place.xy;
    float c = cos(place.z), s = sin(place.z);
    q = float2(c * q.x + s * q.y, -s * q.x + c * q.y);
    q.x /= max(0.25, 1.0 + place.w * q.y);
    q.y -= bend.x * q.x * q.x;
    q += bend.y * float2(sin(q.y * 0.021 + bend.z) + 0.5 * sin(q.y * 0.057 + 2.0 * bend.z),
                         sin(q.x * 0.019 + 3.0 * bend.z) + 0.5 * sin(q.x * 0.05 + bend.z));
    return tile.eval(q);
}
"""


@cache
def _warp() -> skia.RuntimeEffect:
    return skia.RuntimeEffect.MakeForShader(_WARP)


@dataclass(frozen=True, slots=True)
class Cloth:
    """One material of a garment."""

    color: RGB
    pattern: Tile
    weave: Tile
    fabric: Fabric
    level: float  # mean grey of the weave, 0…1: what leaves the colour as it is
    flows: bool  # threads that must fan out with a skirt, such as vertical stripes
    drift: float = 1.6

    def print_shader(self, piece: Piece, phase: float) -> skia.Shader:
        """The pattern as it lies on the piece."""
        return _laid(self.pattern, piece, self.drift, phase, self.flows)

    def weave_shader(self, piece: Piece) -> skia.Shader:
        """The fabric's texture as it lies on the piece."""
        return _laid(self.weave, piece, 0.4, 0.0, self.flows)


def _laid(tile: Tile, piece: Piece, drift: float, phase: float, flows: bool) -> skia.Shader:
    builder = skia.RuntimeShaderBuilder(_warp())
    builder.setChild("tile", tile.shader())
    builder.setUniform(
        "place", skia.V4(*piece.origin, radians(piece.grain), piece.flare * (1.0 if flows else 0.15))
    )
    builder.setUniform("bend", skia.V4(piece.sag, drift, phase, 0.0))
    return builder.makeShader()


def woven(inks: Inks, pattern: str, texture: str, rng: Random) -> Cloth:
    """A cloth of that pattern and texture in those colours."""
    fabric = FABRICS[texture]
    weave = fabric.weave(rng)
    level = float(weave.image.toarray(colorType=skia.ColorType.kRGBA_8888_ColorType)[..., 0].mean()) / 255
    flows = pattern in ("vertical stripe", "herringbone") or texture == "corduroy"
    return Cloth(inks.ground, PATTERNS[pattern](inks, rng), weave, fabric, level, flows)
