from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from relevo.compute.apart import apart
from relevo.compute.budget import Budget

# The other process imports a function by its name; a test file has none that it can find.
_FUNCTIONS = """
    import os
    import signal
    import subprocess
    import sys
    import time
    from pathlib import Path

    from relevo.errors import OptionMistake

    def add(one, other, budget):
        print("what is printed is nobody's answer")
        return one + other

    def fail(budget):
        raise ZeroDivisionError("nothing to share")

    def refuse(budget):
        raise OptionMistake("compute.bad_budget", budget="soon")

    def crash(budget):
        print("I am going", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGSEGV)

    def leave(budget):
        os._exit(3)

    def hang(told, budget):
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(told).write_text(f"{os.getpid()} {other.pid}")
        while True:
            time.sleep(0.01)

    def until_stopped(told, budget):
        Path(told).write_text(str(os.getpid()))
        while not budget.spent:
            time.sleep(0.01)
        return "the best so far"

    def devour(budget):
        return len(bytearray(4_000_000_000))

    def environment(budget):
        return os.nice(0), os.getpid()
"""


@pytest.fixture
def functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    (tmp_path / "done_apart.py").write_text(textwrap.dedent(_FUNCTIONS))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "done_apart", raising=False)
    import done_apart  # type: ignore[import-not-found]

    return done_apart


def _appears(file: Path) -> str:
    for _ in range(6000):
        if file.exists() and (text := file.read_text()):
            return text
        threading.Event().wait(0.01)
    raise TimeoutError(file)


def test_the_answer_comes_back_with_what_it_cost(functions) -> None:  # type: ignore[no-untyped-def]
    outcome = apart(functions.add, 1, 2, budget=Budget(60))
    assert (outcome.result, outcome.failure) == (3, "")
    assert outcome.usage.cpu_seconds > 0


def test_its_memory_is_its_own_not_its_callers(functions) -> None:  # type: ignore[no-untyped-def]
    small = apart(functions.add, 1, 2, budget=Budget(60)).usage.peak_memory_mb
    held = b"x" * 1_000_000_000
    beside = apart(functions.add, 1, 2, budget=Budget(60)).usage.peak_memory_mb
    assert len(held) == 1_000_000_000
    assert 0 < beside < small + 500


def test_it_is_another_process_that_gives_way(functions) -> None:  # type: ignore[no-untyped-def]
    nice, pid = apart(functions.environment, budget=Budget(60)).result
    assert pid != os.getpid()
    assert nice > os.nice(0)


def test_errors_are_told_in_words(functions) -> None:  # type: ignore[no-untyped-def]
    assert apart(functions.fail, budget=Budget(60)).failure == "ZeroDivisionError: nothing to share"
    assert "A budget of soon." in apart(functions.refuse, budget=Budget(60)).failure


def test_a_crash_is_told_with_its_last_words(functions) -> None:  # type: ignore[no-untyped-def]
    outcome = apart(functions.crash, budget=Budget(60))
    assert outcome.result is None
    assert "SIGSEGV" in outcome.failure
    assert "I am going" in outcome.failure
    assert "code 3" in apart(functions.leave, budget=Budget(60)).failure


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's own memory")
def test_want_of_memory_is_told(functions) -> None:  # type: ignore[no-untyped-def]
    outcome = apart(functions.devour, budget=Budget(60), memory_mb=1000)
    assert outcome.failure == "It needed more memory than the 1000 MB that it may take."


def test_what_hangs_is_killed_with_what_it_began(functions, tmp_path: Path, ends) -> None:  # type: ignore[no-untyped-def]
    told, budget = tmp_path / "pids", Budget(600)
    stopper = threading.Thread(target=lambda: (_appears(told), budget.stop()))
    stopper.start()
    outcome = apart(functions.hang, str(told), budget=budget, grace_seconds=0.1)
    stopper.join()
    assert "did not end in time" in outcome.failure
    assert all(ends(int(pid)) for pid in told.read_text().split())


def test_a_stop_gives_the_best_so_far(functions, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    told, budget = tmp_path / "pid", Budget(600)
    stopper = threading.Thread(target=lambda: (_appears(told), budget.stop()))
    stopper.start()
    outcome = apart(functions.until_stopped, str(told), budget=budget)
    stopper.join()
    assert outcome.result == "the best so far"


def test_it_does_not_outlive_a_killed_caller(functions, tmp_path: Path, ends) -> None:  # type: ignore[no-untyped-def]
    told = tmp_path / "pids"
    code = (
        "import done_apart; from relevo.compute.apart import apart; "
        "from relevo.compute.budget import Budget; "
        f"apart(done_apart.hang, {str(told)!r}, budget=Budget(600))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen([sys.executable, "-c", code], env=environment) as caller:
        pids = [int(pid) for pid in _appears(told).split()]
        caller.send_signal(signal.SIGKILL)
    assert all(ends(pid) for pid in pids)


def test_ctrl_c_in_the_caller_leaves_nothing_behind(functions, tmp_path: Path, ends) -> None:  # type: ignore[no-untyped-def]
    told = tmp_path / "pids"

    def interrupt() -> None:
        _appears(told)
        os.kill(os.getpid(), signal.SIGINT)

    interrupter = threading.Thread(target=interrupt)
    # A run in the background is started with Ctrl-C ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupter.start()
    with pytest.raises(KeyboardInterrupt):
        apart(functions.hang, str(told), budget=Budget(600))
    interrupter.join()
    signal.signal(signal.SIGINT, before)
    assert all(ends(int(pid)) for pid in told.read_text().split())
