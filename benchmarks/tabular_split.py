"""A set's outer split: the same rows for every system, whatever libraries its environment holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from tabular_sets import CACHE, LIST

TEST_SHARE = 0.2


@dataclass(frozen=True)
class Split:
    """Rows to fit on and rows to be judged on.

    Attributes
    ----------
    classes
        Sorted labels, shape `(n_classes,)`; empty for regression.
    text
        Columns of free text.

    """

    task: str
    target: str
    text: tuple[str, ...]
    classes: tuple[str, ...]
    rows: pd.DataFrame
    outcome: pd.Series
    test_rows: pd.DataFrame
    test_outcome: pd.Series

    @property
    def truth(self) -> np.ndarray[Any, Any]:
        """Test targets: numbers, or the positions of their classes; shape `(n_test,)`."""
        return (
            codes(self.test_outcome, self.classes) if self.classes else numbers(self.test_outcome)
        )


def split(name: str, seed: int) -> Split:
    """80 % and 20 % of the rows of a set, by class where there are classes."""
    known = json.loads(LIST.read_text(encoding="utf-8"))[name]
    table = pd.read_parquet(CACHE / f"{name}.parquet")
    outcome = table[known["target"]]
    regression = known["task"] == "regression"
    aside = chosen(len(table), seed, None if regression else outcome)
    parts = [table[~aside].reset_index(drop=True), table[aside].reset_index(drop=True)]
    return Split(
        known["task"],
        known["target"],
        tuple(known["text"]),
        () if regression else tuple(sorted(outcome.unique())),
        *(half for part in parts for half in halves(part, known["target"])),
    )


def halves(table: pd.DataFrame, target: str) -> tuple[pd.DataFrame, pd.Series]:
    return table.drop(columns=target), table[target]


def chosen(rows: int, seed: int, labels: pd.Series | None) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows are set aside, shape `(rows,)`; the same share of each label if labels come."""
    order = np.random.default_rng(seed).permutation(rows)
    groups = [order]
    if labels is not None:
        shuffled = labels.to_numpy()[order]
        groups = [order[shuffled == label] for label in sorted(set(shuffled))]
    aside = np.zeros(rows, dtype=bool)
    for group in groups:
        aside[group[: round(len(group) * TEST_SHARE)]] = True
    return aside


def codes(labels: pd.Series, classes: tuple[str, ...]) -> np.ndarray[Any, Any]:
    return np.searchsorted(np.array(classes, dtype=str), labels.to_numpy(dtype=str))


def numbers(outcome: pd.Series) -> np.ndarray[Any, Any]:
    return outcome.to_numpy(dtype=float)
