"""Fetching the vendors' packages: once, and in words where that fails. npm is a small script here."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtss.datasets.emoji.fetching import VERSION, fetch
from mtss.problem import Problem

FETCHES = """#!/bin/sh
echo "$@" >> calls
for name in google twitter; do
  case "$*" in *emoji-datasource-$name@*) echo $name > emoji-datasource-$name-{version}.tgz;; esac
done
"""
FAILS = """#!/bin/sh
echo "npm notice" >&2
echo "npm error 404 Not Found" >&2
exit 1
"""


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The script that is found under that name."""
    script = tmp_path / "bin" / "npm"
    script.parent.mkdir()
    monkeypatch.setenv("PATH", f"{script.parent}:/bin:/usr/bin")
    script.write_text(FETCHES.replace("{version}", VERSION))
    script.chmod(0o755)
    return script


def test_what_is_missing_is_fetched_once(npm: Path, tmp_path: Path) -> None:
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / f"emoji-datasource-google-{VERSION}.tgz").write_text("mine")
    files = fetch(folder)
    assert {vendor: path.read_text().strip() for vendor, path in files.items()} == {
        "google": "mine",
        "twitter": "twitter",
    }
    assert fetch(folder) == files
    assert (folder / "calls").read_text() == f"pack emoji-datasource-twitter@{VERSION}\n"


def test_refusals(npm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm.write_text(FAILS)
    with pytest.raises(Problem, match=r"npm could not fetch .* and .*: npm error 404 Not Found"):
        fetch(tmp_path / "packages")
    npm.write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(Problem, match="it gave no reason"):
        fetch(tmp_path / "packages")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(Problem, match=r"npm is not installed; put emoji-datasource-google-.*\.tgz"):
        fetch(tmp_path / "packages")
