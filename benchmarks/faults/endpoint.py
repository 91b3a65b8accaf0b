"""relevo's endpoint over a small project: started, found in its parts, killed, and its store."""

from __future__ import annotations

import json
from pathlib import Path

from measure import OURS
from serving_client import ask_once, request
from serving_log import Log
from serving_model import NAME, Made, made
from serving_process import Process, free_port

from relevo.problem.read import read_problem
from relevo.store import Store

ROWS, TREES, KINDS_OF_ROWS = 5_000, 60, 64
WORKER, MIRROR = "relevo.serve.worker", "relevo.serve.mirror"


class Endpoint:
    """The endpoint of a project that is made in `work`; `how` as `write_problem` takes it."""

    def __init__(self, work: Path, **how: str) -> None:
        self.work = work
        self.made: Made = made(work, ROWS, TREES, **how)
        self.project = self.made.project
        self.log = Log(self.project)
        self.port = free_port()
        self.rows = self.made.rows[:KINDS_OF_ROWS]
        self.asking = [self.asked([row]) for row in self.rows]
        self.process: Process | None = None

    def asked(self, rows: list[dict[str, object]], query: str = "") -> bytes:
        return request("/predict" + query, json.dumps({"rows": rows}).encode())

    def start(self) -> float:
        """Seconds until it says that it is ready; it has logged nothing by then."""
        command = [str(OURS.parent / "relevo"), "serve", "-C", str(self.project)]
        command += ["--port", str(self.port)]
        self.process = Process(command, self.work, {}, self.work / "endpoint.log")
        ready = request("/ping", b"", "GET")
        return self.process.wait_for(lambda: ask_once(self.port, ready, 10)[0] == 200)

    @property
    def running(self) -> Process:
        assert self.process is not None, "it was not started"
        return self.process

    def store(self) -> Store:
        problem = read_problem(self.project)
        return Store.open(problem.store or self.project / ".relevo", NAME)

    def parts(self, name: str) -> list[int]:
        """The processes that are called so: `WORKER` or `MIRROR`."""
        return [pid for pid, line in self.running.commands().items() if name in line]

    def answers(self) -> bool:
        try:
            return ask_once(self.port, self.asking[0], 5)[0] == 200
        except OSError:
            return False

    def __enter__(self) -> Endpoint:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.alive():
            self.process.stop()
