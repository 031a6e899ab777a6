"""What a write touched: every write returns one, and screens decide by it whether they are stale."""

from dataclasses import dataclass, field

from app.domain.ids import ItemId


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The kinds of fact that a write changed. ``items`` are those whose decisions changed."""

    items: frozenset[ItemId] = field(default_factory=frozenset)
    library: bool = False
    schema: bool = False
    decisions: bool = False
    predictions: bool = False
    models: bool = False
    jobs: bool = False
    settings: bool = False

    def __or__(self, other: "ChangeSet") -> "ChangeSet":
        return ChangeSet(
            items=self.items | other.items,
            library=self.library or other.library,
            schema=self.schema or other.schema,
            decisions=self.decisions or other.decisions,
            predictions=self.predictions or other.predictions,
            models=self.models or other.models,
            jobs=self.jobs or other.jobs,
            settings=self.settings or other.settings,
        )

    def __bool__(self) -> bool:
        return self != ChangeSet()
