"""mtss export: the one file that suffices alone, copied out of a model folder and checked."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mtss.commands.options import Subparsers


def add(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "export",
        help="write a model folder's model as one .onnx file",
        description="One .onnx file that suffices alone: graph, classes, calibration and card.",
    )
    parser.add_argument("--model", type=Path, required=True, help="model folder")
    parser.add_argument("--out", type=Path, required=True, help="the .onnx file to write")
    parser.add_argument("--overwrite", action="store_true", help="replace the file that is there")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mtss.model_file import find_model, read_model
    from mtss.predictor import OnnxPredictor
    from mtss.problem import Problem
    from mtss.replacing import replace_file

    if options.out.is_dir():
        raise Problem(f"{options.out} is a folder: --out names the .onnx file")
    if options.out.suffix.lower() != ".onnx":
        raise Problem(f"{options.out}: --out names the .onnx file to write")
    if options.out.exists() and not options.overwrite:
        raise Problem(f"{options.out} is there already; take another name, or --overwrite")
    source = find_model(options.model)
    content, _ = read_model(source)
    predictor = OnnxPredictor(source)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    replace_file(options.out, content)
    sys.stdout.write(f"{options.out}  {len(content) / 1e6:.1f} MB  sha256 {predictor.sha256}\n")
    return 0
