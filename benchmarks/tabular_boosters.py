"""Drivers of the systems without a budget: boosted trees by default and meta-tuned, and linear.

The meta-tuned defaults are those of pytabkit 1.7.3 (`models/sklearn/default_params.py`; Holzmüller,
Grinsztajn, Steinwart: Better by Default, 2024): a fifth of the rows set aside, 1,000 rounds, the
best of them kept. They are handed to the libraries themselves, because pytabkit's own wrappers
refuse missing numbers, and stopping looks at the log loss that is judged here, not at their
default, the share of mistakes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tabular_driver import Array, Driver
from tabular_split import Split, chosen

ROUNDS, PATIENCE = 1000, 300
MOST_LEVELS = 255  # of a category, for HistGradientBoosting
RARE = 5  # rows below which the linear model takes a level for one of the rare ones

LIGHTGBM_CLASSES = {
    **{"learning_rate": 0.04, "subsample": 0.75, "subsample_freq": 1, "num_leaves": 50},
    **{"min_child_samples": 40, "min_child_weight": 1e-7},
}
LIGHTGBM_NUMBERS = {
    **{"learning_rate": 0.05, "subsample": 0.7, "subsample_freq": 1, "num_leaves": 100},
    **{"min_child_samples": 3, "min_child_weight": 1e-7},
}
XGBOOST_CLASSES = {
    **{"learning_rate": 0.08, "min_child_weight": 5e-6, "reg_lambda": 0.0, "max_depth": 6},
    **{"colsample_bylevel": 0.9, "subsample": 0.65, "tree_method": "hist", "max_bin": 256},
}
XGBOOST_NUMBERS = {
    **{"learning_rate": 0.05, "min_child_weight": 2.0, "reg_lambda": 0.0, "max_depth": 9},
    **{"subsample": 0.7, "tree_method": "hist", "max_bin": 256},
}
CATBOOST_CLASSES = {
    **{"learning_rate": 0.08, "l2_leaf_reg": 1e-5, "boosting_type": "Plain", "subsample": 0.9},
    **{"bootstrap_type": "Bernoulli", "depth": 7, "random_strength": 0.8, "one_hot_max_size": 15},
    **{"leaf_estimation_iterations": 1, "border_count": 254},
}
CATBOOST_NUMBERS = {
    **{"learning_rate": 0.09, "l2_leaf_reg": 1e-5, "boosting_type": "Plain", "subsample": 0.9},
    **{"bootstrap_type": "Bernoulli", "depth": 9, "random_strength": 0.0, "one_hot_max_size": 20},
    **{"leaf_estimation_iterations": 20, "border_count": 254},
}


class Booster(Driver):
    """Strings become categories with the levels of the training rows; an unknown one is missing."""

    def __init__(self, split: Split, seed: int, budget_s: int | None) -> None:
        super().__init__(split, seed, budget_s)
        self.strings = [name for name, dtype in self.dtypes.items() if dtype.kind == "O"]
        for name in self.strings:
            self.dtypes[name] = self.kind_of(split.rows[name])
        self.model = self.made()

    def kind_of(self, column: pd.Series) -> Any:
        return pd.CategoricalDtype(sorted(column.dropna().unique()))

    def made(self) -> Any:
        raise NotImplementedError

    def fit(self) -> None:
        self.model.fit(self.prepared(self.split.rows), self.target)

    def predict(self, table: pd.DataFrame) -> Array:
        rows = self.prepared(table)
        answer = self.model.predict(rows) if self.regression else self.model.predict_proba(rows)
        return np.asarray(answer)

    def set_aside(self) -> tuple[pd.DataFrame, Array, pd.DataFrame, Array]:
        """Rows and targets to fit on, rows and targets to stop by."""
        rows, target = self.prepared(self.split.rows), self.target
        aside = chosen(len(rows), self.seed, None if self.regression else self.split.outcome)
        return rows[~aside], target[~aside], rows[aside], target[aside]

    def loss(self, two: str, several: str) -> str:
        if self.regression:
            return "rmse"
        return two if self.split.task == "binary" else several


class LightGBM(Booster):
    def made(self) -> Any:
        import lightgbm

        kind = lightgbm.LGBMRegressor if self.regression else lightgbm.LGBMClassifier
        return kind(random_state=self.seed, verbosity=-1, **self.parameters())

    def parameters(self) -> dict[str, Any]:
        return {}


class LightGBMTuned(LightGBM):
    def parameters(self) -> dict[str, Any]:
        return {
            **(LIGHTGBM_NUMBERS if self.regression else LIGHTGBM_CLASSES),
            "n_estimators": ROUNDS,
        }

    def fit(self) -> None:
        import lightgbm

        rows, target, other_rows, other_target = self.set_aside()
        self.model.fit(
            rows,
            target,
            eval_set=[(other_rows, other_target)],
            eval_metric=self.loss("binary_logloss", "multi_logloss"),
            callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
        )


class XGBoost(Booster):
    def made(self) -> Any:
        import xgboost

        kind = xgboost.XGBRegressor if self.regression else xgboost.XGBClassifier
        return kind(random_state=self.seed, enable_categorical=True, **self.parameters())

    def parameters(self) -> dict[str, Any]:
        return {}


class XGBoostTuned(XGBoost):
    def parameters(self) -> dict[str, Any]:
        return {
            **(XGBOOST_NUMBERS if self.regression else XGBOOST_CLASSES),
            "n_estimators": ROUNDS,
            "early_stopping_rounds": PATIENCE,
            "eval_metric": self.loss("logloss", "mlogloss"),
        }

    def fit(self) -> None:
        rows, target, *other = self.set_aside()
        self.model.fit(rows, target, eval_set=[tuple(other)], verbose=False)


class CatBoost(Booster):
    """Takes free text too; a missing string is a level of its own."""

    takes_text = True

    def kind_of(self, column: pd.Series) -> Any:
        return np.dtype(object)

    def prepared(self, table: pd.DataFrame) -> pd.DataFrame:
        return super().prepared(table).fillna(dict.fromkeys(self.strings, "missing"))

    def made(self) -> Any:
        import catboost

        kind = catboost.CatBoostRegressor if self.regression else catboost.CatBoostClassifier
        return kind(
            random_seed=self.seed,
            cat_features=[name for name in self.strings if name not in self.split.text],
            text_features=list(self.split.text),
            verbose=False,
            allow_writing_files=False,
            **self.parameters(),
        )

    def parameters(self) -> dict[str, Any]:
        return {}

    def save(self, folder: Path) -> None:
        self.model.save_model(str(folder / "model.cbm"))


class CatBoostTuned(CatBoost):
    def parameters(self) -> dict[str, Any]:
        return {**(CATBOOST_NUMBERS if self.regression else CATBOOST_CLASSES), "iterations": ROUNDS}

    def fit(self) -> None:
        rows, target, *other = self.set_aside()
        self.model.fit(rows, target, eval_set=tuple(other), early_stopping_rounds=PATIENCE)


class HistGradientBoosting(Booster):
    """Categories of more levels than it takes become numbers: the positions of their levels."""

    def made(self) -> Any:
        from sklearn import ensemble

        name = f"HistGradientBoosting{'Regressor' if self.regression else 'Classifier'}"
        return getattr(ensemble, name)(categorical_features="from_dtype", random_state=self.seed)

    def prepared(self, table: pd.DataFrame) -> pd.DataFrame:
        rows = super().prepared(table)
        for name in self.strings:
            if len(self.dtypes[name].categories) > MOST_LEVELS:
                places = rows[name].cat.codes.astype(float)
                rows[name] = places.where(places >= 0)
        return rows


class Linear(Booster):
    """One-hot and standardised, missing numbers at their median and marked; the penalty by CV."""

    def kind_of(self, column: pd.Series) -> Any:
        return np.dtype(object)

    def prepared(self, table: pd.DataFrame) -> pd.DataFrame:
        return super().prepared(table).fillna(dict.fromkeys(self.strings, "missing"))

    def made(self) -> Any:
        from sklearn.compose import make_column_transformer
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegressionCV, RidgeCV
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import OneHotEncoder, StandardScaler

        numbers = [name for name in self.kept if name not in self.strings]
        known = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=RARE)
        median = SimpleImputer(strategy="median", add_indicator=True)
        filled = make_pipeline(median, StandardScaler())
        columns = make_column_transformer((known, self.strings), (filled, numbers))
        if self.regression:
            return make_pipeline(columns, RidgeCV(alphas=np.logspace(-3, 3, 13)))
        penalties = {"Cs": np.logspace(-3, 2, 6), "cv": 3, "scoring": "neg_log_loss"}
        return make_pipeline(columns, LogisticRegressionCV(**penalties, max_iter=300))
