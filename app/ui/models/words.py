"""How versions and jobs are put into words."""

from PySide6.QtCore import QCoreApplication

from app.domain.jobs import Job, JobState, ModelVersion
from app.services.adopting import Adopted
from app.ui.models import comparison
from app.ui.moments import moment


def translate(words: str) -> str:
    """The words in the user's language."""
    return QCoreApplication.translate("models", words)


def badge(version: ModelVersion, active: ModelVersion | None) -> tuple[str, str]:
    """The badge's word and the colour role it takes, or two empty strings."""
    if version.problem:
        return translate("cannot be used"), "bad"
    if version.active:
        return translate("active"), "good"
    if active is not None and not version.demo and version.created > active.created:
        return translate("challenger"), "warn"
    return "", ""


def version_line(version: ModelVersion) -> str:
    """The second line of a version in the list."""
    if version.demo:
        return translate("drawn garments only")
    return f"{moment(version.created)} · {learned_from(version)}"


def learned_from(version: ModelVersion) -> str:
    """What a version was taught with."""
    if version.demo:
        return translate("drawn garments")
    return labels(version.labels) if version.labels else translate("from a file")


def labels(count: int) -> str:
    """So many labelled images, in figures that can be read."""
    return translate("{} labelled images").format(f"{count:,}")


def device(name: str) -> str:
    """A device as the user knows it; empty for none."""
    return {"": "", "cpu": translate("CPU"), "cuda": translate("GPU")}.get(name, name)


def job_title(job: Job) -> str:
    """What a job is, in two or three words."""
    return {
        JobState.WAITING: translate("Training begins"),
        JobState.RUNNING: translate("Training a new version"),
        JobState.SUCCEEDED: translate("Training finished"),
        JobState.FAILED: translate("Training failed"),
        JobState.CANCELLED: translate("Training cancelled"),
        JobState.LOST: translate("Training was cut off"),
    }[job.state]


def job_reason(job: Job) -> str:
    """Why a job that is over came to nothing, and what stays."""
    if job.reason:
        return job.reason
    if job.state is JobState.LOST:
        return translate("Its process ended without a word. The active version stays; train again to go on.")
    if job.state is JobState.CANCELLED:
        return translate("Nothing was changed.")
    return ""


def adopted(answer: Adopted) -> str:
    """What to say when a new version is there, e.g. "Student 2 is active: mean F1@1 .71 → .83 on …"."""
    version = answer.version
    name = version.name[:1].upper() + version.name[1:]
    mean = comparison.mean_row("", comparison.rows(version))
    if not answer.activated or mean is None:
        state = translate("is active") if answer.activated else translate("is ready and waits")
        return f"{name} {state}. {answer.words}"
    figures = comparison.as_fraction(mean.now)
    if mean.before is not None:
        figures = f"{comparison.as_fraction(mean.before)} → {figures}"
    words = translate("{name} is active: mean F1@1 {figures} on {images} held-out images.")
    return words.format(name=name, figures=figures, images=f"{mean.images:,}")
