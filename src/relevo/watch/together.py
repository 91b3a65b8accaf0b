"""Tests over many columns at once: Hotelling's T2, what chance does to all of them, Holm's rule."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc, ndtr

Floats = NDArray[np.float64]

ROWS_PER_DIRECTION = 3  # with fewer the test loses more than further directions bring
PROJECTION_SEED = 0


@dataclass(frozen=True, eq=False)
class Differences:
    """Differences of means, and how they vary together when nothing changed.

    Attributes
    ----------
    difference
        Shape `(n_scores,)`: current minus reference mean, over all rows.
    covariance
        Shape `(n_scores, n_scores)`: of one row, within the samples.
    freedom
        Of the covariance: sampled rows less one per sample.
    rows
        How many rows each mean stands on.

    """

    difference: Floats
    covariance: Floats
    freedom: int
    rows: tuple[int, int]

    @classmethod
    def of(
        cls,
        difference: Floats,
        reference: NDArray[np.floating],
        current: NDArray[np.floating],
        rows: tuple[int, int],
    ) -> Differences:
        """From the scores of sampled rows of each sample, shape `(n_sampled_rows, n_scores)`.

        One of the samples may have no sampled rows.
        """
        samples = [sample for sample in (reference, current) if len(sample)]
        within = np.concatenate([sample - sample.mean(axis=0) for sample in samples])
        freedom = len(within) - len(samples)
        covariance = (within.T @ within).astype(np.float64) / max(1, freedom)
        return cls(difference, covariance, freedom, rows)

    def only(self, wanted: NDArray[np.bool_]) -> Differences:
        """Those of some of the scores."""
        within = self.covariance[np.ix_(wanted, wanted)]
        return Differences(self.difference[wanted], within, self.freedom, self.rows)

    @cached_property
    def directions(self) -> Floats:
        """Directions of variance 1, independent of each other, shape `(n_scores, n_directions)`.

        Columns that say the same count once. Where there are too many for the rows they are mixed
        at random into fewer (Lopes, Jacob & Wainwright 2011): unlike the leading principal
        components of these rows, a random mixture keeps the test's level.
        """
        deviation = np.sqrt(np.diag(self.covariance))
        scaled = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=deviation > 1e-6)
        mixed = np.diag(scaled)
        most = self.freedom // ROWS_PER_DIRECTION
        if len(scaled) > most:
            mixture = np.random.default_rng(PROJECTION_SEED)
            mixed = mixed @ mixture.standard_normal((len(scaled), most))
        roots, axes = np.linalg.eigh(mixed.T @ self.covariance @ mixed)
        kept = roots > max(roots.max(initial=0.0) * 1e-6, 1e-9)
        return np.asarray(mixed @ axes[:, kept] / np.sqrt(roots[kept]))

    def hotelling(self) -> float:
        """The p-value of "all means are the same" (Hotelling 1931); 1 where none varies."""
        rank = self.directions.shape[1]
        if rank == 0:
            return 1.0
        statistic = self.squared(self.difference) / sum(1 / of for of in self.rows)
        left = self.freedom + 1 - rank
        return float(fdtrc(rank, left, statistic * left / (rank * self.freedom)))

    def squared(self, differences: Floats) -> Floats:
        """The squared length, in standard deviations, of each row of differences of one row."""
        return np.asarray(((differences @ self.directions) ** 2).sum(axis=-1))

    def by_chance(self, differences: Floats) -> Floats:
        """The p-values of normal differences drawn with this covariance, shape `(n_draws,)`."""
        rank = self.directions.shape[1]
        return chi_squared_p(rank, self.squared(differences)) if rank else np.ones(len(differences))

    def drawn(self, draws: int, seed: int) -> Floats:
        """What chance makes of one row's differences, shape `(n_draws, n_scores)`."""
        roots, axes = np.linalg.eigh(self.covariance)
        normal = np.random.default_rng(seed).standard_normal((draws, len(roots)))
        return np.asarray((normal * np.sqrt(roots.clip(min=0))) @ axes.T)


def chi_squared_p(freedom: int, statistics: Floats) -> Floats:
    """The upper tail of chi-squared for very many statistics (Wilson & Hilferty 1931).

    From .1 to .005 it is exact to a tenth; the exact integral takes a hundred times as long.
    """
    if freedom == 1:
        return np.asarray(2 * ndtr(-np.sqrt(statistics)))
    spread = 2 / (9 * freedom)
    return np.asarray(ndtr((1 - spread - np.cbrt(statistics / freedom)) / np.sqrt(spread)))
