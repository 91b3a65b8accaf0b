"""relevo's endpoint beside the servers that people use: same model, same machine, same client.

Each round starts every server anew and measures it alone: the time to its first good answer, one
and 16 connections in a closed loop, requests of 100 rows, CPU per request and memory. While it is
measured relevo checks every row, has each prediction on disk before it answers, and offers all of
them to a challenger; the peers do none of these. The argument is the seconds of each loop (default
5), then the rounds (default 3), then which servers (default all).
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from measure import RESULTS
from serving_client import Load, ask_once, closed_loop
from serving_log import Log
from serving_model import Made, made, mirror
from serving_process import Process, free_port
from serving_servers import SERVERS, Place, Server, binaries
from serving_summary import summary

KINDS_OF_ROWS, MANY, WARM_UP_S = 64, 100, 1.0
PACKAGES = {
    "relevo": ("relevo", "lightgbm", "uvicorn"),
    "mlflow": ("mlflow", "scikit-learn"),
    "mlserver": ("mlserver", "mlserver-sklearn"),
    "bentoml": ("bentoml",),
    "litserve": ("litserve", "fastapi"),
    "fastapi": ("fastapi", "uvicorn", "scikit-learn", "pandas"),
    "echo_granian": ("granian",),
    "echo_uvicorn": ("uvicorn", "httptools", "uvloop"),
}


def main(seconds: float, rounds: int, wanted: Sequence[str]) -> None:
    servers = [server for server in SERVERS if not wanted or server.key in wanted]
    measured: dict[str, list[dict[str, Any]]] = {server.key: [] for server in servers}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        served = made(work)
        mirror(served.project)
        print(f"model made; relevo is {served.apart:g} from the pipeline at most", flush=True)
        place = Place(work, served.project, served.pipeline)
        log = Log(served.project)
        for turn in range(rounds):
            for server in servers:
                one = measure(server, place, served, seconds, log)
                measured[server.key].append(one)
                told(turn, server, one)
        logged = log.settled()
    content = {
        "name": "serving",
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "seconds": seconds,
        "n": rounds,
        "largest_difference": served.apart,
        "log": logged,
        "versions": {server.key: versions(server) for server in servers},
        "servers": summary(measured, {server.key: server for server in servers}),
        "rounds": measured,
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(content, indent=1) + "\n"
    (RESULTS / "serving.json").write_text(text, encoding="utf-8")
    if measured.get("relevo") and (log.acknowledged != logged["logged"] or not logged["mirrored"]):
        raise SystemExit(f"the log does not hold what was acknowledged and mirrored: {logged}")


def measure(server: Server, place: Place, served: Made, seconds: float, log: Log) -> dict[str, Any]:
    port = free_port()
    server.prepare(place, port)
    ours, rows = server.kind == "relevo", served.rows
    asked = [server.asking([row]) for row in rows[:KINDS_OF_ROWS]]
    output = place.work / f"{server.key}.log"
    process = Process(server.run(place, port), place.work, server.variables(place), output)
    try:
        start_s = process.wait_for(lambda: ask_once(port, asked[0], 10)[0] == 200)
        log.acknowledged += ours
        apart = 0.0 if server.kind == "limit" else checked(server, port, served)
        log.acknowledged += ours * MANY
        loops = {"warm": (asked, 16, WARM_UP_S), "one": (asked, 1, seconds)}
        loops |= {"sixteen": (asked, 16, seconds)}
        hundred = [server.asking(rows[i : i + MANY]) for i in range(0, len(rows) - MANY, MANY)]
        loops |= {"hundred": (hundred, 1, min(seconds, 2.0))}
        if ours:
            explained = [server.asking([row], "?explain=3") for row in rows[:KINDS_OF_ROWS]]
            loops |= {"explained": (explained, 1, min(seconds, 2.0))}
        found: dict[str, Any] = {"start_s": start_s, "largest_difference": apart}
        for name, (requests, connections, lasting) in loops.items():
            before = process.cpu_s()
            load = closed_loop(port, requests, connections, lasting)
            cpu_us = (process.cpu_s() - before) / load.requests * 1e6
            found[name] = {**asdict(load), "per_second": load.per_second, "server_cpu_us": cpu_us}
            must_be_good(server, name, load)
            log.acknowledged += ours * load.requests * (MANY if name == "hundred" else 1)
        found["memory"] = asdict(process.memory())
    except SystemExit as failure:
        raise SystemExit(f"{server.key}: {failure}") from failure
    finally:
        process.stop()
    time.sleep(0.5)
    return found


def checked(server: Server, port: int, served: Made) -> float:
    """How far its answers are from the pipeline at most."""
    status, body = ask_once(port, server.asking(served.rows[:MANY]))
    if status != 200:
        raise SystemExit(f"{status} to good rows: {body[:500]!r}")
    scores = server.scores(json.loads(body))
    pairs = zip(scores, served.expected[:MANY], strict=True)
    apart = max(abs(score - expected) for score, expected in pairs)
    if apart > 1e-9:
        raise SystemExit(f"its scores are {apart} from the pipeline's")
    return apart


def must_be_good(server: Server, name: str, load: Load) -> None:
    if load.failed:
        raise SystemExit(f"{name}: {load.failed} of {load.requests} answers were not 200")


def told(turn: int, server: Server, one: dict[str, Any]) -> None:
    sixteen, memory = one["sixteen"], one["memory"]
    print(
        f"{turn + 1} {server.key:13} start {one['start_s']:5.2f} s"
        f"  1: {one['one']['p50_ms']:7.3f} / {one['one']['p99_ms']:7.3f} ms"
        f"  16: {sixteen['per_second']:8.1f}/s {sixteen['server_cpu_us']:8.1f} us CPU"
        f"  {memory['pss_mb']:6.1f} MB in {memory['processes']}",
        flush=True,
    )


def versions(server: Server) -> dict[str, str]:
    """What is installed in the server's environment of the packages that matter."""
    names = PACKAGES[server.key]
    code = "import importlib.metadata as m, sys; print(*map(m.version, sys.argv[1:]))"
    command = [str(binaries(server.environment) / "python"), "-c", code, *names]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return dict(zip(names, found, strict=True))


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(
        float(arguments[0]) if arguments else 5.0,
        int(arguments[1]) if len(arguments) > 1 else 3,
        arguments[2:],
    )
