"""`Spread`: intervals around the numbers of a regression, from errors on rows held back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from relevo.learn.learner import Floats

_ROWS_IN_A_BIN, _MOST_BINS = 100, 20
_MOST_ERRORS = 1_000


@dataclass(frozen=True)
class Spread:
    """How far the truth lies from a prediction.

    Attributes
    ----------
    at, scale
        Predicted values, ascending, and the typical error there; in between on straight lines.
    errors
        Quantiles of the errors, each divided by the scale at its prediction, ascending.
    rows
        How many errors they stand for.

    """

    at: tuple[float, ...]
    scale: tuple[float, ...]
    errors: tuple[float, ...]
    rows: int

    @classmethod
    def fit(cls, predicted: Floats, actual: Floats) -> Spread:
        """Learn from predictions `(n_rows,)` of rows that were not trained on, and the truth."""
        errors = actual - predicted
        order = np.argsort(predicted, kind="stable")
        bins = int(np.clip(len(errors) // _ROWS_IN_A_BIN, 1, _MOST_BINS))
        parts = np.array_split(order, bins)
        at = np.array([predicted[part].mean() for part in parts])
        scale = np.array([np.abs(errors[part]).mean() for part in parts])
        scale = np.maximum(scale, 1e-3 * scale.mean() or 1.0)
        relative = np.sort(errors / np.interp(predicted, at, scale))
        places = np.linspace(0, len(errors) - 1, min(len(errors), _MOST_ERRORS))
        kept = np.interp(places, np.arange(len(errors)), relative)
        return cls(tuple(at.tolist()), tuple(scale.tolist()), tuple(kept.tolist()), len(errors))

    def interval(self, predicted: Floats, coverage: float) -> Floats:
        """Low and high ends, shape `(n_rows, 2)`.

        Conformal (Vovk et al., 2005), scaled to the typical error at the prediction (Lei et al.,
        2018): for rows that are exchangeable with those that it learnt from, the truth lies inside
        with at least this probability.
        """
        # A new error lies below the error of rank r among n with probability r / (n + 1).
        rank = (self.rows + 1) * (1.0 - coverage) / 2.0
        beside = float(np.clip((rank - 1.0) / max(1, self.rows - 1), 0.0, 0.5))
        low, high = np.quantile(self.errors, [beside, 1.0 - beside])
        if self.rows * (1.0 - coverage) < 2.0:  # too few to know the tails: what was seen, doubled
            low, high = 2.0 * min(low, 0.0), 2.0 * max(high, 0.0)
        scale = np.interp(predicted, self.at, self.scale)
        return np.column_stack((predicted + low * scale, predicted + high * scale))

    def to_dict(self) -> dict[str, Any]:
        """Its fields, as JSON holds them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> Spread:
        """The spread that `to_dict` wrote."""
        return cls(tuple(saved["at"]), tuple(saved["scale"]), tuple(saved["errors"]), saved["rows"])
