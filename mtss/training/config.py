"""What a run can be told, with the presets as values: every difference from the paper has a name here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from mtss.training.backbones.catalogue import LITE
from mtss.training.backbones.network import Tune
from mtss.training.losses import PtMode
from mtss.training.sampling import ClassSampling
from mtss.training.schedule import Schedule

LossName = Literal["focal", "hinge", "bce"]
Preset = Literal["product", "paper"]
TeacherView = Literal["same", "clean"]
Kept = Literal["last", "best"]
StudentStart = Literal["teachers", "random"]
Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True)
class Tuned:
    """What a search found best for one attribute type's teacher (the paper tunes "carefully for each")."""

    gamma: float
    dim: int
    lr: float


@dataclass(frozen=True)
class TrainConfig:
    """Settings of teachers and student. The defaults are the product preset."""

    preset: Preset = "product"
    loss: LossName = "focal"
    gamma: float = 1.0
    pt_mode: PtMode = "clamp"
    beta: float = 1.0
    dim: int = 128
    negatives: int = 32  # per positive; the loss is averaged over them (the paper: 1)
    symmetric: bool = True  # half of the loss ranks the rows by the image, not images by the row
    class_sampling: ClassSampling = "pairs"
    teacher_hidden: int = 0  # 0: the embedding is linear in the features
    student_hidden: int = 0
    dropout: float = 0.3  # of a teacher's input
    ridge: float = 800.0  # of ‖W‖²/‖b‖², times its type's imbalance squared, over its pairs
    kept: Kept = "last"  # weights of a stage; "best": of its evaluations (C9), as with `patience`
    student_start: StudentStart = "teachers"  # linear branches on frozen features begin as theirs
    refit: bool = True  # once validation images have judged and calibrated, learn from them too
    lr: float = 2e-3
    weight_decay: float = 1e-3
    clip: float = 0.1  # a longer gradient is cut to this norm; 0: none is
    epochs: int | None = None  # instead of the numbers of steps
    student_epochs: int = 1  # of the student, for each of a teacher's: those show negatives too
    teacher_steps: int = 1500  # with as many labels
    fewest_steps: float = 1 / 3  # of these, with fewer labels
    student_steps: int = 2500
    batch: int = 128
    corrupted: float = 0.0  # corrupted copies the student also sees, as a ratio to its training images
    teacher_view: TeacherView = "clean"  # what teachers see of those; the paper's see the "same"
    reserved_least: int = 8  # images of "none" or "not applicable" that earn a row; 0: no such rows
    least_images: int = 4  # labelled training images below which a type is skipped
    backbone: str = LITE
    input_size: tuple[int, int] | None = None  # height, width of pictures; None: the backbone's own
    tune: Tune = "frozen"
    backbone_lr: float = 0.3  # of a tuned backbone's layers, as a part of `lr`
    precision: Precision = "auto"  # inside a tuned backbone; "auto": bfloat16 on a GPU
    ema: float = 0.0  # decay of the weights' average that is judged and kept; 0: the weights themselves
    patience: int = 0  # evaluations without a better score that end a stage; 0: none do
    by_type: tuple[tuple[str, Tuned], ...] = ()  # settings of single types' teachers, instead of those above
    seed: int = 0

    @property
    def chooses(self) -> bool:
        """Whether validation images choose a stage's weights or end: what they taught they cannot judge."""
        return self.kept == "best" or self.patience > 0

    def reduces(self, device: str) -> bool:
        """Whether a tuned backbone computes in bfloat16 on a "cpu", or on "cuda"."""
        return self.precision == "bfloat16" or (self.precision == "auto" and device == "cuda")

    def of(self, attribute: str) -> TrainConfig:
        """What one type's teacher is trained with."""
        found = dict(self.by_type).get(attribute)
        return self if found is None else self.with_own(found)

    def with_own(self, settings: Tuned) -> TrainConfig:
        """These settings for every type."""
        return replace(self, **asdict(settings), by_type=())

    def schedule(self, steps: int) -> Schedule:
        """Of a stage that is `steps` long."""
        reports = REPORTS if self.epochs is None else min(REPORTS, self.epochs)
        optimiser = (self.lr, self.weight_decay, self.backbone_lr, self.ema)
        choosing, tuned = (self.patience, reports, self.chooses), self.tune != "frozen"
        return Schedule(steps, *optimiser, *choosing, self.clip, cycle_momentum=tuned)

    def teacher_length(self, pairs: int) -> int:
        """Steps of a teacher with `pairs` (image, label) pairs: few labels are learned by heart sooner."""
        least = round(self.fewest_steps * self.teacher_steps)
        return self.steps(min(self.teacher_steps, max(least, pairs)), pairs)

    def student_length(self, images: int) -> int:
        """Steps of a student with so many images."""
        return self.steps(self.student_steps, self.student_epochs * images)

    def steps(self, preset: int, items: int) -> int:
        """Steps of a stage with `items` items an epoch: the preset's, or as many epochs as were asked for."""
        return preset if self.epochs is None else self.epochs * -(-items // self.batch)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


REPORTS = 20  # evaluations, and events, in a stage

# What a run with a tuned backbone does differently unless it is told: pictures cost more than features.
_TUNED: dict[str, Any] = {
    "batch": 32,
    "epochs": 10,
    "lr": 3e-3,
    "clip": 0.0,
    "refit": False,
    "ridge": 0.0,
    "kept": "best",
}
_TUNED_PRODUCT: dict[str, Any] = {
    "negatives": 8,  # with a batch of 32 mostly 64 pictures a step
    "student_epochs": 2,  # as many pictures as its teachers saw
}

PRESETS: dict[Preset, TrainConfig] = {
    "product": TrainConfig(),
    # The paper's components as printed, as far as a frozen backbone goes: one negative, D = 256, branches
    # straight on the features, nothing but eq. 2 and eq. 4, no rows for "none" and "not applicable".
    "paper": TrainConfig(
        preset="paper",
        dim=256,
        negatives=1,
        symmetric=False,
        teacher_hidden=0,
        student_hidden=0,
        dropout=0.0,
        ridge=0.0,
        kept="best",
        student_start="random",
        teacher_view="same",
        refit=False,
        clip=0.0,
        fewest_steps=1.0,
        reserved_least=0,
    ),
}


def preset_for(preset: Preset, tune: Tune) -> TrainConfig:
    """The preset, as it is for a backbone of which that much learns."""
    config = PRESETS[preset]
    if tune == "frozen":
        return config
    return replace(config, tune=tune, **_TUNED, **(_TUNED_PRODUCT if preset == "product" else {}))
