"""What is on screen, as one value: a filter, an order, and how both are written in the filter line."""

import re
import shlex
from dataclasses import dataclass, replace
from enum import StrEnum


class Sort(StrEnum):
    """The order of the images on screen."""

    PATH = "path"
    LEAST_CONFIDENT = "least confident"
    RECENT = "recently decided"


class StateFilter(StrEnum):
    """The states that a filter can ask for. SUGGESTED: unseen, with a suggestion computed."""

    UNSEEN = "unseen"
    SUGGESTED = "suggested"
    LABELLED = "labelled"
    NONE = "none"
    NOT_APPLICABLE = "na"
    UNFINISHED = "unfinished"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class ImageQuery:
    """Filter and order of the images on screen. Conditions are joined by "and".

    ``classes`` pairs a type's name with a class's name (a decision that names it); ``suggested`` the same
    for the best suggestion. ``state`` with ``state_type`` asks one type, without it any type.
    ``confidence`` bounds are for the best suggestion of ``state_type`` or of any type.
    """

    under: str = ""
    text: tuple[str, ...] = ()
    classes: tuple[tuple[str, str], ...] = ()
    suggested: tuple[tuple[str, str], ...] = ()
    state: StateFilter | None = None
    state_type: str = ""
    confidence_below: float | None = None
    confidence_above: float | None = None
    sort: Sort = Sort.PATH

    @property
    def is_filtered(self) -> bool:
        """Whether any image can be left out."""
        return replace(self, sort=Sort.PATH) != ImageQuery()

    def line(self) -> str:
        """The filter line that reads back as this query."""
        words = [_quoted(t) for t in self.text]
        if self.under:
            words.append("folder:" + _quoted(self.under))
        words += [f"{_quoted(t)}:{_quoted(c)}" for t, c in self.classes]
        words += [f"{_quoted(t)}~{_quoted(c)}" for t, c in self.suggested]
        if self.state:
            words.append(f"state:{self.state}")
        if self.state_type:
            words.append("type:" + _quoted(self.state_type))
        if self.confidence_below is not None:
            words.append(f"confidence<{self.confidence_below:g}")
        if self.confidence_above is not None:
            words.append(f"confidence>{self.confidence_above:g}")
        return " ".join(words)


class FilterError(ValueError):
    """A filter line that cannot be read; the message says which word and what would do."""


_CONFIDENCE = re.compile(r"confidence\s*([<>])\s*(.+)", re.IGNORECASE)


def parse_filter(line: str, sort: Sort = Sort.PATH) -> ImageQuery:
    """Read a filter line such as ``pattern:stripe state:unseen confidence<0.6 "navy dress"``.

    ``type:class`` asks for a decision, ``type~class`` for the best suggestion. Raises FilterError.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise FilterError("A quotation mark is not closed.") from error
    query = ImageQuery(sort=sort)
    for word in words:
        query = _with_word(query, word)
    return query


def _with_word(query: ImageQuery, word: str) -> ImageQuery:
    if match := _CONFIDENCE.fullmatch(word):
        return _with_confidence(query, match.group(1), match.group(2))
    if "~" in word:
        name, _, value = word.partition("~")
        return replace(query, suggested=(*query.suggested, (name, value)))
    name, colon, value = word.partition(":")
    if not colon:
        return replace(query, text=(*query.text, word))
    if not value:
        raise FilterError(f"“{word}” needs a value after the colon.")
    match name.casefold():
        case "state":
            return replace(query, state=_state(value))
        case "folder":
            return replace(query, under=value.strip("/"))
        case "type":
            return replace(query, state_type=value)
        case _:
            return replace(query, classes=(*query.classes, (name, value)))


def _state(value: str) -> StateFilter:
    try:
        return StateFilter(value.casefold())
    except ValueError:
        raise FilterError(f"“{value}” is no state; there are {', '.join(StateFilter)}.") from None


def _with_confidence(query: ImageQuery, sign: str, value: str) -> ImageQuery:
    try:
        bound = float(value.rstrip("%")) / (100 if value.endswith("%") else 1)
    except ValueError:
        raise FilterError(f"“{value}” is no number; write confidence<0.6 or confidence<60%.") from None
    if not 0 <= bound <= 1:
        raise FilterError("Confidence lies between 0 and 1.")
    if sign == "<":
        return replace(query, confidence_below=bound)
    return replace(query, confidence_above=bound)


def _quoted(text: str) -> str:
    return shlex.quote(text)
