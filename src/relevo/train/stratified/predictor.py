"""`StratifiedPredictor`: a model for each segment, in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.learn.classes import plain_labels
from relevo.learn.learner import Floats, Prediction, Predictor
from relevo.learn.predictor_files import broken_files_told, read_arrays, read_details, write_details
from relevo.learn.registry import load_predictor
from relevo.learn.scored import Scored
from relevo.prepare.matrix import Matrix
from relevo.train.stratified.columns import FIELDS, Columns
from relevo.train.stratified.evidence import PoolingEvidence
from relevo.train.stratified.losses import LOSSES
from relevo.train.stratified.segments import Positions, combined, combined_row

ARRAYS_FILE = "coefficients.npz"
SEGMENTS_FILE = "segments.parquet"
BASE_FOLDER = "base"
_ROWS_AT_ONCE = 100_000


@dataclass(frozen=True, eq=False)
class Coefficients:
    """What is weighed how, in which segment.

    Attributes
    ----------
    keys
        Of the nodes: segments, groups of them, places without rows yet; `(n_nodes,)`, ascending.
    values
        Shape `(n_nodes, n_outputs, n_columns)`.
    seen
        Shape `(n_nodes,)`: whether rows of the node were learnt from.
    elsewhere
        For segments that are no node, `(n_outputs, n_columns)`.

    """

    keys: NDArray[np.int64]
    values: Floats
    seen: NDArray[np.bool_]
    elsewhere: Floats


class StratifiedPredictor(Scored):
    """What is common to all segments, and how each differs.

    The score of a row is the base's score, where there is a base, plus the row's columns weighed
    with the coefficients of its segment. One of the columns may be the base's score itself.

    Parameters
    ----------
    coefficients, columns
        The linear part.
    base
        A predictor of all rows, which does not see the keys; None when the linear part is all.
    base_scale
        Mean and spread of the base's score as a column, `(n_outputs, 2)`; None when it is none.
    groups
        How many keys the groups have in which an unknown segment may lie, the smallest group first.
    segments
        What is known of each segment: a row each, in the order of `coefficients.keys` that were
        seen.
    evidence
        What the pooling rests on.
    features, classes, settings
        As in `BoostingPredictor`; the last features are the segments' keys. `settings["loss"]`
        says what a score is.

    """

    kind = "stratified"

    def __init__(
        self,
        coefficients: Coefficients,
        columns: Columns,
        n_keys: int,
        segments: pl.DataFrame,
        evidence: PoolingEvidence,
        features: tuple[str, ...],
        classes: tuple[Any, ...],
        settings: Mapping[str, Any],
        base: Predictor | None = None,
        base_scale: Floats | None = None,
        groups: tuple[int, ...] = (),
    ) -> None:
        self.coefficients, self.columns, self.n_keys = coefficients, columns, n_keys
        self.segments, self.evidence = segments, evidence
        self.features, self.classes = features, classes
        self.settings, self.base, self.base_scale = dict(settings), base, base_scale
        self.groups = groups
        self.n_outputs = coefficients.elsewhere.shape[0]
        self._bare = len(features) - n_keys
        self._mean = LOSSES[self.settings["loss"]]().mean
        self._table = np.concatenate((coefficients.values, coefficients.elsewhere[np.newaxis]))

    def with_base(self, base: Predictor) -> StratifiedPredictor:
        """The same segments about another base."""
        if base is self.base:
            return self
        return StratifiedPredictor(
            self.coefficients,
            self.columns,
            self.n_keys,
            self.segments,
            self.evidence,
            self.features,
            self.classes,
            self.settings,
            base,
            self.base_scale,
            self.groups,
        )

    @property
    def learners(self) -> str:
        """What is common to all, and that segments differ: `boosting+stratified`."""
        common = getattr(self.base, "learners", self.base and self.base.kind)
        return f"{common}+{self.kind}" if common else self.kind

    @property
    def size_mb(self) -> float:
        """About what `save` writes, in 10^6 bytes."""
        own = self._table.nbytes + 9 * len(self.coefficients.keys)
        return 1e-6 * own + (self.base.size_mb if self.base else 0.0)

    def scores(self, matrix: Matrix) -> Floats:
        """Raw scores, shape `(n_rows, n_outputs)`."""
        parts = [
            self._scores(matrix.take(slice(start, start + _ROWS_AT_ONCE)))
            for start in range(0, max(1, len(matrix)), _ROWS_AT_ONCE)
        ]
        return np.concatenate(parts)

    def scores_row(self, values: Floats) -> Floats:
        """Raw scores `(n_outputs,)` of one row `(n_features,)`."""
        own = self._table[self._node_of_row(values)]
        numbers = values[: self._bare]
        scores = own[:, : self.columns.size] @ self.columns.of(numbers)
        if self.base is not None:
            of_base = self.base.scores_row(numbers)
            scores = scores + of_base
            if self.base_scale is not None:
                scores += own[:, -1] * (of_base - self.base_scale[:, 0]) / self.base_scale[:, 1]
        return np.asarray(scores)

    def predict(self, matrix: Matrix) -> Prediction:
        """The prediction for each row: of counts the rate, whose logarithm is the score."""
        unseen = self.unseen(matrix)
        if self.classes:
            return replace(super().predict(matrix), unseen=unseen)
        return Prediction(self._mean(self.scores(matrix)[:, 0]), unseen=unseen)

    def predict_row(self, values: Floats) -> Floats:
        """Probabilities `(n_classes,)`, or the number as shape `(1,)`, of one row."""
        return super().predict_row(values) if self.classes else self._mean(self.scores_row(values))

    def contributions(self, matrix: Matrix) -> Floats:
        """What each feature adds to the score, exact; `(n_rows, n_outputs, n_features + 1)`.

        By how much a segment's level differs from elsewhere stands at the segment's last key; the
        last column is the score of an average row elsewhere.
        """
        table = self._table[self.nodes(matrix)[0]]
        if self.base is None:
            return self._parts(matrix.values, table)
        of_base = self.base.contributions(bare(matrix, self.n_keys))
        return self._parts(matrix.values, table, of_base)

    def contributions_row(self, values: Floats) -> Floats:
        """The same of one row `(n_features,)`, shape `(n_outputs, n_features + 1)`."""
        table = self._table[self._node_of_row(values)]
        if self.base is None:
            return self._parts(values, table)
        of_base = self.base.contributions_row(values[: self._bare])
        return self._parts(values, table, of_base)

    def sampled_contributions(self, matrix: Matrix) -> tuple[Floats, Floats | None]:
        """`contributions`, and their standard errors where the base samples its own."""
        table = self._table[self.nodes(matrix)[0]]
        if self.base is None:
            return self._parts(matrix.values, table), None
        of_base, of_errors = self.base.sampled_contributions(bare(matrix, self.n_keys))
        parts = self._parts(matrix.values, table, of_base)
        if of_errors is None:
            return parts, None
        errors = np.zeros_like(parts[:, :, :-1])
        errors[:, :, : self._bare] = of_errors
        if self.base_scale is not None:
            errors *= np.abs(1.0 + self._factor(table))[:, :, np.newaxis]
        return parts, errors

    def _parts(self, values: Floats, table: Floats, of_base: Floats | None = None) -> Floats:
        """Contributions of rows or of one, from their coefficients and the base's part."""
        x = self.columns.of(values[..., : self._bare])
        parts = np.zeros((*table.shape[:-1], len(self.features) + 1))
        moved = table[..., 1 : self.columns.size] * x[..., np.newaxis, 1:]
        for column, feature in enumerate(self.columns.source):
            parts[..., feature] += moved[..., column]
        level = self.coefficients.elsewhere[:, 0]
        if self.n_keys:
            parts[..., -2] += table[..., 0] - level
        parts[..., -1] += level
        if of_base is None:
            return parts
        if self.base_scale is not None:
            factor = self._factor(table)
            of_base = of_base * (1.0 + factor)[..., np.newaxis]
            of_base[..., -1] -= factor * self.base_scale[:, 0]
        parts[..., : of_base.shape[-1] - 1] += of_base[..., :-1]
        parts[..., -1] += of_base[..., -1]
        return parts

    def _factor(self, table: Floats) -> Floats:
        """What the base's score is weighed with as a column."""
        assert self.base_scale is not None
        return np.asarray(table[..., self.columns.size] / self.base_scale[:, 1])

    def coefficients_of(self, matrix: Matrix) -> Floats:
        """The coefficients by which each row is answered, `(n_rows, n_outputs, n_columns)`."""
        return np.asarray(self._table[self.nodes(matrix)[0]])

    def nodes(self, matrix: Matrix) -> tuple[Positions, NDArray[np.bool_]]:
        """The node that answers for each row, -1 for elsewhere, and whether it is the row's own."""
        keys = matrix.values[:, self._bare :]
        node, own = self._found(combined(keys))
        for length in self.groups:
            if own.all():
                break
            group, known = self._found(combined(keys[:, :length]))
            node = np.where((node < 0) & known, group, node)
        seen = own & np.append(self.coefficients.seen, False)[node]
        return node, seen

    def unseen(self, matrix: Matrix) -> NDArray[np.bool_]:
        """Which rows are of a segment that was not learnt from, `(n_rows,)`."""
        return ~self.nodes(matrix)[1]

    def unseen_row(self, values: Floats) -> bool:
        """Whether one row `(n_features,)` is of such a segment."""
        node = self._node(combined_row(values[self._bare :]))
        return node < 0 or not self.coefficients.seen[node]

    def coefficient_table(self) -> pl.DataFrame:
        """The coefficients of each segment in the units of the features, one output.

        Of several classes those of the last one. A base's part is not in them.
        """
        columns, size = self.columns, self.columns.size
        of = self.coefficients.values[self.coefficients.seen][:, -1, :size]
        slopes = of[:, 1:] / columns.spread
        found = {"intercept": of[:, 0] - slopes @ columns.mean}
        for place, (feature, level) in enumerate(zip(columns.source, columns.level, strict=True)):
            name = self.features[feature]
            found[name if np.isnan(level) else f"{name} = {level:g}"] = slopes[:, place]
        names = self.segments.columns[: self.segments.columns.index("rows")]
        return self.segments.select(names).hstack(pl.DataFrame(found))

    def save(self, folder: Path) -> None:
        """Write `coefficients.npz`, `segments.parquet`, `predictor.json` and the folder `base`."""
        write_details(
            folder,
            kind=self.kind,
            features=list(self.features),
            classes=plain_labels(self.classes),
            settings=self.settings,
            n_keys=self.n_keys,
            groups=list(self.groups),
            base=self.base is not None,
            evidence=asdict(self.evidence),
        )
        of = self.coefficients
        arrays: dict[str, Any] = {name: getattr(self.columns, name) for name in FIELDS}
        arrays |= {"keys": of.keys, "values": of.values, "seen": of.seen, "elsewhere": of.elsewhere}
        if self.base_scale is not None:
            arrays["base_scale"] = self.base_scale
        np.savez(folder / ARRAYS_FILE, **arrays)
        self.segments.write_parquet(folder / SEGMENTS_FILE)
        if self.base is not None:
            self.base.save(folder / BASE_FOLDER)

    @classmethod
    def load(cls, folder: Path) -> StratifiedPredictor:
        """Read what `save` wrote; runs no code from the files.

        Raises
        ------
        ModelMistake
            When a file is missing or broken.

        """
        details, arrays = read_details(folder), read_arrays(folder / ARRAYS_FILE)
        with broken_files_told(folder, pl.exceptions.PolarsError):
            columns = Columns(*(arrays[name] for name in FIELDS))
            named = ("keys", "values", "seen", "elsewhere")
            coefficients = Coefficients(*(arrays[name] for name in named))
            segments = pl.read_parquet(folder / SEGMENTS_FILE)
            evidence = PoolingEvidence.from_dict(details["evidence"])
            n_keys, groups = int(details["n_keys"]), tuple(details["groups"])
        return cls(
            coefficients,
            columns,
            n_keys,
            segments,
            evidence,
            tuple(details["features"]),
            tuple(details["classes"]),
            details["settings"],
            load_predictor(folder / BASE_FOLDER) if details["base"] else None,
            arrays.get("base_scale"),
            groups,
        )

    def _scores(self, matrix: Matrix) -> Floats:
        table = self._table[self.nodes(matrix)[0]]
        x = self.columns.of(matrix.values[:, : self._bare])
        scores: Floats = np.einsum("koj,kj->ko", table[:, :, : self.columns.size], x)
        if self.base is not None:
            of_base = self.base.scores(bare(matrix, self.n_keys))
            scores += of_base
            if self.base_scale is not None:
                mean, spread = self.base_scale.T
                scores += table[:, :, -1] * (of_base - mean) / spread
        return scores

    def _found(self, keys: NDArray[np.int64]) -> tuple[Positions, NDArray[np.bool_]]:
        known = self.coefficients.keys
        places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        there = known[places] == keys
        return np.where(there, places, -1), there

    def _node_of_row(self, values: Floats) -> int:
        keys = values[self._bare :]
        node = self._node(combined_row(keys))
        for length in self.groups:
            if node >= 0:
                break
            node = self._node(combined_row(keys[:length]))
        return node

    def _node(self, key: int) -> int:
        known = self.coefficients.keys
        place = int(known.searchsorted(key))
        return place if place < len(known) and known[place] == key else -1


def bare(matrix: Matrix, n_keys: int) -> Matrix:
    """A matrix without its last features, the keys."""
    kept = len(matrix.features) - n_keys
    features, columns = matrix.features[:kept], matrix.columns[:kept]
    return Matrix(matrix.values[:, :kept], features, columns, matrix.categories)
