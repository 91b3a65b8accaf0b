"""A watch says what alarms, why and what to do; and tells those who are named."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from relevo import Project
from relevo.cycle.last_watch import last_watch
from relevo.words import use_language

from .conftest import world


@pytest.fixture
def priced(trained: Path, hook: Any) -> Path:
    """The project, with costs and somebody to tell."""
    file = trained / "relevo.toml"
    extra = f'\n[costs]\nloss = 10.0\nupdate = 5.0\n\n[notify]\nwebhook = "{hook.url}"\n'
    file.write_text(file.read_text() + extra)
    return trained


def knots(rows: pl.DataFrame) -> pl.DataFrame:
    """The wind in another unit."""
    return rows.tail(400).with_columns((pl.col("wind") * 1.943844).alias("wind"))


def test_a_fault_is_named_with_what_to_do_and_told_once(
    priced: Path, rows: pl.DataFrame, hook: Any
) -> None:
    use_language("en")
    with Project(priced) as project:
        result = project.watch(knots(rows))
        wind = next(one for one in result.signals if one.column == "wind" and one.alarm)
        assert (wind.cause, wind.action) == ("units", "mend")
        assert "wind" in wind.advice
        assert result.action == "mend"
        assert result.headline.startswith("Alarm, wind: another unit.")
        quality = next(one for one in result.signals if one.kind == "quality")
        if quality.alarm:
            assert quality.cost is not None
        page = Path(result.page).read_text(encoding="utf-8")
        assert result.headline in page
        status = project.status()
        assert result.headline in status.attention
        assert "units" in {one.cause for one in status.alarms}
        (told,) = hook.bodies
        assert told["kind"] == "alarm"
        assert told["words"]["es"]["title"].startswith("Alarma, wind: otra unidad.")
        assert "wind" in {one["column"] for one in told["detail"]["signals"]}
        project.watch(knots(rows))
        assert len(hook.bodies) == 1
        calm = project.watch(rows.head(1600))
        assert not calm.alarm
        assert calm.headline.startswith("No alarm")
        assert project.status().alarms == ()
        project.watch(knots(rows))
        assert len(hook.bodies) == 2
    use_language(None)


def test_the_commands_show_cause_and_advice(trained: Path, rows: pl.DataFrame, call: Any) -> None:
    batch = trained / "knots.csv"
    knots(rows).write_csv(batch)
    shown = call("watch", batch, "-C", trained).out
    assert "another unit" in shown
    assert "Mend the source" in shown
    answer = call("watch", batch, "-C", trained, "--json").json
    keys = {"kind", "column", "size", "p_value", "alarm", "segment", "since", "cost", "cause"}
    assert keys | {"because", "action", "advice"} <= answer["signals"][0].keys()
    assert answer["action"] == "mend"
    assert "otra unidad" in call("watch", batch, "-C", trained, "--lang", "es").out
    assert "another unit" in call("status", "-C", trained, "--lang", "en").out
    told = call("status", "-C", trained, "--json").json["alarms"]
    assert {"units"} <= {one["cause"] for one in told}


@pytest.mark.parametrize("kept", ["", "{}", '{"version": "x", "headline": {}, "alarms": 3}'])
def test_what_was_kept_and_is_spoilt_counts_as_nothing(trained: Path, kept: str) -> None:
    with Project(trained) as project:
        (project.state / "watched.json").write_text(kept)
        assert last_watch(project) is None
        assert project.status().alarms == ()


def test_what_is_kept_is_plain_json(trained: Path, rows: pl.DataFrame) -> None:
    with Project(trained) as project:
        project.watch(knots(rows))
        kept = json.loads((project.state / "watched.json").read_text(encoding="utf-8"))
    assert kept["version"] == 1
    assert set(kept["headline"]) == {"en", "es"}


def test_a_change_within_the_window_is_dated(trained: Path, rows: pl.DataFrame) -> None:
    late = rows.tail(400)
    began = late["at"][250]
    knots = pl.when(pl.col("at") >= began).then(pl.col("wind") * 3 + 40).otherwise(pl.col("wind"))
    with Project(trained) as project:
        result = project.watch(late.with_columns(knots.alias("wind")))
    wind = next(one for one in result.signals if one.column == "wind" and one.alarm)
    assert wind.since is not None
    assert abs((wind.since - began).total_seconds()) <= 12 * 3600


TELLS_NOTHING = {
    "a column that stands still": (pl.lit(1.0), "constant"),
    "a column without a value": (pl.lit(None, pl.Float64), "missing"),
    "words in place of numbers": (pl.lit("much"), "missing"),
}


@pytest.mark.parametrize("name", TELLS_NOTHING)
def test_a_column_that_tells_nothing_is_named_and_is_to_be_mended(
    name: str, changing: Path
) -> None:
    values, cause = TELLS_NOTHING[name]
    with Project(changing) as project:
        result = project.watch(world(2).with_columns(x=values))
    alarms = {(one.column, one.cause, one.action) for one in result.signals if one.alarm}
    assert ("x", cause, "mend") in alarms
    assert "Mend the source of x" in result.headline


def test_where_nothing_is_known_at_all_every_column_is_named(changing: Path) -> None:
    empty = world(2).with_columns(pl.lit(None).alias(name) for name in ("x", "z", "city", "y"))
    with Project(changing) as project:
        result = project.watch(empty)
    missing = {one.column for one in result.signals if one.kind == "missing" and one.alarm}
    assert missing == {"x", "z", "city"}
    assert not {"quality", "calibration"} & {one.kind for one in result.signals}


def test_a_window_may_be_longer_than_all_that_was_learnt_from(changing: Path) -> None:
    with Project(changing) as project:
        result = project.watch(pl.concat([world(month) for month in range(2, 8)]))
    assert not any(one.alarm for one in result.signals if one.kind == "drift")


def test_a_window_of_one_row_is_refused(trained: Path, rows: pl.DataFrame, refused: Any) -> None:
    rows.tail(1).write_csv(trained / "one.csv")
    words = ("A newest window of 1 rows", "At least 2 rows", "Wait for more rows")
    refused(words, "watch", trained / "one.csv", "-C", trained)


def test_a_window_of_hours_is_not_told_by_what_moves_slowly(tmp_path: Path) -> None:
    """The tide of a night is unlike that of a month, as on any night."""
    rows = 30 * 24 * 4
    random = np.random.default_rng(2)
    at = [datetime(2025, 1, 1) + timedelta(minutes=15 * row) for row in range(rows)]
    slow = {
        f"tide {pace}": np.sin(np.arange(rows) / pace) + 0.01 * random.normal(size=rows)
        for pace in (150, 233, 310, 400)
    }
    x = random.normal(size=rows)
    frame = pl.DataFrame({"at": at, **slow, "x": x, "y": x + random.normal(size=rows)})
    with Project(tmp_path) as project:
        project.new(frame.head(rows - 60), "y", time="at")
        project.file.write_text(project.file.read_text() + "\n[watch]\nmin_size = 3.0\n")
    with Project(tmp_path) as project:
        project.train(budget="2s", learner="linear")
        project.promote(1)
        found = project.watch(frame.tail(60))
        assert not next(one for one in found.signals if one.kind == "all columns").alarm
        turned = frame.tail(60).with_columns(x=pl.col("x") + 100)
        assert next(one for one in project.watch(turned).signals if one.kind == "all columns").alarm
