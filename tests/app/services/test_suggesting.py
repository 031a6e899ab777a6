"""Suggestions with a real model over real files."""

import json
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from app.domain.ids import ItemId, TypeId
from app.domain.item import Health
from app.domain.schema import Selection
from app.domain.suggestion import SuggestionSet
from app.services import adopting, annotating, browsing, defining, importing, model_files, registry, scanning
from app.services.courtesy import Courtesy
from app.services.model_files import ModelRefused
from app.services.projects import Project
from app.services.suggesting import Suggester
from app.services.thumbnails import Thumbnails
from app.store import predictions
from app.store.derived import Derived
from mtss.content import content_hash
from mtss.images import FILE_CAP, ImageProblem, open_image
from tests.app.services.conftest import Shop, draw

Sets = dict[TypeId, SuggestionSet]


def _best(shop: Shop, sets: Sets) -> tuple[str, str]:
    schema = shop.project.schema()
    color, shape = schema.types[:2]
    return tuple(schema.class_name(sets[t.id].ranked[0].value) for t in (color, shape))  # pyright: ignore


def _run(suggester: Suggester) -> list[float]:
    return [step.progress.fraction or 0.0 for step in suggester.compute()]


def _right(shop: Shop, suggester: Suggester) -> float:
    hits = [_best(shop, suggester.suggest(i))[0] == shop.truth[i][0] for i in shop.ids]
    return sum(hits) / len(hits)


def test_one_pass_reads_everything_there_is_to_know(shop: Shop) -> None:
    suggester = Suggester(shop.project)
    assert suggester.model.demo
    assert suggester.version.startswith("demo model")
    fractions = _run(suggester)
    assert fractions[-1] == 1
    thumbnails = Thumbnails(shop.project)
    for item in browsing.items(shop.project, shop.ids):
        assert (item.health, item.width, item.height) == (Health.GOOD, 96, 128)
        assert len(item.content_hash) == 64
        assert thumbnails.get(item)
    assert _right(shop, suggester) > 0.9
    stored = predictions.predictions(shop.project.workspace, shop.ids)
    for item in shop.ids:
        live = suggester.suggest(item)
        assert {t: s.ranked[0].value for t, s in live.items()} == {
            t: s.ranked[0].value for t, s in stored[item].items()
        }
        assert all(s.version == suggester.version for s in live.values())
        assert not any(s.calibrated for s in live.values()), "nobody has verified anything yet"
        assert all(s.accepted == (s.ranked[0].value,) for s in live.values())
    assert list(suggester.compute())[-1].progress.total == 0, "nothing is left to do"


def test_odd_files_are_marked_and_stop_nothing(shop: Shop) -> None:
    good = shop.images / "item000x.jpg"
    (shop.images / "half.jpg").write_bytes(good.read_bytes()[:900])
    (shop.images / "empty.png").write_bytes(b"")
    (shop.images / "no-image.jpg").write_text("hello")
    (shop.images / "gone.jpg").write_bytes(good.read_bytes())
    (shop.images / "tab\tnew\nline.jpg").write_bytes(good.read_bytes())
    list(scanning.scan(shop.project))
    (shop.images / "gone.jpg").unlink()
    _run(Suggester(shop.project))
    ids = [ItemId(i) for i in browsing.order(shop.project, browsing.ImageQuery())]
    found = {Path(i.path).name: i for i in browsing.items(shop.project, ids)}
    assert found["half.jpg"].health is Health.BROKEN
    assert "runcated" in found["half.jpg"].problem
    assert "empty" in found["empty.png"].problem
    assert found["no-image.jpg"].health is Health.BROKEN
    assert found["gone.jpg"].health is Health.MISSING
    assert found["tab\tnew\nline.jpg"].content_hash == found["item000x.jpg"].content_hash


def test_identical_content_is_computed_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        shutil.copy(shop.images / "item001x.jpg", shop.images / f"copy{number}.jpg")
    list(scanning.scan(shop.project))
    suggester = Suggester(shop.project)
    _run(suggester)
    ids = [ItemId(i) for i in browsing.order(shop.project, browsing.ImageQuery())]
    copies = [i for i in browsing.items(shop.project, ids) if Path(i.path).name.startswith("copy")]
    assert len(copies) == 30
    assert all((c.health, c.width) == (Health.GOOD, 96) for c in copies)
    assert len({tuple(s.ranked for s in suggester.suggest(c.id).values()) for c in copies}) == 1
    hashes = [i.content_hash for i in browsing.items(shop.project, ids)]
    assert len(set(hashes)) == 40


def test_twins_of_broken_files_are_all_marked_and_stop_nothing(shop: Shop) -> None:
    half = (shop.images / "item000x.jpg").read_bytes()[:900]
    for number in range(20):
        (shop.images / f"twin-half-{number}.jpg").write_bytes(half)
        (shop.images / f"twin-none-{number}.jpg").write_text("no image at all")
    list(scanning.scan(shop.project))
    _run(Suggester(shop.project))
    ids = [ItemId(i) for i in browsing.order(shop.project, browsing.ImageQuery())]
    found = browsing.items(shop.project, ids)
    twins = [i for i in found if Path(i.path).name.startswith("twin")]
    assert len(twins) == 40
    assert all(i.health is Health.BROKEN and i.problem for i in twins)
    assert all(i.health is Health.GOOD for i in found if i not in twins)


def test_a_file_too_large_for_any_picture_is_not_read(shop: Shop) -> None:
    huge = shop.images / "huge.jpg"
    huge.touch()
    os.truncate(huge, FILE_CAP + 1)  # sparse: it takes no room
    list(scanning.scan(shop.project))
    _run(Suggester(shop.project))
    ids = [ItemId(i) for i in browsing.order(shop.project, browsing.ImageQuery())]
    [found] = [i for i in browsing.items(shop.project, ids) if i.path == str(huge)]
    assert (found.health, found.problem) == (Health.BROKEN, "Too large: 1.0 GB.")
    assert found.content_hash == ""
    with pytest.raises(ImageProblem, match="too large"):
        open_image(huge)


def test_what_is_asked_for_comes_first_and_closing_keeps_what_was_done(shop: Shop) -> None:
    last = shop.ids[-8:]
    suggester = Suggester(shop.project, threads=1)
    work = suggester.compute(first=last)
    next(work)
    work.close()
    stored = predictions.predictions(shop.project.workspace, shop.ids)
    assert set(last) <= set(stored)
    assert len(stored) < len(shop.ids)
    _run(suggester)
    assert len(predictions.predictions(shop.project.workspace, shop.ids)) == len(shop.ids)


def test_one_image_can_be_looked_at_now(shop: Shop) -> None:
    suggester = Suggester(shop.project)
    item = shop.ids[17]
    assert suggester.suggest(item) == {}
    assert _best(shop, suggester.look_now(item))[0] == shop.truth[item][0]
    assert suggester.suggest(item) == suggester.look_now(item)


def test_a_changed_file_is_suggested_for_anew(shop: Shop) -> None:
    suggester = Suggester(shop.project)
    _run(suggester)
    item = next(i for i in shop.ids if shop.truth[i][0] == "red")
    path = Path(browsing.items(shop.project, [item])[0].path)
    draw(path, "blue", "disc", random.Random(99))
    list(scanning.scan(shop.project))
    _run(suggester)
    assert _best(shop, suggester.suggest(item)) == ("blue", "disc")


class Busy(Project):
    """A project in which something happens while a suggester is assembled: when features are looked for."""

    meanwhile: Callable[[], object] | None = None
    looks = 0

    @property
    def derived(self) -> Derived:
        self.looks += 1
        if self.meanwhile is not None and self.looks == 2:  # the first look is for the centre
            self.meanwhile()
        return super().derived


class Meddling(Courtesy):
    """Something happens once, between reading the first images and looking at them."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens: Callable[[], object] | None = happens

    def give_way(self) -> None:
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()


def _painted_blue(shop: Shop, item: ItemId) -> Path:
    """Another program writes another picture in the file's place, and a rescan meets it."""
    path = Path(browsing.items(shop.project, [item])[0].path)
    draw(path, "blue", "disc", random.Random(99))
    list(scanning.scan(shop.project))
    return path


def test_a_file_changed_between_its_reading_and_the_writing_is_read_again(shop: Shop) -> None:
    item = next(i for i in shop.ids if shop.truth[i][0] == "red")
    suggester = Suggester(shop.project, threads=1, courtesy=Meddling(lambda: _painted_blue(shop, item)))
    list(suggester.compute(first=[item]))
    assert item not in predictions.predictions(shop.project.workspace, [item]), "that was the old picture"
    list(suggester.compute())
    [found] = browsing.items(shop.project, [item])
    assert (found.health, found.content_hash) == (Health.GOOD, content_hash(Path(found.path)))
    assert _best(shop, predictions.predictions(shop.project.workspace, [item])[item]) == ("blue", "disc")


def test_a_file_changed_while_stored_features_are_ranked_is_read_again(shop: Shop) -> None:
    item = next(i for i in shop.ids if shop.truth[i][0] == "red")
    _run(Suggester(shop.project))
    shop.label(shop.ids[-1:])  # so that all is ranked anew
    project = Busy(shop.project.workspace)
    suggester = Suggester(project)
    project.looks, project.meanwhile = 0, lambda: _painted_blue(shop, item)
    list(suggester.compute())
    assert item not in predictions.predictions(shop.project.workspace, [item]), "that was the old picture"
    list(suggester.compute())
    assert _best(shop, predictions.predictions(shop.project.workspace, [item])[item]) == ("blue", "disc")


def test_a_new_class_suggests_after_a_few_examples_and_undo_takes_it_back(shop: Shop) -> None:
    chance = random.Random(5)
    for number in range(12):
        draw(shop.images / f"y{number}-sun.jpg", "yellow", "disc", chance)
    list(scanning.scan(shop.project))
    suggester = Suggester(shop.project)
    _run(suggester)
    color = shop.project.schema().types[0]
    yellow, _ = defining.add_class(shop.project, color.id, "yellow")
    ids = [ItemId(i) for i in browsing.order(shop.project, browsing.ImageQuery())]
    suns = [i.id for i in browsing.items(shop.project, ids) if "sun" in i.path]
    assert not suggester.refresh(), "a class without an example moves no suggestion"
    before = suggester.version
    assert suggester.suggest(suns[5])[color.id].rank_of(yellow) is None
    decided = [annotating.Change(i, color.id, annotating.labelled(yellow)) for i in suns[:3]]
    annotating.decide(shop.project, decided, "yellow", "tester")
    assert suggester.refresh().predictions
    assert "+ 3 labels" in suggester.version
    learned = [suggester.suggest(i)[color.id] for i in suns[3:]]
    assert sum(s.ranked[0].value == yellow for s in learned) >= 8
    assert all(s.examples == 3 and not s.calibrated for s in learned)
    assert _right(shop, suggester) > 0.9, "the other classes are still found"
    _run(suggester)
    assert predictions.best(shop.project.workspace, suns[3:])[suns[5]][color.id][0] == yellow
    annotating.undo(shop.project, "tester")
    suggester.refresh()
    assert suggester.version == before
    assert suggester.suggest(suns[5])[color.id].rank_of(yellow) is None


def test_a_version_activated_while_a_suggester_is_assembled_comes_with_the_next_refresh(shop: Shop) -> None:
    registry.ensure_active(shop.project)
    demo, *_ = registry.versions(shop.project)
    other = adopting.add_file(shop.project, model_files.shipped()).version
    project = Busy(shop.project.workspace)
    project.meanwhile = lambda: registry.activate(shop.project, other.id)
    suggester = Suggester(project)
    assert suggester.model.id == demo.id
    assert suggester.refresh().predictions
    assert suggester.model.id == other.id


def test_a_decision_made_while_a_suggester_is_assembled_is_learned_from_with_the_next_refresh(
    shop: Shop,
) -> None:
    _run(Suggester(shop.project))
    project = Busy(shop.project.workspace)
    project.meanwhile = lambda: shop.label(shop.ids[:1])
    suggester = Suggester(project)
    before = suggester.version
    suggester.refresh()
    assert suggester.version != before
    assert suggester.version == Suggester(shop.project).version


def test_a_type_the_model_never_heard_of_learns_from_features(shop: Shop) -> None:
    suggester = Suggester(shop.project)
    _run(suggester)
    kind, _ = defining.add_type(shop.project, "form", Selection.SINGLE)
    names = {name: defining.add_class(shop.project, kind, name)[0] for name in ("round", "long")}
    want = {i: names["round" if shop.truth[i][1] == "disc" else "long"] for i in shop.ids}
    suggester.refresh()
    assert kind not in suggester.suggest(shop.ids[0])
    shown = shop.ids[:10]
    changes = [annotating.Change(i, kind, annotating.labelled(want[i])) for i in shown]
    annotating.decide(shop.project, changes, "form", "tester")
    suggester.refresh()
    hits = [suggester.suggest(i)[kind].ranked[0].value == want[i] for i in shop.ids[10:]]
    assert sum(hits) / len(hits) > 0.8
    assert not suggester.suggest(shop.ids[20])[kind].calibrated


def test_fifty_verified_images_calibrate_a_foreign_model(shop: Shop) -> None:
    chance = random.Random(8)
    for number in range(20):
        draw(shop.images / f"r{number}-more.jpg", "red", "bar", chance)
    list(scanning.scan(shop.project))
    suggester = Suggester(shop.project)
    _run(suggester)
    color = shop.project.schema().types[0]
    ids = [ItemId(i) for i in browsing.order(shop.project, browsing.ImageQuery())]
    red = color.class_named("red")
    assert red
    more = [i for i in ids if i not in shop.truth]
    shop.label(shop.ids)
    suggester.refresh()
    assert not suggester.suggest(shop.ids[0])[color.id].calibrated, "forty are too few"
    changes = [annotating.Change(i, color.id, annotating.labelled(red.id)) for i in more]
    annotating.decide(shop.project, changes, "red", "tester")
    suggester.refresh()
    assert suggester.suggest(shop.ids[0])[color.id].calibrated


def test_suggesting_one_item_is_quick_enough_for_the_panel(shop: Shop) -> None:
    suggester = Suggester(shop.project)
    _run(suggester)
    times = []
    for item in shop.ids:
        began = time.perf_counter()
        suggester.suggest(item)
        times.append(time.perf_counter() - began)
    assert sorted(times)[len(times) // 2] < 0.05, "5 ms on a quiet machine; ten times that is a bug anywhere"


def test_a_shipped_file_that_is_no_model_is_refused_in_words(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "frozen" / "resources" / "models" / "default"
    broken.mkdir(parents=True)
    (broken / "model.onnx").write_bytes(b"\x80\x04garbage")
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path / "frozen"))
    assert model_files.shipped() == broken / "model.onnx"
    with pytest.raises(ModelRefused, match="pickle"):
        Suggester(shop.project)


def test_a_box_has_features_of_its_own(shop: Shop) -> None:
    """Two boxes of one image: the file is one, what is seen in it is not."""
    draw_two = shop.images / "two.jpg"
    left, right = random.Random(1), random.Random(2)
    for color, name, chance in (("red", "a.jpg", left), ("blue", "b.jpg", right)):
        draw(shop.images / name, color, "disc", chance)
    pair = Image.new("RGB", (192, 128))
    for place, name in ((0, "a.jpg"), (96, "b.jpg")):
        with Image.open(shop.images / name) as part:
            pair.paste(part, (place, 0))
    pair.save(draw_two, quality=95)
    lines = [
        {"image": "two.jpg", "box": [place, 0, 96, 128], "labels": {"shape": ["disc"]}} for place in (0, 96)
    ]
    (shop.images / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    list(scanning.scan(shop.project))
    [folder] = [f.id for f in scanning.folder_list(shop.project)]
    list(importing.import_manifest(shop.project, folder, shop.images / "manifest.jsonl", "tester"))
    suggester = Suggester(shop.project)
    _run(suggester)
    ids = [ItemId(i) for i in browsing.order(shop.project, browsing.ImageQuery())]
    boxes = {i.box[0]: i.id for i in browsing.items(shop.project, ids) if i.box}
    assert _best(shop, suggester.suggest(boxes[0])) == ("red", "disc")
    assert _best(shop, suggester.suggest(boxes[96])) == ("blue", "disc")


def test_reading_ahead_stands_back_for_whoever_is_at_the_keys_and_what_is_on_screen_does_not(
    shop: Shop,
) -> None:
    class Counting(Courtesy):
        def __init__(self) -> None:
            super().__init__()
            self.waits = 0

        def give_way(self) -> None:
            self.waits += 1

    courtesy = Counting()
    suggester = Suggester(shop.project, courtesy=courtesy)
    assert suggester.look_now(shop.ids[0])
    assert courtesy.waits == 0
    _run(suggester)
    assert courtesy.waits >= len(shop.ids) - 1  # before every image that was left
