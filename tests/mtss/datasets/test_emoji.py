"""Emoji of two vendors from hand-made packages: labels, concepts that never straddle, damage refused."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mtss.cli import main
from mtss.datasets import emoji
from mtss.datasets.emoji.concepts import code_points, concept_of, genders_of
from mtss.datasets.emoji.splitting import split_concepts
from mtss.manifest import Manifest

TONE = {"1F3FB": "light", "1F3FF": "dark"}


def picture(color: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (color, 90, 30, 255)).save(out, "PNG")
    return out.getvalue()


def entry(
    unified: str, category: str, subcategory: str, tones: dict[str, str] | None = None
) -> dict[str, Any]:
    """One emoji of the published list, with the fields that matter; `tones`: key → unified of the variant."""
    plain = {
        "unified": unified,
        "image": unified.lower() + ".png",
        "has_img_google": True,
        "has_img_twitter": True,
    }
    made: dict[str, Any] = {**plain, "category": category, "subcategory": subcategory}
    if tones:
        made["skin_variations"] = {
            key: {**plain, "unified": name, "image": name.lower() + ".png"} for key, name in tones.items()
        }
    return made


def toned(unified: str, subcategory: str) -> dict[str, Any]:
    first, _, rest = unified.partition("-")
    names = {tone: "-".join(filter(None, (first, tone, rest))) for tone in TONE}
    return entry(unified, "People & Body", subcategory, names)


EMOJI = [
    toned("1F3C3", "person-activity"),
    toned("1F3C3-200D-2640-FE0F", "person-activity"),
    toned("1F3C3-200D-2642-FE0F-200D-27A1-FE0F", "person-activity"),
    entry("1F46B", "People & Body", "family", {"1F3FB-1F3FF": "1F469-1F3FB-200D-1F91D-200D-1F468-1F3FF"}),
    entry("1F46C", "People & Body", "family"),
    entry("1F91D", "People & Body", "hands", {"1F3FB-1F3FF": "1FAF1-1F3FB-200D-1FAF2-1F3FF"}),
    *(entry(f"1F34{n}", "Food & Drink", "food-fruit") for n in range(10)),
    entry("2640-FE0F", "Symbols", "gender"),
    entry("1F1E6-1F1E8", "Flags", "country-flag"),
    entry("1F3FB", "Component", "skin-tone"),
]


def files_of(vendor: str, entries: list[dict[str, Any]]) -> dict[str, bytes]:
    drawn = [
        d for e in entries for d in (e, *e.get("skin_variations", {}).values()) if d[f"has_img_{vendor}"]
    ]
    pictures = {f"img/{vendor}/64/{d['image']}": picture(n) for n, d in enumerate(drawn)}
    return {"emoji.json": json.dumps(entries).encode(), f"img/{vendor}/sheets/32.png": picture(1), **pictures}


def folder(path: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as out:
        for name, content in reversed(files.items()):  # as npm packs: the list comes after the pictures
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            out.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture
def packages(tmp_path: Path) -> dict[str, Path]:
    google = archive(tmp_path / "google.tgz", files_of("google", EMOJI))
    missing = [{**e, "has_img_twitter": e["unified"] != "1F340"} for e in EMOJI]
    twitter = folder(tmp_path / "twitter" / "package", files_of("twitter", missing)).parent
    return {"google": google, "twitter": twitter}


def words(packages: dict[str, Path]) -> list[str]:
    return ["emoji", "--google", str(packages["google"]), "--twitter", str(packages["twitter"])]


@pytest.fixture
def manifest(packages: dict[str, Path], tmp_path: Path) -> Manifest:
    assert main(["prepare", *words(packages), "--out", str(tmp_path / "out"), "--seed", "5"]) == 0
    return Manifest.read(tmp_path / "out" / "manifest.jsonl")


def test_every_drawing_of_both_vendors_is_there_without_flags_and_swatches(manifest: Manifest) -> None:
    names = [s.image for s in manifest.samples]
    assert len(names) == len(set(names)) == 2 * 25 - 1
    assert "twitter/1f340.png" not in names
    assert "google/1f340.png" in names
    for sample in manifest.samples:
        assert sample.image.startswith(f"{sample.domain}/")
        with Image.open(manifest.resolve(sample)) as opened:
            assert opened.size == (64, 64)
    assert {t.name: t.classes for t in manifest.space.types} == {
        "category": ("People & Body", "Food & Drink", "Symbols"),
        "subcategory": ("food-fruit",),
        "skin tone": ("light", "medium-light", "medium", "medium-dark", "dark"),
        "gender": ("female", "male"),
    }


def test_labels_say_what_an_emoji_shows_and_no_more(manifest: Manifest) -> None:
    facts = {
        s.image: ({k: v for k, v in s.labels.items() if k != "category"}, s.not_applicable)
        for s in manifest.samples
    }
    assert facts["google/1f3c3.png"] == ({"skin tone": ()}, ())
    assert facts["twitter/1f3c3-1f3fb-200d-2640-fe0f.png"] == (
        {"skin tone": ("light",), "gender": ("female",)},
        (),
    )
    assert facts["google/1f46b.png"][0] == {"skin tone": (), "gender": ("female", "male")}
    assert facts["google/1f469-1f3fb-200d-1f91d-200d-1f468-1f3ff.png"][0] == {
        "skin tone": ("light", "dark"), "gender": ("female", "male"),
    }  # fmt: skip
    assert facts["google/1f46c.png"] == ({"gender": ("male",)}, ("skin tone",))
    assert facts["google/1f340.png"] == ({"subcategory": ("food-fruit",)}, ("skin tone", "gender"))
    assert facts["google/2640-fe0f.png"] == ({}, ("skin tone", "gender"))


def test_variants_of_one_concept_share_a_split_across_vendors(manifest: Manifest) -> None:
    splits: dict[str | None, set[str | None]] = defaultdict(set)
    members: dict[str | None, set[str]] = defaultdict(set)
    for sample in manifest.samples:
        splits[sample.group].add(sample.split)
        members[sample.group].add(sample.image.split("/")[1])
    assert all(len(found) == 1 for found in splits.values())
    assert len(members["1f3c3"]) == 9
    assert members["1f46b"] == {"1f46b.png", "1f46c.png", "1f469-1f3fb-200d-1f91d-200d-1f468-1f3ff.png"}
    assert members["1f91d"] == {"1f91d.png", "1faf1-1f3fb-200d-1faf2-1f3ff.png"}
    assert {s for found in splits.values() for s in found} == {"train", "val", "test"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1F468-200D-1F33E", "1F9D1-200D-1F33E"),
        ("1F469-200D-2764-FE0F-200D-1F48B-200D-1F469", "1F48F"),
        ("1F468-200D-1F469-200D-1F466", "1F46A"),
        ("1F468-200D-1F467", "1F46A"),
        ("1F934-1F3FD", "1F478"),
        ("1F57A", "1F483"),
        ("1F9D1-200D-1F384", "1F936"),
        ("1F469-1F3FB-200D-1F37C", "1F931"),
        ("1F6B6-200D-2640-FE0F-200D-27A1-FE0F", "1F6B6"),
    ],
)
def test_one_concept(one: str, other: str) -> None:
    assert concept_of(code_points(one)) == concept_of(code_points(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("1F33D", "1F33E"), ("2640-FE0F", "2642-FE0F"), ("1F468-200D-1F9B0", "1F468"), ("1F3FB", "1F3FC")],
)
def test_two_concepts(one: str, other: str) -> None:
    assert concept_of(code_points(one)) != concept_of(code_points(other))
    assert genders_of(code_points("2640-FE0F")) == genders_of(code_points("2640")) == ()


def test_parts_are_as_asked_in_every_subcategory_and_drawn_by_the_seed() -> None:
    subjects = {f"{kind}{n}": ("c", kind) for kind in ("a", "b") for n in range(100)}
    first = split_concepts(subjects, 1, (0.6, 0.1, 0.3))
    for kind in ("a", "b"):
        parts = [part for name, part in first.items() if name.startswith(kind)]
        assert abs(parts.count("train") - 60) <= 2
        assert abs(parts.count("val") - 10) <= 2
    assert first == split_concepts(subjects, 1, (0.6, 0.1, 0.3))
    assert first != split_concepts(subjects, 2, (0.6, 0.1, 0.3))
    assert set(split_concepts(subjects, 1, (1, 0, 1)).values()) == {"train", "test"}


def test_folder_and_archive_give_the_same(tmp_path: Path) -> None:
    files = {vendor: files_of(vendor, EMOJI) for vendor in ("google", "twitter")}
    folders = {v: folder(tmp_path / v, f) for v, f in files.items()}
    archives = {v: archive(tmp_path / f"{v}.tgz", f) for v, f in files.items()}
    emoji.prepare(folders, tmp_path / "a")
    emoji.prepare(archives, tmp_path / "b")
    contents = [
        {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}
        for out in (tmp_path / "a", tmp_path / "b")
    ]
    assert contents[0] == contents[1]


def test_a_full_folder_is_refused_and_left_alone(
    packages: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").write_text("keep")
    assert main(["prepare", *words(packages), "--out", str(tmp_path / "mine")]) == 2
    assert "already holds files" in capsys.readouterr().err
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["a.txt"]


def damaged_list(**changes: object) -> bytes:
    return json.dumps([EMOJI[6], {**EMOJI[7], **changes}]).encode()


HOSTILE = [
    ({"emoji.json": b"[{"}, "emoji.json:1: not JSON"),
    ({"emoji.json": b"\xff"}, "emoji.json:1: not UTF-8"),
    ({"emoji.json": b""}, "emoji.json:1: the file is empty"),
    ({"emoji.json": b"{}"}, "emoji.json:1: the list of emoji is not a list"),
    ({"emoji.json": b"[7]"}, "entry 0 is not an object"),
    (
        {"emoji.json": damaged_list(image="../../../etc/passwd")},
        "entry 1: the picture ../../../etc/passwd is missing",
    ),
    ({"emoji.json": damaged_list(image=EMOJI[6]["image"])}, "entry 1: 1f340.png stands twice"),
    ({"emoji.json": damaged_list(unified="1F34x")}, "entry 1: '1F34x' is not a sequence of code points"),
    ({"emoji.json": damaged_list(category=None)}, 'entry 1: "category" must be'),
    ({"emoji.json": damaged_list(skin_variations=[])}, "entry 1 is not an object"),
    (
        {"emoji.json": json.dumps([{**EMOJI[6], "has_img_google": False}]).encode()},
        "no emoji has a picture of google",
    ),
    ({"img/google/64/1f341.png": b"GIF89a"}, "entry 7: the picture 1f341.png is not a PNG"),
]


@pytest.mark.parametrize(("changes", "reason"), HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_a_damaged_package_is_refused_with_its_place(
    packages: dict[str, Path],
    refused: Callable[..., str],
    tmp_path: Path,
    changes: dict[str, bytes],
    reason: str,
) -> None:
    broken = archive(tmp_path / "broken.tgz", files_of("google", EMOJI) | changes)
    assert reason in refused(*words(packages | {"google": broken}))


def test_packages_that_are_something_else(
    packages: dict[str, Path], refused: Callable[..., str], tmp_path: Path
) -> None:
    whole = packages["google"].read_bytes()
    other = tmp_path / "other.tgz"
    other.write_bytes(whole[: len(whole) // 2])
    assert "not a whole .tgz" in refused(*words(packages | {"google": other}))
    other.write_bytes(b"plain text")
    assert "not a whole .tgz" in refused(*words(packages | {"google": other}))
    assert "there is no emoji.json" in refused(*words(packages | {"google": tmp_path}))
    assert "no such folder or archive" in refused(*words(packages | {"google": tmp_path / "nowhere"}))
    assert "no emoji has a picture" not in refused(*words(packages), "--split", "0,0,0")
    swapped = {"google": packages["twitter"], "twitter": packages["google"]}
    assert "the picture 1f3c3.png is missing" in refused(*words(swapped))


@pytest.mark.parametrize("limit", [50, 1_000, 4_000])  # no picture, some pictures, no manifest
def test_a_disk_that_takes_no_more_leaves_nothing(
    packages: dict[str, Path], tmp_path: Path, environment: dict[str, str], limit: int
) -> None:
    code = (
        "import resource, sys; from mtss.cli import main\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    (tmp_path / "made").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code, "prepare", *words(packages), "--out", str(tmp_path / "made" / "out")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert list((tmp_path / "made").iterdir()) == []


def test_an_archive_never_writes_where_it_says(packages: dict[str, Path], tmp_path: Path) -> None:
    files = files_of("google", EMOJI) | {"../../escaped.txt": b"x"}
    emoji.prepare(packages | {"google": archive(tmp_path / "sly.tgz", files)}, tmp_path / "deep" / "out")
    assert not list(tmp_path.rglob("escaped.txt"))
