"""mtss prepare: folders, a table or a drawn catalogue → manifest.jsonl and labels.json."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from mtss.commands.options import Subparsers
from mtss.manifest import Manifest


def add(commands: Subparsers) -> None:
    from mtss.datasets import garments

    parser = commands.add_parser("prepare", help="make a manifest")
    kinds = parser.add_subparsers(required=True, metavar="KIND")
    drawn = kinds.add_parser("garments", help="a drawn catalogue whose labels are all known")
    garments.add_arguments(drawn)
    drawn.add_argument("--json", action="store_true", help="print what was prepared as JSON")
    drawn.set_defaults(run=garments.run)
    folders = kinds.add_parser("folders", help="images in folders named after classes")
    folders.add_argument("--type", default="category", help="the attribute type the folders stand for")
    table = kinds.add_parser("csv", help="a table: a column image, one column a type, several values as a|b")
    for kind, run in ((folders, _folders), (table, _table)):
        kind.add_argument("path", type=Path)
        kind.add_argument("--out", type=Path, required=True)
        kind.add_argument("--json", action="store_true", help="print what was prepared as JSON")
        kind.set_defaults(run=run)


def _folders(options: argparse.Namespace) -> int:
    from mtss.datasets import folders

    return _write(folders.read(options.path, options.type), options)


def _table(options: argparse.Namespace) -> int:
    from mtss.datasets import csv

    return _write(csv.read(options.path), options)


def _write(manifest: Manifest, options: argparse.Namespace) -> int:
    path: Path = options.out / "manifest.jsonl"
    options.out.mkdir(parents=True, exist_ok=True)
    manifest.write(path)
    types = {t.name: len(t.classes) for t in manifest.space.types}
    summary = {"manifest": str(path), "images": len(manifest.samples), "types": types}
    words = ", ".join(f"{name} ({count} classes)" for name, count in types.items())
    text = json.dumps(summary) if options.json else f"{len(manifest.samples)} images; {words}"
    sys.stdout.write(text + "\n")
    return 0
