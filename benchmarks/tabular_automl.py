"""Drivers of the systems that keep to a budget: relevo, AutoGluon and FLAML.

Each is told the metric it is judged by; everything else is its default.
"""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from tabular_driver import Array, Driver
from tabular_split import Split

COVERAGE = 0.9


class Relevo(Driver):
    takes_text = True

    def __init__(self, split: Split, seed: int, budget_s: int | None) -> None:
        super().__init__(split, seed, budget_s)
        from relevo import learn

        kind = learn.TabularRegressor if self.regression else learn.TabularClassifier
        self.model = kind(budget=f"{budget_s}s", seed=seed)

    def fit(self) -> None:
        self.model.fit(self.split.rows, self.split.outcome)

    def predict(self, table: pd.DataFrame) -> Array:
        if self.regression:
            return np.asarray(self.model.predict(table))
        return self.aligned(self.model.predict_proba(table), list(self.model.classes_))

    def predict_row(self, row: dict[str, Any]) -> object:
        if hasattr(self.model, "predict_row"):
            return self.model.predict_row(row)
        return super().predict_row(row)

    def interval(self, table: pd.DataFrame) -> Array | None:
        return np.asarray(self.model.predict_interval(table, coverage=COVERAGE))

    def save(self, folder: Path) -> None:
        if hasattr(self.model, "save"):
            self.model.save(folder / "model")
        else:
            super().save(folder)


class AutoGluonMedium(Driver):
    takes_text = True
    presets: ClassVar[str] = "medium_quality"

    def __init__(self, split: Split, seed: int, budget_s: int | None) -> None:
        super().__init__(split, seed, budget_s)
        from autogluon.tabular import TabularPredictor

        self.folder = tempfile.TemporaryDirectory()
        self.model = TabularPredictor(
            label=split.target,
            problem_type=split.task,
            eval_metric="root_mean_squared_error" if self.regression else "log_loss",
            path=self.folder.name,
            verbosity=0,
        )

    def fit(self) -> None:
        rows = self.split.rows.assign(**{self.split.target: self.split.outcome})
        self.model.fit(rows, presets=self.presets, time_limit=self.budget_s)

    def predict(self, table: pd.DataFrame) -> Array:
        rows = self.prepared(table)
        if self.regression:
            return self.model.predict(rows, as_pandas=False)
        chances = self.model.predict_proba(rows)
        return self.aligned(chances.to_numpy(), list(chances.columns))

    def ready_to_serve(self) -> None:
        self.model.persist()

    def save(self, folder: Path) -> None:
        self.model.clone_for_deployment(str(folder / "model"))


class AutoGluonHigh(AutoGluonMedium):
    presets = "high_quality"


class AutoGluonBest(AutoGluonMedium):
    presets = "best_quality"


class Flaml(Driver):
    def __init__(self, split: Split, seed: int, budget_s: int | None) -> None:
        super().__init__(split, seed, budget_s)
        from flaml import AutoML

        self.model = AutoML()

    def fit(self) -> None:
        self.model.fit(
            X_train=self.prepared(self.split.rows),
            y_train=self.split.outcome,
            task="regression" if self.regression else "classification",
            metric="rmse" if self.regression else "log_loss",
            time_budget=self.budget_s,
            seed=self.seed,
            verbose=0,
        )

    def predict(self, table: pd.DataFrame) -> Array:
        rows = self.prepared(table)
        if self.regression:
            return np.asarray(self.model.predict(rows))
        return self.aligned(self.model.predict_proba(rows), list(self.model.classes_))

    def save(self, folder: Path) -> None:
        (folder / "model.pickle").write_bytes(pickle.dumps(self.model, pickle.HIGHEST_PROTOCOL))
