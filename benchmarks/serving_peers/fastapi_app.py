"""FastAPI over the pipeline, on uvicorn."""

from __future__ import annotations

import os
from typing import Any

import joblib
import pandas as pd
from fastapi import FastAPI

app = FastAPI()
pipeline = joblib.load(os.environ["PIPELINE"])


@app.post("/predict")
async def predict(body: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {"predictions": pipeline.predict_proba(pd.DataFrame(body["rows"])).tolist()}
