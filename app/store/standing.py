"""Everything that stands decided, as it is at one moment, however long it takes to read."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from app.domain.decision import DecisionRecord
from app.domain.ids import ItemId, TypeId
from app.domain.item import Item
from app.domain.schema import Schema
from app.store import decisions, items, schema
from app.store.rows import pieces
from app.store.workspace import Workspace

_PAGE = 1_000

Records = Mapping[TypeId, DecisionRecord]


@dataclass(frozen=True, slots=True)
class Standing:
    """The schema, and each item about which something stands decided or rejected, in path order."""

    schema: Schema
    _ids: tuple[ItemId, ...]
    _connection: Connection

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[tuple[Item, Records]]:
        for piece in pieces(self._ids, _PAGE):
            found = decisions.read_current(self._connection, piece)
            for item in items.read(self._connection, piece):
                yield item, found[item.id]


@contextmanager
def standing(workspace: Workspace) -> Generator[Standing]:
    """What stands now: within the block nothing that others write shows."""
    with workspace.reading() as connection:
        yield Standing(schema.read(connection), decisions.spoken_of(connection), connection)
