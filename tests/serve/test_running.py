from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from relevo.errors import OptionMistake
from relevo.problem.problem import Problem
from relevo.serve.listen import listen
from relevo.serve.running import running
from relevo.store import Store


def test_it_serves_for_as_long_as_the_block_lasts(
    problem: Problem, store: Store, tmp_path: Path, row: dict[str, Any]
) -> None:
    with running(problem, tmp_path, tmp_path) as url:
        answered = httpx.post(f"{url}/predict", json={"rows": [row]}).json()
    assert [answered["predictions"][0]["id"]] == [one.prediction_id for one in store.predictions()]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health")


def test_what_cannot_start_says_so(
    problem: Problem, store: Store, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(OptionMistake, match=str(port)),
            running(problem, tmp_path, tmp_path, port=port),
        ):
            raise AssertionError("it started")
    assert "Traceback" not in capfd.readouterr().err
