"""MLflow's own client and its own server's code, in an environment of theirs, beside ours."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

PYTHON = Path(__file__).parents[3] / ".venv-mlflow" / "bin" / "python"
SCRIPT = """
import json, sys
import mlflow, pandas as pd, requests
from mlflow.pyfunc import scoring_server
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

url, folder = sys.argv[1:]
frame = pd.DataFrame({
    "carrier": ["B6", "AA"], "distance": [1000.0, 200.5], "rain": [True, False],
    "wind": [12.5, None], "scheduled": pd.to_datetime(["2013-03-01T08:30:00"] * 2),
})
host, port = url.removeprefix("http://").split(":")
client = ScoringServerClient(host, int(port))
client.ping()
client.get_version()
print(json.dumps(client.invoke(frame, params={"ignored": 1}).get_predictions().to_dict("records")))

model = mlflow.pyfunc.load_model(folder)
frame["scheduled"] = frame["scheduled"].dt.strftime("%Y-%m-%dT%H:%M:%S")
records = json.loads(frame.to_json(orient="records"))
split = json.loads(frame.to_json(orient="split"))
columns = {name: [record[name] for record in records] for name in frame}
for body in (
    {"dataframe_split": split}, {"dataframe_records": records},
    {"instances": records}, {"inputs": columns}, {"inputs": records}, {"inputs": records[0]},
):
    kind = "application/json; charset=utf-8"
    sent = json.dumps(body)
    theirs = scoring_server.invocations(sent, kind, model, model.metadata.get_input_schema())
    ours = requests.post(url + "/invocations", data=sent, headers={"Content-Type": kind})
    print(json.dumps([json.loads(theirs.response)["predictions"], ours.json()["predictions"]]))
for sent in (frame.to_csv(index=False), frame.to_csv()):
    ours = requests.post(url + "/invocations", data=sent, headers={"Content-Type": "text/csv"})
    print(json.dumps([ours.json()["predictions"]]))
"""

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="`make test` makes .venv-mlflow")


def record(prediction: dict[str, Any]) -> dict[str, Any]:
    shares = {f"probability_{label}": p for label, p in prediction["probabilities"].items()}
    return {"prediction": prediction["label"], **shares}


def test_mlflows_client_gets_what_predict_gives_and_its_server_gives(
    url: str, late_models: Path, row: dict[str, Any], tmp_path: Path
) -> None:
    other = row | {"carrier": "AA", "distance": 200.5, "rain": False, "wind": None}
    answered = httpx.post(f"{url}/predict", json={"rows": [row, other]}).json()
    expected = [record(prediction) for prediction in answered["predictions"]]
    environment = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    done = subprocess.run(
        [str(PYTHON), "-c", SCRIPT, url, str(late_models / "v2")],
        capture_output=True,
        text=True,
        env=environment | {"HOME": str(tmp_path)},
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    by_client, *by_form = [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "["]
    assert by_client == expected
    assert len(by_form) == 8
    for *theirs, ours in by_form:
        assert ours == expected[: len(ours)]
        for their_rows in theirs:
            same_form(their_rows, ours)


def same_form(theirs: list[dict[str, Any]], ours: list[dict[str, Any]]) -> None:
    assert len(theirs) == len(ours)
    for one, other in zip(theirs, ours, strict=True):
        assert list(one) == list(other)
        assert one["prediction"] == other["prediction"]
        # A table and a row are added up in another order.
        shares = [[r[name] for name in r if name != "prediction"] for r in (one, other)]
        assert np.allclose(*shares, rtol=0, atol=1e-12)
