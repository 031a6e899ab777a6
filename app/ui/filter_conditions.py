"""A query as the separate conditions that the filter line shows, and what can be typed into it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

from app.domain.query import FilterError, ImageQuery, StateFilter
from app.domain.schema import AttributeClass, Schema


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as written in the filter line, and the query that is left without it."""

    words: str
    without: ImageQuery


def conditions(query: ImageQuery) -> list[Condition]:
    """The query's conditions in the order of the filter line."""
    return [Condition(alone.line(), without) for alone, without in _parts(query)]


def _parts(query: ImageQuery) -> Iterator[tuple[ImageQuery, ImageQuery]]:
    if query.under:
        yield ImageQuery(under=query.under), replace(query, under="")
    for name in ("text", "classes", "suggested"):
        values = getattr(query, name)
        for place, value in enumerate(values):
            left = (*values[:place], *values[place + 1 :])
            yield replace(ImageQuery(), **{name: (value,)}), replace(query, **{name: left})
    if query.state:
        yield ImageQuery(state=query.state), replace(query, state=None)
    for name in ("state_type", "confidence_below", "confidence_above"):
        if getattr(query, name) not in (None, ""):
            alone = replace(ImageQuery(), **{name: getattr(query, name)})
            yield alone, replace(query, **{name: getattr(ImageQuery(), name)})


def joined(query: ImageQuery, added: ImageQuery) -> ImageQuery:
    """Both queries' conditions; where only one can hold, the added one does."""
    changed: dict[str, object] = {}
    for name in (f.name for f in fields(ImageQuery)):
        before, new = getattr(query, name), getattr(added, name)
        if isinstance(before, tuple):
            changed[name] = tuple(dict.fromkeys((*before, *new)))
        elif name != "sort" and new != getattr(ImageQuery(), name):
            changed[name] = new
    return replace(query, **changed)


def check_names(query: ImageQuery, schema: Schema) -> None:
    """Raises FilterError for attribute types and classes that the project does not have."""
    for type_name, class_name in (*query.classes, *query.suggested):
        _check_type(type_name, schema)
        kind = schema.type_named(type_name)
        if kind and class_name not in ("@none", "@na") and kind.class_named(class_name) is None:
            raise FilterError(f"“{kind.name}” has no class “{class_name}”.{_near(class_name, kind.classes)}")
    if query.state_type:
        _check_type(query.state_type, schema)


def _check_type(name: str, schema: Schema) -> None:
    if schema.type_named(name) is None:
        names = ", ".join(t.name for t in schema.types) or "none yet"
        raise FilterError(f"There is no attribute type “{name}”. There are: {names}.")


def _near(name: str, classes: Sequence[AttributeClass]) -> str:
    wanted = name.casefold()[:2]
    near = [c.name for c in classes if c.name.casefold().startswith(wanted)][:4]
    return f" Did you mean {', '.join(near)}?" if near else ""


def completions(schema: Schema, folders: Sequence[str]) -> list[str]:
    """Everything that can be completed: classes, states, types, folders and the confidence's form."""
    words = [ImageQuery(state=s).line() for s in StateFilter]
    words += [ImageQuery(classes=((t.name, c.name),)).line() for t in schema.types for c in t.classes]
    words += [ImageQuery(suggested=((t.name, c.name),)).line() for t in schema.types for c in t.classes]
    words += [ImageQuery(state_type=t.name).line() for t in schema.types]
    words += ["confidence<0.5", "confidence<0.8", "confidence>0.9"]
    words += [ImageQuery(under=f).line() for f in folders]
    return words
