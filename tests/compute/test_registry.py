from __future__ import annotations

import pytest

from relevo.compute.processes import Processes
from relevo.compute.registry import runner
from relevo.compute.threads import Threads
from relevo.errors import OptionMistake


def test_runners_by_name() -> None:
    assert isinstance(runner("threads"), Threads)
    assert isinstance(runner("processes", cores=3), Processes)


def test_spark_comes_later() -> None:
    with pytest.raises(OptionMistake) as caught:
        runner("spark")
    assert "not available yet" in caught.value.parts("en")["expected"]
    assert "aún no" in caught.value.parts("es")["expected"]


def test_an_unknown_runner_names_the_nearest() -> None:
    with pytest.raises(OptionMistake) as caught:
        runner("thread")
    assert "threads?" in caught.value.parts("en")["todo"]
