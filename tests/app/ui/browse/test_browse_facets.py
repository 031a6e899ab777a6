"""The sidebar's rows and the queries that clicks on them ask."""

from app.domain.facets import Facets, FolderFacet, TypeFacet
from app.domain.ids import ClassId, TypeId
from app.domain.query import ImageQuery, Sort, StateFilter
from app.domain.schema import AttributeClass, AttributeType, Schema, Selection
from app.ui.browse.facet_rows import SHOWN, Kind, Row, Unfolded, rows

NAMES = ("solid", "stripe", "check", "dot", "floral", "leopard", "gingham")
CLASSES = tuple(AttributeClass(ClassId(i), n) for i, n in enumerate(NAMES))
PATTERN = AttributeType(TypeId(1), "pattern", Selection.MULTIPLE, CLASSES)
SCHEMA = Schema((PATTERN,))
EVERYTHING, FOLDED = ImageQuery(), Unfolded()
FOLDERS = (
    FolderFacet("shop", "shop", 0, 10),
    FolderFacet("shop/autumn", "autumn", 1, 7),
    FolderFacet("shop/autumn/new", "new", 2, 3),
    FolderFacet("shop/spring", "spring", 1, 3),
)
STATES = {StateFilter.UNSEEN: 4, StateFilter.SUGGESTED: 2, StateFilter.LABELLED: 6}
COUNTS = Facets(
    10, 4, 1, FOLDERS, (TypeFacet(TypeId(1), STATES, {ClassId(i): i for i in range(len(NAMES))}),)
)


def _rows(query: ImageQuery = EVERYTHING, unfolded: Unfolded = FOLDED) -> list[Row]:
    return rows(COUNTS, COUNTS, SCHEMA, query, unfolded)


def _row(text: str, query: ImageQuery = EVERYTHING, unfolded: Unfolded = FOLDED) -> Row:
    return next(r for r in _rows(query, unfolded) if r.text == text and r.kind is not Kind.TITLE)


def test_a_click_on_a_class_narrows_and_a_second_one_widens() -> None:
    asked = _row("dot").asks
    assert asked == ImageQuery(classes=(("pattern", "dot"),))
    assert _row("dot", asked).checked
    assert _row("dot", asked).asks == ImageQuery()


def test_another_class_takes_its_place_and_with_ctrl_joins_it() -> None:
    query = ImageQuery(classes=(("Pattern", "Dot"),), sort=Sort.RECENT)
    row = _row("check", query)
    assert row.asks == ImageQuery(classes=(("pattern", "check"),), sort=Sort.RECENT)
    assert row.adds is not None
    assert row.adds.classes == (("Pattern", "Dot"), ("pattern", "check"))


def test_the_most_frequent_classes_come_first_and_the_rest_on_request() -> None:
    shown = [r.text for r in _rows() if r.of]
    assert shown == list(reversed(NAMES))[:SHOWN]
    more = next(r for r in _rows() if r.kind is Kind.MORE)
    assert more.text == "2 more"
    assert [r.text for r in _rows(unfolded=Unfolded().switched(more.key)) if r.of] == list(reversed(NAMES))


def test_a_class_asked_for_is_shown_however_rare() -> None:
    assert _row("solid", ImageQuery(classes=(("pattern", "solid"),))).checked


def test_folders_open_and_fold_and_open_by_themselves_around_the_chosen_one() -> None:
    folders = [f.name for f in FOLDERS]
    assert [r.text for r in _rows() if r.key.startswith("folder:")] == ["shop", "autumn", "spring"]
    folded = Unfolded().switched("folder:shop")
    assert [r.text for r in _rows(unfolded=folded) if r.key.startswith("folder:")] == ["shop"]
    inside = ImageQuery(under="shop/autumn/new")
    assert [r.text for r in _rows(inside) if r.key.startswith("folder:")] == folders
    assert _row("new", inside).checked


def test_states_are_of_one_type_and_filter_by_it() -> None:
    asked = _row("suggested").asks
    assert asked == ImageQuery(state=StateFilter.SUGGESTED, state_type="pattern")
    assert _row("suggested", asked).asks == ImageQuery()
    assert _row("Unfinished").asks == ImageQuery(state=StateFilter.UNFINISHED)
    assert _row("Cannot be read").count == 1


def test_all_images_drops_every_condition_but_not_the_order() -> None:
    query = ImageQuery(under="shop", text=("a",), sort=Sort.LEAST_CONFIDENT)
    assert _row("All images", query).asks == ImageQuery(sort=Sort.LEAST_CONFIDENT)
    assert not _row("All images", query).checked
