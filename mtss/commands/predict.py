"""mtss predict: ranked suggestions for files and folders, one JSON object a line."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtss.commands.options import Subparsers, check_threads
from mtss.cores import usable_cores
from mtss.words import counted, listed

if TYPE_CHECKING:
    from mtss.commands.answer_file import AnswerFile
    from mtss.training.events import EventLog

INTERRUPTED = 130
EVERY = 1.0  # seconds between two lines of --events


def add(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "predict",
        help="suggest classes for images",
        description="Classes that images probably show. Without --json or --out a line an image is printed.",
    )
    parser.add_argument("--model", type=Path, required=True, help="model folder or .onnx file")
    parser.add_argument("paths", type=Path, nargs="+", help="images, or folders that are walked recursively")
    parser.add_argument("--top", type=int, default=3, help="suggestions a type (default: 3)")
    parser.add_argument(
        "--threads", type=int, default=usable_cores(), help="images at once (default: one a core)"
    )
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="default: CUDA where onnxruntime offers it, else the CPU",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the JSON objects to a file instead")
    parser.add_argument(
        "--resume", action="store_true", help="go on with --out: what is answered there is passed over"
    )
    parser.add_argument("--events", type=Path, metavar="FILE", help="append progress as JSON lines")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mtss.commands.answer_file import AnswerFile
    from mtss.model_file import find_model
    from mtss.predictor import OnnxPredictor
    from mtss.providers import device_words, wanted
    from mtss.training.events import EventLog

    _check(options)
    # a worker each for the cores: two threads in one batch wait for each other at every layer
    predictor = OnnxPredictor(find_model(options.model), 1, wanted(options.device))
    with ExitStack() as stack:
        file = events = None
        if options.out is not None:
            file = stack.enter_context(AnswerFile(options.out, predictor.version, resume=options.resume))
        if options.events is not None:
            events = stack.enter_context(EventLog(options.events))
        device = device_words(options.device, predictor.providers)
        rough = [name for name, by in predictor.calibration.items() if not by.calibrated]
        told = _Teller(options, file, events, device, rough)
        try:
            _all(options, predictor, file, told)
        except KeyboardInterrupt:
            more = "; --resume goes on" if file is not None else ""
            sys.stderr.write(f"mtss: stopped after {counted(told.asked, 'image')}{more}\n")
            return INTERRUPTED
        return told.outcome()


def _check(options: argparse.Namespace) -> None:
    from mtss.files import is_endless
    from mtss.problem import Problem

    check_threads(options)
    if options.top < 1:
        raise Problem("--top must be at least 1")
    if options.resume and options.out is None:
        raise Problem("--resume goes on with the answers of a file: name it with --out")
    for path in options.paths:
        if not path.exists():
            raise Problem(f"{path}: there is no such file or folder")
        if is_endless(path):
            raise Problem(f"{path}: neither a file nor a folder")


def _all(options: argparse.Namespace, predictor: Any, file: AnswerFile | None, told: _Teller) -> None:
    from tqdm import tqdm

    from mtss.commands.answers import answers
    from mtss.files import find_images

    def open_images() -> Iterator[Path]:
        for path in find_images(options.paths):
            if file is None or path not in file:
                yield path
            else:
                told.passed += 1

    shown = sys.stderr.isatty() and (file is not None or not sys.stdout.isatty())
    with (
        tqdm(unit=" images", disable=not shown) as bar,
        closing(answers(predictor, open_images(), options.top, options.threads)) as found,
    ):
        for answer in found:
            told.tell(answer)
            bar.update()
    told.report()


@dataclass
class _Teller:
    """Hands answers on, and counts them."""

    options: argparse.Namespace
    file: AnswerFile | None
    events: EventLog | None
    device: str  # and why
    rough: Sequence[str]  # types whose calibration is of too few images
    asked: int = 0
    answered: int = 0
    passed: int = 0  # answered by a run before
    _began: float = 0.0
    _reported: float = 0.0

    def __post_init__(self) -> None:
        self._began = self._reported = time.monotonic()

    def tell(self, answer: dict[str, Any]) -> None:
        if "error" not in answer and not self.answered:  # bad input has one line, and not this
            sys.stderr.write(f"mtss: on {self.device}\n")
            if self.rough:
                sys.stderr.write(f"mtss: {_words_of_rough(self.rough)}\n")
        self.asked, self.answered = self.asked + 1, self.answered + ("error" not in answer)
        if self.file is not None:
            self.file.write(answer)
        else:
            sys.stdout.write((json.dumps(answer) if self.options.json else _line(answer)) + "\n")
            sys.stdout.flush()
        if time.monotonic() - self._reported >= EVERY:
            self.report()

    def report(self) -> None:
        """One event."""
        self._reported = now = time.monotonic()
        if self.events is None:
            return
        rate = round(self.asked / max(now - self._began, 1e-6), 1)
        counts = {
            "device": self.device,
            "images": self.asked,
            "errors": self.asked - self.answered,
            "passed_over": self.passed,
        }
        self.events({"time": time.time(), "kind": "progress", **counts, "images_per_s": rate})

    def outcome(self) -> int:
        """0 when any image was answered, by this run or one before. Raises Problem when none was."""
        from mtss.problem import Problem

        if self.file is not None:
            parts = [counted(self.asked, "image")]
            parts += [f"{failed} could not be read"] if (failed := self.asked - self.answered) else []
            parts += [f"{self.passed} passed over"]
            sys.stdout.write(f"{self.options.out}  {', '.join(parts)}\n")
        if self.answered or self.passed:
            return 0
        if not self.asked:
            raise Problem(f"{', '.join(map(str, self.options.paths))}: no image files are there")
        many = self.asked > 1
        raise Problem(f"none of the {self.asked} images can be read" if many else "the image cannot be read")


def _words_of_rough(types: Sequence[str]) -> str:
    from mtss.calibration import ENOUGH_VERIFIED

    why = f"fewer than {ENOUGH_VERIFIED} validation images calibrated it"
    return f"confidence is rough in {listed(types)}: {why}"


def _surest_first(ranked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ranked by similarity, whose order several classes' own probabilities do not always keep."""
    return sorted(ranked, key=lambda suggestion: -suggestion["confidence"])


def _line(answer: dict[str, Any]) -> str:
    name = answer["image"].encode("utf-8", "backslashreplace").decode()
    if "error" in answer:
        return f"{name}: {answer['error']}"
    words = [
        f"{kind} " + ", ".join(f"{s['class']} {s['confidence']:.0%}" for s in _surest_first(ranked))
        for kind, ranked in answer["suggestions"].items()
    ]
    return f"{name}: " + "; ".join(words)
