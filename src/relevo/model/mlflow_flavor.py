"""What MLflow calls to load a model folder and to predict with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from relevo.data.table import Table
from relevo.model.folder import load_model
from relevo.model.model import Model


def _load_pyfunc(path: str) -> PyfuncModel:
    """Called by `mlflow.pyfunc.load_model` (the name is MLflow's)."""
    folder = Path(path)
    return PyfuncModel(load_model(folder if folder.is_dir() else folder.parent))


class PyfuncModel:
    """A model as MLflow expects it: `predict` takes a pandas frame and gives one."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def predict(self, model_input: Any, params: dict[str, Any] | None = None) -> Any:
        """Predictions as a frame of the kind that came: pandas for MLflow, else Polars."""
        predicted = self.model.predict_table(Table.of(model_input).data)
        return predicted if isinstance(model_input, pl.DataFrame) else _pandas(predicted)


def _pandas(table: pl.DataFrame) -> Any:
    # Not `to_pandas`: that needs pyarrow, which a scoring environment may lack.
    import pandas as pd

    return pd.DataFrame(table.to_dict(as_series=False))
