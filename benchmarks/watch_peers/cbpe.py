"""NannyML's CBPE (in its own environment): `cbpe.py census FOLDER`, or `cbpe.py FOLDER CHUNK`."""

import json
import os
import sys
from pathlib import Path

os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"

import nannyml
import pandas as pd


def export(folder: Path) -> None:
    """The census data that the package ships, as three tables."""
    reference, current, target = nannyml.load_us_census_ma_employment_data()
    for name, table in (("reference", reference), ("current", current), ("target", target)):
        table.to_parquet(folder / f"census_{name}.parquet")


def estimate(folder: Path, chunk: int) -> None:
    reference, current = (pd.read_parquet(folder / f"cbpe_{n}.parquet") for n in ("before", "now"))
    cbpe = nannyml.CBPE(
        problem_type="classification_binary",
        y_pred_proba="said",
        y_pred="called",
        y_true="true",
        metrics=["roc_auc"],
        chunk_size=chunk,
    )
    cbpe.fit(reference)
    found = cbpe.estimate(current).to_df()
    analysis = found[found[("chunk", "period")] == "analysis"]
    values = analysis[("roc_auc", "value")].tolist()
    alerts = int(analysis[("roc_auc", "alert")].sum())
    print(json.dumps({"values": values, "alerts": alerts, "version": nannyml.__version__}))


if __name__ == "__main__":
    if sys.argv[1] == "census":
        export(Path(sys.argv[2]))
    else:
        estimate(Path(sys.argv[1]), int(sys.argv[2]))
