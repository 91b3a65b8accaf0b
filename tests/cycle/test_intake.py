"""A batch that breaks the contract is put aside, told of, and never learnt from."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import relevo
from relevo.cycle.arrivals import Arrivals
from relevo.cycle.intake import Intake, take_in
from relevo.cycle.known import known_rows

from .conftest import arrive, world

FLIGHTS = Path(__file__).parents[2] / "examples" / "flights" / "data"


@pytest.fixture
def flights(tmp_path: Path) -> relevo.Project:
    """A champion that learnt from two thousand flights of January to March."""
    rows = pl.read_parquet(FLIGHTS / "2013-0[1-3].parquet").sample(2000, seed=0)
    with relevo.Project(tmp_path / "flights") as project:
        project.new(rows, "late", time="scheduled", site="origin", id="id")
        text = project.file.read_text()
        project.file.write_text(f'{text}\n[renew.arrivals]\npath = "incoming"\n')
    project = relevo.Project(tmp_path / "flights")
    project.train(budget="2s", learner="linear")
    project.promote(1)
    return project


def taken(project: relevo.Project) -> Intake:
    return take_in(project, Arrivals(project).look())


BROKEN = {
    "a column gone": (world(2).drop("x"), "x"),
    "a column of another type": (world(2).with_columns(x=pl.lit("much")), "x"),
    "an empty column": (world(2).with_columns(x=pl.lit(None, pl.Float64)), "x"),
    "another unit": (world(2).with_columns(pl.col("x") * 1000), "x"),
    "another spelling": (world(2).with_columns(pl.col("city").str.to_uppercase()), "“A” = “a”"),
    "no number at all": (world(2).with_columns(x=pl.lit(float("inf"))), "x"),
    "no outcome": (world(2).with_columns(y=pl.lit(None, pl.String)), "y"),
    "outcomes of another problem": (world(2).with_columns(y=pl.lit("perhaps")), "perhaps"),
    "no time": (world(2).with_columns(time=pl.lit(None, pl.Datetime("us"))), "time"),
    "contradictions": (
        pl.concat([world(2), world(2).with_columns(y=pl.lit("yes"))]),
        "number",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_batch_that_breaks_the_contract_is_put_aside(name: str, changing: Path) -> None:
    rows, told = BROKEN[name]
    path = arrive(changing, "a.parquet", rows)
    with relevo.open(changing) as project:
        before = known_rows(project).frame.height
        intake = taken(project)
        (put,) = intake.aside
        assert intake.frames == {}
        assert told in put.why
        folder = Path(put.folder)
        assert (folder / "a.parquet").read_bytes() == path.read_bytes()
        findings = json.loads((folder / "findings.json").read_text())
        assert findings["why"] == put.why
        assert findings["findings"] or set(findings["mistake"]) == {"came", "expected", "todo"}
        assert known_rows(project).frame.height == before
        assert project.store.batches("labelled") == []
        assert taken(project) == Intake({}, ())  # never looked at again


def test_half_a_file_is_put_aside_and_the_whole_one_taken_in(changing: Path) -> None:
    path = arrive(changing, "a.parquet", world(2))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    arrive(changing, "b.parquet", world(3))
    (changing / "incoming" / "a.parquet").touch()
    with relevo.open(changing) as project:
        arrivals = Arrivals(project)
        arrivals.look()
        intake = take_in(project, arrivals.look())
        assert [one.name for one in intake.aside] == ["a.parquet"]
        assert list(intake.frames) == ["b.parquet"]
        path.write_bytes(whole)
        arrivals.look()
        assert list(take_in(project, arrivals.look()).frames) == ["a.parquet"]


def test_what_drift_looks_like_is_taken_in(changing: Path) -> None:
    moved = world(2).with_columns(
        pl.col("x") + 2.0, city=pl.lit("c"), z=pl.when(pl.col("z") > 0).then("z")
    )
    arrive(changing, "a.parquet", moved)
    with relevo.open(changing) as project:
        intake = taken(project)
        assert intake.aside == ()
        assert project.store.batches("labelled")[0].rows == moved.height


def test_kilometres_in_place_of_miles_at_one_airport_are_put_aside(
    flights: relevo.Project,
) -> None:
    rows = pl.read_parquet(FLIGHTS / "2013-09.parquet").sample(3000, seed=0)
    miles, unit = pl.col("distance"), pl.when(pl.col("origin") == "JFK").then(1.609344)
    flights.folder.joinpath("incoming").mkdir()
    arrive(flights.folder, "miles.parquet", rows)
    arrive(flights.folder, "km.parquet", rows.with_columns(distance=miles * unit.otherwise(1)))
    intake = taken(flights)
    assert list(intake.frames) == ["miles.parquet"]
    (put,) = intake.aside
    assert (put.findings[0].column, put.findings[0].rule) == ("distance", "fault")
    assert "mile/km), only in JFK" in put.why


def test_the_contract_says_what_is_refused(changing: Path) -> None:
    far = world(2).with_columns(x=pl.when(pl.col("z") > 3.0).then(1e6).otherwise(pl.col("x")))
    assert (far["x"] > 1e5).any()
    arrive(changing, "a.parquet", far)
    contract = changing / "contract.toml"
    text = contract.read_text()
    assert 'out_of_range = "refuse"' in text
    contract.write_text(text.replace('out_of_range = "refuse"', 'out_of_range = "warn"'))
    with relevo.open(changing) as project:
        assert taken(project).aside == ()


def test_the_same_rows_by_another_way_are_known_once(changing: Path) -> None:
    arrive(changing, "a.parquet", world(2))
    arrive(changing, "a.csv", world(2))
    with relevo.open(changing) as project:
        before = known_rows(project).frame.height
        assert len(taken(project).frames) == 2
        assert known_rows(project).frame.height == before + world(2).height
