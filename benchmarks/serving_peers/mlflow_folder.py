"""Save the pipeline as an MLflow model. Arguments: the pipeline, its rows as JSON, the folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import joblib
import mlflow.sklearn
import pandas as pd
from mlflow.models import infer_signature


def main(pipeline_file: str, rows_file: str, folder: str) -> None:
    pipeline = joblib.load(pipeline_file)
    rows = pd.DataFrame(json.loads(Path(rows_file).read_text(encoding="utf-8")))
    mlflow.sklearn.save_model(
        pipeline,
        folder,
        signature=infer_signature(rows, pipeline.predict_proba(rows)),
        serialization_format="cloudpickle",  # its default refuses LightGBM in a pipeline
        pyfunc_predict_fn="predict_proba",
        pip_requirements=["scikit-learn", "lightgbm"],
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
