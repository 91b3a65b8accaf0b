"""`NetworkPredictor`: small networks that predict on numpy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from relevo.learn.classes import plain_labels
from relevo.learn.layout import FIELDS, Layout, Positions
from relevo.learn.learner import Floats
from relevo.learn.paths import Ways, paths
from relevo.learn.predictor_files import broken_files_told, read_arrays, read_details, write_details
from relevo.learn.scored import Scored
from relevo.prepare.matrix import Matrix

Singles = NDArray[np.float32]

ARRAYS_FILE = "network.npz"
_ROWS_AT_ONCE = 2_048
_MOST_LEVELS = 512
_BACKGROUND = 32
_ROUNDS, _WAYS = 8, 1


@dataclass(frozen=True)
class Inputs:
    """How a network sees a matrix: a layout, its numbers softly clipped, its rare levels merged.

    Attributes
    ----------
    layout
        The design columns.
    slots
        Shape `(n_levels,)`: the input of each category level, counted after the dense columns.

    """

    layout: Layout
    slots: Positions

    @classmethod
    def of(cls, layout: Layout) -> Inputs:
        """Inputs for a layout; of categories with very many levels the frequent ones only."""
        sizes = np.diff(layout.first_level)
        most = _MOST_LEVELS
        while np.minimum(sizes, most).sum() > _MOST_LEVELS and most > 2:
            most //= 2
        slots: list[Positions] = []
        start = 0
        for size in sizes:
            own = np.arange(size)
            own[(own >= most - 1) & (own < size - 1)] = 0  # rare ones go to "other"
            own[-1] = min(size, most) - 1  # the last one stands for missing
            slots.append(own + start)
            start += min(size, most)
        return cls(layout, np.concatenate(slots) if slots else np.empty(0, dtype=np.intp))

    @cached_property
    def size(self) -> int:
        """How many inputs a network has."""
        return self.layout.n_dense + (int(self.slots.max()) + 1 if len(self.slots) else 0)

    def dense(self, values: Floats) -> Singles:
        """Numbers, bends and indicators of rows, or of one row; numbers within about -3 to 3."""
        dense = self.layout.dense(values)
        numbers = dense[..., : len(self.layout.numbers)]
        numbers /= np.sqrt(1.0 + (numbers / 3.0) ** 2)  # Holzmüller et al. (2024), RealMLP
        return dense.astype(np.float32)

    def levels(self, values: Floats) -> Positions:
        """The input of each category of rows, or of one row."""
        return self.slots[self.layout.levels(values)]

    def whole(self, dense: Singles, levels: Positions) -> Singles:
        """Dense inputs and one-hot levels side by side, shape `(n_rows, size)`."""
        if not levels.shape[1]:
            return dense
        hot = np.zeros((len(dense), self.size - dense.shape[1]), dtype=np.float32)
        hot[np.arange(len(dense))[:, np.newaxis], levels] = 1.0
        return np.hstack((dense, hot))


class NetworkPredictor(Scored):
    """The mean of some networks of the same shape (the folds of a trial).

    Parameters
    ----------
    weights, biases
        Of each layer, shapes `(n_networks, n_in, n_out)` and `(n_networks, 1, n_out)`.
    inputs
        How they see a matrix.
    background
        Rows `(n_rows, n_features)` that stand for "nothing known" in contributions.
    factor, shift
        A regression's score is `factor * output + shift`.
    features, classes, settings
        As in `BoostingPredictor`.

    """

    kind = "network"
    merges: ClassVar[bool] = False

    def __init__(
        self,
        weights: Sequence[Singles],
        biases: Sequence[Singles],
        inputs: Inputs,
        background: Floats,
        features: tuple[str, ...],
        classes: tuple[Any, ...],
        settings: Mapping[str, Any],
        factor: float = 1.0,
        shift: float = 0.0,
    ) -> None:
        self.weights, self.biases = tuple(weights), tuple(biases)
        self.inputs, self.background = inputs, background
        self.features, self.classes, self.settings = features, classes, settings
        self.factor, self.shift = factor, shift
        self.n_outputs = len(classes) if len(classes) > 2 else 1
        self._first, self._levels = np.split(self.weights[0], [inputs.layout.n_dense], axis=1)

    @classmethod
    def average(cls, members: Sequence[NetworkPredictor], weights: Floats) -> NetworkPredictor:
        """All networks of several predictors of the same shape and inputs, each with its weight."""
        first, count = members[0], sum(len(member.weights[0]) for member in members)
        alike = [
            member._in_units_of(first, share * count / len(member.weights[0]))
            for member, share in zip(members, weights / weights.sum(axis=0), strict=True)
        ]
        return first._with(
            [np.concatenate(w) for w in zip(*(one.weights for one in alike), strict=True)],
            [np.concatenate(b) for b in zip(*(one.biases for one in alike), strict=True)],
        )

    @property
    def like(self) -> object:
        """What predictors must have in common to be averaged into one."""
        layout = self.inputs.layout
        shapes = tuple(weight.shape[1:] for weight in self.weights)
        return shapes, layout.knots.tobytes(), layout.mean.tobytes(), layout.spread.tobytes()

    @property
    def size_mb(self) -> float:
        """About what `save` writes, in 10^6 bytes."""
        return sum(one.nbytes for one in self.parameters) / 1e6

    @property
    def parameters(self) -> list[Singles]:
        """All weights, then all biases."""
        return [*self.weights, *self.biases]

    def copy(self) -> NetworkPredictor:
        """The same network, its parameters its own."""
        return self._with([w.copy() for w in self.weights], [b.copy() for b in self.biases])

    def with_settings(self, settings: Mapping[str, Any]) -> NetworkPredictor:
        """The same network under other settings."""
        return self._with(self.weights, self.biases, settings)

    def _with(
        self,
        weights: Sequence[Singles],
        biases: Sequence[Singles],
        settings: Mapping[str, Any] | None = None,
    ) -> NetworkPredictor:
        return NetworkPredictor(
            weights, biases, self.inputs, self.background, self.features, self.classes,
            self.settings if settings is None else settings, self.factor, self.shift,
        )  # fmt: skip

    def _in_units_of(self, other: NetworkPredictor, share: Floats) -> NetworkPredictor:
        """The networks under the other's factor and shift, their scores times `share`."""
        ratio = share * self.factor / other.factor
        added = (share * self.shift - other.shift) / other.factor
        weight = (self.weights[-1] * ratio).astype(np.float32)
        bias = (self.biases[-1] * ratio + added).astype(np.float32)
        return self._with([*self.weights[:-1], weight], [*self.biases[:-1], bias])

    def scores(self, matrix: Matrix) -> Floats:
        """Raw scores, shape `(n_rows, n_outputs)`."""
        return self._scores(matrix.values)

    def scores_row(self, values: Floats) -> Floats:
        """Raw scores `(n_outputs,)` of one row `(n_features,)`."""
        hidden = (self.inputs.dense(values) @ self._first)[:, np.newaxis]
        if len(self.inputs.slots):
            hidden += self._levels[:, self.inputs.levels(values)].sum(axis=1, keepdims=True)
        scores: Floats = self._from_first(hidden)[0]
        return scores

    def contributions(self, matrix: Matrix) -> Floats:
        """What each feature adds to the score, by sampled paths, see `relevo.learn.paths`.

        Shape `(n_rows, n_outputs, n_features + 1)`; the last column is the base value.
        """
        return self.sampled_contributions(matrix)[0]

    def contributions_row(self, values: Floats) -> Floats:
        """The same of one row `(n_features,)`, shape `(n_outputs, n_features + 1)`."""
        found = paths(self._scores, values[np.newaxis], self.background, self._ways)
        return np.asarray(found.parts[0])

    def sampled_contributions(self, matrix: Matrix) -> tuple[Floats, Floats]:
        """`contributions`, and their standard errors, `(n_rows, n_outputs, n_features)`."""
        found = paths(self._scores, matrix.values, self.background, self._ways)
        return found.parts, found.errors

    @cached_property
    def _ways(self) -> Ways:
        return Ways.drawn(len(self.background), len(self.features), _ROUNDS, _WAYS, seed=0)

    def save(self, folder: Path) -> None:
        """Write `network.npz` and `predictor.json`."""
        write_details(
            folder,
            kind=self.kind,
            features=list(self.features),
            classes=plain_labels(self.classes),
            settings=dict(self.settings),
            factor=self.factor,
            shift=self.shift,
        )
        arrays: dict[str, Any] = {name: getattr(self.inputs.layout, name) for name in FIELDS}
        arrays |= {"slots": self.inputs.slots, "background": self.background}
        for place, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            arrays |= {f"weight_{place}": weight, f"bias_{place}": bias}
        np.savez(folder / ARRAYS_FILE, **arrays)

    @classmethod
    def load(cls, folder: Path) -> NetworkPredictor:
        """Read what `save` wrote; runs no code from the files.

        Raises
        ------
        ModelMistake
            When a file is missing or broken.

        """
        details = read_details(folder)
        features, classes = tuple(details["features"]), tuple(details["classes"])
        arrays = read_arrays(folder / ARRAYS_FILE)
        with broken_files_told(folder):
            inputs = Inputs(Layout(*(arrays[name] for name in FIELDS)), arrays["slots"])
            count = sum(name.startswith("weight_") for name in arrays)
            weights, biases = (
                [arrays[f"{what}_{place}"] for place in range(count)] for what in ("weight", "bias")
            )
            return cls(
                weights, biases, inputs, arrays["background"], features, classes,
                details.get("settings", {}), details["factor"], details["shift"],
            )  # fmt: skip

    def _scores(self, values: Floats) -> Floats:
        starts = range(0, max(1, len(values)), _ROWS_AT_ONCE)
        return np.concatenate([self._block(values[s : s + _ROWS_AT_ONCE]) for s in starts])

    def _block(self, values: Floats) -> Floats:
        whole = self.inputs.whole(self.inputs.dense(values), self.inputs.levels(values))
        return self._from_first(np.matmul(whole, self.weights[0]))

    def _from_first(self, scores: Singles) -> Floats:
        """From the first layer's sums `(n_networks, n_rows, n_hidden)` to raw scores."""
        scores = scores + self.biases[0]
        for weight, bias in zip(self.weights[1:], self.biases[1:], strict=True):
            scores = np.matmul(swish(scores), weight) + bias
        mean = scores.mean(axis=0, dtype=np.float64)
        return np.asarray(self.factor * mean + self.shift)


def swish(sums: Singles) -> Singles:
    """A hidden unit's answer, x times sigmoid(x) (Ramachandran et al., 2017)."""
    with np.errstate(over="ignore"):
        return np.asarray(sums / (1.0 + np.exp(-sums)))


def some_rows(values: Floats) -> Floats:
    """Rows evenly spaced, as a background."""
    count = min(_BACKGROUND, len(values))
    return values[np.linspace(0, len(values) - 1, count).round().astype(np.intp)]
