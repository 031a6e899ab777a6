"""What stands below a tile: names are told apart, files of one name by their folders."""

from dataclasses import replace
from pathlib import Path

from PIL import Image
from pytestqt.qtbot import QtBot

from app.domain.ids import ItemId
from app.domain.query import ImageQuery
from app.services import browsing, scanning
from app.ui.browse.caption import name_lines, place_words
from app.ui.browse.facts import read_facts
from app.ui.browse.flow import USUAL
from app.ui.browse.page import BrowsePage
from app.ui.browse.words import tooltip
from app.ui.session import Session


def no_longer_than(most: int):
    return lambda words: len(words) <= most


def test_a_name_stays_whole_on_one_line_or_two() -> None:
    fits = no_longer_than(10)
    assert name_lines("AW-2014", fits, fits) == ("AW-2014",)
    assert name_lines("AW-2014_detail", fits, fits) == ("AW-2014_", "detail")
    assert name_lines("abcdefghijklmno", fits, fits) == ("abcdefghij", "klmno")


def test_what_is_too_long_even_for_two_lines_keeps_its_end() -> None:
    name = "a catalogue of the long winter 0017"
    first, second = name_lines(name, no_longer_than(10), no_longer_than(8))
    assert first == "a catalog…"
    assert second == "ter 0017"


def test_a_place_is_told_by_the_folders_next_to_the_file() -> None:
    assert place_words("shop/autumn/bags", no_longer_than(20)) == "shop/autumn/bags"
    assert place_words("shop/autumn/bags", no_longer_than(12)) == "autumn/bags"
    assert place_words("shop/accessories", no_longer_than(6)) == "…ories"
    assert place_words("", no_longer_than(6)) == ""


def test_tiles_of_the_usual_size_tell_every_name_in_full(page: BrowsePage, session: Session) -> None:
    tile = page.images.tile
    for name in ("AW-2014_angle", "AW-2114_detail", "AW-2108_street", "SS-1407_front"):
        assert "".join(tile.name_lines(name, USUAL, "100")) == name


def test_files_of_one_name_are_told_apart(session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    project = session.project
    for folder in ("images/left", "images/right", "more"):
        (tmp_path / folder).mkdir()
        Image.new("RGB", (60, 40), (200, 10, 10)).save(tmp_path / folder / "same.jpg")
    scanning.add_folder(project, tmp_path / "more")
    for _ in scanning.scan(project):
        pass
    ids = [ItemId(i) for i in browsing.order(project, ImageQuery(text=("same",)))]
    facts = list(read_facts(project, ids, None).values())
    assert sorted(f.place for f in facts) == ["images/left", "images/right", "more"]
    assert {f.name for f in facts} == {"same"}
    for found in facts:
        assert found.item.path in tooltip(found)
    odd = replace(facts[0], item=replace(facts[0].item, path="/a<b/same.jpg"))
    assert "/a&lt;b/same.jpg" in tooltip(odd)
