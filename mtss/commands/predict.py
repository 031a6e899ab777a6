"""mtss predict: ranked suggestions for files and folders, one JSON object a line."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from mtss.commands.options import Subparsers, check_threads
from mtss.cores import usable_cores


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("predict", help="suggest classes for images")
    parser.add_argument("--model", type=Path, required=True, help="model folder or .onnx file")
    parser.add_argument("paths", type=Path, nargs="+", help="images, or folders that are walked recursively")
    parser.add_argument("--top", type=int, default=3, help="suggestions a type")
    parser.add_argument("--threads", type=int, default=usable_cores())
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mtss.commands.answers import answers
    from mtss.files import find_images
    from mtss.model_file import find_model
    from mtss.predictor import OnnxPredictor
    from mtss.problem import Problem

    check_threads(options)
    if options.top < 1:
        raise Problem("--top must be at least 1")
    for path in options.paths:
        if not path.exists():
            raise Problem(f"{path}: there is no such file or folder")
    predictor = OnnxPredictor(find_model(options.model), options.threads)
    asked = answered = 0
    for answer in answers(predictor, find_images(options.paths), options.top, options.threads):
        asked, answered = asked + 1, answered + ("error" not in answer)
        sys.stdout.write((json.dumps(answer) if options.json else _line(answer)) + "\n")
        sys.stdout.flush()
    if not asked:
        raise Problem(f"{', '.join(map(str, options.paths))}: no image files are there")
    if not answered:
        raise Problem(f"none of the {asked} images can be read" if asked > 1 else "the image cannot be read")
    return 0


def _line(answer: dict[str, Any]) -> str:
    name = answer["image"].encode("utf-8", "backslashreplace").decode()
    if "error" in answer:
        return f"{name}: {answer['error']}"
    words = [
        f"{kind} " + ", ".join(f"{s['class']} {s['confidence']:.0%}" for s in ranked)
        for kind, ranked in answer["suggestions"].items()
    ]
    return f"{name}: " + "; ".join(words)
