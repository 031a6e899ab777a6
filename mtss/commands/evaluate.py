"""mtss evaluate: an exported model against a manifest's labels."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from mtss.commands.options import Subparsers, add_data, check_number, check_seed, check_threads, read_manifest
from mtss.words import counted

MOST = 10_000  # ranks
FEW = 10  # images of a type below which a bootstrap interval says nothing


def add(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "evaluate",
        help="measure a model on a manifest",
        description="F1@k and R@k of a model by attribute type, on images that no training has seen.",
    )
    parser.add_argument("--model", type=Path, required=True, help="model folder or .onnx file")
    add_data(parser)
    parser.add_argument(
        "--split",
        choices=("train", "val", "test", "all"),
        default="test",
        help="whose images are asked about (default: test, which no training has seen)",
    )
    parser.add_argument("--k", default="1,3,5", help="ranks, with commas (default: 1,3,5)")
    parser.add_argument(
        "--corrupted",
        type=float,
        default=0.0,
        metavar="RATIO",
        help="ask about so many corrupted copies of the images too, as a ratio to them (1: one of each)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of --corrupted, which copies (default: 0)")
    parser.add_argument("--threads", type=int, default=2, help="processor threads (default: 2)")
    parser.add_argument("--json", action="store_true", help="print JSON, fractions throughout")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mtss.commands.measure import measure
    from mtss.problem import Problem

    check_threads(options)
    check_seed(options.seed)
    check_number("corrupted", options.corrupted)
    ks = _ranks(options.k)
    manifest = read_manifest(options)
    if not manifest.samples:
        raise Problem(f"{options.manifest}: there is no image in it")
    copies = (options.corrupted, options.seed)
    result = measure(options.model, manifest, options.split, ks, options.threads, options.features, copies)
    if options.json:
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        _print(result, ks)
    return 0


def _ranks(text: str) -> list[int]:
    from mtss.problem import Problem

    parts = [part for part in text.split(",") if part]
    if (
        not parts
        or not all(part.isdecimal() for part in parts)
        or not all(1 <= int(p) <= MOST for p in parts)
    ):
        raise Problem(f"--k takes ranks from 1 to {MOST} with commas, not '{text}'")
    return list(dict.fromkeys(map(int, parts)))


def _few(result: dict[str, Any]) -> set[str]:
    """Types of too few images."""
    return {name for name, measures in result["types"].items() if measures["images"] < FEW}


def _print_measures(result: dict[str, Any], ks: list[int], of: str, few: set[str]) -> None:
    """`of`: what is counted, a word of at most 9 letters. Of the types `few` no interval is told either."""
    few = few | _few(result)
    few |= {"all"} if few.issuperset(result["types"]) else set()
    sys.stdout.write(
        f"{'type':<14}{of:>9}"
        + "".join(f"{f'F1@{k}':>8}{f'R@{k}':>8}" for k in ks)
        + f"   F1@{ks[0]}, 95 % over images\n"
    )
    for name, measures in [*result["types"].items(), ("all", result["all"])]:
        cells = "".join(f"{100 * measures[f'f1@{k}']:8.2f}{100 * measures[f'recall@{k}']:8.2f}" for k in ks)
        low, high = measures[f"f1@{ks[0]}_interval"]
        told = "too few images to tell" if name in few else f"{100 * low:.2f} to {100 * high:.2f}"
        sys.stdout.write(f"{name:<14}{measures.get('images', ''):>9}{cells}   {told}\n")


def _print(result: dict[str, Any], ks: list[int]) -> None:
    """Percent, one type a line; definition: method's F1@k with micro counts over all looked-at images."""
    few = _few(result)
    _print_measures(result, ks, "images", few)
    if (corrupted := result.get("corrupted")) is not None:
        sys.stdout.write("\n")
        _print_measures(corrupted, ks, "corrupted", few)  # many copies of few images tell no more
    if (drawn := result["drawn_splits"]) and result["split"] != "all":
        sys.stdout.write(
            f"the manifest names no split for {counted(drawn, 'image')}: drawn as training would, leaving "
            f"{counted(result['left_out'], 'image')} out here; a model that was trained on another manifest "
            "may have learned from any of them. --split all asks about all\n"
        )
    if result["may_have_learned_from"]:
        sys.stdout.write("the model may have learned from these images: split 'test' judges it\n")
    for name in result["unknown_types"]:
        sys.stdout.write(f"{name}: the model does not know this type\n")
    if count := len(result["skipped"]):
        sys.stdout.write(f"{counted(count, 'image')} could not be used\n")
