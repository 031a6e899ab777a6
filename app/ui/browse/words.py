"""Tiles and queries in words."""

from html import escape

from PySide6.QtCore import QCoreApplication

from app.domain.item import Item
from app.domain.paths import shown
from app.domain.query import ImageQuery, Sort, StateFilter
from app.ui.browse.facet_rows import Kind, Row
from app.ui.browse.facts import Line, TileFacts
from app.ui.widgets.glyphs import drawable
from app.ui.widgets.marks import MARK_NAMES


def _tr(text: str) -> str:
    return QCoreApplication.translate("browse", text)


def sort_words(sort: Sort) -> str:
    """An order the way the header says it."""
    match sort:
        case Sort.PATH:
            return _tr("by name")
        case Sort.LEAST_CONFIDENT:
            return _tr("least confident first")
        case Sort.RECENT:
            return _tr("recently decided first")


def state_words(state: StateFilter) -> str:
    """A state the way the sidebar says it."""
    return {
        StateFilter.UNSEEN: _tr("Unseen"),
        StateFilter.SUGGESTED: _tr("Suggested"),
        StateFilter.LABELLED: _tr("Labelled"),
        StateFilter.NONE: _tr("None"),
        StateFilter.NOT_APPLICABLE: _tr("Not applicable"),
        StateFilter.UNFINISHED: _tr("Unfinished"),
        StateFilter.BROKEN: _tr("Cannot be read"),
    }[state]


def query_words(query: ImageQuery) -> str:
    """A filter in words, such as ``pattern: stripe · unseen``; empty when nothing is filtered."""
    parts = [f"“{text}”" for text in query.text]
    if query.under:
        parts.append(_tr("in {}").format(query.under.strip("/").rpartition("/")[2]))
    parts += [f"{t}: {c}" for t, c in query.classes]
    parts += [_tr("{}: perhaps {}").format(t, c) for t, c in query.suggested]
    if query.state:
        words = state_words(query.state).lower()
        parts.append(f"{query.state_type}: {words}" if query.state_type else words)
    elif query.state_type:
        parts.append(query.state_type)
    if query.confidence_below is not None:
        parts.append(_tr("below {} % sure").format(f"{100 * query.confidence_below:g}"))
    if query.confidence_above is not None:
        parts.append(_tr("above {} % sure").format(f"{100 * query.confidence_above:g}"))
    return " · ".join(parts)


def images_words(number: int) -> str:
    """How many images, e.g. "4,410 images"."""
    return _tr("1 image") if number == 1 else _tr("{} images").format(f"{number:,}")


def percent(confidence: float | None) -> str:
    """A confidence as a tile shows it."""
    return "–" if confidence is None else str(round(100 * confidence))


def spoken(facts: TileFacts) -> str:
    """What a screen reader says of a tile."""
    words = f"{facts.name}, {facts.place}, {_tr(MARK_NAMES[facts.mark])}"
    if facts.mark == "broken":
        return f"{words}: {facts.item.problem}"
    values = ", ".join(f"{line.type} {line.value}" for line in facts.lines if line.value)
    return f"{words}, {values}" if values else words


def tooltip(facts: TileFacts) -> str:
    """What resting on a tile tells, as rich text."""
    head = tooltip_head(facts.item)
    path = f"<br>{escape(drawable(shown(facts.item.path)))}"
    if facts.mark == "broken":
        return f"{head}<br>{escape(facts.item.problem)}{path}"
    size = f" · {facts.item.width} × {facts.item.height}" if facts.item.width else ""
    rows = "".join(f"<tr><td>{escape(x.type)}&nbsp;&nbsp;</td><td>{_line(x)}</td></tr>" for x in facts.lines)
    return f"{head}{size}{path}<table>{rows}</table>"


def tooltip_head(item: Item) -> str:
    """The image's name, as rich text."""
    return f"<b>{escape(drawable(item.name))}</b>"


def _line(line: Line) -> str:
    sure = "" if line.confidence is None else f" · {percent(line.confidence)} %"
    if line.mark == "labelled":
        return escape(line.value)
    words = _tr(MARK_NAMES[line.mark]).lower()
    return f"{words}: {escape(line.value)}{sure}" if line.value else words


def row_words(row: Row) -> str:
    """A sidebar row's text: names stay as the user gave them, the rest is translated."""
    match row.kind:
        case Kind.TITLE | Kind.TYPES:
            return _tr(row.text).upper()
        case Kind.MORE:
            return _tr(row.text)
        case _ if row.mark:
            return state_words(StateFilter(row.mark)) if row.text == row.mark else _tr(row.text)
        case _:
            return row.text
