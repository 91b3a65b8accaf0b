"""`contest`: the champion and its challengers on the same rows, which none of them has seen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.errors import DataMistake
from relevo.model.losses import losses
from relevo.model.model import Model
from relevo.renew.contradictions import without_contradictions
from relevo.renew.duel import Duel, Verdict
from relevo.renew.fairness import fairness_guard
from relevo.renew.guards import latency_guard, segment_guard, size_guard
from relevo.renew.units import Units, units_of
from relevo.words import say

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Contender:
    """A model in the contest, and the folder that it lies in."""

    model: Model
    folder: Path


@dataclass(frozen=True)
class Result:
    """One challenger's part in the contest.

    Attributes
    ----------
    version
        Its number.
    verdict
        The duel's; `keep` with a gain of NaN when the challenger could not be judged.
    broken
        The guards that it broke, or why it could not be judged, in words.
    unit
        What was compared: `row`, a period such as `day`, or a column such as a site.
    left_out
        Rows that did not count, for their labels contradict each other.

    """

    version: int
    verdict: Verdict
    broken: tuple[str, ...]
    unit: str = "row"
    left_out: int = 0

    @property
    def better(self) -> bool:
        """Whether it may take over."""
        return self.verdict.decision == "promote" and not self.broken


def contest(
    champion: Contender,
    challengers: Sequence[Contender],
    judged: pl.DataFrame,
    alpha: float | None = None,
    days_left: float | None = None,
) -> tuple[Result, ...]:
    """The duel of each challenger with the champion, the largest gain first.

    The losses are log loss or squared error, paired row by row and compared by units that may
    depend on each other (`units_of`). The same call serves a first look and every later one at a
    challenger that goes on standing: pass all rows so far, those of earlier looks and the newest.
    A challenger that cannot predict these rows, or whose losses are not numbers, loses; it never
    stops the others.

    Parameters
    ----------
    champion, challengers
        The models.
    judged
        Rows whose target is known and on which none of them was trained, shape
        `(n_rows, n_columns)`.
    alpha
        Of each challenger, over all looks at it (`next_alpha`). By default they share
        `renew.alpha`; a copy of the champion takes no part of it.
    days_left
        For how long they may go on standing. Where units are periods, one that can hardly be
        promoted by then is given up (`Verdict.hopeless`).

    Raises
    ------
    DataMistake
        When the champion cannot judge the rows.

    """
    rows, left_out = without_contradictions(judged, champion.model.problem)
    ring = _Ring(champion, rows, units_of(rows, champion.model.problem), left_out, days_left)
    lost = [ring.losses(challenger) for challenger in challengers]
    others = sum(
        not isinstance(loss, str) and not np.array_equal(loss, ring.champion_loss) for loss in lost
    )
    shared = champion.model.problem.renew.alpha / max(1, others)
    each = shared if alpha is None else alpha
    results = [ring.result(*pair, each) for pair in zip(challengers, lost, strict=True)]
    return tuple(sorted(results, key=_largest_gain_first))


class _Ring:
    """The rows on which all meet, and what the champion loses on them."""

    def __init__(
        self,
        champion: Contender,
        rows: pl.DataFrame,
        units: Units,
        left_out: int,
        days_left: float | None,
    ) -> None:
        self.units_left = units.within(days_left)
        self.champion, self.rows, self.units, self.left_out = champion, rows, units, left_out
        self.champion_loss = losses(champion.model, rows)
        if not np.isfinite(self.champion_loss).all():
            raise DataMistake("renew.champion_losses", version=champion.model.version)

    def losses(self, challenger: Contender) -> Floats | str:
        """What it loses on each row, or why that cannot be said."""
        try:
            loss = losses(challenger.model, self.rows)
        except Exception as error:  # Whatever a replica fails with, the champion goes on.
            return say("renew.failed", error=str(error) or type(error).__name__)
        wrong = int((~np.isfinite(loss)).sum())
        return say("renew.not_numbers", rows=wrong) if wrong else loss

    def result(self, challenger: Contender, loss: Floats | str, alpha: float) -> Result:
        version, name = challenger.model.version, self.units.name
        if isinstance(loss, str):
            return Result(version, self._lost(alpha), (loss,), name, self.left_out)
        if np.array_equal(loss, self.champion_loss):
            return Result(version, self._copy(alpha), (), name, self.left_out)
        duel = Duel(alpha, self.champion.model.problem.renew.min_gain, self.units.enough)
        verdict = duel.update(
            self.champion_loss, loss, unit=self.units.codes, units_left=self.units_left
        )
        try:
            broken = tuple(self._broken(challenger, loss))
        except Exception as error:  # A model that predicts tables may fail on a single row.
            broken = (say("renew.failed", error=str(error) or type(error).__name__),)
        return Result(version, verdict, broken, name, self.left_out)

    def _broken(self, challenger: Contender, loss: Floats) -> Iterator[str]:
        champion, rules = self.champion, self.champion.model.problem.renew
        problem, blocks = champion.model.problem, self.units.codes
        yield from segment_guard(self.rows, self.champion_loss, loss, problem, blocks)
        yield from latency_guard(champion.model, challenger.model, self.rows, rules)
        yield from size_guard(champion.folder, challenger.folder, rules)
        yield from fairness_guard(champion.model, challenger.model, self.rows, blocks)

    def _copy(self, alpha: float) -> Verdict:
        """Fine-tuning may find nothing to change; there is nothing to wait for then."""
        units = len(np.unique(self.units.codes))
        rows = self.rows.height
        return Verdict("keep", 0.0, (0.0, 0.0), rows, units, None, risk_left=alpha)

    def _lost(self, alpha: float) -> Verdict:
        unseen = (-math.inf, math.inf)
        return Verdict("keep", math.nan, unseen, self.rows.height, 0, None, risk_left=alpha)


def _largest_gain_first(result: Result) -> float:
    gain = result.verdict.gain
    return math.inf if math.isnan(gain) else -gain
