"""A wheel, installed into a bare environment: it starts, finds what it ships, and has no torch."""

import os
import subprocess
import venv
from pathlib import Path

import pytest

from tests.end_to_end.window import Window, x_server
from tests.packaging.conftest import ROOT

PROBE = """
import importlib.util, sys
from app.services.resources import locate
assert "site-packages" in str(locate("icons")), locate("icons")
for path in ("demo/manifest.jsonl", "models/default/model.onnx", "fonts/Inter-Regular.ttf"):
    assert locate(*path.split("/")).is_file(), path
assert importlib.util.find_spec("torch") is None
import app.ui.application
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"torch", "torchvision", "onnx", "onnxscript", "skia"}, loaded
"""

pytestmark = [pytest.mark.x11, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheel and what it depends on, nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    constraints = ROOT / "packaging" / "constraints.txt"
    install = [str(python), "-m", "pip", "install", "-q", "-c", str(constraints), str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=900)
    return python


def test_it_finds_what_it_ships_and_has_no_torch(bare: Path, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    subprocess.run([str(bare), "-P", "-c", PROBE], cwd=tmp_path, env=environment, check=True, timeout=120)


def test_it_starts_and_suggests_on_the_demo_catalogue(bare: Path, tmp_path: Path) -> None:
    with x_server() as display:
        window = Window(display, tmp_path, tmp_path / "events", "--demo", python=bare)
        try:
            window.wait_for("page", name="browse")
            window.wait(lambda e: e["event"] == "changed" and "predictions" in e["kinds"], "suggestions")
            window.focus()
            window.key("ctrl+q")
            assert window.end() == 0
        finally:
            window.kill()


def test_without_a_display_it_says_so_in_one_line(bare: Path, tmp_path: Path) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {k: v for k, v in os.environ.items() if k not in hidden}
    command = [str(bare.with_name("lapel"))]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "make demo" in done.stderr
