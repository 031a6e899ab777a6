"""The code of mtss/README.md, run as it stands in an environment that has the wheel and no checkout."""

import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT

README = ROOT / "mtss" / "README.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

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
    return kept | {"PATH": path, "HOME": str(own_home), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}


def test_every_block_runs(fresh: Path, environment: dict[str, str], tmp_path: Path) -> None:
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))
    assert {kind for kind, _ in blocks} == {"sh", "python"}, "no block without a word for what it is"
    script = "import mtss\nassert 'site-packages' in mtss.__file__, mtss.__file__\n"
    for kind, code in blocks:
        if kind == "sh":
            command = ["bash", "-euo", "pipefail", "-c", code]
        else:  # each goes on where the one before ended
            script += code
            command = ["python", "-W", "error", "-P", "-c", script]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
    assert (tmp_path / "answers.jsonl").read_text().count('"suggestions"') == 240
    assert (tmp_path / "pair.onnx").is_file()
