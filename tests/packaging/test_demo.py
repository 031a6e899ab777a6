"""``make demo`` at a small size: the main job without a screen, and a picture of each page."""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from app.ui.workplace import PAGES

ROOT = Path(__file__).resolve().parents[2]
IMAGES, LABELLED = 160, 110


@pytest.mark.slow
@pytest.mark.xdist_group("demo")
def test_the_demo_does_what_it_says(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    out.mkdir()
    (out / "left-over").write_text("emptied first")
    command = [sys.executable, str(ROOT / "packaging" / "demo.py"), "--out", str(out)]
    command += ["--images", str(IMAGES), "--labelled", str(LABELLED)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1_500, check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert f"Drawing {IMAGES} garments" in said
    assert f"Correcting {LABELLED} images" in said
    assert f"Training on {LABELLED} labelled images" in said
    assert "Suggesting again with student 1" in said
    [mean] = re.findall(r"^mean +([\d.]+)% +([\d.]+)%$", said, re.MULTILINE)
    assert float(mean[1]) > float(mean[0]), said
    assert not (out / "left-over").exists()
    assert len((out / "catalogue" / "manifest.jsonl").read_text().splitlines()) == IMAGES

    project = out / "project"
    with closing(sqlite3.connect(f"file:{project / 'project.sqlite'}?mode=ro", uri=True)) as database:
        assert database.execute("SELECT count(*) FROM item").fetchone() == (IMAGES,)
        assert database.execute("SELECT state FROM job").fetchall() == [("succeeded",)]
        rows = database.execute("SELECT name, active, metrics FROM model ORDER BY id").fetchall()
    assert [(name, active) for name, active, _ in rows] == [("demo model", 0), ("student 1", 1)]
    assert json.loads(rows[1][2])
    for name in PAGES:
        pictures = [p for p in (out / "screenshots").rglob("*.png") if name in p.name]
        assert pictures, name
        with Image.open(pictures[0]) as picture:
            assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 50, "a page, not an empty ground"
