"""schemathesis over the endpoint's own OpenAPI: no 500. The argument is seconds (default 300)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from faults.endpoint import Endpoint
from faults.record import record
from measure import ROOT

TOOL = ROOT / ".venv-serving-schemathesis" / "bin" / "schemathesis"
GROWTH_MB = 100


def main(seconds: int) -> None:
    with tempfile.TemporaryDirectory() as folder, Endpoint(Path(folder)) as endpoint:
        endpoint.answers()
        before_mb = endpoint.running.memory().pss_mb
        events = Path(folder) / "events.ndjson"
        command = [str(TOOL), "run", f"http://127.0.0.1:{endpoint.port}/openapi.json"]
        command += ["--max-time", str(seconds), "--checks", "not_a_server_error"]
        command += ["--continue-on-failure", "--suppress-health-check", "all", "--seed", "1"]
        command += ["--report", "ndjson", "--report-ndjson-path", str(events)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        print(done.stdout[-2000:])
        counted = statuses(events)
        growth_mb = endpoint.running.memory().pss_mb - before_mb
        alive = endpoint.answers()
    server_errors = sum(count for status, count in counted.items() if status == "500")
    record(
        "schema",
        alive and sum(counted.values()) > 0 and not server_errors and growth_mb < GROWTH_MB,
        seconds=seconds,
        requests=sum(counted.values()),
        statuses=counted,
        server_errors=server_errors,
        memory_growth_mb=growth_mb,
    )


def statuses(events: Path) -> dict[str, int]:
    """How often each status was answered, from the report of events."""
    counts = Counter[str]()
    for line in events.read_text(encoding="utf-8").splitlines():
        count(json.loads(line), counts)
    return {status: counts[status] for status in sorted(counts)}


def count(value: object, counts: Counter[str]) -> None:
    if isinstance(value, dict):
        if isinstance(value.get("status_code"), int):
            counts[str(value["status_code"])] += 1
        for inner in value.values():
            count(inner, counts)
    elif isinstance(value, list):
        for inner in value:
            count(inner, counts)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
