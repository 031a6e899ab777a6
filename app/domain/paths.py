"""File names fit to be shown: any bytes are allowed on disk, not all of them on a screen."""

import unicodedata

_ESCAPED = frozenset(range(0x202A, 0x202F)) | frozenset(
    range(0x2066, 0x206A)
)  # would reorder the text around


def shown(path: str) -> str:
    """The path with control characters as pictures ("␊") and bytes that are not UTF-8 as escapes ("\\xff").

    ``path`` carries such bytes as surrogate escapes, as ``os.fsdecode`` gives them.
    """
    return path if path.isascii() and path.isprintable() else "".join(map(_shown, path))


def _shown(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code in _ESCAPED or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return f"\\u{code:04x}"
    return character
