"""The training runtime is installed by the real venv and pip, from a wheel made here: no network."""

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from app.services import installing, runtime
from app.services.installing import InstallError, Recipe, install
from app.services.process_lock import inheritable_lock, is_held

_METADATA = "Metadata-Version: 2.1\nName: tinydependency\nVersion: 1.0\n"
_WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    information = "tinydependency-1.0.dist-info"
    with zipfile.ZipFile(folder / "tinydependency-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tinydependency.py", "ANSWER = 42\n")
        wheel.writestr(f"{information}/METADATA", _METADATA)
        wheel.writestr(f"{information}/WHEEL", _WHEEL)
        wheel.writestr(f"{information}/RECORD", "")
    return folder


def _recipe(wheels: Path, wanted: str = "tinydependency", space: int = 1) -> Recipe:
    return Recipe((wanted,), ("--no-index", "--find-links", str(wheels)), space)


def test_an_installed_runtime_can_import_what_was_asked_for_and_the_method(
    tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = list(install(tmp_path, _recipe(wheels)))
    assert steps[-1].progress.fraction == 1
    note = json.loads((tmp_path / "runtime.json").read_text())
    assert note["requirements"] == ["tinydependency"]
    source = runtime.private_method(tmp_path)
    answer = subprocess.check_output(
        [
            note["python"],
            "-P",
            "-c",
            "import tinydependency, mtss; print(tinydependency.ANSWER, mtss.__file__)",
        ],
        env=os.environ | {"PYTHONPATH": str(source)},
        text=True,
    )
    assert answer.split() == ["42", str(source / "mtss" / "__init__.py")]
    assert runtime.find_installed(tmp_path) is None, "it lacks what training needs today"
    runtime.note_installed(tmp_path, Path(note["python"]), runtime.requirements.for_training())
    found = runtime.find_installed(tmp_path)
    assert found is not None
    assert found.own
    assert found.source == source


def test_cancelling_leaves_nothing_behind(tmp_path: Path, wheels: Path) -> None:
    work = install(tmp_path, _recipe(wheels))
    while not (tmp_path / "environment" / "bin").exists():
        next(work)
    work.close()
    assert not (tmp_path / "environment").exists()
    assert not is_held(tmp_path / "install.lock"), "pip and venv are gone"
    assert runtime.find_installed(tmp_path) is None


def test_a_missing_package_fails_in_words_and_leaves_nothing(tmp_path: Path, wheels: Path) -> None:
    with pytest.raises(InstallError, match="No matching distribution found for nosuchthing"):
        list(install(tmp_path, _recipe(wheels, "nosuchthing")))
    assert not (tmp_path / "environment").exists()


def test_an_unreachable_index_fails_in_words(tmp_path: Path) -> None:
    nobody = ("--index-url", "http://127.0.0.1:9/simple", "--retries", "1")
    with pytest.raises(InstallError, match="network"):
        list(install(tmp_path, Recipe(("tinydependency",), nobody, 1)))


def test_too_little_room_is_said_before_anything_starts(tmp_path: Path, wheels: Path) -> None:
    with pytest.raises(InstallError, match="6 GB on disk"):
        next(install(tmp_path, _recipe(wheels, space=1 << 60)))
    assert list(tmp_path.iterdir()) == []


def test_a_second_installation_is_refused_while_one_runs(tmp_path: Path, wheels: Path) -> None:
    with (
        inheritable_lock(tmp_path / "install.lock"),
        pytest.raises(InstallError, match="already"),
    ):
        next(install(tmp_path, _recipe(wheels)))


def test_without_any_python_the_words_name_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InstallError, match="apt install python3-venv"):
        installing.base_python()
