"""`agreement`: how far a challenger's answers are from those that were given."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from relevo.score.wilson import wilson

_QUANTILE = 1.959964  # of the normal distribution: 95 %


@dataclass(frozen=True)
class Agreement:
    """A challenger beside what was answered, on the same rows.

    Attributes
    ----------
    rows
        That both have answered.
    failed
        Rows that the challenger did not answer, beside these.
    same_label, same_label_interval
        The share of rows with the same label, and its interval of 95 %; None for a regression.
    difference, difference_interval
        The mean absolute difference of the probability of the label that was given, or of the
        number, with its interval of 95 %; None without rows, the interval below two.
    latency_us, challenger_latency_us
        Median microseconds of an answer, and of the challenger's.

    """

    rows: int
    failed: int
    same_label: float | None = None
    same_label_interval: tuple[float, float] | None = None
    difference: float | None = None
    difference_interval: tuple[float, float] | None = None
    latency_us: float | None = None
    challenger_latency_us: float | None = None


def agreement(
    answered: Sequence[Mapping[str, Any]],
    challenger: Sequence[Mapping[str, Any] | None],
    latencies_us: Sequence[float | None] = (),
    challenger_latencies_us: Sequence[float] = (),
) -> Agreement:
    """Compare answers row by row.

    Parameters
    ----------
    answered, challenger
        `{"value": number}` or `{"label": label, "probabilities": {label: p}}` for each row; None
        where the challenger failed. Shapes `(n_rows,)`.
    latencies_us, challenger_latencies_us
        Of each row.

    Examples
    --------
    >>> found = agreement([{"value": 1.0}, {"value": 2.0}, {"value": 3.0}],
    ...                   [{"value": 1.5}, {"value": 2.0}, None])
    >>> found.rows, found.failed, found.difference
    (2, 1, 0.25)

    """
    both = [(a, b) for a, b in zip(answered, challenger, strict=True) if b is not None]
    failed = len(answered) - len(both)
    if not both:
        return Agreement(0, failed)
    differences = np.array([abs(_towards(a, a) - _towards(a, b)) for a, b in both])
    mean = float(differences.mean())
    same = interval = around = None
    if len(both) > 1:
        half = _QUANTILE * float(differences.std(ddof=1)) / math.sqrt(len(both))
        around = (max(0.0, mean - half), mean + half)
    if "label" in both[0][0]:
        same = float(np.mean([a["label"] == b["label"] for a, b in both]))
        low, high = wilson(same, len(both), _QUANTILE)
        interval = (float(low), float(high))
    return Agreement(
        len(both),
        failed,
        same,
        interval,
        mean,
        around,
        _median(latencies_us),
        _median(challenger_latencies_us),
    )


def _towards(given: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    if "label" not in given:
        return float(answer["value"])
    return float(answer["probabilities"].get(str(given["label"]), 0.0))


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None
