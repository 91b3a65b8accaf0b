"""`JudgedElsewhere`: rows predicted by a model that knows their place, and by one that does not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from relevo.score.as_judged import as_judged
from relevo.score.metrics import Metric
from relevo.score.rows import Codes, Floats
from relevo.score.spread import Spread, spread
from relevo.validate.elsewhere.figure_scale import FigureScale


@dataclass(frozen=True)
class JudgedElsewhere:
    """Rows with their outcome and both predictions.

    Attributes
    ----------
    target
        Shape `(n_rows,)`: the number, or the position of the row's class.
    elsewhere
        What a model says that learnt from other places (or from the past) only: values
        `(n_rows,)`, or probabilities `(n_rows, n_classes)`.
    random
        What a model of the same recipe says that learnt from random other rows, as many of them.
    weight
        Shape `(n_rows,)`.
    blocks
        Shape `(n_rows,)`: rows of the same number may depend on each other; None: they do not.
    threshold
        Of two classes, the probability from which a row is called positive.

    """

    target: Floats
    elsewhere: Floats
    random: Floats
    weight: Floats
    blocks: Codes | None = None
    threshold: float = 0.5

    def __len__(self) -> int:
        return len(self.target)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> JudgedElsewhere:
        """Some of the rows."""
        blocks = (
            None if self.blocks is None else np.unique(self.blocks[rows], return_inverse=True)[1]
        )
        return JudgedElsewhere(
            self.target[rows],
            self.elsewhere[rows],
            self.random[rows],
            self.weight[rows],
            blocks,
            self.threshold,
        )

    def in_blocks(self, blocks: Codes) -> JudgedElsewhere:
        """The same rows in other blocks."""
        return replace(self, blocks=blocks)

    def compare(self, metric: Metric) -> Compared:
        """Both figures on these rows, and how sure one can be of each and of their difference."""
        seen, usual = (
            as_judged(metric, one, self.threshold) for one in (self.elsewhere, self.random)
        )
        scale = FigureScale(metric)
        value, known = (metric.function(self.target, said, self.weight) for said in (seen, usual))
        units = self._units(metric)
        added = self._influence(metric, seen) * scale.slope(value, units)
        usually = self._influence(metric, usual) * scale.slope(known, units)
        return Compared(
            value,
            known,
            scale.to(value, units),
            scale.to(known, units),
            self._floored(self._spread(metric, added), value, metric, units),
            self._spread(metric, added - usually),
        )

    def _influence(self, metric: Metric, prediction: Floats) -> Floats:
        assert metric.influence is not None
        return metric.influence(self.target, prediction, self.weight)

    def _spread(self, metric: Metric, added: Floats) -> Spread:
        return spread(added, self._groups(metric), self.blocks)

    def _groups(self, metric: Metric) -> Codes | None:
        return self.target.astype(np.intp) if metric.by_class else None

    def _units(self, metric: Metric) -> float:
        if not metric.by_class:
            return float(len(self.target))
        counts = np.bincount(self.target.astype(np.intp))
        return float(counts[counts > 0].min())

    def _floored(self, found: Spread, value: float, metric: Metric, units: float) -> Spread:
        """An error above zero even when every row is right: that of half a row in `units`."""
        if metric.span != (0.0, 1.0) or not metric.greater_is_better:
            return found
        edge = 0.5 / (units + 1)
        held = min(max(value, edge), 1 - edge)
        least = 1 / np.sqrt((units + 1) * held * (1 - held)) if held in (edge, 1 - edge) else 0.0
        return replace(found, error=max(found.error, float(least)))


@dataclass(frozen=True)
class Compared:
    """Two figures on the same rows.

    Attributes
    ----------
    value, random_value
        Of the model that learnt elsewhere, and of the one that learnt from random rows.
    place, random_place
        The same on the metric's `FigureScale`.
    error, gap_error
        Of `place`, and of `place - random_place` (row by row), on the scale.

    """

    value: float
    random_value: float
    place: float
    random_place: float
    error: Spread
    gap_error: Spread

    @property
    def gap(self) -> float:
        """On the scale."""
        return self.place - self.random_place
