from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from relevo.errors import OptionMistake
from relevo.problem.problem import Problem
from relevo.serve.api_key import new_key
from relevo.serve.exposed import refuse_exposed
from relevo.serve.running import running
from relevo.store import Store

NOW = datetime(2013, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1"])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_others_reach_nothing_without_a_key(store: Store, address: str, lang: str) -> None:
    with pytest.raises(OptionMistake) as caught:
        refuse_exposed(address, store)
    parts = caught.value.parts(lang)
    assert address in parts["came"]
    assert "relevo key add" in parts["todo"]
    store.put_key(new_key("the shop", "predict", NOW)[0])
    refuse_exposed(address, store)


def test_this_machine_needs_none(store: Store) -> None:
    refuse_exposed("127.0.0.1", store)
    refuse_exposed("::1", store)


def test_an_endpoint_does_not_start(
    problem: Problem, store: Store, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with (
        pytest.raises(OptionMistake, match="relevo key add"),
        running(problem, tmp_path, tmp_path, host="0.0.0.0"),
    ):
        raise AssertionError("it started")
    assert "Traceback" not in capfd.readouterr().err
    store.put_key(new_key("the shop", "predict", NOW)[0])
    with running(problem, tmp_path, tmp_path, host="0.0.0.0") as url:
        assert url.startswith("http://0.0.0.0:")
