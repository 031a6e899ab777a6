"""The 15 corruptions in 5 severities: they change, repeat, leave the input alone, and stand threads."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mtss.training.corruptions import NAMES, SEVERITIES, corrupt

SHAPE = (64, 48, 3)
WITHOUT_CHANCE = ("defocus_blur", "zoom_blur", "brightness", "contrast", "pixelate", "jpeg_compression")


def picture(shape: tuple[int, int, int] = SHAPE) -> np.ndarray:
    """A coloured slope with a checked square of odd pitch: edges, flat parts, nothing at the range's ends."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    image = np.stack([40 + rows, 60 + columns, 120 + (rows + columns) // 3], axis=2)
    checked = ((rows // 3 + columns // 5) % 2)[..., None] * 90
    image[12:40, 10:36] = (30 + checked)[12:40, 10:36]
    return image.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("name", NAMES)
def test_each_changes_a_copy_and_repeats(name: str, severity: int) -> None:
    image = picture()
    kept = image.copy()
    image.flags.writeable = False
    out = corrupt(image, name, severity, 7)
    assert (out.shape, out.dtype) == (image.shape, np.uint8)
    assert np.array_equal(image, kept)
    assert (out != image).mean() > 0.02
    assert np.array_equal(out, corrupt(image, name, severity, 7))
    if name in WITHOUT_CHANCE:
        assert np.array_equal(out, corrupt(image, name, severity, 8))
    else:
        assert not np.array_equal(out, corrupt(image, name, severity, 8))


@pytest.mark.parametrize("name", NAMES)
def test_a_higher_severity_leaves_less_of_the_picture(name: str) -> None:
    image = picture((128, 96, 3))

    def lost(severity: int) -> float:
        """1 − correlation with the clean picture; the mean error of those that only shift and scale."""
        out = corrupt(image, name, severity, 3).astype(float)
        if name in ("brightness", "contrast", "fog"):
            return float(np.abs(out - image).mean())
        return 1 - float(np.corrcoef(out.ravel(), image.ravel())[0, 1])

    assert lost(5) > 1.1 * lost(1)


def test_the_names_are_the_library_s_common_ones() -> None:
    corrupt(picture(), "contrast", 1, 1)  # imports the library as it should be
    library = importlib.import_module("imagecorruptions")
    assert list(NAMES) == library.get_corruption_names("common")


def test_threads_get_what_one_thread_gets_and_the_global_stream_is_left_alone() -> None:
    work = [(name, severity, seed) for name in NAMES for severity in (1, 5) for seed in (1, 2)]
    image = picture()
    alone = [corrupt(image, *job) for job in work]
    state = np.random.get_state()
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda job: corrupt(image, *job), work))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))
    after = np.random.get_state()
    assert np.array_equal(state[1], after[1])
    assert state[2:] == after[2:]


def test_a_generator_gives_one_number_a_call() -> None:
    image = picture()
    first, second = np.random.default_rng(5), np.random.default_rng(5)
    drawn = [corrupt(image, "gaussian_noise", 3, first) for _ in range(2)]
    assert not np.array_equal(*drawn)
    assert np.array_equal(drawn[0], corrupt(image, "gaussian_noise", 3, int(second.integers(2**32))))
    assert np.array_equal(drawn[1], corrupt(image, "gaussian_noise", 3, second))


@pytest.mark.parametrize("shape", [(32, 32, 3), (33, 97, 3), (160, 128, 3), (51, 200, 3)])
def test_odd_sizes_keep_their_shape_and_nothing_is_printed(
    shape: tuple[int, int, int], capfd: pytest.CaptureFixture[str]
) -> None:
    for name in NAMES:
        for severity in SEVERITIES:
            assert corrupt(picture(shape), name, severity, 1).shape == shape
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("image", "name", "severity"),
    [
        (np.zeros((31, 40, 3), np.uint8), "fog", 1),
        (np.zeros((40, 40), np.uint8), "fog", 1),
        (np.zeros((40, 40, 4), np.uint8), "fog", 1),
        (np.zeros((40, 40, 3), np.float32), "fog", 1),
        (np.zeros((40, 40, 3), np.uint8), "rain", 1),
        (np.zeros((40, 40, 3), np.uint8), "fog", 0),
        (np.zeros((40, 40, 3), np.uint8), "fog", 6),
    ],
)
def test_what_fits_nothing_is_refused(image: np.ndarray, name: str, severity: int) -> None:
    with pytest.raises(ValueError, match=r"uint8 \[H, W, 3\]|there is no corruption"):
        corrupt(image, name, severity, 1)


def test_qt_still_starts_afterwards(environment: dict[str, str]) -> None:
    """OpenCV's import points Qt to its own plugins by the environment: a window would end in an abort."""
    code = (
        "import os; before = dict(os.environ)\n"
        "import numpy as np\n"
        "from mtss.training.corruptions import corrupt\n"
        "corrupt(np.zeros((40, 40, 3), np.uint8), 'gaussian_noise', 1, 1)\n"
        "assert dict(os.environ) == before\n"
        "from PySide6.QtWidgets import QApplication\n"
        "print(QApplication([]).platformName())\n"
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QT_")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**kept, **environment, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "offscreen"), done.stderr
