"""The servers that are measured: how each is started, asked, and what its answer says."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measure import QUIET, ROOT
from serving_client import request
from serving_process import free_port

APPS = ROOT / "benchmarks" / "serving_peers"
QUIETER = {**QUIET, "BENTOML_DO_NOT_TRACK": "True", "PYTHONUNBUFFERED": "1"}
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Place:
    """Where a server's files are."""

    work: Path
    project: Path
    pipeline: Path


@dataclass(frozen=True)
class Server:
    """A server.

    Attributes
    ----------
    key, label
        Its names in the results and in the table.
    kind
        `relevo`, `peer` or `limit`.
    environment
        The virtual environment that holds it.
    command
        What to run there, given the place and the port.
    path, body
        Where it is asked, and with which JSON for some rows.
    scores
        The probabilities of `yes` in its answer.
    prepare
        Writes what it needs beside the pipeline, once.

    """

    key: str
    label: str
    kind: str
    environment: str
    command: Callable[[Place, int], list[str]]
    path: str
    body: Callable[[Rows], Any]
    scores: Callable[[Any], list[float]]
    prepare: Callable[[Place, int], None] = field(default=lambda place, port: None)

    def asking(self, rows: Rows, query: str = "") -> bytes:
        return request(self.path + query, json.dumps(self.body(rows)).encode())

    def run(self, place: Place, port: int) -> list[str]:
        name, *arguments = self.command(place, port)
        return [str(binaries(self.environment) / name), *arguments]

    def variables(self, place: Place) -> dict[str, str]:
        path = f"{binaries(self.environment)}{os.pathsep}{os.environ['PATH']}"
        return {**QUIETER, **ONE_THREAD, "PIPELINE": str(place.pipeline), "PATH": path}


def binaries(environment: str) -> Path:
    return ROOT / environment / "bin"


def by_records(rows: Rows) -> Any:
    return {"rows": list(rows)}


def by_split(rows: Rows) -> Any:
    columns = list(rows[0])
    data = [[row[name] for name in columns] for row in rows]
    return {"dataframe_split": {"columns": columns, "data": data}}


def by_columns(rows: Rows) -> Any:
    """Open Inference Protocol v2: a tensor for each column."""
    inputs = []
    for name, first in rows[0].items():
        kind = "BYTES" if isinstance(first, str) else "FP64"
        codec = {"content_type": "str" if kind == "BYTES" else "np"}
        data = [row[name] for row in rows]
        tensor = {"name": name, "shape": [len(rows), 1], "datatype": kind, "data": data}
        inputs.append({**tensor, "parameters": codec})
    return {
        "parameters": {"content_type": "pd"},
        "inputs": inputs,
        "outputs": [{"name": "predict_proba"}],
    }


def in_relevo(answer: Any) -> list[float]:
    return [one["probabilities"]["yes"] for one in answer["predictions"]]


def in_pairs(answer: Any) -> list[float]:
    return [pair[1] for pair in answer["predictions"]]


def in_list(answer: Any) -> list[float]:
    return [pair[1] for pair in answer]


def in_tensor(answer: Any) -> list[float]:
    data: list[float] = answer["outputs"][0]["data"]
    return data[1::2]


def mlflow_folder(place: Place, port: int) -> None:
    if (place.work / "mlflow").exists():
        return
    python = str(binaries(".venv-serving-mlflow") / "python")
    script, rows = str(APPS / "mlflow_folder.py"), str(place.pipeline.parent / "rows.json")
    command = [python, script, str(place.pipeline), rows, str(place.work / "mlflow")]
    variables = {**os.environ, **QUIETER}
    subprocess.run(command, check=True, env=variables, cwd=place.work, capture_output=True)


def mlserver_folder(place: Place, port: int) -> None:
    folder = place.work / "mlserver"
    folder.mkdir(exist_ok=True)
    settings = {
        "host": "127.0.0.1",
        "http_port": port,
        "grpc_port": free_port(),
        "metrics_port": free_port(),
        "parallel_workers": 0,
    }
    model = {
        "name": "served",
        "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": str(place.pipeline)},
    }
    for name, content in {"settings": settings, "model-settings": model}.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def echo(key: str, label: str, command: Callable[[Place, int], list[str]]) -> Server:
    where = ".venv-serving-python"
    return Server(key, label, "limit", where, command, "/predict", by_records, in_pairs)


SERVERS = (
    Server(
        "relevo",
        "relevo",
        "relevo",
        ".venv-serving-relevo",
        lambda place, port: ["relevo", "serve", "-C", str(place.project), "--port", str(port)],
        "/predict",
        by_records,
        in_relevo,
    ),
    Server(
        "mlflow",
        "mlflow models serve",
        "peer",
        ".venv-serving-mlflow",
        lambda place, port: [
            *("mlflow", "models", "serve", "--model-uri", str(place.work / "mlflow")),
            *("--env-manager", "local", "--host", "127.0.0.1", "--port", str(port)),
        ],
        "/invocations",
        by_split,
        in_pairs,
        mlflow_folder,
    ),
    Server(
        "mlserver",
        "MLServer (v2)",
        "peer",
        ".venv-serving-mlserver",
        lambda place, port: ["mlserver", "start", str(place.work / "mlserver")],
        "/v2/models/served/infer",
        by_columns,
        in_tensor,
        mlserver_folder,
    ),
    Server(
        "bentoml",
        "BentoML",
        "peer",
        ".venv-serving-python",
        lambda place, port: [
            *("bentoml", "serve", "bentoml_app:Served", "--working-dir", str(APPS)),
            *("--host", "127.0.0.1", "--port", str(port)),
        ],
        "/predict",
        by_records,
        in_list,
    ),
    Server(
        "litserve",
        "LitServe",
        "peer",
        ".venv-serving-python",
        lambda place, port: ["python", str(APPS / "litserve_app.py"), str(port)],
        "/predict",
        by_records,
        in_pairs,
    ),
    Server(
        "fastapi",
        "FastAPI + uvicorn + pipeline",
        "peer",
        ".venv-serving-python",
        lambda place, port: [
            *("uvicorn", "fastapi_app:app", "--app-dir", str(APPS)),
            *("--host", "127.0.0.1", "--port", str(port)),
        ],
        "/predict",
        by_records,
        in_pairs,
    ),
    echo(
        "echo_granian",
        "limit: granian, a fixed answer",
        lambda place, port: [
            *("granian", "--interface", "rsgi", "--working-dir", str(APPS)),
            *("--host", "127.0.0.1", "--port", str(port), "echo_app:rsgi"),
        ],
    ),
    echo(
        "echo_uvicorn",
        "limit: uvicorn, a fixed answer",
        lambda place, port: [
            *("uvicorn", "echo_app:asgi", "--app-dir", str(APPS), "--no-access-log"),
            *("--host", "127.0.0.1", "--port", str(port)),
        ],
    ),
)
