"""`AdditivePredictor`: a glass box, one table of steps for each feature."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from relevo.learn.additive_bins import Bins
from relevo.learn.classes import plain_labels
from relevo.learn.learner import Floats
from relevo.learn.links import mixed
from relevo.learn.predictor_files import broken_files_told, read_arrays, read_details, write_details
from relevo.learn.scored import Scored
from relevo.learn.shape_edit import ShapeEdit
from relevo.prepare.matrix import Matrix

ARRAYS_FILE = "additive.npz"


class AdditivePredictor(Scored):
    """The sum of what each feature's bin adds.

    Parameters
    ----------
    bins
        The steps.
    intercept
        The mean score of the rows that were learnt from, shape `(n_outputs,)`.
    table, error
        What each bin adds, its mean over those rows zero for each feature, and its standard error;
        shape `(bins.size, n_outputs)`.
    mass
        The share of those rows in each bin, shape `(bins.size,)`; 1 for each feature.
    features, classes, settings
        As in `BoostingPredictor`; `settings["monotone"]` says which features' steps only rise (1)
        or only fall (-1).
    edits
        What people have changed, the oldest first.

    """

    kind = "additive"
    merges: ClassVar[bool] = True

    def __init__(
        self,
        bins: Bins,
        intercept: Floats,
        table: Floats,
        error: Floats,
        mass: Floats,
        features: tuple[str, ...],
        classes: tuple[Any, ...],
        settings: Mapping[str, Any],
        edits: tuple[ShapeEdit, ...] = (),
    ) -> None:
        shift = np.add.reduceat(mass[:, np.newaxis] * table, bins.first[:-1])
        self.bins, self.error, self.mass = bins, error, mass
        self.table = table - np.repeat(shift, np.diff(bins.first), axis=0)
        self.intercept: Floats = intercept + shift.sum(axis=0)
        self.features, self.classes = features, classes
        self.settings, self.edits = settings, edits
        self.n_outputs = len(intercept)

    @classmethod
    def average(cls, members: Sequence[AdditivePredictor], weights: Floats) -> AdditivePredictor:
        """One model with the weighted mean raw score of several with the same bins.

        Their standard errors are averaged as well: the members have learnt from much the same rows.
        """
        first, shares = members[0], weights / weights.sum(axis=0)
        return cls(
            first.bins,
            mixed([one.intercept for one in members], shares),
            mixed([one.table for one in members], shares),
            mixed([one.error for one in members], shares),
            np.mean([one.mass for one in members], axis=0),
            first.features,
            first.classes,
            first.settings,
            first.edits,
        )

    @property
    def like(self) -> object:
        """What predictors must have in common to be averaged into one."""
        return self.bins.key, self.edits

    @property
    def size_mb(self) -> float:
        """About what `save` writes, in 10^6 bytes."""
        return 8e-6 * float(2 * self.table.size + 3 * self.bins.size)

    def scores(self, matrix: Matrix) -> Floats:
        """Raw scores, shape `(n_rows, n_outputs)`."""
        scores = np.tile(self.intercept, (len(matrix), 1))
        for place in self.bins.places(matrix.values).T:
            scores += self.table[place]
        return scores

    def scores_row(self, values: Floats) -> Floats:
        """Raw scores `(n_outputs,)` of one row `(n_features,)`."""
        return np.asarray(self.intercept + self.table[self._places(values)].sum(axis=0))

    def contributions(self, matrix: Matrix) -> Floats:
        """What each feature adds to the mean score, exact.

        Shape `(n_rows, n_outputs, n_features + 1)`; the last column is the mean score.
        """
        parts = np.empty((len(matrix), self.n_outputs, len(self.features) + 1))
        parts[:, :, :-1] = np.moveaxis(self.table[self.bins.places(matrix.values)], 1, 2)
        parts[:, :, -1] = self.intercept
        return parts

    def contributions_row(self, values: Floats) -> Floats:
        """The same of one row `(n_features,)`, shape `(n_outputs, n_features + 1)`."""
        parts = np.empty((self.n_outputs, len(self.features) + 1))
        parts[:, :-1] = self.table[self._places(values)].T
        parts[:, -1] = self.intercept
        return parts

    def edited(self, table: Floats, edit: ShapeEdit, keep_mean: bool = True) -> AdditivePredictor:
        """A new predictor with other steps, see `relevo.learn.shape_edit.edit_shape`.

        With `keep_mean` the mean score stays; without, only the edited rows' scores change.
        """
        intercept = self.intercept
        if keep_mean:
            intercept = intercept - (self.mass[:, np.newaxis] * (table - self.table)).sum(axis=0)
        common = (self.error, self.mass, self.features, self.classes, self.settings)
        return AdditivePredictor(self.bins, intercept, table, *common, (*self.edits, edit))

    def save(self, folder: Path) -> None:
        """Write `additive.npz` and `predictor.json`."""
        write_details(
            folder,
            kind=self.kind,
            features=list(self.features),
            classes=plain_labels(self.classes),
            settings=dict(self.settings),
            edits=[edit.to_dict() for edit in self.edits],
        )
        own = {"intercept": self.intercept, "table": self.table, "error": self.error}
        np.savez(folder / ARRAYS_FILE, **self.bins.arrays(), **own, mass=self.mass)

    @classmethod
    def load(cls, folder: Path) -> AdditivePredictor:
        """Read what `save` wrote; runs no code from the files.

        Raises
        ------
        ModelMistake
            When a file is missing or broken.

        """
        details = read_details(folder)
        arrays = read_arrays(folder / ARRAYS_FILE)
        with broken_files_told(folder):
            bins = Bins.from_arrays(arrays)
            loaded = cls(
                bins,
                arrays["intercept"],
                arrays["table"],
                arrays["error"],
                arrays["mass"],
                tuple(details["features"]),
                tuple(details["classes"]),
                details.get("settings", {}),
                tuple(ShapeEdit.from_dict(one) for one in details.get("edits", ())),
            )
            if len(bins.is_category) != len(loaded.features) or len(loaded.table) != bins.size:
                raise ValueError(ARRAYS_FILE)
        return loaded

    def _places(self, values: Floats) -> list[int]:
        return [
            missing if number != number else first + bisect_left(edges, number)
            for number, (edges, first, missing) in zip(values.tolist(), self._doors, strict=True)
        ]

    @cached_property
    def _doors(self) -> list[tuple[list[float], int, int]]:
        """Of each feature its edges, its first bin, and the one for missing."""
        own = [self.bins.of(place) for place in range(len(self.features))]
        edges = [self.bins.edges_of(place).tolist() for place in range(len(own))]
        return [(edge, bins.start, bins.stop - 1) for edge, bins in zip(edges, own, strict=True)]
