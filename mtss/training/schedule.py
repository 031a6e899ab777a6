"""How a stage is optimised: steps, learning rates, averaging, and when it is enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from mtss.training.backbones.network import Network

WARM_UP = 0.1  # of the steps, then a cosine to zero


@dataclass(frozen=True)
class Schedule:
    """`backbone_lr`: of a tuned backbone's layers, as a part of `lr`. `ema`: decay of the weights' average
    that is judged and kept, 0 for none. `patience`: evaluations without a better score that end the stage,
    0 for never. `reports`: evaluations, and events, in the stage. `keep_best`: the weights with the
    best score, not the last. `clip`: the longest gradient that is not cut, 0 for any.
    `cycle_momentum`: Adam's first beta from 0.95 to 0.85 and back while the rate rises and falls.
    """

    steps: int
    lr: float
    weight_decay: float
    backbone_lr: float = 0.3
    ema: float = 0.0
    patience: int = 0
    reports: int = 20
    keep_best: bool = True
    clip: float = 0.0
    cycle_momentum: bool = False

    @property
    def every(self) -> int:
        """Steps between two evaluations."""
        return max(1, self.steps // self.reports)

    def optimiser(self, module: nn.Module) -> torch.optim.AdamW:
        """What learns in `module`: its backbone gently, the rest at full rate."""
        gentle = {id(p) for m in module.modules() if isinstance(m, Network) for p in m.parameters()}
        learning = [p for p in module.parameters() if p.requires_grad]
        full = [p for p in learning if id(p) not in gentle]
        groups: list[dict[str, Any]] = [{"params": full, "lr": self.lr}]
        if tuned := [p for p in learning if id(p) in gentle]:
            groups.append({"params": tuned, "lr": self.lr * self.backbone_lr})
        return torch.optim.AdamW(groups, weight_decay=self.weight_decay, fused=True)

    def warm_up_and_cosine(self, optimiser: torch.optim.Optimizer) -> torch.optim.lr_scheduler.OneCycleLR:
        """Each group to its own rate."""
        rates = [float(group["lr"]) for group in optimiser.param_groups]
        steps = max(3, self.steps)
        rising = max(WARM_UP, 2 / steps)  # torch divides by the steps of the warm-up less one
        return torch.optim.lr_scheduler.OneCycleLR(
            optimiser, rates, total_steps=steps, pct_start=rising, cycle_momentum=self.cycle_momentum
        )

    def average(self, module: nn.Module) -> AveragedModel | None:
        """The weights' exponential average, where one is wanted; statistics of normalisations with them."""
        if not self.ema:
            return None
        return AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(self.ema), use_buffers=True)
