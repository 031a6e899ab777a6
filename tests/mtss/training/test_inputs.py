"""What networks are fed with: order, errors and early loading; features held; pictures decoded and kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import torch
from PIL import Image

from mtss.images import load_model_input
from mtss.training.corruptions import corrupt
from mtss.training.features import Corruption, Wanted
from mtss.training.inputs import Held, ahead, in_parts
from mtss.training.pictures import Decoder, PictureProblem, Pictures

SIZE = (40, 32)


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    random = np.random.default_rng(3)
    found: list[Path] = []
    for n in range(9):
        found.append(tmp_path / f"{n}.png")
        Image.fromarray(random.integers(0, 256, (50, 64, 3), np.uint8)).save(found[-1])
    return found


def pictures(paths: list[Path], **more: int) -> Pictures:
    return Pictures(Decoder(SIZE, **more), [Wanted(path, None, None) for path in paths])


@pytest.mark.parametrize("depth", [0, 1, 3, 50])
def test_loading_ahead_keeps_the_order(depth: int) -> None:
    assert list(ahead(range(20), lambda n: n * n, depth)) == [n * n for n in range(20)]


def test_what_comes_next_is_loaded_while_this_is_used() -> None:
    loaded = [Event() for _ in range(6)]

    def load(n: int) -> int:
        loaded[n].set()
        return n

    found = ahead(range(6), load, 2)
    assert next(found) == 0
    assert loaded[1].wait(10)
    assert loaded[2].wait(10)  # nobody asked for these yet
    assert not loaded[4].is_set()
    found.close()


@pytest.mark.parametrize("depth", [0, 2])
def test_an_error_comes_where_its_item_would(depth: int) -> None:
    def load(n: int) -> int:
        if n == 3:
            raise PictureProblem("broken")
        return n

    found = ahead(range(6), load, depth)
    assert [next(found), next(found), next(found)] == [0, 1, 2]
    with pytest.raises(PictureProblem):
        next(found)


def test_features_in_memory() -> None:
    held = Held(torch.arange(12.0).view(6, 2))
    assert held.take(torch.tensor([5, 0])).tolist() == [[10.0, 11.0], [0.0, 1.0]]
    both = held.part(torch.tensor([1])).joined([held.part(torch.tensor([4, 2]))])
    assert torch.cat(list(in_parts(both, 2))).tolist() == [[2.0, 3.0], [8.0, 9.0], [4.0, 5.0]]


def test_pictures_are_those_of_inference(paths: list[Path]) -> None:
    found = pictures(paths).take(torch.tensor([7, 2, 2]))
    assert found.dtype == torch.uint8
    for row, path in zip(found.numpy(), (paths[7], paths[2], paths[2]), strict=True):
        assert np.array_equal(row, load_model_input(path, SIZE))


def test_parts_and_joined_pictures(paths: list[Path]) -> None:
    whole = pictures(paths)
    first, second = whole.part(torch.tensor([8, 1])), whole.part(torch.tensor([3]))
    expected = whole.take(torch.tensor([8, 1, 3]))
    assert torch.equal(torch.cat(list(in_parts(first.joined([second]), 2))), expected)


def test_a_corrupted_picture(paths: list[Path]) -> None:
    corruption = Corruption("contrast", 3, 11)
    found = Decoder(SIZE).decode([Wanted(paths[0], None, None, corruption)])[0]
    assert np.array_equal(found, corrupt(load_model_input(paths[0], SIZE), "contrast", 3, 11))


@pytest.mark.parametrize("change", [lambda p: p.unlink(), lambda p: p.write_bytes(p.read_bytes()[:90])])
def test_a_picture_is_decoded_once_as_far_as_memory_reaches(
    paths: list[Path], change: Callable[[Path], None]
) -> None:
    rows = torch.tensor([0])
    kept, forgotten = pictures(paths), pictures(paths, kept=0)
    before = kept.take(rows)
    forgotten.take(rows)
    change(paths[0])
    assert torch.equal(kept.take(rows), before)
    with pytest.raises(PictureProblem, match=r"0\.png"):
        forgotten.take(rows)
