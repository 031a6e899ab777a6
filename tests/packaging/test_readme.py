"""The code of mtss/README.md, run as it stands in an environment that has the wheel and no checkout."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import venv
from contextlib import suppress
from pathlib import Path

import platformdirs
import pytest

from tests.packaging.conftest import ROOT

README = ROOT / "mtss" / "README.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

PATIENCE = 1000  # seconds for all blocks
ONE_CORE = {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}

PREAMBLE = """
import subprocess
import mtss
assert "site-packages" in mtss.__file__, mtss.__file__
"""

# the loss that the page adds really teaches
TAUGHT = """
import torch
from mtss.manifest import Manifest
from mtss.training import teaching
from mtss.training.config import PRESETS
from mtss.training.events import Run
from mtss.training.preparing import Sources, prepare

teaching.TeacherTask = SoftmaxTask
sources = Sources(Manifest.read(Path("catalogue/manifest.jsonl")), store_at=Path("model/features.npz"))
data = prepare(sources, Run(), PRESETS["product"]).data
made = teaching.train_teacher(data, data.space["color"], PRESETS["product"], torch.device("cpu"), Run())
assert made.fit.score > 0.3, made.fit  # of 16 colours
"""

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment with the wheel; what that depends on is borrowed from this one."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps"]
    subprocess.run([*command, "--no-index", str(wheel)], check=True, capture_output=True, timeout=120)
    own = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    # paths named in a .pth file are searched, but what .pth files say there is not followed: no checkout
    (own / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


@pytest.fixture
def environment(fresh: Path, own_home: Path) -> dict[str, str]:
    hidden = ("PYTHONPATH", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    path = os.pathsep.join([str(fresh), os.environ["PATH"]])
    caches = str(platformdirs.user_cache_path())  # this machine's: a backbone is exported once on each
    own = {"PATH": path, "HOME": str(own_home), "XDG_CACHE_HOME": caches, "PYTHONFAULTHANDLER": "1"}
    return kept | own | ONE_CORE


def run(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[str, int]:
    """What a command and its children say, and its status; those that hang say where, and are ended."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as child:
        try:
            said, _ = child.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGABRT)  # each tells its stack, as PYTHONFAULTHANDLER asks
            said, _ = child.communicate(timeout=60)
        finally:
            with suppress(ProcessLookupError):  # also children that outlived it
                os.killpg(child.pid, signal.SIGKILL)
        return said, child.returncode


def test_every_block_runs(fresh: Path, environment: dict[str, str], tmp_path: Path) -> None:
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))
    assert {kind for kind, _ in blocks} == {"sh", "python"}, "no block without a word for what it is"
    script = tmp_path / "page.py"
    script.write_text(PREAMBLE + "".join(as_python(kind, code) for kind, code in blocks) + TAUGHT, "utf-8")
    said, status = run(["python", "-W", "error", "-P", script.name], tmp_path, environment)
    assert status == 0, said
    assert (tmp_path / "answers.jsonl").read_text().count('"suggestions"') == 120
    assert (tmp_path / "pair.onnx").is_file()


def as_python(kind: str, code: str) -> str:
    """A block as a part of the one script that runs them all: each goes on where the one before ended."""
    if kind == "python":
        return code
    return f"subprocess.run(['bash', '-euo', 'pipefail', '-c', {code!r}], check=True)\n"
