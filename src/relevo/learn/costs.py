"""`Costs`: what an ensemble of so many fits costs at every prediction, and how many fit in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from relevo.learn.candidate import Candidate
from relevo.learn.learner import Floats

_SHARE_OF_CALL = 0.8  # of the quickest fit of a kind: what each call takes whatever the model holds


@dataclass(frozen=True)
class Costs:
    """What candidates cost, each with the fits of some of its folds.

    Fits that can be averaged into one predictor answer in one call.

    Attributes
    ----------
    fit_us, fit_mb
        Time for one row, and size, of one fit of each candidate.
    call, call_us
        Which call answers for each candidate, and what one call takes besides.
    most_fits
        How many fits there are of each candidate; 1 when their average is as small as one.
    max_latency_us, max_size_mb
        What all may cost together.

    """

    fit_us: Sequence[float]
    fit_mb: Sequence[float]
    call: Sequence[object]
    call_us: Mapping[object, float]
    most_fits: Sequence[int]
    max_latency_us: float = inf
    max_size_mb: float = inf

    @classmethod
    def of(
        cls, candidates: Sequence[Candidate], refit: bool, max_latency_us: float, max_size_mb: float
    ) -> Costs:
        """As the candidates' fits were timed; with `refit` there is one fit of each."""
        fits = [len(one.attempts) for one in candidates]
        predictors = [one.predictors[0] for one in candidates]
        latency = [one.latency_us / n for one, n in zip(candidates, fits, strict=True)]
        call = [(predictor.kind, predictor.like) for predictor in predictors]
        call_us: dict[object, float] = {}
        for key, took in zip(call, latency, strict=True):
            call_us[key] = min(_SHARE_OF_CALL * took, call_us.get(key, inf))
        return cls(
            [took - call_us[key] for key, took in zip(call, latency, strict=True)],
            [one.size_mb / n for one, n in zip(candidates, fits, strict=True)],
            call,
            call_us,
            [1 if refit or p.merges else n for p, n in zip(predictors, fits, strict=True)],
            max_latency_us,
            max_size_mb,
        )

    def fit_in(self, fits: Mapping[int, int]) -> bool:
        """Whether so many fits of some candidates together keep both limits."""
        size = sum(n * self.fit_mb[place] for place, n in fits.items())
        return bool(size <= self.max_size_mb and self.latency_us(fits) <= self.max_latency_us)

    def latency_us(self, fits: Mapping[int, int]) -> float:
        """About what so many fits of some candidates take for one row."""
        calls = {self.call[place] for place in fits}
        own = sum(n * self.fit_us[place] for place, n in fits.items())
        return own + sum(self.call_us[key] for key in calls)

    def fits_to_keep(self, weights: Floats) -> dict[int, int]:
        """How many fits of each member fit in: of the weightiest most, of each at least one.

        Many members with few fits each do better than few members with many: the fits of one
        candidate differ least. The lightest members are left out when there is no room for them.
        """
        members = [int(place) for place in np.argsort(-weights, kind="stable") if weights[place]]
        heaviest = weights[members[0]]
        for most in range(max(self.most_fits), 0, -1):
            fits = {
                place: int(
                    np.clip(round(most * weights[place] / heaviest), 1, self.most_fits[place])
                )
                for place in members
            }
            if self.fit_in(fits):
                return fits
        while len(fits) > 1 and not self.fit_in(fits):
            fits.popitem()
        return fits
