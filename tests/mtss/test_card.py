"""A model's card that was written by a later version, an earlier one, or by nobody who knows it."""

from __future__ import annotations

from typing import Any

import pytest

from mtss.card import ModelCard

CARD = ModelCard("shop", "2026-11-28T00:00:00+00:00", "lite0", (240, 192), 384, 128, {"images": {"val": 3}})


def changed(**fields: Any) -> ModelCard:
    return ModelCard.from_json(CARD.to_json() | fields)


def test_what_is_written_is_read() -> None:
    assert changed(of_a_later_version=1) == CARD


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("data", [1]),
        ("data", {"learned_from": 3}),
        ("config", "x"),
        ("metrics", None),
        ("versions", 4),
        ("input_size", ["a", 3]),
        ("input_size", [240]),
        ("input_size", [0, 3]),
        ("feature_dim", "384"),
    ],
)
def test_what_cannot_be_a_card_is_refused(name: str, value: object) -> None:
    """With errors that reading a model turns into words."""
    with pytest.raises((TypeError, ValueError)):
        changed(**{name: value})


def test_what_a_model_learned_from() -> None:
    assert changed(data={"learned_from": ["train", "val"]}).learned_from == ("train", "val")
    assert changed(config={"refit": True}).learned_from == ("train", "val")
    assert changed().learned_from == ("train",)
