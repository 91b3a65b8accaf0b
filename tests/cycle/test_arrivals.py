"""What has come: whole files and new rows of a query, each once."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

import relevo
from relevo.cycle.arrivals import ARRIVED, Arrivals
from relevo.cycle.intake import take_in
from relevo.errors import DataMistake, ProblemMistake
from relevo.store.records import BatchRecord

from .conftest import arrive, settle, world


def names(arrivals: Arrivals) -> list[str]:
    return [one.name for one in arrivals.look()]


def seen(project: relevo.Project, arrivals: Arrivals) -> None:
    """Note that what is there was taken in."""
    for one in arrivals.look():
        project.store.add_batch(BatchRecord(one.mark, one.name, 1, ARRIVED, project.now()))


def test_files_come_once_by_name_whatever_they_are_called_later(changing: Path) -> None:
    with relevo.open(changing) as project:
        arrivals = Arrivals(project)
        assert names(arrivals) == []
        arrive(changing, "b.csv", world(3))
        first = arrive(changing, "a.parquet", world(2))
        assert names(arrivals) == ["a.parquet", "b.csv"]
        assert names(arrivals) == ["a.parquet", "b.csv"]  # to look is not to take in
        seen(project, arrivals)
        first.rename(first.with_name("c.parquet"))
        assert names(arrivals) == []
        assert names(Arrivals(project)) == []


def test_hidden_unfinished_and_foreign_files_are_left(changing: Path) -> None:
    for name in (".a.csv", "_SUCCESS", "a.csv.part", "a.tmp", "~a.csv", "notes.md"):
        (changing / "incoming" / name).write_text("x,y\n1,2\n")
    with relevo.open(changing) as project:
        assert names(Arrivals(project)) == []


def test_a_file_that_is_being_written_is_left_for_the_next_look(changing: Path) -> None:
    text = world(2).write_csv()
    path = changing / "incoming" / "a.csv"
    path.write_text(text[: len(text) // 2])
    with relevo.open(changing) as project:
        arrivals = Arrivals(project)
        assert names(arrivals) == []
        with path.open("a") as file:
            file.write(text[len(text) // 2 :])
        assert names(arrivals) == []
        assert names(arrivals) == ["a.csv"]  # as the look before found it
        assert pl.read_csv(arrivals.look()[0].source).height == world(2).height


def test_a_file_from_a_clock_that_was_put_back_is_no_file_in_the_making(changing: Path) -> None:
    path = arrive(changing, "a.csv", world(2))
    ahead = datetime.now().timestamp() + 86_400
    os.utime(path, (ahead, ahead))
    with relevo.open(changing) as project:
        assert names(Arrivals(project)) == ["a.csv"]


def test_a_folder_that_is_not_there_is_told(changing: Path) -> None:
    (changing / "incoming").rmdir()
    (changing / "incomming").mkdir()
    with relevo.open(changing) as project, pytest.raises(DataMistake, match="incomming"):
        Arrivals(project).look()


def test_a_glob_may_match_nothing_yet(changing: Path) -> None:
    text = (changing / "relevo.toml").read_text()
    (changing / "relevo.toml").write_text(text.replace('"incoming"', '"incoming/*.parquet"'))
    with relevo.open(changing) as project:
        arrivals = Arrivals(project)
        assert names(arrivals) == []
        arrive(changing, "a.csv", world(2))
        arrive(changing, "b.parquet", world(2))
        assert names(arrivals) == ["b.parquet"]


def test_a_file_that_grows_is_refused_when_nothing_tells_its_rows_apart(changing: Path) -> None:
    text = (changing / "relevo.toml").read_text()
    (changing / "relevo.toml").write_text(text.replace('id = "number"\n', ""))
    with relevo.open(changing) as project:
        arrivals = Arrivals(project)
        path = arrive(changing, "a.csv", world(2))
        assert take_in(project, arrivals.look()).aside == ()
        with path.open("a") as file:
            file.write(world(3).write_csv(include_header=False))
        settle(path)
        intake = take_in(project, arrivals.look())
        assert "1200 rows" in intake.aside[0].why
        assert [one.rows for one in project.store.batches("labelled")] == [1200]


@pytest.fixture
def queried(changing: Path) -> Path:
    """The project, with a table in SQLite where its rows arrive."""
    with sqlite3.connect(changing / "shop.db") as database:
        names = "number text, time text, x real, z real, city text, y text"
        database.execute(f"create table trips ({names})")
    database.close()
    text = (changing / "relevo.toml").read_text()
    query = 'url = "sqlite:///shop.db"\nquery = "select * from trips"'
    (changing / "relevo.toml").write_text(text.replace('path = "incoming"', query))
    return changing


def insert(folder: Path, rows: pl.DataFrame) -> None:
    with sqlite3.connect(folder / "shop.db") as database:
        texts = rows.with_columns(pl.col("time").dt.to_string("%Y-%m-%d %H:%M:%S"))
        database.executemany("insert into trips values (?, ?, ?, ?, ?, ?)", texts.rows())
    database.close()


def test_a_query_gives_the_rows_that_are_not_known_yet(queried: Path) -> None:
    with relevo.open(queried) as project:
        arrivals = Arrivals(project)
        assert arrivals.look() == []
        waiting = world(2).with_columns(y=pl.when(pl.col("x") > 0).then("y"))
        insert(queried, waiting)
        (first,) = arrivals.look()
        known = waiting.drop_nulls("y").height
        assert isinstance(first.source, pl.DataFrame)
        assert first.source.height == known
        assert take_in(project, [first]).aside == ()
        assert arrivals.look() == []
        # Outcomes that come late are of older rows: the id tells that they are new.
        late = world(2).filter(pl.col("x") <= 0)
        insert(queried, late)
        assert [one.source.height for one in arrivals.look()] == [late.height]


def test_without_an_id_the_newest_time_tells_which_rows_are_new(queried: Path) -> None:
    text = (queried / "relevo.toml").read_text()
    (queried / "relevo.toml").write_text(text.replace('id = "number"\n', ""))
    with relevo.open(queried) as project:
        arrivals = Arrivals(project)
        insert(queried, pl.concat([world(1), world(2)]))
        (first,) = arrivals.look()
        assert first.source.height == world(2).height
        assert take_in(project, [first]).aside == ()
        assert arrivals.look() == []


def test_a_query_of_which_nothing_tells_the_new_rows_is_refused(queried: Path) -> None:
    text = (queried / "relevo.toml").read_text()
    text = text.replace('id = "number"\n', "").replace('time = "time"\n', "")
    (queried / "relevo.toml").write_text(text)
    with relevo.open(queried) as project, pytest.raises(ProblemMistake) as caught:
        Arrivals(project).look()
    assert caught.value.key == "follow.nothing_tells_new"
