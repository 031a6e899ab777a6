"""Manifests of several domains → one, whose types and classes are matched by name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from mtss.datasets.naming import Names, read_names
from mtss.labels import AttributeType, LabelSpace
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.sample import Sample


def join(parts: Mapping[str, Manifest], names: Path | None = None) -> Manifest:
    """All images, under absolute paths; the keys are their domains, and stand before their groups' names.

    What a manifest did not ask stays unknown: types that it lacks, and classes that only others have; but a
    class of a single choice excludes those too. `names`: a table of what is called otherwise (`read_names`).
    Raises Problem, with file and line of that table where it is at fault; OSError.
    """
    spaces = {domain: part.space for domain, part in parts.items()}
    found = read_names(names, spaces) if names else {domain: Names() for domain in parts}
    whole = LabelSpace(list(_types(spaces, found)))
    samples: list[Sample] = []
    met: dict[str, str] = {}
    for domain, part in parts.items():
        for sample in part.samples:
            path = str(part.resolve(sample).absolute())
            if met.setdefault(os.path.realpath(path), domain) != domain:
                raise Problem(f"{path} is an image of '{met[os.path.realpath(path)]}' and of '{domain}'")
            group = None if sample.group is None else f"{domain}/{sample.group}"
            moved = replace(sample, image=path, domain=domain, group=group)
            samples.append(_renamed(moved, part.space, found[domain], whole))
    return Manifest(samples, Path(Path.cwd().anchor), whole)


def _types(spaces: Mapping[str, LabelSpace], names: Mapping[str, Names]) -> Iterator[AttributeType]:
    """In the order in which they are met; one takes several classes where it does so in any domain."""
    met: dict[str, dict[str, AttributeType]] = {}
    for domain, space in spaces.items():
        for attribute in space.types:
            those = met.setdefault(name := names[domain].type(attribute.name), {})
            if domain in those:
                both = f"'{those[domain].name}' and '{attribute.name}'"
                raise Problem(f"{both} of '{domain}' would both become '{name}'")
            those[domain] = attribute
    for name, those in met.items():
        classes = dict.fromkeys(label for domain in those for label in names[domain].of(those[domain]))
        several = any(attribute.selection == "multiple" for attribute in those.values())
        yield AttributeType(name, list(classes), "multiple" if several else "single")


def _renamed(sample: Sample, own: LabelSpace, names: Names, whole: LabelSpace) -> Sample:
    """The sample in the whole's words."""
    labels: dict[str, tuple[str, ...]] = {}
    negative: dict[str, tuple[str, ...]] = {}
    partial: list[str] = []
    for attribute in own.types:
        name, target = attribute.name, whole[names.type(attribute.name)]
        known = sample.labels.get(name)
        excludes = target.selection == "single" and known  # the other domains' classes, too
        narrow = len(target.classes) > len(names.of(attribute)) and not excludes
        unasked = known is not None and name not in sample.not_applicable and narrow
        if known is not None:
            labels[target.name] = tuple(dict.fromkeys(names.renamed(name, known)))
        if name in sample.partial or unasked:
            partial.append(target.name)
        if name in sample.negative or unasked:
            negative[target.name] = _rejected(sample, attribute, names)
    return replace(
        sample,
        labels=labels,
        negative={name: classes for name, classes in negative.items() if classes},
        partial=tuple(partial),
        not_applicable=tuple(map(names.type, sample.not_applicable)),
    )


def _rejected(sample: Sample, attribute: AttributeType, names: Names) -> tuple[str, ...]:
    """Classes that the image is known not to have; one that was several: where it has none of them."""
    name, known = attribute.name, sample.labels.get(attribute.name, ())
    possible = set(known)
    if name in sample.partial or name not in sample.labels:
        possible = set(attribute.classes) - set(sample.negative.get(name, ())) | possible
    kept = set(names.renamed(name, tuple(possible)))
    return tuple(label for label in names.of(attribute) if label not in kept)
