"""The first window waits for no library that only a project needs."""

import subprocess
import sys

HEAVY = {"numpy", "sqlalchemy", "onnxruntime", "PIL", "torch", "app.ui.workplace"}
PROGRAM = "import sys; import app.ui.start; print(*sys.modules)"


def test_what_the_first_window_imports_is_light() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "app.ui.application" in loaded
    assert loaded & HEAVY == set()
