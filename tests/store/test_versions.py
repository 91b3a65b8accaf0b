from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from relevo.errors import ModelMistake
from relevo.store.records import FigureRecord, VersionRecord
from relevo.store.store import Store

NOW = datetime(2013, 4, 1, 12, 30, 0, 123456, tzinfo=UTC)
VERSION = VersionRecord(
    version=1,
    folder="versions/1",
    created_at=NOW,
    how="scratch",
    parent=None,
    learner="boosting",
    strategy="central",
    metric="log_loss",
    value=0.1 + 0.2,
    low=0.25,
    high=math.inf,
    rows_judged=28_000,
    seconds=12.5,
    lineage={"seed": 0, "data": {"fingerprint": "ñ\0"}, "packages": ["numpy", None]},
)


def test_a_version_comes_back_as_it_was(store: Store) -> None:
    store.add_version(VERSION)
    child = replace(VERSION, version=2, how="fine-tune", parent=1)
    store.add_version(child)
    assert store.versions() == [VERSION, child]
    assert store.version(2) == child


def test_a_figure_that_is_no_number_comes_back_as_such(store: Store) -> None:
    store.add_version(replace(VERSION, low=math.nan))
    assert math.isnan(store.version(1).low)


def test_time_comes_back_in_utc(store: Store) -> None:
    madrid = timezone(timedelta(hours=2))
    store.add_version(replace(VERSION, created_at=NOW.astimezone(madrid)))
    assert store.version(1).created_at == NOW
    assert store.version(1).created_at.utcoffset() == timedelta()


def test_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="has no time zone"):
        store.add_version(replace(VERSION, created_at=NOW.replace(tzinfo=None)))


@pytest.mark.parametrize("known", [(), (1, 3)])
def test_an_unknown_version_names_the_known_ones(store: Store, known: tuple[int, ...]) -> None:
    for number in known:
        store.add_version(replace(VERSION, version=number))
    with pytest.raises(ModelMistake) as caught:
        store.version(2)
    assert (", ".join(map(str, known)) or "none") in caught.value.parts("en")["expected"]
    with pytest.raises(ModelMistake):
        store.add_version(replace(VERSION, version=9, parent=2))
    with pytest.raises(ModelMistake):
        store.add_figures(2, [])
    with pytest.raises(ModelMistake):
        store.figures(2)


def test_threads_never_get_the_same_number(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(lambda _: store.reserve_version(NOW), range(40)))
    assert sorted(numbers) == list(range(1, 41))


def test_projects_count_for_themselves(store: Store, where: str) -> None:
    store.reserve_version(NOW)
    store.add_version(VERSION)
    with Store.open(where, f"{store.project} other") as other:
        assert other.reserve_version(NOW) == 1
        assert other.versions() == []
    assert store.reserve_version(NOW) == 2


def test_figures_come_back_in_order(store: Store) -> None:
    store.add_version(VERSION)
    figure = FigureRecord("roc_auc", 0.75, 0.7, 0.8, 28_000, "judged", "analytic", NOW)
    figures = [figure, replace(figure, metric="brier", coverage=0.9)]
    store.add_figures(1, figures[:1])
    store.add_figures(1, figures[1:])
    store.add_figures(1, [])
    assert store.figures(1) == figures


def test_threads_that_look_before_they_write_do_not_fail_each_other(store: Store) -> None:
    store.add_version(VERSION)
    figure = FigureRecord("roc_auc", 0.75, 0.7, 0.8, 28_000, "judged", "analytic", NOW)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: store.add_figures(1, [replace(figure, rows=n)]), range(40)))
    assert sorted(figure.rows for figure in store.figures(1)) == list(range(40))
