"""`TrackedQuality`: the quality of each period from many rows without and few with an outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp, ndtri

from relevo.errors import DataMistake
from relevo.picture.number import number
from relevo.score.expected import expected, expected_value
from relevo.score.metrics import metric as metric_of
from relevo.score.rows import Floats, check_finite, check_lengths, check_rows
from relevo.score.spread import kish, spread
from relevo.validate.expected.recalibrate import recalibrate
from relevo.watch.relation import Bent, Relation, bent_chances, relation_parts
from relevo.words import say

# How fast a relation may move is not known: all pairs are tracked and weighed by their evidence.
_WALKS = (0.0003, 0.003, 0.02)
_AROUNDS = (0.0003, 0.01, 0.03, 0.1)
_STEP = 0.05  # of slope and shifts, for the derivative of the metric


@dataclass(frozen=True)
class Tracked:
    """The quality of one period.

    Attributes
    ----------
    period
        Its name.
    value, interval
        The estimate, and where the figure of all its rows lies, nine times in ten.
    expected
        What it would be if outcomes still followed from predictions as at calibration: the
        estimate without labels.
    baseline
        The figure of the calibration rows.
    rows, labelled
        How many there are, and how many have an outcome.
    knows
        Whether any outcome has come, in this period or before; without, a change of the relation
        cannot be seen.
    fallen
        Whether the quality has fallen below the baseline beyond chance, at 5 %.
    text
        A sentence for people.

    """

    period: str
    value: float
    interval: tuple[float, float]
    expected: float
    baseline: float
    rows: int
    labelled: int
    knows: bool
    fallen: bool
    text: str


class TrackedQuality:
    """Joins estimates without labels and the few outcomes that come, period after period.

    The outcomes say how the relation between predictions and outcomes has moved (its slope and
    its shift, by a filter: see `relevo.watch.relation.Relation`); all rows of the period say what
    that relation makes of the metric. Four hundred outcomes go further so than in the metric
    itself. Periods without outcomes keep the last relation, and become less sure.

    Parameters
    ----------
    metric
        Of a classification, except the calibration error.
    calibration
        Probabilities `(n_rows, n_classes)`, or of the second class `(n_rows,)`, of rows that the
        model was not trained on, and their classes' positions `(n_rows,)`.
    seed
        Of the calibration's folds.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> said = rng.random((3, 4000))
    >>> came = (rng.random((3, 4000)) < said).astype(float)
    >>> tracked = TrackedQuality("roc_auc", (said[0], came[0]))
    >>> tracked.update(said[1]).knows
    False
    >>> came[2] = rng.random(4000) < 0.5 + 0.3 * (said[2] - 0.5)
    >>> came[2, 400:] = np.nan
    >>> found = tracked.update(said[2], came[2])
    >>> found.fallen, abs(found.value - 0.6) < 0.05, abs(found.expected - 0.83) < 0.02
    (True, True, True)

    """

    def __init__(
        self, metric: str, calibration: tuple[ArrayLike, ArrayLike], seed: int = 0
    ) -> None:
        self.metric = metric_of(metric, "classification")
        said, labels = _both(calibration[0]), np.asarray(calibration[1], dtype=np.float64)
        check_rows(labels, said, None, True)
        self._bend = recalibrate(said, labels, None, seed)
        chance = self._bend(said)
        self._centre = np.log(np.clip(chance, 1e-6, 1.0)).mean(axis=0)
        self.baseline = self.metric.function(labels, said, None)
        self._baseline_error = self._spread(labels, said)
        self._relations = [
            Relation.unchanged(said.shape[1], walk, around)
            for walk in _WALKS
            for around in _AROUNDS
        ]
        self._labelled = 0
        self._periods = 0

    def update(
        self,
        probabilities: ArrayLike,
        labels: ArrayLike | None = None,
        period: str = "",
        weights: ArrayLike | None = None,
    ) -> Tracked:
        """The next period.

        Parameters
        ----------
        probabilities
            Of all its rows, as the calibration's.
        labels
            Shape `(n_rows,)`: the position of the class, NaN where it is not known.
        period
            Its name; its number when empty.
        weights
            Shape `(n_rows,)`: how much each labelled row stands for, when not all are labelled
            with the same chance (see `relevo.watch.labels`).

        Raises
        ------
        DataMistake
            When rows are missing or do not fit together.

        """
        said = _both(probabilities)
        rows = len(said)
        truth = np.full(rows, np.nan) if labels is None else np.asarray(labels, dtype=np.float64)
        mass = np.ones(rows) if weights is None else np.asarray(weights, dtype=np.float64)
        check_lengths(rows, labels=truth, weights=mass)
        check_finite(probabilities=said, weights=mass)
        if not rows:
            raise DataMistake("score.no_rows")
        known = ~np.isnan(truth)
        if known.any():
            check_rows(truth[known], said[known], None, True)
        parts = relation_parts(self._bend(said), self._centre)
        bents = self._learn(parts[known], truth[known], mass[known])
        self._labelled += int(known.sum())
        self._periods += 1
        value, error = self._value(said, parts, bents)
        return self._tracked(period or str(self._periods), said, known, value, error)

    def _learn(self, parts: Floats, truth: Floats, mass: Floats) -> list[Bent]:
        classes = len(self._centre)
        hit = (truth[:, None] == np.arange(classes)).astype(np.float64)
        weight = mass * kish(mass) / mass.sum() if len(mass) else mass
        moved = [relation.update(parts, hit, weight) for relation in self._relations]
        self._relations = [relation for relation, _ in moved]
        return [bent for _, bent in moved]

    def _value(self, said: Floats, parts: Floats, bents: list[Bent]) -> tuple[float, float]:
        """Mean and standard deviation over what the relation may be."""
        logs = np.array([relation.evidence for relation in self._relations])
        share = np.exp(logs - logsumexp(logs))
        found = [self._of(said, parts, bent) for bent in bents]
        values, variances = (np.array(one) for one in zip(*found, strict=True))
        mean = float(share @ values)
        return mean, math.sqrt(float(share @ (variances + (values - mean) ** 2)))

    def _of(self, said: Floats, parts: Floats, bent: Bent) -> tuple[float, float]:
        mass = np.ones(len(said))

        def figure(at: Floats) -> float:
            return expected_value(self.metric, said, bent_chances(parts, at), mass)

        steps = _STEP * np.eye(len(bent.at))
        slope = [(figure(bent.at + one) - figure(bent.at - one)) / (2 * _STEP) for one in steps]
        return figure(bent.at), float(np.array(slope) @ bent.covariance @ np.array(slope))

    def _tracked(
        self, period: str, said: Floats, known: np.ndarray, value: float, error: float
    ) -> Tracked:
        blind = expected(self.metric, said, self._bend(said))
        reach = float(ndtri(0.95)) * math.hypot(error, blind.labels_error)
        low, high = self.metric.span
        worse = self.baseline - value if self.metric.greater_is_better else value - self.baseline
        knows = self._labelled > 0
        sure = float(ndtri(0.95)) * math.hypot(error, self._baseline_error)
        fallen = knows and worse > sure
        interval = max(low, value - reach), min(high, value + reach)
        state = "unknown" if not knows else "fallen" if fallen else "calm"
        text = say(
            f"tracked.{state}",
            metric=self.metric.name,
            period=period,
            value=number(value, 3),
            low=number(interval[0], 3),
            high=number(interval[1], 3),
            baseline=number(self.baseline, 3),
            rows=number(len(said)),
            labelled=number(int(known.sum())),
        )
        return Tracked(
            period,
            value,
            interval,
            blind.value,
            self.baseline,
            len(said),
            int(known.sum()),
            knows,
            fallen,
            text,
        )

    def _spread(self, labels: Floats, said: Floats) -> float:
        if self.metric.influence is None:
            return 0.0
        added = self.metric.influence(labels, said, np.ones(len(labels)))
        groups = labels.astype(np.intp) if self.metric.by_class else None
        error = spread(added, groups).error
        return error if math.isfinite(error) else 0.0


def _both(probabilities: ArrayLike) -> Floats:
    said = np.asarray(probabilities, dtype=np.float64)
    return np.column_stack([1 - said, said]) if said.ndim == 1 else said
