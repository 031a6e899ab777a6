"""The paper's losses. Every product of embeddings is a cosine: ‖v‖₂ in the paper means v/|v|."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

PtMode = Literal["clamp", "raw"]
SMALLEST = 1e-6


def ranking_loss(label: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
    """Eq. 1, "the general form of an objective": mean of max{0, 1 − cos(d, e⁺) + cos(d, e⁻)}, range [0, 3].

    label d, positive e⁺, negative e⁻: [B, D] → scalar.
    """
    return hinge(*_cosines(label, positive, negative)).mean()


def focal_ranking_loss(
    label: Tensor, positive: Tensor, negative: Tensor, gamma: float = 1.0, pt_mode: PtMode = "clamp"
) -> Tensor:
    """Eq. 2: mean of −(1 − p)^γ · log p with p = ½ · max{0, 1 + cos(d, e⁺) − cos(d, e⁻)}; [B, D] → scalar.

    "clamp" keeps p in [1e-6, 1]: the loss vanishes exactly where eq. 1 does. "raw" is the printed form, in
    which p reaches 1.5 and γ = 1 raises the loss of easy triplets.
    """
    return focal(*_cosines(label, positive, negative), gamma=gamma, pt_mode=pt_mode).mean()


def distillation_loss(student: Tensor, teacher: Tensor, dictionary: Tensor, beta: float = 1.0) -> Tensor:
    """Eq. 4 for one attribute type: mean of max(0, cos(d̂, e_T))^β · (1 − cos(e_S, e_T)); β = 0 is eq. 3.

    student, teacher [B, D]; dictionary [N, D]; d̂ is the row nearest to the teacher's embedding.
    No gradient reaches teacher or dictionary.
    """
    with torch.no_grad():
        weight = certainty(teacher, dictionary, beta)
    return weighed_distance(student, teacher.detach(), weight)


def weighed_distance(student: Tensor, teacher: Tensor, weight: Tensor) -> Tensor:
    """Mean of w · (1 − cos(e_S, e_T)), what eq. 4 is with w = `certainty`: [B, D], [B, D], [B] → scalar."""
    return (weight * (1.0 - functional.cosine_similarity(student, teacher, dim=1))).mean()


def certainty(teacher: Tensor, dictionary: Tensor, beta: float) -> Tensor:
    """w = max(0, cos(d̂, e_T))^β: "a smaller distance indicates a more certain prediction"; [B]."""
    cosines = functional.normalize(teacher, dim=1) @ functional.normalize(dictionary, dim=1).T
    return cosines.max(dim=1).values.clamp(min=0.0).pow(beta)


def hinge(positive: Tensor, negative: Tensor) -> Tensor:
    """Eq. 1 of each triplet, from its two cosines (any shape)."""
    return (1.0 - positive + negative).clamp(min=0.0)


def focal(positive: Tensor, negative: Tensor, *, gamma: float, pt_mode: PtMode = "clamp") -> Tensor:
    """Eq. 2 of each triplet, from its two cosines (any shape)."""
    p = 0.5 * (1.0 + positive - negative)
    p = p.clamp(SMALLEST, 1.0) if pt_mode == "clamp" else p.clamp(min=SMALLEST)
    miss = 1.0 - p
    if gamma == 0.0:
        return -torch.log(p)
    if gamma != 1.0:  # a power of zero has no finite gradient below γ = 1
        sign = 1.0 if gamma % 2 == 0 else miss.sign()
        miss = miss.abs().clamp(min=SMALLEST).pow(gamma) * sign
    return -miss * torch.log(p)


def ridge(weight: Tensor, bias: Tensor) -> Tensor:
    """‖W‖²_F / ‖b‖² of e = Wx + b with standardised x: how far embeddings spread around what all share.

    Beyond the paper. Only the direction of e counts, so shrinking W and b together would change nothing, and
    weight decay does not regularise. Weighed against b it does: an image that tells little stays near b, and
    what b ranks first is the class that most images have. weight [D, F], bias [D] → scalar.
    """
    return weight.square().sum() / bias.square().sum()


def dead_share(positive: Tensor, negative: Tensor) -> Tensor:
    """Share of triplets with cos⁺ − cos⁻ ≤ −1, where the clamp stops the gradient."""
    return (positive - negative <= -1.0).float().mean()


def _cosines(label: Tensor, positive: Tensor, negative: Tensor) -> tuple[Tensor, Tensor]:
    return (
        functional.cosine_similarity(label, positive, dim=1),
        functional.cosine_similarity(label, negative, dim=1),
    )
