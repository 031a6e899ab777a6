"""The main job without a screen: what it says on the way. The whole of it runs in tests/packaging."""

from pathlib import Path

import pytest

from app.domain.errors import LapelError
from app.services.comparison import Scores
from app.services.demo import Plan, draw, table


def test_drawing_tells_how_far_it_is(tmp_path: Path) -> None:
    said: list[str] = []
    manifest = draw(Plan(tmp_path, 12, 6, 7, "cpu"), said.append, every=0.1)
    assert len(manifest.samples) == 12
    assert said[0] == "Drawing 12 garments"
    assert len(said) > 1
    assert all(line.endswith(" of 12 drawn") for line in said[1:])


def test_drawing_that_fails_says_why(tmp_path: Path) -> None:
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "mine.txt").touch()
    with pytest.raises(LapelError, match="already holds files"):
        draw(Plan(tmp_path, 12, 6, 7, "cpu"), lambda _: None)


def test_the_table_says_on_which_images_it_is_measured() -> None:
    lines = table(Scores({"color": 0.5}, {"color": 20}), Scores({"color": 0.75}, {"color": 20}))
    assert "catalogue's test images, which nobody corrected" in "\n".join(lines)
    assert [line.split() for line in lines[-3:-1]] == [
        ["color", "20", "50.0%", "75.0%"],
        ["mean", "50.0%", "75.0%"],
    ]
