"""A training that has ended and waits to be judged: a real snapshot, and a model that knows the classes."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import onnx

from app.domain.ids import JobId
from app.domain.jobs import Job, JobState
from app.services import snapshot
from app.services.job_folder import folder_of
from app.services.projects import Project
from app.store import jobs as stored
from mtss.model_file import METADATA_KEY


def finished_job(project: Project, model: Path, number: int = 1) -> Job:
    """Noted as succeeded; ``model`` is the file that it made."""
    job = JobId(f"20260301-12000{number}-beef")
    folder = folder_of(project, job)
    folder.model.mkdir(parents=True)
    frozen = snapshot.freeze(project.workspace, project.schema(), folder, None)
    made = shutil.copy(model, folder.model / "model.onnx")
    outcome = {"state": "succeeded", "reason": None, "model": str(made), "metrics": {}}
    (folder.path / "outcome.json").write_text(json.dumps(outcome))
    stored.add(project.workspace, job, datetime.now(UTC), frozen.labelled, JobState.SUCCEEDED)
    found = stored.job(project.workspace, job)
    assert found is not None
    return found


def with_ids(shipped: Path, target: Path, ids: dict[str, list[int]], verified: int = 8) -> Path:
    """The shipped model as a training of a project makes it whose classes have these ids.

    ``verified``: so many images of each type its confidence was fitted to.
    """
    made = onnx.load(shipped / "resources" / "models" / "default" / "model.onnx")
    [entry] = [p for p in made.metadata_props if p.key == METADATA_KEY]
    content = json.loads(entry.value)
    for kind in content["labels"]["types"]:
        kind["class_ids"] = ids[kind["name"]]
        content["calibration"][kind["name"]]["verified"] = verified
    entry.value = json.dumps(content)
    onnx.save(made, target)
    return target
