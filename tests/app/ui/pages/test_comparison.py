"""The figures behind the Models page's table."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.ids import ModelId
from app.domain.jobs import ModelVersion
from app.ui.models import comparison
from app.ui.models.comparison import TypeRow, as_fraction, as_points
from app.ui.moments import moment

VERSION = ModelVersion(
    ModelId(2),
    "student 2",
    "m.onnx",
    "ff",
    datetime(2026, 3, 1, tzinfo=UTC),
    active=False,
    demo=False,
    labels=200,
    metrics={"colour": 0.8, "shape": 0.9, "sleeve": 0.1},
    baseline={"colour": 0.7, "shape": 0.92},
    images={"colour": 60, "shape": 49, "sleeve": 3},
    backbone="b",
)


def test_each_type_is_compared_on_its_own_images() -> None:
    rows = {r.name: r for r in comparison.rows(VERSION)}
    assert rows["colour"].points == pytest.approx(10)
    assert rows["shape"].points == pytest.approx(-2)
    assert rows["sleeve"].points is None
    assert [r.is_firm for r in rows.values()] == [True, False, False]


def test_the_mean_leaves_out_types_with_a_handful_of_images() -> None:
    mean = comparison.mean_row("Mean", comparison.rows(VERSION))
    assert mean is not None
    assert mean.now == pytest.approx(0.85)
    assert mean.before == pytest.approx(0.81)
    assert mean.images == 60


def test_a_mean_without_every_baseline_has_none() -> None:
    rows = [TypeRow("a", 0.5, None, 100), TypeRow("b", 0.7, 0.6, 100)]
    mean = comparison.mean_row("Mean", rows)
    assert mean is not None
    assert mean.before is None
    assert comparison.mean_row("Mean", []) is None


@pytest.mark.parametrize(
    ("value", "text"), [(0.912, ".912"), (1.0, "1.000"), (0.9999, "1.000"), (0.0, ".000"), (None, "–")]
)
def test_fractions_are_written_without_a_leading_zero(value: float | None, text: str) -> None:
    assert as_fraction(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(4.24, "+4.2"), (-0.86, "−0.9"), (0.04, "0.0"), (-0.04, "0.0"), (None, "–")]
)
def test_points_carry_their_sign(value: float | None, text: str) -> None:
    assert as_points(value) == text


def test_moments_are_said_from_where_the_reader_stands() -> None:
    now = datetime(2026, 3, 18, 15, 0).astimezone()
    assert moment(now - timedelta(minutes=80), now) == "today 13:40"
    assert moment(now - timedelta(days=1), now) == "yesterday 15:00"
    assert moment(now - timedelta(days=5), now).startswith("13 ")
    assert moment(now - timedelta(days=400), now).endswith("2025")
