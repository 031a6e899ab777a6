"""An empty grid says why, and offers what helps."""

from app.domain.ids import FolderId
from app.domain.item import Folder
from app.domain.query import ImageQuery
from app.ui.browse.emptiness import Remedy, emptiness

FULL = Folder(FolderId(1), "/photos/autumn", 12, 3)
EMPTY = Folder(FolderId(1), "/photos/autumn", 0, 0)
GONE = Folder(FolderId(1), "/photos/autumn", 0, 0, "The folder /photos/autumn is not there any more.")


def test_every_reason_has_its_words_and_its_remedy() -> None:
    everything, narrowed = ImageQuery(), ImageQuery(text=("zzz",))
    assert emptiness([], everything, scanning=False).remedy is Remedy.OPEN
    assert emptiness([FULL], narrowed, scanning=True).remedy is Remedy.CLEAR
    assert emptiness([EMPTY], everything, scanning=True).remedy is None
    gone = emptiness([GONE], everything, scanning=False)
    assert gone.remedy is Remedy.LOOK
    assert GONE.problem in gone.sentence
    nothing = emptiness([EMPTY], everything, scanning=False)
    assert nothing.remedy is Remedy.OPEN
    assert EMPTY.path in nothing.sentence
