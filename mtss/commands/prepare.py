"""mtss prepare: folders, a table or a drawn catalogue → manifest.jsonl and labels.json."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from mtss.commands.options import Subparsers


def add(commands: Subparsers) -> None:
    parser = commands.add_parser("prepare", help="make a manifest")
    parser.set_defaults(run=run)
    kinds = parser.add_subparsers(required=True, metavar="KIND", dest="kind")
    garments = kinds.add_parser("garments", help="a drawn catalogue whose labels are all known")
    garments.add_argument("--images", type=int, default=2000)
    garments.add_argument("--seed", type=int, default=0)
    garments.add_argument("--vocabulary", default="base")
    folders = kinds.add_parser("folders", help="images in folders named after classes")
    folders.add_argument("path", type=Path)
    folders.add_argument("--type", default="category", help="the attribute type the folders stand for")
    table = kinds.add_parser("csv", help="a table: a column image, one column a type, several values as a|b")
    table.add_argument("path", type=Path)
    for kind in (garments, folders, table):
        kind.add_argument("--out", type=Path, required=True)
        kind.add_argument("--json", action="store_true", help="print what was prepared as JSON")


def run(options: argparse.Namespace) -> int:
    from mtss.manifest import Manifest
    from mtss.problem import Problem

    if options.kind == "garments":
        from mtss.datasets import garments

        if options.images < 1:
            raise Problem("--images must be at least 1")
        garments.prepare(options.out, images=options.images, seed=options.seed, vocabulary=options.vocabulary)
    elif options.kind == "folders":
        from mtss.datasets import folders

        _write(folders.read(options.path, options.type), options.out)
    else:
        from mtss.datasets import csv

        _write(csv.read(options.path), options.out)
    manifest = Manifest.read(options.out / "manifest.jsonl")
    summary = {"manifest": str(options.out / "manifest.jsonl"), "images": len(manifest.samples)}
    summary["types"] = {t.name: len(t.classes) for t in manifest.space.types}
    words = ", ".join(f"{t.name} ({len(t.classes)})" for t in manifest.space.types)
    text = json.dumps(summary) if options.json else f"{len(manifest.samples)} images; {words}"
    sys.stdout.write(text + "\n")
    return 0


def _write(manifest: object, out: Path) -> None:
    from mtss.manifest import Manifest

    assert isinstance(manifest, Manifest)
    out.mkdir(parents=True, exist_ok=True)
    manifest.write(out / "manifest.jsonl")
