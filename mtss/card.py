"""The model card: what a model was made from, by what, and how good it is. Travels inside the model."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, cast

LICENCE = "Apache-2.0"  # of what this program makes


@dataclass(frozen=True)
class ModelCard:
    """Everything a person should know before trusting a model; values are plain JSON.

    `data`: manifest hash, images per split, images skipped with reasons, labelled images per type, and the
    splits whose labels taught the model or its teachers.
    `metrics`: as `mtss evaluate --json`, per split. `notes`: sentences for the reader (skipped types …).
    """

    name: str
    created: str  # ISO 8601, UTC
    backbone: str  # the features' cache key
    input_size: tuple[int, int]  # height, width in pixels
    feature_dim: int
    dim: int  # D of the embeddings; the largest, where types have their own
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    metrics: dict[str, Any] = field(default_factory=dict[str, Any])
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    versions: dict[str, str] = field(default_factory=dict[str, str])
    parents: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    synthetic: bool = False  # learned from drawn images only
    licence: str = LICENCE

    @property
    def learned_from(self) -> tuple[str, ...]:
        """The splits that it cannot be judged by; cards of earlier versions tell of them by a setting."""
        earlier = ("train", "val") if self.config.get("refit") else ("train",)
        return tuple(self.data.get("learned_from", earlier))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(value: object) -> ModelCard:
        """Unknown fields of a later version are left out; raises KeyError and ValueError."""
        entry = cast("dict[str, Any]", value)
        known = {f.name: entry[f.name] for f in fields(ModelCard) if f.name in entry}
        for name in ("name", "created", "backbone", "input_size", "feature_dim", "dim"):
            _ = entry[name]
        height, width = entry["input_size"]
        known["input_size"] = (_count(height), _count(width))
        known["feature_dim"] = _count(entry["feature_dim"])
        known["parents"], known["notes"] = tuple(entry.get("parents", ())), tuple(entry.get("notes", ()))
        for name in ("data", "metrics", "config", "versions"):
            if not isinstance(entry.get(name, {}), dict):
                raise ValueError(f"its card's '{name}' is none of this program's")
        card = ModelCard(**known)
        _ = card.learned_from
        return card


def _count(value: object) -> int:
    """Raises ValueError."""
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{value!r} is no size")
    return value
