"""Beyond the paper: what it is worth to centre features on images of another domain, and when not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from mtss.experiments.reporting import Points, Report, claim, rows_table
from mtss.experiments.study import BASELINES, Measures, Study, names_of, of_all, of_types
from mtss.experiments.table6 import centred, domains, without
from mtss.sample import Sample
from mtss.training.dataset import FeatureSet
from mtss.training.evaluation import evaluate_embeddings, evaluate_scores
from mtss.training.teaching import TrainedTeacher

PROBE = "linear probe"
DRAWS = 4  # of the classes that all images share, a seed
LEAST = 15  # images with these classes, of the known ones and of those asked about
ROWS = ("teachers", "teachers, centred", PROBE, f"{PROBE}, centred")


def run(study: Study) -> Report:
    """Whole label spaces. Everything but the centre comes from the source domain."""
    source, target = domains(study)
    seeds = [_Seed(study, seed, target) for seed in study.seeds]
    columns = [seed.measures() for seed in seeds]
    measures = {row: [column[row] for column in columns] for row in ROWS}
    names = names_of([m for row in measures.values() for m in row])
    table = rows_table([*names, "all"], {row: _cells(m, names) for row, m in measures.items()})
    first = study.data.space[names[0]]
    shares = sorted({1, 2, 4, len(first.classes)})
    some = {f"{n} of {len(first.classes)} classes": _of_share(seeds, first.name, n) for n in shares}
    head = ("teachers", "centred", f"teachers, {first.name}", f"centred, {first.name}")
    rest = rows_table(head, {row: cells for row, cells in some.items() if all(cells)})
    one, two, three, four = (of_all(measures[row], "f1@1") for row in ROWS)
    claims = (
        claim("centred teachers are better in another domain", two, one),
        claim("… than a linear probe", two, three),
        claim("… than a linear probe centred likewise", two, four),
    )
    about = (
        f"What `mtss adapt` does. F1@1 in percent of test images of '{target}', by teachers and a probe that "
        f"learned from '{source}', of {study.describe()}. Below: where all images of '{target}', known ones "
        f"and those asked about, have one of so many classes of '{first.name}' ({DRAWS} draws a seed)."
    )
    return Report("Centring on another domain", about, (*table, "", "F1@1, %:", "", *rest), claims)


class _Seed:
    """Teachers of the source domain, and the target domain's images known without labels."""

    def __init__(self, study: Study, seed: int, target: str) -> None:
        there, whole = study.changed(partial(without, domain=target)), study.part(seed)
        self.seed, self.data = seed, there.part(seed)
        self.teachers: list[TrainedTeacher] = there.teachers(seed, there.recipe())
        self.refit = study.config.refit
        self.asked = np.array([s.split == "test" and s.domain == target for s in self.data.samples])
        known = [s.split == "train" and s.domain == target for s in whole.samples]
        self.known = whole.take(np.array(known))

    def measures(self) -> dict[str, Measures]:
        """In the order of ROWS, on all images asked about."""
        test, moved = self.data.take(self.asked), centred(self.data, self.asked, self.known)
        return {
            ROWS[0]: self.judge(test),
            ROWS[1]: self.judge(moved.take(self.asked)),
            ROWS[2]: self._probe(self.data),
            ROWS[3]: self._probe(moved),
        }

    def of_share(self, name: str, count: int) -> Iterator[tuple[Measures, Measures]]:
        """Of images with one of `count` classes, drawn again and again: as they are, and centred."""
        random, classes = np.random.default_rng((self.seed, 7)), self.data.space[name].classes
        for _ in range(DRAWS if count < len(classes) else 1):
            drawn = set(random.permutation(np.array(classes))[:count].tolist())
            asked = self.asked & _has(self.data.samples, name, drawn)
            known = self.known.take(_has(self.known.samples, name, drawn))
            if min(int(asked.sum()), len(known.samples)) >= LEAST:
                yield (
                    self.judge(self.data.take(asked)),
                    self.judge(centred(self.data, asked, known).take(asked)),
                )

    def judge(self, test: FeatureSet) -> Measures:
        """The teachers, on these images."""
        rows = {t.name: t.dictionary for t in self.teachers}
        embeddings = {t.name: t.embed(test.inputs) for t in self.teachers}
        return evaluate_embeddings(test.samples, test.space, embeddings, rows)

    def _probe(self, data: FeatureSet) -> Measures:
        scores = {
            t.name: BASELINES[PROBE](data, data.space[t.name], self.refit, asked=np.flatnonzero(self.asked))
            for t in self.teachers
        }
        return evaluate_scores(data.take(self.asked).samples, data.space, scores)


def _has(samples: Sequence[Sample], name: str, classes: set[str]) -> np.ndarray:
    return np.array([bool(classes & set(s.labels.get(name, ()))) for s in samples], bool)


def _cells(measures: Sequence[Measures], names: Sequence[str]) -> list[Points]:
    by_name: Mapping[str, Points] = dict(zip(names_of(measures), of_types(measures, "f1@1"), strict=True))
    return [*(by_name[name] for name in names), of_all(measures, "f1@1")]


def _of_share(seeds: Sequence[_Seed], name: str, count: int) -> list[Points]:
    """Mean and spread over all draws: all types as they are and centred, then the type itself."""
    pairs = [pair for seed in seeds for pair in seed.of_share(name, count)]
    before, after = ([pair[n] for pair in pairs] for n in (0, 1))
    own = [[100 * m["types"][name]["f1@1"] for m in ms if name in m["types"]] for ms in (before, after)]
    return [of_all(before, "f1@1"), of_all(after, "f1@1"), *own]
