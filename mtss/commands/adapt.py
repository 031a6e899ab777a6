"""mtss adapt: a model for images of another kind, by their mean alone: no labels, no training.

What is common to all of the images is taken for their kind, so that they must hold the same classes about as
often as the training images: of a folder of shirts, being a shirt would be subtracted.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mtss.commands.earlier import alone, words_of_finished
from mtss.commands.options import Subparsers, check_threads, read_manifest
from mtss.cores import usable_cores
from mtss.words import counted

if TYPE_CHECKING:
    import numpy as np

    from mtss.card import ModelCard
    from mtss.predictor import OnnxPredictor
    from mtss.training.features import Wanted

LEAST = 32  # images: the mean of fewer tells of these images, not of their kind
MOST = 2_000  # images looked at, evenly of all: more move the mean no further


def add(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "adapt",
        help="centre a model on images of another kind, without labels",
        description="Centre a model on images of another kind, without labels. They must hold the same "
        "classes about as often as the images it learned from, and where one class outnumbers all others it "
        "harms even then: judge it by some labels (mtss evaluate).",
    )
    parser.add_argument("--model", type=Path, required=True, help="model folder or .onnx file")
    parser.add_argument("paths", type=Path, nargs="*", help="images, or folders that are walked recursively")
    parser.add_argument(
        "--manifest", type=Path, help="images of a manifest instead, cut to their boxes; labels are ignored"
    )
    parser.add_argument(
        "--root", type=Path, help="where its relative paths start (default: the manifest's folder)"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the adapted model")
    parser.add_argument("--overwrite", action="store_true", help="replace the model that --out holds")
    parser.add_argument(
        "--threads", type=int, default=usable_cores(), help="processor threads (default: one a core)"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mtss.model_file import find_model, read_model
    from mtss.predictor import OnnxPredictor
    from mtss.problem import Problem
    from mtss.training.export import centred_elsewhere, write_model_folder

    check_threads(options)
    _check_paths(options)
    source = find_model(options.model)
    content, model = read_model(source)
    if model.centre is None:
        raise Problem(f"{source}: does not tell the mean of what it learned from; train it again")
    predictor = OnnxPredictor(source)
    with alone(options.out):
        rows, left_out = _features(content, predictor, options)
        if len(rows) < LEAST:
            found = counted(len(rows), "image")
            raise Problem(f"{found} can be read: the mean of fewer than {LEAST} says too little")
        card = _card(model.card, predictor.sha256, len(rows))
        changed = centred_elsewhere(content, model, card, rows.mean(axis=0))
        path = write_model_folder(
            options.out, changed, card, model.space, model.dictionaries, model.calibrations
        )
    _tell(options, path, len(rows), left_out)
    return 0


def _check_paths(options: argparse.Namespace) -> None:
    from mtss.files import check_folder
    from mtss.model_file import MODEL
    from mtss.problem import Problem

    if bool(options.paths) == (options.manifest is not None):
        raise Problem("name images or folders, or a --manifest")
    for path in options.paths:
        if not path.exists():
            raise Problem(f"{path}: there is no such file or folder")
    check_folder(options.out)
    if options.out.resolve() in (options.model.resolve(), options.model.resolve().parent):
        raise Problem(f"{options.out} is the model's own folder: the original stays, so name another --out")
    if not options.overwrite and (options.out / MODEL).exists():
        raise Problem(words_of_finished(options.out, "model"))


def _wanted(options: argparse.Namespace) -> list[Wanted]:
    """At most MOST images, evenly from all that are there."""
    from mtss.files import find_images
    from mtss.training.features import Wanted

    if options.manifest is None:
        found = [Wanted(path, None, None) for path in find_images(options.paths)]
    else:
        manifest = read_manifest(options)
        found = [Wanted(manifest.resolve(s), s.box, None) for s in manifest.samples]
    return found[:: -(-len(found) // MOST) or 1]


def _features(
    content: bytes, predictor: OnnxPredictor, options: argparse.Namespace
) -> tuple[np.ndarray, int]:
    """Of the images that can be read, float32 [N, F]; how many cannot."""
    import numpy as np
    from tqdm import tqdm

    from mtss.training.features import FeatureExtractor, FeatureStore

    wanted, rows = _wanted(options), []
    extractor = FeatureExtractor(content, predictor.input_size, options.threads)
    store = FeatureStore(predictor.backbone_id, predictor.feature_dim)
    hidden = not sys.stderr.isatty()
    for computed in tqdm(extractor.compute(wanted, store), total=len(wanted), unit=" images", disable=hidden):
        if computed.features is not None:
            rows.append(computed.features.astype(np.float32))
    found = np.stack(rows) if rows else np.zeros((0, predictor.feature_dim), np.float32)
    return found, len(wanted) - len(rows)


def _card(card: ModelCard, parent: str, images: int) -> ModelCard:
    note = (
        f"Centred on {images} images of another kind than it learned from, without their labels: nothing "
        f"is measured or calibrated on such, and it holds where classes are about as frequent as before."
    )
    return replace(
        card,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        parents=(*card.parents, parent),
        metrics={},
        notes=(*card.notes, note),
    )


def _tell(options: argparse.Namespace, path: Path, images: int, left_out: int) -> None:
    if options.json:
        sys.stdout.write(json.dumps({"model": str(path), "images": images, "left_out": left_out}) + "\n")
        return
    words = f", {left_out} could not be read" if left_out else ""
    sys.stdout.write(f"{path}  centred on {images} images{words}\n")
    sys.stderr.write(
        "mtss: judge it by some labels (mtss evaluate): it harms where classes are not as frequent as before "
        "or one outnumbers all others\n"
    )
