"""File names in glyphs that the interface's font has: it knows no pictures of control characters."""

_ESCAPES = {0x2409: "\\t", 0x240A: "\\n", 0x240D: "\\r", 0x2421: "\\x7f"}
_PICTURES = {code: _ESCAPES.get(code, f"\\x{code - 0x2400:02x}") for code in (*range(0x2400, 0x2420), 0x2421)}


def drawable(name: str) -> str:
    """The name with "␊" as "\\n", and the like, for where it is painted; never for finding a file by it."""
    return name if name.isascii() else name.translate(_PICTURES)
