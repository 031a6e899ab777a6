"""DeepFashion, category and attribute prediction: the official folder → Manifest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mtss.datasets.deepfashion.boxes import box_of
from mtss.datasets.deepfashion.lists import Entry, by_name, entries, find_list, whole_number
from mtss.datasets.deepfashion.vocabulary import CATEGORY, STATES, Vocabulary, read_vocabulary, seen
from mtss.datasets.pictures import first_file
from mtss.manifest import Manifest
from mtss.problem import Problem
from mtss.sample import Sample, Split


def read(root: Path, *, clip: bool = False) -> Manifest:
    """The folder with Anno (or Anno_coarse), Eval and Img (or img). Images stay where they are.

    `clip`: boxes that hang over the picture are cut to it instead of refused.
    Raises Problem with file and line.
    """
    if not root.is_dir():
        raise Problem(f"{root}: there is no such folder")
    lists = _Lists.read(root.absolute())
    samples = [_sample(lists, entry, clip) for entry in lists.images()]
    if not samples:
        raise Problem(f"{lists.labels}:1: the list names no images")
    return Manifest(samples, lists.root, lists.vocabulary.space)


@dataclass(frozen=True)
class _Lists:
    """The official lists of one folder; all but the longest one in memory."""

    root: Path
    vocabulary: Vocabulary
    labels: Path
    paths: dict[str, Path]
    others: dict[str, dict[str, Entry]]

    @staticmethod
    def read(root: Path) -> _Lists:
        names = ("list_attr_cloth.txt", "list_category_cloth.txt", "list_attr_img.txt")
        attributes, categories, labels = (find_list(root, name) for name in names)
        widths = {"list_eval_partition.txt": 1, "list_category_img.txt": 1, "list_bbox.txt": 4}
        paths = {name: find_list(root, name) for name in widths}
        vocabulary = read_vocabulary(attributes, categories)
        others = {name: by_name(paths[name], columns) for name, columns in widths.items()}
        return _Lists(root, vocabulary, labels, paths, others)

    def images(self) -> Iterator[Entry]:
        """The lines of list_attr_img.txt; every list must name the same images, each once."""
        met: dict[str, int] = {}
        for entry in entries(self.labels, self.vocabulary.width):
            if (first := met.setdefault(entry.name, entry.line)) != entry.line:
                raise Problem(
                    f"{self.labels}:{entry.line}: '{entry.name}' stands twice, first on line {first}"
                )
            for name, other in self.others.items():
                if entry.name not in other:
                    raise Problem(f"{self.labels}:{entry.line}: '{entry.name}' is not in {name}")
            yield entry
        for name, other in self.others.items():
            for image, entry in other.items():
                if image not in met:
                    raise Problem(f"{self.paths[name]}:{entry.line}: '{image}' is not in {self.labels.name}")

    def value(self, name: str, image: str) -> tuple[Path, Entry, str]:
        entry = self.others[name][image]
        return self.paths[name], entry, entry.values[0]


def _sample(lists: _Lists, entry: Entry, clip: bool) -> Sample:
    if wrong := set(entry.values) - STATES:
        raise Problem(f"{lists.labels}:{entry.line}: an attribute is '{min(wrong)}', not 1, -1 or 0")
    image = first_file((lists.root, lists.root / "Img"), (entry.name,))
    if image is None:
        raise Problem(f"{lists.labels}:{entry.line}: there is no picture '{entry.name}' below {lists.root}")
    known = seen(lists.vocabulary, entry.values)
    return Sample(
        image=str(image),
        labels={**known.labels, CATEGORY: (_category(lists, entry.name),)},
        split=_split(lists, entry.name),
        domain="deepfashion",
        box=box_of(lists.paths["list_bbox.txt"], lists.others["list_bbox.txt"][entry.name], image, clip=clip),
        group=PurePosixPath(entry.name).parent.name or None,
        partial=known.partial,
        negative=known.negative,
    )


def _category(lists: _Lists, image: str) -> str:
    path, entry, value = lists.value("list_category_img.txt", image)
    number, names = whole_number(path, entry, value, "category"), lists.vocabulary.categories
    if not 1 <= number <= len(names):
        raise Problem(f"{path}:{entry.line}: there is no category {number} (1 to {len(names)})")
    return names[number - 1]


def _split(lists: _Lists, image: str) -> Split:
    path, entry, value = lists.value("list_eval_partition.txt", image)
    if value not in ("train", "val", "test"):
        raise Problem(f"{path}:{entry.line}: the partition is '{value}', not train, val or test")
    return value
