"""Facts and pictures of the images on screen."""

import threading
from array import array
from dataclasses import replace

from PIL import Image
from pytestqt.qtbot import QtBot

from app.domain.ids import ItemId
from app.domain.item import Item
from app.domain.query import ImageQuery
from app.services import browsing
from app.ui.browse.cells import Cells
from app.ui.browse.pictures import CAP, Pictures
from app.ui.session import Session
from tests.app.ui.pages.conftest import label_all

LONG = 20_000
POOL = 4  # threads that read


def test_what_changes_while_it_is_being_read_is_read_again(qtbot: QtBot, session: Session) -> None:
    ids: array[int] = browsing.order(session.project, ImageQuery())
    item = ItemId(ids[0])
    go_on, read = threading.Event(), threading.Event()
    for _ in range(POOL - 1):
        session.background.read(lambda: go_on.wait(20), lambda _: None)
    cells = Cells(session, session)
    cells.want([item])
    session.background.read(read.set, lambda _: None)  # the one free thread comes to it after the facts
    assert read.wait(20)
    label_all(session.project, 1)
    cells.refresh([item])
    go_on.set()

    def is_new() -> bool:
        facts = cells.get(item)
        return facts is not None and facts.lines[0].value == "blue"

    qtbot.waitUntil(is_new, timeout=LONG)


def test_pictures_come_at_the_size_asked_for_and_never_exceed_the_cap(qtbot: QtBot, session: Session) -> None:
    ids = [ItemId(i) for i in browsing.order(session.project, ImageQuery())]
    items = browsing.items(session.project, ids)
    pictures = Pictures(session.background, session.thumbnails.read, session)
    pictures.want(items, 60)
    qtbot.waitUntil(lambda: all(pictures.get(i) is not None for i in items), timeout=LONG)
    for item in items:
        shown = pictures.get(item)
        assert shown is not None
        assert max(shown.width(), shown.height()) == 60
    assert pictures.bytes == len(items) * 48 * 60 * 4 < CAP
    pictures.want(items[:1], 40)
    qtbot.waitUntil(lambda: _height(pictures, items[0]) == 40, timeout=LONG)


def test_a_changed_file_is_not_shown_as_it_was(qtbot: QtBot, session: Session) -> None:
    [item] = browsing.items(session.project, [ItemId(browsing.order(session.project, ImageQuery())[0])])
    pictures = Pictures(session.background, session.thumbnails.read, session)
    pictures.want([item], 60)
    qtbot.waitUntil(lambda: pictures.get(item) is not None, timeout=LONG)
    read = replace(item, content_hash="of the file")
    assert pictures.get(read) is not None, "shown on until the picture under its own hash is there"
    Image.new("RGB", (90, 30), (200, 0, 200)).save(item.path)
    changed = replace(item, stamp=(item.stamp[0] + 1, item.stamp[1]))
    assert pictures.get(changed) is None
    pictures.want([changed], 60)
    qtbot.waitUntil(lambda: pictures.get(changed) is not None, timeout=LONG)
    shown = pictures.get(changed)
    assert shown is not None
    assert shown.width() > shown.height()


def test_what_scrolled_off_is_not_loaded(qtbot: QtBot, session: Session) -> None:
    ids = [ItemId(i) for i in browsing.order(session.project, ImageQuery())]
    items = browsing.items(session.project, ids)
    seen: list[str] = []

    def source(item: Item) -> bytes | None:
        seen.append(item.name)
        return session.thumbnails.read(item)

    pictures = Pictures(session.background, source, session)
    pictures.want(items[:40], 60)
    pictures.want(items[40:], 60)
    qtbot.waitUntil(lambda: all(pictures.get(i) is not None for i in items[40:]), timeout=LONG)
    # Two were under way when the view moved on.
    assert len(seen) <= len(items[40:]) + 2


def _height(pictures: Pictures, item: Item) -> int:
    shown = pictures.get(item)
    return shown.height() if shown else 0
