"""The classes the catalogue can draw, in the order of their long tail, and the three vocabularies of them."""

from types import MappingProxyType

TYPES = ("category", "color", "pattern", "texture", "sleeve", "neckline")
MULTIPLE = frozenset({"pattern"})

_BASE = {
    "category": "dress t-shirt shirt trousers sweater jacket skirt bag coat top shorts",
    "color": "black white navy blue grey beige red green pink brown yellow purple",
    "pattern": "solid|horizontal stripe|check|floral|polka dot|vertical stripe|gingham|leopard|herringbone"
    "|camouflage",
    "texture": "cotton knit denim wool satin leather corduroy",
    "sleeve": "long short sleeveless three-quarter",
    "neckline": "crew collar v-neck scoop lapel boat square turtleneck",
}

_EXTENDED = {
    "category": "hoodie cardigan jumpsuit polo boots waistcoat backpack cap scarf socks tie beanie",
    "color": "charcoal|ivory|olive|burgundy|teal|sky blue|rust|mustard|lilac|coral|orange|mint",
    "pattern": "zebra|paisley|argyle|houndstooth|star|chevron|tie-dye|leaf|diagonal stripe",
    "texture": "linen velvet quilted lace sequin fleece mesh",
    "sleeve": "puff bell raglan cap",
    "neckline": "hood|shawl|polo collar|mandarin|halter|sweetheart|off-shoulder",
}


def _classes(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if "|" in text else tuple(text.split())


BASE = MappingProxyType({name: _classes(text) for name, text in _BASE.items()})
EXTENDED = MappingProxyType({name: _classes(text) for name, text in _EXTENDED.items()})
ALL = MappingProxyType({name: (*BASE[name], *EXTENDED[name]) for name in TYPES})
VOCABULARIES = MappingProxyType({"base": BASE, "extended": EXTENDED, "all": ALL})
