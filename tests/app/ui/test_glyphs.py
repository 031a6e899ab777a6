"""Names of files are painted in glyphs that the font in force has."""

from PySide6.QtGui import QRawFont
from PySide6.QtWidgets import QApplication

from app.domain.ids import FolderId, ItemId
from app.domain.item import Health, Item
from app.domain.paths import shown
from app.ui.browse.facts import place_of
from app.ui.browse.words import tooltip_head
from app.ui.label.stage import Stage
from app.ui.theme.theme import Theme, text_font
from app.ui.widgets.glyphs import drawable

ODD = "two\nlines\tand \x7f\x01.jpg"


def test_every_control_character_has_glyphs(qapp: QApplication) -> None:
    Theme(qapp).choose("dark")
    inter = QRawFont.fromFont(text_font())
    for code in (*range(0x20), 0x7F):
        painted = drawable(shown(f"a{chr(code)}b"))
        assert all(inter.supportsCharacter(ord(character)) for character in painted), painted
    assert drawable(shown(ODD)) == "two\\nlines\\tand \\x7f\\x01.jpg"
    assert drawable("Übergröße 你好") == "Übergröße 你好"


def test_label_and_browse_paint_such_a_name(qapp: QApplication) -> None:
    theme = Theme(qapp)
    item = Item(
        ItemId(1),
        FolderId(1),
        f"/shop/a\nb/{ODD}",
        shown(f"a\nb/{ODD}"),
        Health.UNREAD,
        "",
        "",
        0,
        0,
    )
    stage = Stage(theme)
    stage.resize(600, 400)
    stage.show_name(item)
    assert stage.name.startswith("a\\nb/two\\nlines")
    assert place_of(item) == "shop/a\\nb"
    assert "␊" not in tooltip_head(item)
    stage.deleteLater()
