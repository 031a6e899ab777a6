"""What stands below a tile's picture, worked out without Qt: the whole name, and where the file lies."""

from collections.abc import Callable

Fits = Callable[[str], bool]
_BREAKS = "-_. "


def name_lines(name: str, first: Fits, second: Fits) -> tuple[str, ...]:
    """The name on one line, or two; only what is too long even for two loses its middle, never its end."""
    if first(name):
        return (name,)
    cut = _longest(name, first)
    good = max((i + 1 for i, c in enumerate(name[:cut]) if c in _BREAKS), default=0)
    for place in (good, cut):
        if place * 2 >= cut and second(name[place:]):
            return name[:place], name[place:]
    head = _longest(name, lambda words: first(words + "…"))
    tail = _longest(name[::-1], lambda words: second(words[::-1]))
    return name[:head] + "…", name[len(name) - tail :]


def place_words(place: str, fits: Fits) -> str:
    """As many of a path's last folders as fit; where not even the last does, its end."""
    parts = place.split("/")
    for start in range(len(parts)):
        words = "/".join(parts[start:])
        if fits(words):
            return words
    last = parts[-1]
    kept = _longest(last[::-1], lambda words: fits("…" + words[::-1]))
    return "…" + last[len(last) - kept :] if kept else ""


def _longest(text: str, fits: Fits) -> int:
    """How many characters from the start fit, at least one."""
    low, high = 1, max(1, len(text))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    return low
