"""The sidebar's rows: what narrows the images, how many each leaves, and the query that a click asks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.facets import Facets, FolderFacet, TypeFacet
from app.domain.ids import TypeId
from app.domain.query import ImageQuery, StateFilter
from app.domain.schema import AttributeType, Schema, normalise

SHOWN = 5  # classes of a type before "more"
_STATES = (
    StateFilter.UNSEEN,
    StateFilter.SUGGESTED,
    StateFilter.LABELLED,
    StateFilter.NONE,
    StateFilter.NOT_APPLICABLE,
)


class Kind(StrEnum):
    """What a row is."""

    TITLE = "title"
    TYPES = "types"  # a title that opens the list of attribute types
    CHOICE = "choice"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``asks`` is the query after a click; ``adds`` the one after a click with Ctrl.

    ``key`` names what opens or folds; ``open`` is None where nothing does. ``of`` is the type of a class.
    """

    kind: Kind
    text: str
    count: int | None = None
    mark: str = ""
    depth: int = 0
    asks: ImageQuery | None = None
    adds: ImageQuery | None = None
    checked: bool = False
    key: str = ""
    open: bool | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Unfolded:
    """What the user opened: folders, types with all classes, and the type whose states are counted."""

    keys: frozenset[str] = frozenset()
    state_type: TypeId | None = None

    def switched(self, key: str) -> "Unfolded":
        """With one key opened or folded."""
        return replace(self, keys=self.keys ^ {key})


def rows(library: Facets, here: Facets, schema: Schema, query: ImageQuery, unfolded: Unfolded) -> list[Row]:
    """All rows. ``library`` counts everything, ``here`` what lies in the folder of the query."""
    made = list(_library(library, query))
    made += _folders(library.folders, query, unfolded)
    by_id = {t.type: t for t in here.types}
    about = _state_type(schema, query, unfolded)
    if about is not None and about.id in by_id:
        made += _states(about, by_id[about.id], query)
    for type_ in schema.types:
        if type_.id in by_id and type_.classes:
            made += _classes(type_, by_id[type_.id], query, unfolded)
    return made


def _library(facets: Facets, query: ImageQuery) -> Iterator[Row]:
    yield Row(Kind.TITLE, "Library")
    whole = ImageQuery(sort=query.sort)
    yield Row(Kind.CHOICE, "All images", facets.images, asks=whole, checked=query == whole)
    for state, text, count, mark in (
        (StateFilter.UNFINISHED, "Unfinished", facets.unfinished, "unseen"),
        (StateFilter.BROKEN, "Cannot be read", facets.broken, "broken"),
    ):
        checked = query.state is state
        if count or checked:
            asks = replace(query, state=None if checked else state, state_type="")
            yield Row(Kind.CHOICE, text, count, mark=mark, asks=asks, checked=checked)


def _folders(folders: tuple[FolderFacet, ...], query: ImageQuery, unfolded: Unfolded) -> Iterator[Row]:
    if not folders:
        return
    yield Row(Kind.TITLE, "Folders")
    roots = sum(f.depth == 0 for f in folders)
    hidden_below: str | None = None
    for facet, after in zip(folders, (*folders[1:], None), strict=True):
        if hidden_below is not None and facet.under.startswith(hidden_below):
            continue
        hidden_below = None
        has_more = after is not None and after.depth > facet.depth
        key = "folder:" + facet.under
        # A single image folder stands open, several stand folded, until the user switches one.
        is_open = (roots == 1 and facet.depth == 0) != (key in unfolded.keys)
        is_open = is_open or query.under.startswith(facet.under + "/")
        if has_more and not is_open:
            hidden_below = facet.under + "/"
        checked = query.under == facet.under
        yield Row(
            Kind.CHOICE,
            facet.name,
            facet.images,
            depth=facet.depth,
            asks=replace(query, under="" if checked else facet.under),
            checked=checked,
            key=key,
            open=is_open if has_more else None,
        )


def _state_type(schema: Schema, query: ImageQuery, unfolded: Unfolded) -> AttributeType | None:
    asked = schema.type_named(query.state_type) if query.state_type else None
    chosen = next((t for t in schema.types if t.id == unfolded.state_type), None)
    return asked or chosen or next(iter(schema.types), None)


def _states(type_: AttributeType, facet: TypeFacet, query: ImageQuery) -> Iterator[Row]:
    yield Row(Kind.TYPES, f"State of {type_.name}", key="state-type")
    for state in _STATES:
        count = facet.states.get(state, 0)
        checked = query.state is state and normalise(query.state_type) == normalise(type_.name)
        if count or checked or state in _STATES[:3]:
            asks = replace(query, state=None, state_type="")
            if not checked:
                asks = replace(query, state=state, state_type=type_.name)
            yield Row(Kind.CHOICE, state.value, count, mark=state.value, asks=asks, checked=checked)


def _classes(type_: AttributeType, facet: TypeFacet, query: ImageQuery, unfolded: Unfolded) -> Iterator[Row]:
    yield Row(Kind.TITLE, type_.name)
    key = f"type:{type_.id}"
    is_open = key in unfolded.keys
    ranked = sorted(type_.classes, key=lambda c: -facet.classes.get(c.id, 0))
    asked = {normalise(c) for t, c in query.classes if normalise(t) == normalise(type_.name)}
    for place, class_ in enumerate(ranked):
        checked = normalise(class_.name) in asked
        if place < SHOWN or is_open or checked:
            pair = (type_.name, class_.name)
            yield Row(
                Kind.CHOICE,
                class_.name,
                facet.classes.get(class_.id, 0),
                asks=_with_class(query, pair, checked=checked, alone=True),
                adds=_with_class(query, pair, checked=checked, alone=False),
                checked=checked,
                of=type_.name,
            )
    if len(ranked) > SHOWN:
        text = "fewer" if is_open else f"{len(ranked) - SHOWN} more"
        yield Row(Kind.MORE, text, key=key, open=is_open)


def _with_class(query: ImageQuery, pair: tuple[str, str], *, checked: bool, alone: bool) -> ImageQuery:
    """The query with one class switched; ``alone`` drops other classes of the same type."""
    same = (normalise(pair[0]), normalise(pair[1]))
    kept = tuple(p for p in query.classes if (normalise(p[0]), normalise(p[1])) != same)
    if alone:
        kept = tuple(p for p in kept if normalise(p[0]) != same[0])
    return replace(query, classes=kept if checked else (*kept, pair))
