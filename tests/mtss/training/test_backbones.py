"""Backbones: what comes out of them, which layers learn, whose weights they take."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torchvision.models import resnet18

from mtss.problem import Problem
from mtss.training.backbones.catalogue import find
from mtss.training.backbones.efficientnet_lite import SameConv2d
from mtss.training.backbones.frozen import export_network
from mtss.training.backbones.network import MOST, Network, Tune
from mtss.training.backbones.weights import WeightsProblem, load_weights
from mtss.training.features import FeatureExtractor

SIZE = (64, 48)


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def pixels(count: int = 2, size: tuple[int, int] = SIZE) -> Tensor:
    random = np.random.default_rng(count)
    return torch.from_numpy(random.integers(0, 256, (count, *size, 3), np.uint8))


def library(network: Network) -> dict[str, Tensor]:
    """The state of the library's own network inside."""
    prefix = "network."
    state = network.state_dict()
    return {name.removeprefix(prefix): v for name, v in state.items() if name.startswith(prefix)}


def features(network: Network, images: Tensor) -> Tensor:
    with torch.no_grad():
        return network.eval()(images)


@pytest.mark.parametrize("size", [(8, 6), (7, 5), (8, 5), (1, 2)])
@pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (3, 1), (5, 1), (3, 2), (5, 2)])
def test_same_padding_against_slow_recomputation(size: tuple[int, int], kernel: int, stride: int) -> None:
    """TensorFlow's "SAME": ⌈n / stride⌉ outputs, and of the padding it takes the smaller half comes first."""
    torch.manual_seed(0)
    layer = SameConv2d(2, 3, kernel, stride, bias=False)
    image = torch.randn(1, 2, *size)
    height, width = (math.ceil(n / stride) for n in size)
    before = [max(0, (math.ceil(n / stride) - 1) * stride + kernel - n) // 2 for n in size]
    expected = torch.zeros(1, 3, height, width)
    for row, column, i, j in product(range(height), range(width), range(kernel), range(kernel)):
        y, x = row * stride + i - before[0], column * stride + j - before[1]
        if 0 <= y < size[0] and 0 <= x < size[1]:
            expected[0, :, row, column] += layer.weight[:, :, i, j].detach() @ image[0, :, y, x]
    with torch.no_grad():
        assert torch.allclose(layer(image), expected, atol=1e-5)


def test_resnet_is_its_last_pooling() -> None:
    """Recomputed from torchvision's own network, with a hook before its classifier."""
    network = find("torchvision:resnet18", None, SIZE).build()
    own = resnet18().eval()
    own.load_state_dict(library(network), strict=False)
    seen: list[Tensor] = []
    own.avgpool.register_forward_hook(lambda *given: seen.append(given[2].flatten(1)))
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    images = pixels()
    with torch.no_grad():
        own(((images.float() / 255 - mean) / deviation).permute(0, 3, 1, 2))
    assert torch.allclose(features(network, images), seen[0], atol=1e-5)


@pytest.mark.parametrize("name", ["mobilenet_v3_small", "squeezenet1_1", "googlenet"])
def test_every_kind_of_torchvision_network(name: str) -> None:
    """At most 512 features, the same each time, and as many in training, where two classify half-way too."""
    size = (96, 96)
    network, images = find(f"torchvision:{name}", None, size).build(), pixels(2, size)
    found = features(network, images)
    assert found.shape == (2, MOST)
    assert torch.equal(features(find(f"torchvision:{name}", None, size).build(), images), found)
    assert network.train()(images).shape == (2, MOST)


def test_a_timm_network() -> None:
    network = find("timm:resnet10t", None, SIZE).build()
    assert features(network, pixels()).shape == (2, 512)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("resnet18", "no backbone is called 'resnet18'"),
        (
            "torchvision:resnet19",
            r"torchvision has no classification network 'resnet19'; it has resnet18, (\w+, ){7}…$",
        ),
        ("timm:resnet10", r"timm has no network 'resnet10'; it has resnet10t, (\w+, ){7}…$"),
        ("torchvision:vit_b_32", "cannot take pictures of 64×48 pixels"),
    ],
)
def test_what_is_no_backbone(name: str, words: str) -> None:
    with pytest.raises(Problem, match=words):
        find(name, None, SIZE).build()


class Chain(Network):
    """Four layers with weights, a normalisation among the first and among the last."""

    def __init__(self) -> None:
        super().__init__((0.0, 0.0, 0.0), (255.0, 255.0, 255.0))
        self.layers = nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 6, 3, bias=False), nn.BatchNorm2d(6)
        )

    def pooled(self, x: Tensor) -> Tensor:
        return self.layers(x).mean(dim=(2, 3))


@pytest.mark.parametrize(("tune", "learning"), [("frozen", 0), ("last", 1), ("all", 4)])
def test_which_layers_learn(tune: Tune, learning: int) -> None:
    """Counted from the end; what does not learn keeps its running statistics too."""
    network = Chain()
    network.tune(tune)
    network.train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    known = [p for p in network.parameters() if p.requires_grad]
    found = network(pixels(4))
    if learning:
        (found * torch.arange(6)).sum().backward()
        torch.optim.SGD(known, lr=1.0).step()
    for index in range(4):
        prefix = f"layers.{index}."
        changed = any(
            not torch.equal(value, before[name])
            for name, value in network.state_dict().items()
            if name.startswith(prefix)
        )
        assert changed == (index >= 4 - learning), prefix


def test_inside_in_bfloat16_outside_in_float32() -> None:
    network = Chain().eval()
    exact = features(network, pixels())
    network.reduced = True
    found = features(network, pixels())
    assert found.dtype == torch.float32
    assert 0 < (found - exact).abs().max() < 0.05


@pytest.mark.parametrize("reduced", [False, True])
def test_the_graph_is_the_network(reduced: bool) -> None:
    """In float32, whatever it was trained in: runtimes know bfloat16 in few places."""
    network = Chain().eval()
    images = pixels(3)
    exact = features(network, images).numpy()
    network.reduced = reduced
    found = FeatureExtractor(export_network(network, SIZE), SIZE, 1).run(images.numpy())
    assert np.abs(found - exact).max() < 2e-3
    assert network.reduced == reduced


def saved(path: Path, state: dict[str, Tensor]) -> Path:
    save_file(state, path) if path.suffix == ".safetensors" else torch.save(state, path)
    return path


@pytest.mark.parametrize("name", ["weights.safetensors", "weights.pth"])
def test_weights_from_a_file(tmp_path: Path, name: str) -> None:
    """A file of the user's is what the network computes with, and part of its features' name."""
    torch.manual_seed(5)
    state = {k: v.clone() for k, v in resnet18().state_dict().items()}
    path = saved(tmp_path / name, state)
    recipe = find("torchvision:resnet18", path, SIZE)
    assert recipe.pretrained
    assert recipe.id != find("torchvision:resnet18", None, SIZE).id
    found = library(recipe.build())
    assert torch.equal(found["conv1.weight"], state["conv1.weight"])


def test_weights_as_training_scripts_wrap_them(tmp_path: Path) -> None:
    other = Chain()
    state = {f"module.{name}": tensor for name, tensor in Chain().state_dict().items()}
    torch.save({"state_dict": state, "epoch": 3}, tmp_path / "a.pt")
    load_weights(other, tmp_path / "a.pt")
    assert torch.equal(other.state_dict()["layers.0.weight"], state["module.layers.0.weight"])


class Sly:
    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return exec, ("raise SystemExit('code from a weights file was run')",)


def bad_files() -> dict[str, Callable[[Path], object]]:
    state = Chain().state_dict()
    fewer = {k: v for k, v in state.items() if k != "layers.2.weight"}
    other = state | {"layers.2.weight": torch.zeros(1, 2)}
    return {
        "pickled code": lambda path: path.write_bytes(pickle.dumps(Sly(), protocol=2)),
        "saved code": lambda path: torch.save({"a": Sly()}, path),
        "garbage": lambda path: path.write_bytes(b"garbage"),
        "text": lambda path: path.write_bytes(b"hello\n"),
        "table": lambda path: path.write_bytes(b"a,b\n1,2\n"),
        "empty": lambda path: path.write_bytes(b""),
        "numbers": lambda path: torch.save({"a": 3}, path),
        "fewer": lambda path: torch.save(fewer, path),
        "other": lambda path: torch.save(other, path),
        "nothing": lambda path: None,
    }


@pytest.mark.parametrize("kind", list(bad_files()))
def test_what_is_no_weights_file_is_refused_in_words(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "weights.pt"
    bad_files()[kind](path)
    with pytest.raises(WeightsProblem) as refused:
        load_weights(Chain(), path)
    words = str(refused.value)
    assert words.startswith(f"{path}: ")
    shapes = "(1, 2), not (6, 4, 3, 3)"
    expected = {"fewer": "first: layers.2.weight", "other": shapes, "nothing": "no such file"}
    assert expected.get(kind, "") in words


def test_garbage_called_safetensors(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(b"garbage")
    with pytest.raises(WeightsProblem, match="not a file of plain tensors"):
        load_weights(Chain(), path)
