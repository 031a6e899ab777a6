"""The script that fits the backbone's fixed projection: deterministic, and the committed file's origin."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mtss.training.backbones.catalogue import PROJECTION
from mtss.training.backbones.projection import STAGE_WIDTHS, principal, random

SCRIPT = Path(__file__).parents[3] / "packaging" / "fit_projection.py"


def fit(environment: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(
    environment: dict[str, str], tmp_path: Path
) -> None:
    written: list[bytes] = []
    for seed, name in ((5, "a"), (5, "b"), (6, "c")):
        out = tmp_path / "made" / f"{name}.npz"
        done = fit(
            environment, "--source", "garments", "--images", 8, "--dim", 4, "--seed", seed, "--out", out
        )
        assert done.returncode == 0, done.stderr
        written.append(out.read_bytes())
    assert written[0] == written[1]
    assert written[0] != written[2]
    with np.load(tmp_path / "made" / "a.npz", allow_pickle=False) as file:
        assert file["weight"].shape == (4, sum(STAGE_WIDTHS))
        assert file["bias"].shape == (4,)
        assert 0 < float(file["kept"]) < 1


@pytest.mark.parametrize("dim", [0, 12])
def test_more_directions_than_images_are_refused_in_one_line(environment: dict[str, str], dim: int) -> None:
    done = fit(environment, "--images", 12, "--dim", dim)
    assert done.returncode == 2
    assert done.stderr == "--dim must be at least 1 and below --images (12)\n"


def test_another_projection_than_the_committed_one_is_said(
    environment: dict[str, str], tmp_path: Path
) -> None:
    before = PROJECTION.read_bytes()
    done = fit(environment, "--images", 9, "--dim", 8, "--check")
    assert done.returncode == 1
    assert "has shape (384, 2208), this one (8, 2208)" in done.stdout
    assert PROJECTION.read_bytes() == before


@pytest.mark.slow
def test_the_committed_file_is_what_the_script_makes_by_default(environment: dict[str, str]) -> None:
    done = fit(environment, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_components_are_centred_ordered_and_keep_more_than_chance() -> None:
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((10, sum(STAGE_WIDTHS)))
    pooled = rng.standard_normal((60, 10)) @ mixing + 3.0
    fitted = principal(pooled, 6)
    features = fitted.apply(pooled)
    assert np.abs(features.mean(axis=0)).max() < 1e-2
    deviation = features.std(axis=0)
    assert deviation[0] == pytest.approx(1.0, abs=1e-2)
    assert (np.diff(deviation) < 0).all()
    assert fitted.kept > 10 * random(pooled, 6).kept
