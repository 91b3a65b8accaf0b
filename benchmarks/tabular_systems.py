"""The systems of tabular.py: environment, budgets, and the class that drives each one."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from measure import ROOT

if TYPE_CHECKING:
    from tabular_driver import Driver

UNLIMITED = (None,)


@dataclass(frozen=True)
class System:
    """One system.

    Attributes
    ----------
    label
        What people read.
    environment
        The folder of its virtual environment.
    driver
        `module:class` of what drives it there.
    budgets_s
        Seconds it is given; None alone for a system that knows no budget.

    """

    label: str
    environment: str
    driver: str
    budgets_s: tuple[int | None, ...] = UNLIMITED

    @property
    def python(self) -> Path:
        return ROOT / self.environment / "bin" / "python"

    def drive(self) -> type[Driver]:
        """Its driver's class; only in its own environment."""
        module, _, name = self.driver.partition(":")
        found: type[Driver] = getattr(import_module(module), name)
        return found


_AUTOGLUON, _FLAML, _BOOSTERS = ".venv-autogluon", ".venv-flaml", ".venv-boosters"

SYSTEMS = {
    "relevo": System("relevo", ".venv-relevo", "tabular_automl:Relevo", (2, 10, 60)),
    "autogluon_medium": System(
        "AutoGluon medium", _AUTOGLUON, "tabular_automl:AutoGluonMedium", (10, 60)
    ),
    "autogluon_high": System(
        "AutoGluon high", _AUTOGLUON, "tabular_automl:AutoGluonHigh", (10, 60)
    ),
    "autogluon_best": System(
        "AutoGluon best", _AUTOGLUON, "tabular_automl:AutoGluonBest", (10, 60)
    ),
    "flaml": System("FLAML", _FLAML, "tabular_automl:Flaml", (10, 60)),
    "catboost": System("CatBoost", _BOOSTERS, "tabular_boosters:CatBoost"),
    "catboost_tuned": System("CatBoost, meta-tuned", _BOOSTERS, "tabular_boosters:CatBoostTuned"),
    "lightgbm": System("LightGBM", _BOOSTERS, "tabular_boosters:LightGBM"),
    "lightgbm_tuned": System("LightGBM, meta-tuned", _BOOSTERS, "tabular_boosters:LightGBMTuned"),
    "xgboost": System("XGBoost", _BOOSTERS, "tabular_boosters:XGBoost"),
    "xgboost_tuned": System("XGBoost, meta-tuned", _BOOSTERS, "tabular_boosters:XGBoostTuned"),
    "hist_gradient_boosting": System(
        "HistGradientBoosting", _BOOSTERS, "tabular_boosters:HistGradientBoosting"
    ),
    "linear": System("linear", _BOOSTERS, "tabular_boosters:Linear"),
}
