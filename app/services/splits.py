"""Which labelled images are held out: decided once for every image, so that versions stay comparable.

An image is hashed into train, val or test by its group, so that several views of one article never
straddle the line. What was once decided is kept in ``models/splits.jsonl``: an image that an older version
was tested on is never trained on later, whatever is added or renamed meanwhile.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Literal, cast

Split = Literal["train", "val", "test"]

_TEST, _VAL = 0.15, 0.30  # of 100 labelled images 15 are held out and 15 calibrate
_VIEW = re.compile(r"[-_. ](?:\d{1,2}|v\d+|view\d*|front|back|side|left|right|detail|full|additional)$", re.I)
# "img_01 … img_99" are not the views of one article: no article has more than this many.
_MOST_VIEWS = 12


def group_of(name: str) -> str:
    """The article that an image's name seems to show: folder and stem without the view's number or word."""
    path = PurePosixPath(name)
    return str(path.parent / _VIEW.sub("", path.stem))


def assign(names: Mapping[str, str], known: Mapping[str, Split]) -> dict[str, Split]:
    """The split of every image, given as content hash → name; those in ``known`` keep theirs."""
    groups = {content: group_of(name) for content, name in names.items()}
    sizes = Counter(groups.values())
    keys = {c: g if sizes[g] <= _MOST_VIEWS else c for c, g in groups.items()}
    taken: dict[str, Split] = {keys[c]: known[c] for c in sorted(names) if c in known}
    found: dict[str, Split] = {}
    for content in sorted(names):
        key = keys[content]
        found[content] = known.get(content) or taken.setdefault(key, _of_key(key))
    return found


def _of_key(key: str) -> Split:
    digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return "test" if place < _TEST else "val" if place < _VAL else "train"


def read(path: Path) -> dict[str, Split]:
    """What was decided before, by content hash."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as lines:
        pairs = (json.loads(line) for line in lines)
        return {str(content): cast("Split", split) for content, split in pairs}


def remember(path: Path, splits: Mapping[str, Split]) -> None:
    """Write the decisions by replace, so that a cut-off write never costs an old one."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps([content, split]) + "\n" for content, split in splits.items())
    partial.replace(path)
