import os

import pytest

from app.domain.paths import shown


@pytest.mark.parametrize(
    ("raw", "readable"),
    [
        (b"plain/name.jpg", "plain/name.jpg"),
        ("kleid-größe-👗.jpg".encode(), "kleid-größe-👗.jpg"),
        ("👩‍👩‍👧.jpg".encode(), "👩‍👩‍👧.jpg"),
        (b"new\nline\ttab.jpg", "new␊line␉tab.jpg"),
        (b"caf\xe9.jpg", "caf\\xe9.jpg"),
        (b"\x7f\x1b[31m", "␡␛[31m"),
        ("left\u202egpj.exe".encode(), "left\\u202egpj.exe"),
        ("line\u2028end".encode(), "line\\u2028end"),
    ],
)
def test_any_name_is_fit_to_be_shown(raw: bytes, readable: str) -> None:
    made = shown(os.fsdecode(raw))
    assert made == readable
    made.encode("utf-8")
