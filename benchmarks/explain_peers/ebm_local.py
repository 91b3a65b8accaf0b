"""How long EBM takes to explain one row: `ebm_local.py FOLDER`, in `.venv-explain-ebm`."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from interpret.glassbox import ExplainableBoostingClassifier

REPEATS = 10


def main(folder: Path) -> None:
    asked = json.loads((folder / "asked.json").read_text())
    frame = pd.read_csv(folder / "train.csv", keep_default_na=False)
    outcome = frame.pop(asked["target"]) == "bad"
    model = ExplainableBoostingClassifier(outer_bags=4, interactions=0, n_jobs=1, random_state=0)
    model.fit(frame[asked["columns"]], outcome)
    rows = pd.DataFrame(asked["rows"])[asked["columns"]]
    taken = []
    for _ in range(REPEATS):
        for at in range(len(rows)):
            row = rows.iloc[[at]]
            start = time.perf_counter()
            model.explain_local(row)
            taken.append((time.perf_counter() - start) * 1e6)
    print(json.dumps({"p50": np.percentile(taken, 50), "p99": np.percentile(taken, 99)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
