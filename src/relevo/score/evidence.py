"""`Evidence`: every figure about a model, with its interval, its rows and how it was computed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure and what it stands on.

    Attributes
    ----------
    metric
        Its name, as in `relevo.score.metrics.METRICS`.
    value
        The point estimate.
    interval
        Low and high end, at `coverage`.
    rows
        How many rows it was computed on.
    on
        Which rows these were (`"judged"`, `"target population"`, `"2013-04"`).
    how
        How the interval was computed (`"bootstrap, 500 replicates"`, `"analytic"`).
    coverage
        Nominal coverage of the interval.

    """

    metric: str
    value: float
    interval: tuple[float, float]
    rows: int
    on: str
    how: str
    coverage: float = 0.95


@dataclass(frozen=True)
class Evidence:
    """The figures about one model, its headline metric first."""

    figures: tuple[Figure, ...] = ()

    def __getitem__(self, metric: str) -> Figure:
        for figure in self.figures:
            if figure.metric == metric:
                return figure
        raise KeyError(metric)
