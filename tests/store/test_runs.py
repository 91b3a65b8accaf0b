from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from relevo.store.records import RunRecord
from relevo.store.store import Store

NOW = datetime(2013, 4, 1, tzinfo=UTC)


def test_a_run_runs_until_it_is_ended(store: Store) -> None:
    second = store.begin_run("renew", NOW + timedelta(seconds=1))
    first = store.begin_run("train", NOW)
    store.end_run(first, "done", 1.5, {"version": 1})
    assert store.runs() == [
        RunRecord(first, "train", NOW, "done", 1.5, {"version": 1}),
        RunRecord(second, "renew", NOW + timedelta(seconds=1), "running", None, {}),
    ]


def test_a_run_of_another_project_cannot_be_ended(store: Store, where: str) -> None:
    run = store.begin_run("train", NOW)
    with Store.open(where, f"{store.project} other") as other, pytest.raises(KeyError):
        other.end_run(run, "done", 1.0)
