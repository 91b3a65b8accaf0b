"""kill -9 at any moment of `train`, `renew` and `promote`: nothing that was there is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import polars as pl
import pytest

from relevo import Project
from relevo.model.folder import verify

KILLS = 6
# Imports everything once, and then, for each line that comes, is forked into a process that runs
# the commands of that line over and over until it is killed.
SERVER = """
import json, os, sys
from importlib import import_module
from relevo.cli import COMMANDS, application, main

application()
for name in COMMANDS:
    import_module(f"relevo.cycle.{name}")
for line in sys.stdin:
    if not (pid := os.fork()):
        print(os.getpid(), flush=True)
        sys.stdout = sys.stderr = open(os.devnull, "w")
        while True:
            for arguments in json.loads(line):
                try:
                    main(arguments)
                except SystemExit as end:
                    if end.code not in (0, 1):
                        os._exit(end.code)
    print(os.waitpid(pid, 0)[1], flush=True)
"""
Kill = Callable[[float, list[list[str]]], None]


@pytest.fixture(scope="module")
def kill_after() -> Iterator[Kill]:
    """Let a process run commands, and kill it so many seconds after it began."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin
    assert server.stdout

    def run(seconds: float, commands: list[list[str]]) -> None:
        assert server.stdin
        assert server.stdout
        print(json.dumps(commands), file=server.stdin, flush=True)
        pid = int(server.stdout.readline())
        Event().wait(seconds)
        os.kill(pid, signal.SIGKILL)
        status = int(server.stdout.readline())
        assert os.WIFSIGNALED(status), f"a command failed with {os.waitstatus_to_exitcode(status)}"

    yield run
    server.stdin.close()
    server.stdout.close()
    server.wait()


def moments(seed: int, longest: float) -> list[float]:
    """When to kill, in seconds after a command began."""
    return np.random.default_rng(seed).uniform(0.02, longest, KILLS).tolist()


def predictions(folder: Path, call: Any) -> pl.DataFrame:
    out = folder / "predictions.parquet"
    assert call("predict", folder / "new.csv", "-C", folder, "--out", out).code == 0
    return pl.read_parquet(out).drop("prediction_id")


def assert_whole(folder: Path, call: Any) -> int:
    """The champion, once the store opens, and everything that it names is found to be whole."""
    status = call("status", "-C", folder, "--json")
    assert status.code == 0
    with Project(folder) as project:
        champion = project.champion
        assert champion is not None
        assert champion == status.json["champion"]
        # The alias and its decision were written together.
        moves = [one for one in project.store.decisions() if one.kind != "keep"]
        assert moves[-1].champion == champion
        for one in project.store.versions():
            verify(project.model_folder(one.version))
        for batch in project.store.batches():
            assert pl.read_parquet(project.batches / batch.path).height == batch.rows
    return champion


@pytest.mark.parametrize("step", ["train", "renew"])
def test_a_killed_step_leaves_the_champion_as_it_was(
    step: str, trained: Path, call: Any, kill_after: Kill
) -> None:
    command = [step, "-C", str(trained), "--budget", "1s"]
    command += ["--data", str(trained / "batch.csv")] if step == "renew" else []
    before = predictions(trained, call)
    for seconds in moments(seed=1, longest=0.7):
        kill_after(seconds, [command])
        assert assert_whole(trained, call) == 1
        assert predictions(trained, call).equals(before)
    again = call(*command, "--json")
    assert again.code in (0, 1)
    assert call("status", "-C", trained, "--json").json["attention"] == []


def test_a_killed_promotion_happened_or_not(trained: Path, call: Any, kill_after: Kill) -> None:
    here = ("-C", str(trained))
    assert call("train", "--learner", "boosting", "--budget", "1s", *here).code == 0
    before = {}
    for version in (1, 3):
        assert call("promote", version, *here).code == 0
        before[version] = predictions(trained, call)
    assert not before[1].equals(before[3])
    for seconds in moments(seed=2, longest=0.3):
        kill_after(seconds, [["promote", "1", *here], ["promote", "3", *here]])
        champion = assert_whole(trained, call)
        assert predictions(trained, call).equals(before[champion])
    assert call("promote", 1, *here).code == 0
    assert predictions(trained, call).equals(before[1])
