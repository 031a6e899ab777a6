"""Which attributes go together: no denim T-shirts, no sleeves on a bag."""

from dataclasses import dataclass
from types import MappingProxyType

from mtss.datasets.garments.vocabulary import BASE, EXTENDED


@dataclass(frozen=True, slots=True)
class Rule:
    """What a category may have. Empty sleeves or necklines: not applicable."""

    textures: tuple[str, ...]
    sleeves: tuple[str, ...] = ()
    necklines: tuple[str, ...] = ()


def _rule(textures: str, sleeves: str = "", necklines: str = "") -> Rule:
    return Rule(*(tuple(text.split("|")) if text else () for text in (textures, sleeves, necklines)))


_ANY = "long|short|sleeveless|three-quarter"
BASE_RULES: MappingProxyType[str, Rule] = MappingProxyType(
    {
        "dress": _rule(
            "cotton|satin|knit|wool|denim|corduroy",
            _ANY,
            "crew|v-neck|scoop|boat|square|collar|turtleneck|strapless",
        ),
        "t-shirt": _rule("cotton|knit", "short|long|three-quarter", "crew|v-neck|scoop|boat|square"),
        "shirt": _rule("cotton|denim|satin|corduroy", "long|short|three-quarter", "collar"),
        "sweater": _rule("knit|wool", "long|three-quarter", "crew|v-neck|boat|turtleneck|scoop"),
        "coat": _rule("wool|cotton|leather|corduroy", "long", "lapel|collar"),
        "jacket": _rule("leather|denim|wool|satin|corduroy|cotton", "long", "collar|lapel|crew"),
        "top": _rule("cotton|satin|knit", "sleeveless", "scoop|square|v-neck|boat|crew"),
        "trousers": _rule("cotton|denim|wool|corduroy|leather"),
        "shorts": _rule("cotton|denim|wool|corduroy|leather"),
        "skirt": _rule("cotton|satin|denim|wool|leather|corduroy"),
        "bag": _rule("leather|cotton|denim|wool|corduroy"),
    }
)
EXTENDED_RULES: MappingProxyType[str, Rule] = MappingProxyType(
    {
        "hoodie": _rule("fleece|velvet|mesh|quilted", "raglan|long", "hood"),
        "cardigan": _rule("fleece|linen|velvet|lace", "raglan|bell|puff|long", "shawl|mandarin"),
        "jumpsuit": _rule(
            "linen|velvet|lace|sequin",
            "puff|bell|cap|sleeveless",
            "halter|sweetheart|mandarin|off-shoulder|shawl",
        ),
        "polo": _rule("mesh|linen|velvet", "raglan|cap|puff", "polo collar|mandarin"),
        "waistcoat": _rule("linen|velvet|quilted|fleece", "sleeveless", "shawl|mandarin"),
        "boots": _rule("velvet|quilted|fleece|sequin"),
        "backpack": _rule("linen|mesh|quilted|sequin"),
        "cap": _rule("linen|velvet|mesh|sequin"),
        "scarf": _rule("fleece|linen|lace|velvet"),
        "socks": _rule("mesh|fleece|lace"),
        "tie": _rule("linen|velvet|sequin"),
        "beanie": _rule("fleece|sequin|velvet|mesh"),
    }
)
# Patterns that a fabric takes besides plain; what is not named takes all.
_PRINTABLE: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "denim": ("solid", "horizontal stripe", "vertical stripe", "floral", "camouflage", "polka dot"),
        "leather": ("solid", "leopard", "check", "floral", "camouflage", "polka dot"),
        "corduroy": ("solid", "check", "floral", "leopard", "camouflage", "gingham"),
        "knit": (
            "solid",
            "horizontal stripe",
            "vertical stripe",
            "check",
            "leopard",
            "polka dot",
            "floral",
            "gingham",
        ),
        "wool": (
            "solid",
            "check",
            "herringbone",
            "gingham",
            "horizontal stripe",
            "vertical stripe",
            "leopard",
            "camouflage",
        ),
    }
)


def patterns_for(texture: str, extended: bool) -> tuple[str, ...]:
    """Patterns that the fabric takes; in the extended vocabulary plain cloth stands for "none"."""
    if extended:
        return ("solid", *EXTENDED["pattern"])
    return _PRINTABLE.get(texture, BASE["pattern"])
