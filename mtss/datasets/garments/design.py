"""What one article is, before anything is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Design:
    """The true attributes of an article: None where a type does not apply to it.

    patterns[0] is the body's; a second one covers a yoke, sleeves or a panel. style is the seed of everything
    that no label names (length, pockets, buttons).
    """

    category: str
    color: str
    patterns: tuple[str, ...]
    texture: str
    sleeve: str | None
    neckline: str | None
    style: str

    def truth(self) -> Mapping[str, tuple[str, ...] | None]:
        """The attribute types with their classes; None is "not applicable"."""
        return {
            "category": (self.category,),
            "color": (self.color,),
            "pattern": self.patterns,
            "texture": (self.texture,),
            "sleeve": None if self.sleeve is None else (self.sleeve,),
            "neckline": None if self.neckline is None else (self.neckline,),
        }
