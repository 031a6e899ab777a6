"""Embeddings of many images, and how well they rank on the way."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from mtss.metrics import f1_at_k
from mtss.training.inputs import Inputs, in_parts
from mtss.training.networks import Student, Teacher
from mtss.training.targets import Targets


def embed(module: Teacher, inputs: Inputs) -> Tensor:
    """In eval mode, without gradient: [M, D]."""
    module.eval()
    with torch.no_grad():
        found = [module(part) for part in in_parts(inputs)]
    return torch.cat(found) if found else module.dictionary.new_zeros((0, module.dictionary.shape[1]))


def embed_branches(module: Student, inputs: Inputs) -> dict[str, Tensor]:
    """As `embed`, for every branch."""
    module.eval()
    with torch.no_grad():
        found = [module(part) for part in in_parts(inputs)]
    return {name: torch.cat([part[name] for part in found]) for name in module.types}


def f1_of(embeddings: Tensor, dictionary: Tensor, targets: Targets) -> float | None:
    """F1@1 over the real classes, of `targets.judged`; None where there are too few to tell."""
    judged = targets.judged
    truth = targets.positive[judged, : targets.real]
    if len(truth) < 5 or not truth.any():
        return None
    rows = functional.normalize(dictionary.detach()[: targets.real], dim=1)
    cosines = (functional.normalize(embeddings, dim=1) @ rows.T).cpu().numpy()
    return f1_at_k(cosines[judged], truth, 1)
