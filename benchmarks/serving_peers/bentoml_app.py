"""BentoML over the pipeline."""

from __future__ import annotations

import os
from typing import Any

import bentoml
import joblib
import pandas as pd


@bentoml.service(workers=1)
class Served:
    def __init__(self) -> None:
        self.pipeline = joblib.load(os.environ["PIPELINE"])

    @bentoml.api
    def predict(self, rows: list[dict[str, Any]]) -> list[list[float]]:
        return self.pipeline.predict_proba(pd.DataFrame(rows)).tolist()
