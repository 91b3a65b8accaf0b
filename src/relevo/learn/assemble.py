"""`assemble`: from the candidates of a search to one predictor."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np

from relevo.compute.budget import Budget
from relevo.errors import ModelMistake
from relevo.learn.attempt import Averageable
from relevo.learn.calibration import Calibration
from relevo.learn.candidate import Candidate
from relevo.learn.costs import Costs
from relevo.learn.ensemble_predictor import EnsemblePredictor, Member
from relevo.learn.fold_fit import row_us
from relevo.learn.folds import Folds
from relevo.learn.learner import Fit, Floats, HeldScores, Target
from relevo.learn.limits import Limits
from relevo.learn.links import mixed
from relevo.learn.rows import Rows
from relevo.learn.select import select
from relevo.learn.spread import Spread
from relevo.learn.thinned import thinned
from relevo.learn.weigh import weigh

# Where nothing else is asked for. A fit that is timed alone stands in the processor's cache; all of
# them together do not, so the result is timed once more and must keep its own limit.
_MOST_US_ALONE, _MOST_US, _SIZE_MB = 320.0, 800.0, 25.0
_SHRINK = 0.9
_NEAR = 1.3
_SLACK = 1.2


def assemble(
    candidates: Sequence[Candidate],
    folds: Folds,
    rows: Rows,
    all_rows: Rows,
    budget: Budget,
    limits: Limits,
    refit: bool,
    timed: bool = True,
) -> Fit:
    """Choose members by what they say of held rows, calibrate their sum, and put them together.

    Parameters
    ----------
    candidates
        What was tried; at least one ended well in its first fold.
    folds, rows
        The rows of the trials and how they were divided.
    all_rows, budget
        With `refit` the members are trained on all rows once more, as far as time allows.
    limits
        What the result may cost.
    refit
        Whether the fits of the folds miss what all rows tell: the newest, or most of them.
    timed
        Whether measured times may decide when no limit is asked for; the result then is not
        reproducible to the bit.

    Raises
    ------
    ModelMistake
        When every candidate failed.

    """
    every = range(folds.count)
    complete = [one for one in candidates if one.covers(every)]
    if not complete:
        every = range(1)
        complete = [one for one in candidates if one.covers(every)]
    if not complete:
        reasons = "; ".join(f"{one.learner.name}: {one.why}" for one in candidates)
        raise ModelMistake("learn.all_failed", reasons=reasons)
    judged = np.sort(np.concatenate([folds.held(fold) for fold in every]))
    target = rows.target.take(judged)
    scores = [one.scores(folds, every) for one in complete]
    most_us = min(limits.max_latency_us, _MOST_US if timed else inf)
    alone_us = min(most_us, _MOST_US_ALONE if timed else inf)
    costs = Costs.of(complete, refit, alone_us, min(limits.max_model_mb, _SIZE_MB))
    taken = np.flatnonzero(select(scores, target, costs))
    weights = np.zeros((len(complete), scores[0].shape[1]))
    kinds = [complete[place].learner.name for place in taken]
    weights[taken] = weigh([scores[place] for place in taken], target, kinds)
    ready = _Assembly(complete, rows, all_rows, budget, refit, scores, target, weights, costs)
    predictor, shares, sums = ready.as_quick_as(most_us)
    held = HeldScores(judged, predictor.calibration(sums))
    share_of = {complete[place].place: share for place, share in shares.items()}
    trials = [one.trial(rows.target, folds, share_of.get(one.place, 0.0)) for one in candidates]
    return Fit(predictor, tuple(sorted(trials, key=lambda trial: trial.loss)), held=held)


@dataclass(frozen=True)
class _Assembly:
    """What stands before it is settled how many fits of each member are kept."""

    complete: Sequence[Candidate]
    rows: Rows
    all_rows: Rows
    budget: Budget
    refit: bool
    scores: Sequence[Floats]
    target: Target
    weights: Floats
    costs: Costs

    def as_quick_as(self, most_us: float) -> tuple[EnsemblePredictor, dict[int, float], Floats]:
        """The predictor, each member's weight, their held scores: as many fits as keep the limit.

        The costs only guess what all fits together take, so the guess is corrected: down until the
        limit is kept, then up again, halfway to what was too slow, while there is time.
        """
        fits, quick, slow = self._fits(self.costs.max_latency_us), 0.0, inf
        found = None
        while True:
            start = time.perf_counter()
            predictor = self._with(fits)
            single = self.refit or list(fits.values()) == [1]
            took = 0.0 if single else row_us(predictor, self.rows.matrix.values)
            seconds, alone_us = time.perf_counter() - start, self.costs.latency_us(fits)
            if took <= most_us:
                found, quick = (predictor, fits), alone_us
            else:
                slow = alone_us
            if found and (slow == inf or slow < _NEAR * quick or self.budget.remaining < seconds):
                break
            fits = self._fits(sqrt(quick * slow) if found else _SHRINK * slow * most_us / took)
            if found and fits == found[1]:
                break
        predictor, fits = found
        weights = _only(self.weights, fits)
        shares = {place: float(weights[place].mean()) for place in fits}
        return predictor, shares, self._sums(weights, fits)

    def _fits(self, most_us: float) -> dict[int, int]:
        costs = replace(self.costs, max_latency_us=most_us)
        return costs.fits_to_keep(self.weights.mean(axis=1))

    def _sums(self, weights: Floats, fits: Mapping[int, int]) -> Floats:
        return mixed([self.scores[place] for place in fits], weights[list(fits)])

    def _with(self, fits: Mapping[int, int]) -> EnsemblePredictor:
        weights, target = _only(self.weights, fits), self.target
        chosen = [(weights[place], self.complete[place], number) for place, number in fits.items()]
        sums = self._sums(weights, fits)
        return EnsemblePredictor(
            _members(chosen, self.rows, self.all_rows, self.budget, self.refit),
            self.rows.matrix.features,
            target.classes,
            Calibration.fit(sums, target),
            None if target.classes else Spread.fit(sums[:, 0], target.values),
            _settings(self.complete, weights),
        )


def _only(weights: Floats, fits: Mapping[int, int]) -> Floats:
    kept = np.zeros_like(weights)
    kept[list(fits)] = weights[list(fits)]
    return np.asarray(kept * weights.sum() / kept.sum())


def _members(
    chosen: Sequence[tuple[Floats, Candidate, int]],
    tried: Rows,
    rows: Rows,
    budget: Budget,
    refit: bool,
) -> list[Member]:
    """One member for all predictors that can be averaged into one."""
    alike: dict[object, list[tuple[Floats, Averageable]]] = {}
    turn = 0
    for weight, candidate, number in chosen:
        predictors = candidate.predictors
        if refit:
            predictors = [_completed(candidate, tried, rows, budget)]
        if not predictors[0].merges:  # other folds than the member before, so that all rows tell
            predictors = [predictors[(turn + n) % len(predictors)] for n in range(number)]
            turn += number
        for predictor in predictors:
            key = (predictor.kind, predictor.like)
            alike.setdefault(key, []).append((weight / len(predictors), predictor))
    members = []
    for group in alike.values():
        weights = np.stack([weight for weight, _ in group])
        together = group[0][1].average([predictor for _, predictor in group], weights)
        members.append(Member(weights.sum(axis=0), together))
    return members


def _completed(candidate: Candidate, tried: Rows, rows: Rows, budget: Budget) -> Averageable:
    """Trained on all rows, or on more than it was tried on when there is no time for all."""
    attempt = min(candidate.attempts.values(), key=lambda one: one.loss)
    affordable = int(budget.remaining / (_SLACK * max(attempt.seconds_per_row, 1e-12)))
    if affordable < len(tried):
        return attempt.predictor
    learner = candidate.learner
    most = thinned(rows, affordable, learner.ordered, learner.seed)
    return learner.complete(attempt, most, budget)


def _settings(complete: Sequence[Candidate], weights: Floats) -> dict[str, object]:
    best = complete[int(weights.mean(axis=1).argmax())]
    return {"learner": best.learner.name, **best.attempts[min(best.attempts)].settings}
