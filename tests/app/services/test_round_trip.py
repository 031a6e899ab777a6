"""What is exported as JSON Lines and imported into an empty project says the same."""

import csv
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.decision import NONE, NOT_APPLICABLE, UNSEEN, Change, Decision, Origin, State, labelled
from app.domain.errors import ExportFailed, ImportFailed
from app.domain.ids import ItemId
from app.domain.query import ImageQuery
from app.domain.schema import Selection
from app.domain.suggestion import Shown
from app.domain.templates import EMPTY, Template, TypeTemplate
from app.services import annotating, browsing, defining, exporting, importing, projects, scanning
from app.services.projects import Project
from mtss.manifest import Manifest

TEMPLATE = Template(
    "t",
    "t",
    "t",
    (
        TypeTemplate("colour", Selection.SINGLE, ("red", "=1+1", 'naïve, "x"')),
        TypeTemplate("pattern", Selection.MULTIPLE, ("stripe", "dot", "check")),
        TypeTemplate("sleeve", Selection.SINGLE),
    ),
)
NAMES = [b"plain.jpg", b"caf\xe9.jpg", "a\nb/👗.jpg".encode(), b"sub/plain.jpg", b"-x.jpg", b"quiet.jpg"]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    for name in NAMES:
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name)
    return folder


@pytest.fixture
def project(tmp_path: Path, images: Path) -> Iterator[Project]:
    """Every kind of value, by two annotators, with and without a suggestion shown."""
    made = open_new(tmp_path / "project", images, TEMPLATE)
    colour, pattern, sleeve = made.schema().types
    ids = everything(made)
    c, p = [k.id for k in colour.classes], [k.id for k in pattern.classes]
    first = [
        Change(ids[0], colour.id, labelled(c[0]), Shown("student 3 + 12 labels", 2, 0.625)),
        Change(ids[0], pattern.id, labelled(p[2], p[0]), Shown("student 3", None, None)),
        Change(ids[1], colour.id, labelled(c[1])),
        Change(ids[1], sleeve.id, NOT_APPLICABLE),
        Change(ids[2], pattern.id, Decision(State.LABELLED, (p[1],), (p[0],), partial=True)),
    ]
    second = [
        Change(ids[2], colour.id, labelled(c[2])),
        Change(ids[3], pattern.id, Decision(rejected=(p[0],))),
        Change(ids[3], colour.id, NONE),
        Change(ids[4], colour.id, UNSEEN),
    ]
    annotating.decide(made, first, "first", "ann")
    annotating.decide(made, second, "second", "böb")
    yield made
    made.close()


def open_new(folder: Path, images: Path, template: Template) -> Project:
    made = projects.create(folder, template, [images])
    for _ in scanning.scan(made):
        pass
    return made


def everything(project: Project) -> list[ItemId]:
    return [ItemId(i) for i in browsing.order(project, ImageQuery())]


def spoken(project: Project) -> set[tuple[object, ...]]:
    """Everything that stands decided, by names instead of ids."""
    schema, ids = project.schema(), everything(project)
    names = {item.id: item.path for item in browsing.items(project, ids)}
    return {
        (
            names[item],
            schema.type(kind).name,
            record.decision.state,
            tuple(schema.class_name(c) for c in record.decision.classes),
            tuple(schema.class_name(c) for c in record.decision.rejected),
            record.decision.partial,
            record.annotator,
            record.when,
            record.shown,
        )
        for item, records in browsing.decisions(project, ids).items()
        for kind, record in records.items()
        if record.decision != UNSEEN
    }


def run(steps: Iterator[object]) -> object:
    """The last step of a piece of work."""
    return list(steps)[-1]


@pytest.mark.parametrize("template", [EMPTY, TEMPLATE], ids=["no types yet", "same types"])
def test_jsonl_into_an_empty_project_loses_nothing(
    project: Project, images: Path, tmp_path: Path, template: Template
) -> None:
    run(exporting.export_jsonl(project, tmp_path / "out.jsonl"))
    again = open_new(tmp_path / "again", images, template)
    last = run(importing.import_manifest(again, 1, tmp_path / "out.jsonl", "importer"))
    assert last.progress.words == "Labels imported for 4 images"
    assert spoken(again) == spoken(project)
    assert {t.name: t.selection for t in again.schema().types}.items() <= {
        "colour": Selection.SINGLE,
        "pattern": Selection.MULTIPLE,
        "sleeve": Selection.SINGLE,
    }.items()
    found = browsing.decisions(again, everything(again))
    assert {r.origin for records in found.values() for r in records.values()} == {Origin.IMPORT}
    assert annotating.undoable(again)[0] == "Import of out.jsonl"
    annotating.undo(again, "importer")
    assert spoken(again) == set()
    again.close()


def test_a_folder_that_moved_is_still_recognised(project: Project, images: Path, tmp_path: Path) -> None:
    run(exporting.export_jsonl(project, tmp_path / "out.jsonl"))
    moved = images.rename(tmp_path / "moved")
    again = open_new(tmp_path / "again", moved, EMPTY)
    run(importing.import_manifest(again, 1, tmp_path / "out.jsonl", "importer"))
    assert len(spoken(again)) == len(spoken(project))
    again.close()


def test_the_export_is_a_manifest_that_training_reads(project: Project, tmp_path: Path) -> None:
    run(exporting.export_jsonl(project, tmp_path / "out.jsonl"))
    manifest = Manifest.read(tmp_path / "out.jsonl")
    assert [t.name for t in manifest.space.types] == ["colour", "pattern", "sleeve"]
    assert len(manifest.samples) == 4
    assert all(manifest.resolve(s).is_file() for s in manifest.samples)
    first = next(s for s in manifest.samples if s.labels.get("pattern") == ("check", "stripe"))
    assert first.labels["colour"] == ("red",)
    rejecting = next(s for s in manifest.samples if s.labels.get("colour") == ())
    assert rejecting.negative == {"pattern": ("stripe",)}


def test_what_is_decided_already_is_kept(project: Project, images: Path, tmp_path: Path) -> None:
    run(exporting.export_jsonl(project, tmp_path / "out.jsonl"))
    again = open_new(tmp_path / "again", images, TEMPLATE)
    item, kind = everything(again)[0], again.schema().types[0]
    annotating.decide(again, [Change(item, kind.id, NONE)], "mine", "me")
    run(importing.import_manifest(again, 1, tmp_path / "out.jsonl", "importer"))
    assert browsing.decisions(again, [item])[item][kind.id].decision == NONE
    again.close()


def test_a_preview_says_what_would_happen_and_does_nothing(
    project: Project, images: Path, tmp_path: Path
) -> None:
    run(exporting.export_jsonl(project, tmp_path / "out.jsonl"))
    (images / "plain.jpg").unlink()
    again = open_new(tmp_path / "again", images, EMPTY)
    told = importing.preview(again, 1, tmp_path / "out.jsonl")
    assert (told.images, told.known, told.labels) == (4, 3, 7)
    assert set(told.new_types) == {"colour", "pattern", "sleeve"}
    assert ("colour", "=1+1") in told.new_classes
    assert again.schema().types == ()
    again.close()


def test_boxes_become_items_of_their_own(project: Project, images: Path) -> None:
    manifest = images.parent / "boxes.jsonl"
    line = {"image": "images/plain.jpg", "labels": {"colour": ["red"]}, "box": [1, 2, 30.4, 40]}
    manifest.write_text(json.dumps(line))
    assert importing.preview(project, 1, manifest).known == 1
    before = len(everything(project))
    run(importing.import_manifest(project, 1, manifest, "importer"))
    assert len(everything(project)) == before + 1
    boxed = [i for i in browsing.items(project, everything(project)) if i.box]
    assert [i.box for i in boxed] == [(1, 2, 30, 40)]
    assert boxed[0].id in browsing.decisions(project, [boxed[0].id])


GOOD = '{"image": "plain.jpg", "labels": {"colour": ["red"]}}\n'


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[]", "one JSON object"),
        ('{"labels": {}}', "image"),
        ('{"image": "\\ud800", "labels": {}}', "no file name has"),
        ('{"image": "a.jpg", "labels": {"colour": ["red", "blue"]}}', "takes one class"),
        ('{"image": "a.jpg", "labels": {"@x": ["red"]}}', "reserved"),
        ('{"image": "a.jpg", "labels": {"colour": ["a|b"]}}', "parts several values"),
        ('{"image": "a.jpg", "labels": {"colour": ["x"]}, "not_applicable": ["colour"]}', "at once"),
        ('{"image": "a.jpg", "labels": {"colour": []}, "lapel": 3}', "must be an object"),
        (
            '{"image": "a", "labels": {"colour": []}, "lapel": {"decisions": {"colour": {"when": "x"}}}}',
            "isoformat",
        ),
    ],
)
def test_a_faulty_line_is_named_and_nothing_is_imported(
    project: Project, images: Path, line: str, words: str
) -> None:
    manifest = images.parent / "faulty.jsonl"
    manifest.write_text(GOOD + line + "\n")
    before, schema = spoken(project), project.schema()
    with pytest.raises(ImportFailed, match=words) as told:
        run(importing.import_manifest(project, 1, manifest, "importer"))
    assert f"{manifest}:2:" in str(told.value)
    assert spoken(project) == before
    assert project.schema() == schema


def test_csv_holds_one_row_an_image_and_runs_no_formula(project: Project, tmp_path: Path) -> None:
    run(exporting.export_csv(project, tmp_path / "out.csv"))
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    by_name = {Path(row["image"]).name: row for row in rows}
    values = {name: (r["colour"], r["pattern"], r["sleeve"]) for name, r in by_name.items()}
    assert sorted(values.values()) == sorted(
        [
            ("red", "check|stripe", ""),
            ("'=1+1", "", "@na"),
            ('naïve, "x"', "dot", ""),
            ("@none", "", ""),
        ]
    )
    assert not any(c.startswith(("=", "+", "-", "\t", "\r")) for row in rows for c in row.values())


def test_what_a_format_cannot_hold_is_said_beforehand(project: Project) -> None:
    lost = " · ".join(exporting.loses(project, "csv"))
    assert "who decided" in lost
    assert "2 rejected classes" in lost
    assert "1 values of several classes" in lost
    assert "1 labels are partial" in lost
    assert "1 values that begin as a formula stand behind an apostrophe" in lost
    assert "the bytes of 2 file names" in lost, "one is not UTF-8, one holds the end of a line"
    assert exporting.loses(project, "jsonl") == []
    annotating.undo(project, "me")
    assert exporting.loses(project, "jsonl") == ["4 earlier decisions that newer ones replaced"]


@pytest.mark.parametrize("export", [exporting.export_jsonl, exporting.export_csv])
def test_what_is_decided_and_made_during_an_export_is_not_in_it(
    project: Project, tmp_path: Path, export: Callable[[Project, Path], Iterator[object]]
) -> None:
    run(export(project, tmp_path / "before.out"))
    labels = (tmp_path / "labels.json").read_bytes() if export is exporting.export_jsonl else b""
    steps = export(project, tmp_path / "out.out")
    next(steps)
    pattern = project.schema().types[1]
    teal, _ = defining.add_class(project, pattern.id, "teal")
    defining.rename_class(project, pattern.classes[0].id, "stripes")
    changes = [Change(item, pattern.id, labelled(teal)) for item in everything(project)]
    annotating.decide(project, changes, "teal", "me")
    run(steps)
    assert (tmp_path / "out.out").read_bytes() == (tmp_path / "before.out").read_bytes()
    assert not labels or (tmp_path / "labels.json").read_bytes() == labels


def test_undone_between_two_batches_an_import_goes_on_in_a_step_of_its_own(
    project: Project, images: Path, tmp_path: Path
) -> None:
    names = [f"many/{number:04}.jpg" for number in range(700)]
    (images / "many").mkdir()
    for name in names:
        (images / name).write_bytes(b"x")
    list(scanning.scan(project))
    manifest = images / "many.jsonl"
    lines = [{"image": name, "labels": {"colour": ["red"]}} for name in names]
    manifest.write_text("".join(json.dumps(line) + "\n" for line in lines))
    before = spoken(project)
    steps = importing.import_manifest(project, 1, manifest, "importer")
    next(steps)
    next(steps)
    assert len(spoken(project)) > len(before)
    annotating.undo(project, "me")
    assert spoken(project) == before
    run(steps)
    assert len(spoken(project)) > len(before)
    annotating.undo(project, "me")
    assert spoken(project) == before


def test_an_export_that_fails_or_is_cancelled_leaves_the_old_file(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")
    steps = exporting.export_csv(project, target)
    next(steps)
    steps.close()
    with pytest.raises(ExportFailed, match="could not be written"):
        run(exporting.export_csv(project, tmp_path / "nowhere" / "out.csv"))
    assert target.read_text() == "old"
    assert not list(tmp_path.glob("*.part"))


def test_somebody_elses_labels_json_is_not_replaced(project: Project, tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_text('{"types": []}')
    with pytest.raises(ExportFailed, match="something else"):
        run(exporting.export_jsonl(project, tmp_path / "out.jsonl"))
    assert (tmp_path / "labels.json").read_text() == '{"types": []}'
    assert not (tmp_path / "out.jsonl").exists()


def test_a_second_export_replaces_the_first(project: Project, tmp_path: Path) -> None:
    run(exporting.export_jsonl(project, tmp_path / "out.jsonl"))
    first = (tmp_path / "out.jsonl").read_bytes()
    annotating.undo(project, "me")
    run(exporting.export_jsonl(project, tmp_path / "out.jsonl"))
    assert (tmp_path / "out.jsonl").read_bytes() != first


def test_shown_suggestions_survive_undo_and_redo(project: Project) -> None:
    before = spoken(project)
    annotating.undo(project, "me")
    annotating.undo(project, "me")
    annotating.redo(project, "me")
    annotating.redo(project, "me")
    kept = {(*row[:6], row[8]) for row in spoken(project)}
    assert kept == {(*row[:6], row[8]) for row in before}
