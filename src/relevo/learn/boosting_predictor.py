"""`BoostingPredictor`: a LightGBM model that predicts, whole tables and single rows."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from relevo.learn import booster_text
from relevo.learn.booster_check import check_booster
from relevo.learn.classes import plain_labels
from relevo.learn.learner import Floats
from relevo.learn.pairs import Pairs
from relevo.learn.predictor_files import (
    broken_files_told,
    read_arrays,
    read_details,
    read_packed,
    write_details,
)
from relevo.learn.rows import Rows
from relevo.learn.scored import Scored
from relevo.learn.tree_contributions import FEWEST_ROWS, TreeContributions
from relevo.learn.trees import CONTRIBUTIONS, LEAVES, RAW_SCORE, Trees
from relevo.prepare.matrix import Matrix

MODEL_FILE, PAIRS_FILE = "model.txt.gz", "pairs.npz"
_PACKING = 4
_ROWS_AT_ONCE = 20_000


class BoostingPredictor(Scored):
    """Boosted trees.

    Parameters
    ----------
    text
        The model in LightGBM's text format; as bytes, packed with gzip.
    features
        The features' names, as in the matrix that it was trained on.
    classes
        The labels of a classification, in order; empty for a regression.
    settings
        How it was trained.
    factor, shift
        A regression's raw score is `factor * booster's + shift`: boosters learn a target of mean 0
        and spread 1, because LightGBM keeps targets as float32.
    pairs
        What the trees see behind the features; None for nothing.

    Attributes
    ----------
    threads
        How many threads `predict` and `contributions` use; 0 for all.
    n_outputs
        1 for two classes and for a regression, else the number of classes.

    """

    kind = "boosting"
    merges: ClassVar[bool] = False

    def __init__(
        self,
        text: str | bytes,
        features: tuple[str, ...],
        classes: tuple[Any, ...],
        settings: Mapping[str, Any],
        factor: float = 1.0,
        shift: float = 0.0,
        pairs: Pairs | None = None,
    ) -> None:
        # No time stamp: the same model is the same file.
        if isinstance(text, str):
            text = gzip.compress(text.encode(), _PACKING, mtime=0)
        self._packed = text
        self.features = features
        self.classes = classes
        self.settings = settings
        self.factor, self.shift, self.pairs = factor, shift, pairs
        self.threads = 0
        self.n_outputs = len(classes) if len(classes) > 2 else 1

    @property
    def text(self) -> str:
        """The model in LightGBM's text format; a search holds many, so it is kept packed."""
        return gzip.decompress(self._packed).decode()

    @cached_property
    def _trees(self) -> Trees:
        return Trees(self.text, self._n_seen, self.n_outputs)

    @classmethod
    def average(cls, members: Sequence[BoostingPredictor], weights: Floats) -> BoostingPredictor:
        """One model with the weighted mean raw score of several over the same features."""
        first, shares = members[0], weights / weights.sum(axis=0)
        text = booster_text.combined(
            (member.text for member in members),
            [share * m.factor / first.factor for m, share in zip(members, shares, strict=True)],
            [
                share * (m.shift - first.shift) / first.factor
                for m, share in zip(members, shares, strict=True)
            ],
        )
        trees = sum(member.settings.get("trees", 0) for member in members)
        settings = {**first.settings, "trees": trees}
        scale = first.factor, first.shift
        return cls(text, first.features, first.classes, settings, *scale, first.pairs)

    @property
    def like(self) -> object:
        """What predictors must have in common to be averaged into one."""
        return self.features, self.classes, self.pairs and self.pairs.key

    @property
    def size_mb(self) -> float:
        """About what `save` writes, in 10^6 bytes."""
        return len(self._packed) / 1e6

    def scores(self, matrix: Matrix) -> Floats:
        """Raw scores, shape `(n_rows, n_outputs)`."""
        raw = self._trees(self._seen(matrix.values), RAW_SCORE, self.threads)
        return self.factor * raw + self.shift

    def scores_row(self, values: Floats) -> Floats:
        """Raw scores `(n_outputs,)` of one row `(n_features,)`."""
        raw = self._trees.row(self._seen(values))
        return self.factor * raw + self.shift if self._is_scaled else raw

    def contributions(self, matrix: Matrix) -> Floats:
        """What each feature adds to the score: TreeSHAP (Lundberg et al., 2020), exact.

        What a pair adds is shared by its two features, see `Pairs`.

        Shape `(n_rows, n_outputs, n_features + 1)`; the last column is the base value. Many rows
        are looked up in tables, see `TreeContributions`; for few rows the tables would take longer
        than LightGBM itself, which also answers for the odd trees that relevo does not train.
        """
        seen = self._seen(matrix.values)
        if self._has_many(seen):
            assert self._shares is not None
            return self._told(self._shares(seen, self.threads))
        flat = self._trees(seen, CONTRIBUTIONS, self.threads)
        return self._told(flat.reshape(len(matrix), self.n_outputs, -1))

    def contributions_row(self, values: Floats) -> Floats:
        """The same of one row `(n_features,)`, shape `(n_outputs, n_features + 1)`.

        The first row makes the tables, if they are not too large to be kept.
        """
        seen, shares = self._seen(values), self._shares
        if shares is not None and shares.keeps_tables:
            return self._told(shares.row(seen))
        return self._told(self._trees.row(seen, CONTRIBUTIONS).reshape(self.n_outputs, -1))

    def _has_many(self, seen: Floats) -> bool:
        return (
            len(seen) >= FEWEST_ROWS
            and self._shares is not None
            and (self._shares.is_ready or len(seen) >= self._shares.fewest_rows)
        )

    def _told(self, parts: Floats) -> Floats:
        """What trees say of the features that they see, of the features and in the score's unit."""
        parts = self.factor * parts
        if self.pairs:
            parts = self.pairs.shared(parts)
        parts[..., -1] += self.shift
        return parts

    @cached_property
    def _shares(self) -> TreeContributions | None:
        return TreeContributions.of(self.text, self._n_seen)

    def leaves(self, seen: Matrix) -> NDArray[np.int32]:
        """The leaf of each row in each tree, `(n_rows, n_trees)`, of rows as the trees see them."""
        starts = range(0, max(1, len(seen)), _ROWS_AT_ONCE)
        return np.concatenate(
            [
                self._trees(seen.values[start : start + _ROWS_AT_ONCE], LEAVES, self.threads)
                for start in starts
            ],
            dtype=np.int32,
            casting="unsafe",
        )

    def seen(self, rows: Rows) -> Rows:
        """Rows as the trees learn from them: with pairs, the target in their units."""
        rows = self.pairs.rows(rows) if self.pairs else rows
        return rows.scaled(self.factor, self.shift)

    def save(self, folder: Path) -> None:
        """Write `model.txt.gz` and `predictor.json`; `pairs.npz` when it sees pairs."""
        write_details(
            folder,
            kind=self.kind,
            features=list(self.features),
            classes=plain_labels(self.classes),
            settings=dict(self.settings),
            factor=self.factor,
            shift=self.shift,
            pairs=bool(self.pairs),
        )
        (folder / MODEL_FILE).write_bytes(self._packed)
        if self.pairs:
            np.savez(folder / PAIRS_FILE, **self.pairs.arrays())

    @classmethod
    def load(cls, folder: Path) -> BoostingPredictor:
        """Read what `save` wrote; runs no code from the files.

        Raises
        ------
        ModelMistake
            When a file is missing or broken.

        """
        details = read_details(folder)
        arrays = read_arrays(folder / PAIRS_FILE) if details.get("pairs") else None
        with broken_files_told(folder):
            text = read_packed(folder / MODEL_FILE).decode()
            loaded = cls(
                (folder / MODEL_FILE).read_bytes(),
                tuple(details["features"]),
                tuple(details["classes"]),
                details.get("settings", {}),
                float(details.get("factor", 1.0)),
                float(details.get("shift", 0.0)),
                Pairs.of(arrays) if arrays else None,
            )
            check_booster(text, loaded._n_seen, loaded.n_outputs)
            # A broken text shows now, not at the first prediction.
            loaded._trees = Trees(text, loaded._n_seen, loaded.n_outputs)
        return loaded

    def __reduce__(self) -> tuple[object, ...]:
        parts = (self.text, self.features, self.classes, dict(self.settings))
        return type(self), (*parts, self.factor, self.shift, self.pairs)

    def _seen(self, values: Floats) -> Floats:
        """What the trees see of rows `(n_rows, n_features)` or of one `(n_features,)`."""
        return self.pairs.widened(values) if self.pairs else values

    @cached_property
    def _is_scaled(self) -> bool:
        return self.factor != 1.0 or self.shift != 0.0

    @property
    def _n_seen(self) -> int:
        return len(self.features) + (self.pairs.count if self.pairs else 0)
