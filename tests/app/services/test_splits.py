from pathlib import Path

from app.services import splits


def test_views_of_one_article_share_a_split() -> None:
    names = {f"{n}{v}": f"dress/sku-{n}_{v}.jpg" for n in range(300) for v in ("front", "back", "2")}
    found = splits.assign(names, {})
    assert all(len({found[f"{n}{v}"] for v in ("front", "back", "2")}) == 1 for n in range(300))
    shares = {part: list(found.values()).count(part) / 900 for part in ("train", "val", "test")}
    assert 0.6 < shares["train"] < 0.8
    assert 0.1 < shares["test"] < 0.2


def test_numbered_photographs_are_no_views() -> None:
    found = splits.assign({str(n): f"IMG_{n:02}.jpg" for n in range(100)}, {})
    assert set(found.values()) == {"train", "val", "test"}


def test_what_was_held_out_stays_held_out(tmp_path: Path) -> None:
    path = tmp_path / "splits.jsonl"
    first = splits.assign({f"h{n}": f"a/{n}-x.jpg" for n in range(200)}, splits.read(path))
    splits.remember(path, first)
    later = splits.assign({f"h{n}": f"renamed/{n // 4}_{n % 4}.jpg" for n in range(400)}, splits.read(path))
    assert {c: later[c] for c in first} == first


def test_a_new_view_joins_its_article() -> None:
    parts: tuple[splits.Split, ...] = ("train", "val", "test")
    for known in parts:
        found = splits.assign({"a": "s-1_1.jpg", "b": "s-1_2.jpg"}, {"a": known})
        assert found == {"a": known, "b": known}
