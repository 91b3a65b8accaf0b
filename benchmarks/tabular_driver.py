"""What every driver of a system gives to tabular_cell.py."""

from __future__ import annotations

import pickle
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from tabular_split import Split, codes, numbers

Array = np.ndarray[Any, Any]


class Driver(ABC):
    """A system on one split: libraries are imported when it is made, so `fit` is all that is timed.

    Attributes
    ----------
    takes_text
        Whether columns of free text are handed to it; they are dropped for the others.
    model
        What was fitted.

    """

    takes_text: ClassVar[bool] = False
    model: Any

    def __init__(self, split: Split, seed: int, budget_s: int | None) -> None:
        self.split, self.seed, self.budget_s = split, seed, budget_s
        self.regression = split.task == "regression"
        dropped = [] if self.takes_text else list(split.text)
        self.kept = [name for name in split.rows.columns if name not in dropped]
        self.dtypes = {name: split.rows[name].dtype for name in self.kept}

    @abstractmethod
    def fit(self) -> None:
        """Fit on the split's training rows."""

    @abstractmethod
    def predict(self, table: pd.DataFrame) -> Array:
        """Numbers, shape `(n,)`, or probabilities in the order of `classes`, `(n, n_classes)`."""

    def predict_row(self, row: dict[str, Any]) -> object:
        """The same for one row."""
        return self.predict(pd.DataFrame([row]))

    def interval(self, table: pd.DataFrame) -> Array | None:
        """90 % intervals of a regression, shape `(n, 2)`, from a system that gives them."""
        return None

    def ready_to_serve(self) -> None:
        """Whatever the system advises before rows are predicted one by one."""
        return None

    def save(self, folder: Path) -> None:
        """Write what a server needs."""
        (folder / "model.pickle").write_bytes(pickle.dumps(self.model))

    def prepared(self, table: pd.DataFrame) -> pd.DataFrame:
        """The columns it takes, with the types that they had when it was fitted."""
        return table[self.kept].astype(self.dtypes)

    @property
    def target(self) -> Array:
        """Training targets: numbers, or the positions of their classes."""
        if self.regression:
            return numbers(self.split.outcome)
        return codes(self.split.outcome, self.split.classes)

    def aligned(self, chances: Array, labels: list[str]) -> Array:
        """Probabilities in the order of `classes`; a class that the system left out has none."""
        places = [self.split.classes.index(str(label)) for label in labels]
        whole = np.zeros((len(chances), len(self.split.classes)))
        whole[:, places] = chances
        return whole
