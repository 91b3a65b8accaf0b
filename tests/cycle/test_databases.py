"""The wheel with its rows in a database, and its store in PostgreSQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import relevo
from relevo.problem.read import read_problem


def rows(count: int = 400, slope: float = 2.0) -> pl.DataFrame:
    random = np.random.default_rng(3)
    x = random.normal(size=count)
    y = slope * x + random.normal(size=count)
    return pl.DataFrame({"number": range(count), "x": x, "z": random.normal(size=count), "y": y})


def test_rows_come_from_sqlite_by_a_query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("create table sales (number integer, x real, z real, y real)")
        database.executemany("insert into sales values (?, ?, ?, ?)", rows().rows())
    database.close()
    monkeypatch.chdir(tmp_path)
    with relevo.Project("p") as project:
        query = "select number, x, y from sales where number < 300"
        made = project.new("sqlite:///shop.db", "y", id="number", query=query)
        assert (made.task, made.rows, made.columns) == ("regression", 300, 3)
        trained = project.train(budget="2s", learner="linear")
        assert trained.rows_judged == pytest.approx(60, abs=15)
    assert read_problem(tmp_path / "p").data.query == query


def test_the_store_may_be_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with relevo.Project(tmp_path / "p") as project:
        project.new(rows(), "y", id="number")
        with project.file.open() as file:
            text = file.read()
        project.file.write_text(f'store = "{postgres_url}"\n{text}')
    with relevo.open(tmp_path / "p") as project:
        first = project.run(budget="2s")
        later = rows(300, slope=-2.0).with_columns(number=pl.col("number") + 10_000)
        project.predict(later.drop("y"), out=tmp_path / "out.parquet")
        assert project.label(later.select("number", "y")).joined == 300
        assert project.watch().alarm
        with project.serving() as endpoint:
            answer = endpoint.predict(later.drop("y").head(3), explain=1)
            assert len(answer) == 3
        result = project.renew(budget="20s")
        assert (result.decision, result.previous) == ("promote", first.champion)
        assert project.rollback().champion == first.champion
        assert not (project.state / "store.db").exists()
