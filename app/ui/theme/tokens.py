"""The colours and measures of the interface: every other file takes them from here."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme's colours, as ``#rrggbb``. ``faint`` is for decoration only, never for text with meaning."""

    name: str
    background: str
    surface: str
    raised: str
    hover: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    tint: str
    on_accent: str
    good: str
    warn: str
    bad: str
    none: str
    floating: str
    tile: str = "#ffffff"

    def colours(self) -> dict[str, str]:
        """The colours by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "name"}


DARK = Tokens(
    name="dark",
    background="#15171c",
    surface="#1b1e25",
    raised="#242831",
    hover="#2b303a",
    line="#2f3541",
    text="#e7e9ee",
    muted="#98a1b0",
    faint="#6b7484",
    accent="#6ea8fe",
    tint="#20324f",
    on_accent="#0b1524",
    good="#57c08a",
    warn="#e6b450",
    bad="#ef7d75",
    none="#8b93a3",
    floating="#242831",
)

LIGHT = Tokens(
    name="light",
    background="#f3f4f7",
    surface="#ffffff",
    raised="#f1f3f6",
    hover="#e8ebf0",
    line="#dde1e8",
    text="#1a1d24",
    muted="#586172",
    faint="#8a93a3",
    accent="#2463d1",
    tint="#e3edfd",
    on_accent="#ffffff",
    good="#197a4b",
    warn="#8f6000",
    bad="#c2362d",
    none="#6b7484",
    floating="#ffffff",
)

TOP_BAR = 44
RAIL = 52
STATUS_BAR = 26
ATTRIBUTE_PANEL = 372
SIDEBAR = 236
ROW = 26
CONTROL = 28
FILMSTRIP = 96


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.1, relative luminance)."""
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
