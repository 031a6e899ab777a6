"""The style sheet, made from resources/themes/lapel.qss and a theme's tokens."""

from string import Template

from app.services.resources import locate
from app.ui.theme.tokens import CONTROL, Tokens


def stylesheet(tokens: Tokens) -> str:
    """The application's style sheet for one theme."""
    sheet = Template(locate("themes", "lapel.qss").read_text("utf-8"))
    icons = {f"icon_{n}": locate("icons", f"{n}-{tokens.name}.svg").as_posix() for n in ("check", "minus")}
    return sheet.substitute(tokens.colours(), control=CONTROL - 2, **icons)
