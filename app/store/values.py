"""Settings of the project itself."""

import json
from typing import Any

from app.store.workspace import Workspace


def load(workspace: Workspace) -> dict[str, Any]:
    """All settings by key."""
    with workspace.reading() as connection:
        rows = connection.exec_driver_sql("SELECT key, value FROM setting")
        return {row.key: json.loads(row.value) for row in rows}


def store(workspace: Workspace, values: dict[str, Any]) -> None:
    """Keep these settings; others stay."""
    with workspace.writing() as connection:
        for key, value in values.items():
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (key, json.dumps(value))
            )
