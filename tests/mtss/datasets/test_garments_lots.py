"""What is drawn by lot: long tails, splits, domains, gaps and slips, types that do not apply."""

from collections import Counter
from random import Random

import pytest

from mtss.datasets.garments.drawing_lots import article
from mtss.datasets.garments.labelling import Slips, annotated, true_sample
from mtss.datasets.garments.planning import plan
from mtss.datasets.garments.rules import BASE_RULES, EXTENDED_RULES
from mtss.datasets.garments.vocabulary import ALL, BASE
from mtss.datasets.garments.wardrobe import CUTS, pieces_of
from mtss.sample import Sample

BARE = {"trousers", "shorts", "skirt", "bag", "boots", "backpack", "cap", "scarf", "socks", "tie", "beanie"}


def planned(count: int, **options: object) -> list[Sample]:
    settings = {"street": 0.35, "zipf": 0.5, "split": (0.6, 0.1, 0.3)} | options
    return [
        true_sample(p.path, p.shot.design.truth(), BASE, split=p.split, domain=p.shot.domain, group=p.group)
        for p in plan(count, 7, "base", **settings)
    ]


@pytest.mark.parametrize("vocabulary", ["base", "extended", "all"])
def test_sleeves_and_necklines_only_where_there_are_any(vocabulary: str) -> None:
    for number in range(400):
        design = article(number, 1, vocabulary, 0.5).design
        assert (design.sleeve is None) == (design.category in BARE)
        assert (design.neckline is None) == (design.category in BARE)


def test_every_category_can_be_cut_from_both_sides() -> None:
    assert set(CUTS) == set(ALL["category"]) == set(BASE_RULES) | set(EXTENDED_RULES)
    seen: set[str] = set()
    for number in range(600):
        design = article(number, 3, "all", 0.0).design
        if design.category not in seen:
            seen.add(design.category)
            assert pieces_of(design)
            assert pieces_of(design, back=True)
    assert seen == set(CUTS)


def test_every_class_occurs_and_the_none_state_too() -> None:
    truths = [article(number, 5, "all", 0.0).design.truth() for number in range(4000)]
    for name, classes in ALL.items():
        found = {label for truth in truths for label in (truth[name] or ())}
        assert set(classes) <= found, name
    assert any("neckline" in s.labels and not s.labels["neckline"] for s in planned(2000))


def test_a_larger_exponent_makes_a_longer_tail() -> None:
    def head(zipf: float) -> float:
        counts = Counter(article(n, 2, "base", zipf).design.category for n in range(1500))
        return counts.most_common(1)[0][1] / counts.most_common()[-1][1]

    assert head(0.0) < 1.7 < 5 < head(1.2)


def test_splits_and_domains_come_in_the_asked_proportion() -> None:
    samples = planned(4000)
    splits = Counter(s.split for s in samples)
    assert splits["train"] / 4000 == pytest.approx(0.6, abs=0.04)
    assert splits["val"] / 4000 == pytest.approx(0.1, abs=0.03)
    assert Counter(s.domain for s in samples)["street"] / 4000 == pytest.approx(0.35, abs=0.03)
    assert {s.domain for s in planned(200, street=0.0)} == {"shop"}


def test_some_articles_carry_two_patterns() -> None:
    counts = Counter(len(s.labels["pattern"]) for s in planned(3000))
    assert 0.05 < counts[2] / 3000 < 0.25
    assert set(counts) == {1, 2}


def slipped(slips: Slips) -> list[tuple[Sample, Sample]]:
    return [(s, annotated(s, BASE, slips, Random(f"x{s.image}"))) for s in planned(1500)]


def test_sparsity_hides_that_share_of_types() -> None:
    pairs = slipped(Slips(sparsity=0.4))
    left = sum(len(b.labels) + len(b.not_applicable) for _, b in pairs)
    assert left / (6 * 1500) == pytest.approx(0.6, abs=0.02)
    assert all(b.labels[name] == a.labels[name] for a, b in pairs for name in b.labels)


def test_rates_by_type_leave_the_others_alone() -> None:
    pairs = slipped(Slips(sparsity={"pattern": 0.5}, noise={"color": 0.2}, false_negatives={"texture": 0.3}))

    def changed(name: str) -> float:
        return sum(a.labels.get(name) != b.labels.get(name) for a, b in pairs) / len(pairs)

    assert changed("pattern") == pytest.approx(0.5, abs=0.04)
    assert changed("color") == pytest.approx(0.2, abs=0.03)
    assert sum(b.labels["texture"] == () for _, b in pairs) / len(pairs) == pytest.approx(0.3, abs=0.03)
    assert [changed(name) for name in ("category", "sleeve", "neckline")] == [0, 0, 0]
    assert not Slips(sparsity={"pattern": 0.0}).any
    assert Slips(noise={"color": 0.1}).any


def test_a_rate_of_every_type_is_the_same_as_naming_them_all() -> None:
    assert slipped(Slips(noise=0.2)) == slipped(Slips(noise=dict.fromkeys(BASE, 0.2)))


@pytest.mark.parametrize(("views", "sizes"), [((1, 1), {1}), ((3, 3), {3}), ((2, 4), {2, 3, 4})])
def test_an_article_has_as_many_views_as_asked(views: tuple[int, int], sizes: set[int]) -> None:
    samples = planned(1200, views=views)
    counts = Counter(s.group for s in samples)
    del counts[samples[-1].group]  # the last one may be cut short
    assert set(counts.values()) == sizes
    assert len({s.image for s in samples}) == 1200
    if len(sizes) > 1:
        assert min(Counter(counts.values()).values()) > 0.25 * len(counts)


def test_fewer_views_change_neither_article_nor_split() -> None:
    usual = {s.group: (s.split, s.labels) for s in planned(600)}
    single = {s.group: (s.split, s.labels) for s in planned(300, views=(1, 1))}
    shared = usual.keys() & single.keys()
    assert len(shared) > 200
    assert all(usual[group] == single[group] for group in shared)


def test_noise_swaps_that_share_of_labels_for_another_class() -> None:
    pairs = slipped(Slips(noise=0.2))
    seen = [(name, a.labels[name], b.labels[name]) for a, b in pairs for name in a.labels if a.labels[name]]
    wrong = [entry for entry in seen if entry[1] != entry[2]]
    assert len(wrong) / len(seen) == pytest.approx(0.2, abs=0.02)
    for name, truth, written in wrong:
        assert len(written) == len(truth)
        assert len(set(written) & set(truth)) == len(truth) - 1
        assert set(written) <= set(BASE[name])


def test_false_negatives_drop_one_class() -> None:
    pairs = slipped(Slips(false_negatives=0.3))
    seen = [(a.labels[name], b.labels[name]) for a, b in pairs for name in a.labels if a.labels[name]]
    missed = [entry for entry in seen if entry[0] != entry[1]]
    assert len(missed) / len(seen) == pytest.approx(0.3, abs=0.02)
    assert all(set(b) < set(a) and len(b) == len(a) - 1 for a, b in missed)
