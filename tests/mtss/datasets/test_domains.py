"""Manifests of two domains as one: what each asked stays known, what it did not ask stays unknown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mtss.cli import main
from mtss.datasets.domains import join
from mtss.labels import AttributeType, LabelSpace
from mtss.manifest import Manifest
from mtss.sample import Sample
from mtss.training.targets import build_targets
from tests.mtss.datasets.published import write_darn, write_deepfashion

Refused = Callable[..., str]

SHOP = LabelSpace(
    [
        AttributeType("texture", ("floral", "floral print", "striped"), "multiple"),
        AttributeType("category", ("dress", "coat")),
        AttributeType("fabric", ("lace",), "multiple"),
    ]
)
STREET = LabelSpace(
    [
        AttributeType("pattern", ("flower", "dot")),
        AttributeType("category", ("coat", "skirt")),
        AttributeType("sleeve", ("long", "short")),
    ]
)
NAMES = """domain,type,class,as
shop,texture,,pattern
shop,texture,floral,flower
shop,texture,floral print,flower
shop,texture,striped,stripe
"""
SHOP_SAMPLES = (
    Sample("1.jpg", {"texture": ("floral", "floral print"), "category": ("coat",)}, "train", group="g"),
    Sample("2.jpg", {"texture": ()}, "test", domain="studio", not_applicable=("fabric",)),
    Sample("3.jpg", {"texture": ("striped",)}, partial=("texture",), negative={"texture": ("floral",)}),
    Sample("4.jpg", negative={"texture": ("floral", "floral print")}),
    Sample("1.jpg", {"category": ("dress",)}, box=(1, 1, 9, 9)),
)
STREET_SAMPLES = (
    Sample("1.jpg", {"pattern": ("dot",), "category": ("skirt",)}, group="g"),
    Sample("2.jpg", {"category": (), "sleeve": ("short",)}, not_applicable=("pattern",)),
)


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, Path]:
    paths: dict[str, Path] = {}
    for name, samples, space in (("shop", SHOP_SAMPLES, SHOP), ("street", STREET_SAMPLES, STREET)):
        paths[name] = tmp_path / name / "manifest.jsonl"
        paths[name].parent.mkdir()
        Manifest(samples, paths[name].parent, space).write(paths[name])
    return paths


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "names.csv"
    path.write_text(NAMES)
    return path


def test_two_domains_become_one_manifest(parts: dict[str, Path], names: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = [f"{name}={path}" for name, path in parts.items()]
    assert main(["prepare", "domains", *words, "--names", str(names), "--out", str(out)]) == 0
    whole = Manifest.read(out / "manifest.jsonl")
    assert whole.space == LabelSpace(
        [
            AttributeType("pattern", ("flower", "stripe", "dot"), "multiple"),
            AttributeType("category", ("dress", "coat", "skirt")),
            AttributeType("fabric", ("lace",), "multiple"),
            AttributeType("sleeve", ("long", "short")),
        ]
    )
    assert [s.domain for s in whole.samples] == ["shop"] * 5 + ["street"] * 2
    assert [s.group for s in whole.samples] == ["shop/g", None, None, None, None, "street/g", None]
    assert [s.split for s in whole.samples[:3]] == ["train", "test", None]
    assert whole.samples[4].box == (1, 1, 9, 9)
    folders = [whole.resolve(s).parent.name for s in whole.samples]
    assert folders == [s.domain for s in whole.samples]


def test_what_a_domain_did_not_ask_stays_unknown(parts: dict[str, Path], names: Path) -> None:
    """Of every image and class: yes (1), no (0) or unknown (-1)."""
    whole = join({name: Manifest.read(path) for name, path in parts.items()}, names)

    def states(name: str) -> list[list[int]]:
        targets = build_targets(whole.samples, whole.space[name])
        return np.where(targets.positive, 1, np.where(targets.negative, 0, -1)).tolist()

    assert states("pattern") == [
        [1, 0, -1],  # flower twice; nobody in the shop looked for dots
        [0, 0, -1],  # looked at, none of those two
        [-1, 1, -1],  # no floral, but perhaps floral print: flower is open
        [0, -1, -1],  # neither of the two
        [-1, -1, -1],
        [0, -1, 1],  # one class of two there; stripes beside the dots were not asked for
        [0, 0, 0],  # not applicable, whatever the class
    ]
    assert states("category") == [
        [0, 1, 0],  # one class excludes those of the other domain, too
        [-1, -1, -1],
        [-1, -1, -1],
        [-1, -1, -1],
        [1, 0, 0],
        [0, 0, 1],
        [-1, 0, 0],  # neither coat nor skirt: perhaps a dress
    ]
    assert states("sleeve") == [[-1, -1]] * 6 + [[0, 1]]


def test_without_a_table_equal_names_are_the_same(parts: dict[str, Path]) -> None:
    whole = join({name: Manifest.read(path) for name, path in parts.items()})
    assert whole.space.names == ("texture", "category", "fabric", "pattern", "sleeve")
    assert whole.space["texture"] == SHOP["texture"]


def test_a_manifest_alone_stays_what_it_was(parts: dict[str, Path]) -> None:
    whole = join({"shop": Manifest.read(parts["shop"])})
    assert whole.space == SHOP
    for before, after in zip(SHOP_SAMPLES, whole.samples, strict=True):
        assert (before.labels, before.partial, before.not_applicable) == (
            after.labels,
            after.partial,
            after.not_applicable,
        )
        for attribute in SHOP.types:
            known = [build_targets([sample], attribute).known.tolist() for sample in (before, after)]
            assert known[0] == known[1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("shop,texture,,pattern", "shop,texture,,category", "'texture' and 'category' of 'shop' would both"),
        ("shop,texture,,", "mall,texture,,", "names.csv:2: there is no domain 'mall' (known: shop, street)"),
        ("texture,,", "print,,", "names.csv:2: there is no attribute type 'print'"),
        (
            "floral,flower",
            "flora,flower",
            "names.csv:3: type 'texture' has no class 'flora' (known: floral, floral print, striped)",
        ),
        (
            "domain,type,class,as",
            "domain;type;class;as",
            "names.csv:1: columns are separated by commas, not by semicolons",
        ),
        ("striped,stripe", "striped,", "names.csv:5: 'striped' needs another name"),
        ("striped,stripe", "striped,@none", "names.csv:5: 'striped' needs another name"),
        ("floral print,flower", "floral,flower", "names.csv:4: 'floral' of 'shop' stands twice"),
        ("domain,type", "where,type", "names.csv: no column is called domain"),
        ("striped,stripe", "striped", "names.csv:5: 3 cells where the header has 4"),
    ],
)
def test_a_table_of_names_is_refused_with_its_line(
    old: str, new: str, said: str, parts: dict[str, Path], names: Path, refused: Refused
) -> None:
    names.write_text(NAMES.replace(old, new, 1))
    words = [f"{name}={path}" for name, path in parts.items()]
    assert said in refused("domains", *words, "--names", names)


def test_what_is_no_domain_is_refused(parts: dict[str, Path], refused: Refused) -> None:
    shop = parts["shop"]
    assert "is given as NAME=MANIFEST" in refused("domains", shop)
    assert "the domain 'a' is given twice" in refused("domains", f"a={shop}", f"a={shop}")
    assert "1.jpg is an image of 'a' and of 'b'" in refused("domains", f"a={shop}", f"b={shop}")
    assert "is a folder: name the manifest in it" in refused("domains", f"a={shop.parent}")
    assert "there is no such manifest" in refused("domains", f"a={shop.with_name('other')}")


def test_table_6_from_deepfashion_to_darn(tmp_path: Path) -> None:
    """Five patterns in colours, in either format: the commands of the README."""
    kinds = ("flower", "stripe", "dot", "check", "leopard")
    flags = [" ".join("1" if n % 5 == k else "-1" for k in range(5)) for n in range(270)]
    prints = [f"{kind} print" for kind in kinds]
    made = {
        "deepfashion": write_deepfashion(tmp_path / "df", _pictures(270), prints, flags),
        "darn": write_darn(tmp_path / "darn.tsv", _pictures(250), kinds * 50),
    }
    for kind, path in made.items():
        assert main(["prepare", kind, str(path), "--out", str(tmp_path / kind)]) == 0
    names = tmp_path / "names.csv"
    rows = ["domain,type,class,as", "deepfashion,texture,,pattern"]
    names.write_text("\n".join([*rows, *(f"deepfashion,texture,{k} print,{k}" for k in kinds)]) + "\n")
    words = [f"{kind}={tmp_path / kind / 'manifest.jsonl'}" for kind in made]
    both, out = tmp_path / "both", tmp_path / "results"
    assert main(["prepare", "domains", *words, "--names", str(names), "--out", str(both)]) == 0
    command = ["experiment", "table6", "--manifest", str(both / "manifest.jsonl"), "--seeds", "2"]
    assert main([*command, "--epochs", "3", "--out", str(out)]) == 0
    report = (out / "RESULTS.md").read_text()
    assert "by class of 'pattern', from 'deepfashion' to 'darn'" in report
    assert "| | check | dot | flower | leopard | stripe | mean |" in report


def _pictures(count: int) -> list[Image.Image]:
    """Of five kinds in turn, no two alike."""
    return [Image.new("RGB", (48, 64), (40 * (n % 5) + 20, n, 220 - 40 * (n % 5))) for n in range(count)]
