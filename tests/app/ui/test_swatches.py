"""Every colour sample can be told from the ground it stands on, black on a dark one too."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.ui.theme.theme import Theme
from app.ui.theme.tokens import contrast
from app.ui.widgets.swatches import paint_swatch, swatch_of

TOLD_APART = 2.0


@pytest.mark.parametrize("name", ["black", "white", "charcoal", "navy", "cream"])
@pytest.mark.parametrize("ground", ["surface", "raised", "tint", "hover"])
@pytest.mark.parametrize("look", ["dark", "light"])
def test_a_swatch_has_an_edge(qapp: QApplication, look: str, ground: str, name: str) -> None:
    theme = Theme(qapp)
    theme.choose(look)
    colour = swatch_of("colour", name)
    assert colour is not None
    image = QImage(20, 20, QImage.Format.Format_RGB32)
    image.fill(theme.colour(ground))
    painter = QPainter(image)
    paint_swatch(painter, QRectF(4, 4, 11, 11), colour, theme)
    painter.end()
    edge, inside = image.pixelColor(4, 9).name(), image.pixelColor(9, 9).name()
    below = theme.colour(ground).name()
    assert max(contrast(edge, below), contrast(inside, below)) >= TOLD_APART
