"""`KeptAttempts`: what an interrupted search has done, on disk, so that the next one goes on."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from relevo.errors import ModelMistake
from relevo.learn.attempt import Attempt
from relevo.learn.folds import Folds
from relevo.learn.registry import load_predictor
from relevo.learn.rows import Rows

_DETAILS = ("loss", "learner", "settings", "seconds", "seconds_per_row", "latency_us")


class KeptAttempts:
    """Attempts of one search: the same rows in the same folds.

    An attempt appears whole or not at all: it is written beside its place and then renamed.

    Parameters
    ----------
    folder
        Where searches keep their attempts, each in a folder of its own.
    rows, folds
        What the search learns from.

    """

    def __init__(self, folder: Path, rows: Rows, folds: Folds) -> None:
        self.folder = folder / _fingerprint(rows, folds)

    def get(self, learner: str, settings: Mapping[str, Any], fold: int) -> Attempt | None:
        """The attempt of an earlier search; None when there is none that can be read."""
        place = self._place(learner, settings, fold)
        try:
            details = json.loads((place / "attempt.json").read_text(encoding="utf-8"))
            scores = np.load(place / "scores.npy", allow_pickle=False)
            predictor: Any = load_predictor(place / "predictor")
            return Attempt(predictor, scores, **{name: details[name] for name in _DETAILS})
        except (OSError, ValueError, KeyError, ModelMistake):
            return None

    def put(self, settings: Mapping[str, Any], fold: int, attempt: Attempt) -> None:
        """Keep an attempt; a full disk only means that it is not kept."""
        place = self._place(attempt.learner, settings, fold)
        beside = place.with_name(f"{place.name}-{uuid4().hex}")
        try:
            attempt.predictor.save(beside / "predictor")
            np.save(beside / "scores.npy", attempt.scores, allow_pickle=False)
            details = {name: getattr(attempt, name) for name in _DETAILS}
            details["settings"] = dict(attempt.settings)
            (beside / "attempt.json").write_text(json.dumps(details), encoding="utf-8")
            beside.replace(place)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)

    def _place(self, learner: str, settings: Mapping[str, Any], fold: int) -> Path:
        text = json.dumps([learner, dict(settings), fold], sort_keys=True)
        return self.folder / hashlib.sha256(text.encode()).hexdigest()[:24]


def _fingerprint(rows: Rows, folds: Folds) -> str:
    digest = hashlib.blake2b(digest_size=12)
    for array in (*rows.arrays("rows").values(), folds.of_row):
        digest.update(np.ascontiguousarray(array).data)
    digest.update(repr((rows.matrix.features, rows.target.classes)).encode())
    return digest.hexdigest()
