"""The style sheet, made from resources/themes/lapel.qss and a theme's tokens."""

from string import Template

from app.services.resources import locate
from app.ui.theme.tokens import CONTROL, Tokens

_DRAWN = ("check", "minus", "chevron-up", "chevron-down")
"""Icons that Qt draws itself inside controls: one file a theme, because a style sheet cannot colour them."""


def stylesheet(tokens: Tokens) -> str:
    """The application's style sheet for one theme."""
    sheet = Template(locate("themes", "lapel.qss").read_text("utf-8"))
    icons = {
        f"icon_{name.replace('-', '_')}": locate("icons", f"{name}-{tokens.name}.svg").as_posix()
        for name in _DRAWN
    }
    return sheet.substitute(tokens.colours(), control=CONTROL - 2, **icons)
