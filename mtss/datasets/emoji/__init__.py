"""Emoji of two vendors: drawn by people, the vendor a natural shift of domain; split by concept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from mtss.datasets.emoji.concepts import FEMALE, MALE, TONES, concept_of, genders_of, tones_of
from mtss.datasets.emoji.package import Drawing, read_package
from mtss.datasets.emoji.splitting import Split3, split_concepts
from mtss.datasets.writing import MANIFEST, whole_folder
from mtss.labels import AttributeType, LabelSpace
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.sample import Sample

LEFT_OUT = (
    "Component",
    "Flags",
)  # swatches of skin tone; flags alike in shape alone
PEOPLE = "People & Body"
LEAST = 7  # concepts of a subcategory: fewer cannot be learned and judged both


def prepare(
    packages: Mapping[str, Path], out: Path, *, seed: int = 0, split: Split3 = (0.6, 0.1, 0.3)
) -> Manifest:
    """Vendors' packages (folders or .tgz) → pictures, manifest.jsonl and labels.json in `out`.

    `out` is new or empty; it appears whole or not at all. All variants of a concept, of every vendor, are in
    one split; `seed` draws them. Raises Problem, OSError.
    """
    if min(split) < 0 or sum(split) <= 0:
        raise Problem("the parts of the split must not be negative, nor all zero")
    with whole_folder(out) as folder:
        drawings = {
            vendor: [d for d in read_package(path, vendor) if d.category not in LEFT_OUT]
            for vendor, path in packages.items()
        }
        manifest = _manifest(drawings, out, seed, split)
        for vendor, found in drawings.items():
            (folder / vendor).mkdir()
            for drawing in found:
                (folder / vendor / drawing.file).write_bytes(drawing.content)
        manifest.write(folder / MANIFEST)
    return manifest


def _manifest(drawings: Mapping[str, Sequence[Drawing]], out: Path, seed: int, split: Split3) -> Manifest:
    every = [drawing for found in drawings.values() for drawing in found]
    if not every:
        raise Problem("the packages hold no emoji outside " + " and ".join(LEFT_OUT))
    subjects: dict[str, tuple[str, str]] = {}
    for drawing in every:
        subjects.setdefault(concept_of(drawing.base), (drawing.category, drawing.subcategory))
    counts = Counter(subcategory for _, subcategory in subjects.values())
    frequent = {name for name, count in counts.items() if count >= LEAST}
    splits = split_concepts(subjects, seed, split)
    samples = [
        Sample(
            f"{vendor}/{drawing.file}",
            _labels(drawing, frequent),
            splits[concept_of(drawing.base)],
            domain=vendor,
            group=concept_of(drawing.base),
            not_applicable=_not_applicable(drawing),
        )
        for vendor, found in drawings.items()
        for drawing in found
    ]
    return Manifest(samples, out, _space(every, frequent))


def _labels(drawing: Drawing, frequent: set[str]) -> dict[str, tuple[str, ...]]:
    """Skin tone: none is the yellow that needs no word. Gender: where an emoji of people says nothing, the
    drawing may still show one, so nobody looked."""
    labels: dict[str, tuple[str, ...]] = {"category": (drawing.category,)}
    if drawing.subcategory in frequent:
        labels["subcategory"] = (drawing.subcategory,)
    if drawing.toned:
        labels["skin tone"] = tones_of(drawing.points)
    if genders := genders_of(drawing.points):
        labels["gender"] = genders
    return labels


def _not_applicable(drawing: Drawing) -> tuple[str, ...]:
    tone = () if drawing.toned else ("skin tone",)
    return tone if drawing.category == PEOPLE else (*tone, "gender")


def _space(drawings: Sequence[Drawing], frequent: set[str]) -> LabelSpace:
    categories = dict.fromkeys(d.category for d in drawings)
    subcategories = dict.fromkeys(d.subcategory for d in drawings if d.subcategory in frequent)
    return LabelSpace(
        [
            AttributeType("category", list(categories)),
            AttributeType("subcategory", list(subcategories)),
            AttributeType("skin tone", list(TONES.values()), "multiple"),
            AttributeType("gender", [FEMALE, MALE], "multiple"),
        ]
    )
