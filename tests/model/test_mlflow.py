"""A model folder in an environment that holds MLflow and what the folder requires, not relevo."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from relevo.model.build import Built
from relevo.model.folder import save_model

PYTHON = Path(__file__).parents[2] / ".venv-mlflow" / "bin" / "python"
SCRIPT = """
import sys, json, importlib.util, pandas as pd, mlflow
assert importlib.util.find_spec("relevo") is None, "relevo itself is installed here"
model = mlflow.pyfunc.load_model(sys.argv[1])
rows = pd.read_csv(sys.argv[2], parse_dates=["day"])
predicted = model.predict(rows)
print(json.dumps({name: predicted[name].tolist() for name in predicted}))
"""

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="`make test` makes .venv-mlflow")


@pytest.mark.parametrize("learner", ["linear", "boosting"])
@pytest.mark.parametrize("task", ["classification", "regression"])
def test_mlflow_loads_the_folder_and_predicts_the_same(
    built: Callable[[str, str], Built], folder: Path, tmp_path: Path, task: str, learner: str
) -> None:
    one = built(task, learner)
    save_model(one.model, folder, one.tables)
    judged = one.tables["judged"].drop("y")
    judged.write_csv(tmp_path / "rows.csv")
    environment = {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        [str(PYTHON), "-c", SCRIPT, str(folder), str(tmp_path / "rows.csv")],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout.splitlines()[-1])
    ours = one.model.predict_table(judged)
    assert theirs.keys() == set(ours.columns)
    for name in ours.columns:
        if name == "prediction" and task == "classification":
            assert theirs[name] == ours[name].to_list()
        else:
            assert np.allclose(theirs[name], ours[name].to_numpy(), rtol=0, atol=1e-9)
