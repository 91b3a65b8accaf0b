"""`contest`: the champion and its challengers on the same rows, which none of them has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from relevo.model.losses import losses
from relevo.model.model import Model
from relevo.renew.duel import Duel, Verdict
from relevo.renew.guards import latency_guard, segment_guard, size_guard
from relevo.train.blocks import blocks_of


@dataclass(frozen=True)
class Contender:
    """A model in the contest, and the folder that it lies in."""

    model: Model
    folder: Path


@dataclass(frozen=True)
class Result:
    """One challenger's part: the duel's verdict, and the guards that it broke, in words."""

    version: int
    verdict: Verdict
    broken: tuple[str, ...]

    @property
    def better(self) -> bool:
        """Whether it may take over."""
        return self.verdict.decision == "promote" and not self.broken


def contest(
    champion: Contender,
    challengers: Sequence[Contender],
    judged: pl.DataFrame,
    alpha: float | None = None,
) -> tuple[Result, ...]:
    """The duel of each challenger with the champion, the largest gain first.

    The losses are log loss or squared error, paired row by row and compared by blocks
    (`renew.block`); the chance that any challenger that is not better is let through is at most
    `renew.alpha`, shared among them (Bonferroni).

    Parameters
    ----------
    champion, challengers
        The models.
    judged
        Rows whose target is known and on which none of them was trained, shape
        `(n_rows, n_columns)`.
    alpha
        What they share; `renew.alpha` by default.

    """
    problem = champion.model.problem
    blocks = blocks_of(judged, problem)
    units = np.arange(judged.height) if blocks is None else blocks
    champion_loss = losses(champion.model, judged)
    challenger_losses = [losses(challenger.model, judged) for challenger in challengers]
    # Fine-tuning may find nothing to change: a copy of the champion takes no part of alpha.
    others = sum(not np.array_equal(loss, champion_loss) for loss in challenger_losses)
    alpha = (problem.renew.alpha if alpha is None else alpha) / max(1, others)
    results = []
    for challenger, challenger_loss in zip(challengers, challenger_losses, strict=True):
        duel = Duel(alpha, problem.renew.min_gain)
        verdict = duel.update(champion_loss, challenger_loss, unit=units)
        broken = (
            *segment_guard(judged, champion_loss, challenger_loss, problem, blocks),
            *latency_guard(champion.model, challenger.model, judged, problem.renew),
            *size_guard(champion.folder, challenger.folder, problem.renew),
        )
        results.append(Result(challenger.model.version, verdict, broken))
    return tuple(sorted(results, key=lambda result: -result.verdict.gain))
