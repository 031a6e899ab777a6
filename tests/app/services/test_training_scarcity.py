"""A training that runs out of memory or disk, or is killed: what the project says, and what stays."""

import fcntl
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.domain.jobs import Job, JobState
from app.services import adopting, preparing, registry, runtime, training
from app.services.job_folder import JobFolder, folder_of
from app.services.model_files import ModelRefused
from app.services.runtime import Runtime
from app.services.suggesting import Suggester
from tests.app.services.conftest import KNOWN, Shop, catalogue, open_shop
from tests.small_disk import leave_free, small_disk

LITTLE_MEMORY = """#!{python}
import resource, runpy, sys
import torch._dynamo, skia, mtss.training.pipeline
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 8 * 2**20,) * 2)
sys.argv = ["mtss", *sys.argv[4:]]  # after -P -m mtss
runpy.run_module("mtss", run_name="__main__")
"""
SMALL_FILES = """#!{python}
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (2**21, 2**21))
os.execv({python!r}, [{python!r}, *sys.argv[1:]])
"""


@pytest.fixture
def labelled(shop: Shop) -> Shop:
    """Thirty images labelled, features stored."""
    list(Suggester(shop.project).compute())
    shop.label(shop.ids[:30])
    return shop


def _found(project_folder: Path) -> Runtime:
    found = runtime.find(project_folder / "no-runtime")
    assert found is not None
    return found


def _limited(found: Runtime, at: Path, program: str) -> Runtime:
    """The same interpreter behind a script that lowers a limit first."""
    at.write_text(program.format(python=sys.executable))
    at.chmod(at.stat().st_mode | stat.S_IXUSR)
    return Runtime(at, found.source, own=False)


def _train(shop: Shop, found: Runtime) -> Job:
    flags = ("--epochs", "3", "--threads", "1")
    job = training.start(shop.project, found, device="cpu", flags=flags)
    return _end(shop, folder_of(shop.project, job.id))


def _end(shop: Shop, folder: JobFolder) -> Job:
    with folder.lock.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    [job, *_], changes = training.poll(shop.project)
    assert changes.jobs
    return job


def _nothing_changed(shop: Shop, job: Job) -> None:
    """The old model suggests, nothing can be adopted, and the words survive the folder."""
    active = registry.active(shop.project)
    assert active
    assert active.demo
    assert len(registry.versions(shop.project)) == 1
    with pytest.raises(ModelRefused, match="left no model"):
        adopting.adopt(shop.project, job)
    assert not (folder_of(shop.project, job.id).path / "model" / "model.onnx").exists()
    assert preparing.preconditions(shop.project) is None, "another one may start"
    assert [j.reason for j in training.jobs(shop.project)] == [job.reason]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's account of memory")
def test_memory_that_ran_out_is_said(labelled: Shop, tmp_path: Path) -> None:
    found = _limited(_found(labelled.project.folder), tmp_path / "python", LITTLE_MEMORY)
    job = _train(labelled, found)
    assert job.state is JobState.FAILED, training.log_tail(labelled.project, job.id)
    assert job.reason.startswith("Memory ran out. Close other programs")
    assert job.reason.endswith("The model in use stays as it was.")
    _nothing_changed(labelled, job)


def test_a_file_limit_is_said_in_a_whole_sentence(labelled: Shop, tmp_path: Path) -> None:
    found = _limited(_found(labelled.project.folder), tmp_path / "python", SMALL_FILES)
    job = _train(labelled, found)
    assert job.state is JobState.FAILED, training.log_tail(labelled.project, job.id)
    assert job.reason == (
        "A file would have become larger than this disk or account allows; nothing was replaced."
        " The model in use stays as it was."
    )
    _nothing_changed(labelled, job)


@pytest.fixture
def shop_on_a_small_disk(tmp_path: Path, in_frozen_build: None) -> Iterator[Shop]:
    with small_disk(tmp_path / "disk", 40_000) as disk:
        truth = catalogue(disk / "images", 40, KNOWN, seed=2)
        for shop in open_shop(disk, truth):
            list(Suggester(shop.project).compute())
            shop.label(shop.ids[:30])
            leave_free(disk, 4_000)  # enough for the snapshot and the teachers, not for the student
            yield shop


def test_a_disk_that_fills_up_is_said(shop_on_a_small_disk: Shop) -> None:
    shop = shop_on_a_small_disk
    job = _train(shop, _found(shop.project.folder))
    assert job.state is JobState.FAILED, training.log_tail(shop.project, job.id)
    assert job.reason == (
        "The disk is full. Free some space and train again. The model in use stays as it was."
    )
    assert any("measuring and exporting" in str(e["stage"]) for e in folder_of(shop.project, job.id).events())
    _nothing_changed(shop, job)


def test_a_child_killed_while_it_writes_the_model_is_lost(labelled: Shop) -> None:
    found = _found(labelled.project.folder)
    job = training.start(labelled.project, found, device="cpu", flags=("--epochs", "3", "--threads", "1"))
    folder = folder_of(labelled.project, job.id)
    folder.model.mkdir(exist_ok=True)
    os.mkfifo(folder.model / "model.onnx.tmp")
    with (folder.model / "model.onnx.tmp").open("rb") as pipe:
        assert len(pipe.read(100_000)) == 100_000
        [child] = [
            p for p in psutil.process_iter(["cmdline"]) if str(folder.path) in (p.info["cmdline"] or ())
        ]
        child.kill()
        job = _end(labelled, folder)
    assert job.state is JobState.LOST
    assert "was killed" in job.reason
    assert job.reason.endswith("The model in use stays as it was.")
    _nothing_changed(labelled, job)
