from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from relevo.data.check import check
from relevo.data.conform import conform
from relevo.data.contract import Contract, learn_contract
from relevo.data.contract_file import read_contract, write_contract
from relevo.data.row_check import compile_row_check
from relevo.data.widen import widen
from relevo.errors import DataMistake
from relevo.problem.problem import Columns, Roles

ROWS = 400
ROLES = Roles(id="number", time="day")


def training() -> pl.DataFrame:
    step = pl.Series(range(ROWS))
    return pl.DataFrame(
        {
            "number": step + 1000,
            "day": [date(2025, 1, 1 + i % 28) for i in range(ROWS)],
            "age": 18.0 + step % 60,
            "income": [None if i % 10 == 0 else 1000.0 + i for i in range(ROWS)],
            "job": [("fixed", "partime", "freelance")[i % 3] for i in range(ROWS)],
            "home": [i % 2 == 0 for i in range(ROWS)],
            "status": [("good", "bad")[i % 4 == 0] for i in range(ROWS)],
        }
    )


@pytest.fixture
def contract() -> Contract:
    return learn_contract(training(), "status", ROLES)


def rules(frame: pl.DataFrame, contract: Contract) -> list[tuple[str, str]]:
    return [(one.column, one.rule) for one in check(frame, contract).findings]


def test_the_training_data_keep_their_own_contract(contract: Contract) -> None:
    assert check(training(), contract).ok


def test_types_are_learnt(contract: Contract) -> None:
    kinds = {column.name: column.type for column in contract.columns}
    assert kinds == {
        "number": "number",
        "day": "date",
        "age": "number",
        "income": "number",
        "job": "category",
        "home": "boolean",
        "status": "category",
    }
    assert {c.name for c in contract.required} == {"day", "age", "income", "job", "home"}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (pl.col("age") * 1000, [("age", "range"), ("age", "level")]),
        (pl.lit(float("inf")).alias("age"), [("age", "finite")]),
        (pl.lit(None, pl.Float64).alias("age"), [("age", "missing")]),
        (pl.lit("forty").alias("age"), [("age", "type")]),
        (pl.lit("astronaut").alias("job"), [("job", "categories")]),
        (pl.lit("maybe").alias("home"), [("home", "type")]),
        (pl.lit("31/01/2025").alias("day"), [("day", "type")]),
        (pl.lit(7).alias("number"), [("number", "unique")]),
        (pl.lit(1).alias("extra"), [("extra", "known")]),
    ],
)
def test_a_broken_rule_is_found(
    contract: Contract, change: pl.Expr, found: list[tuple[str, str]]
) -> None:
    batch = training().drop("status").with_columns(change)
    assert rules(batch, contract) == found


def test_a_missing_and_a_renamed_column_are_found(contract: Contract) -> None:
    assert rules(training().drop("age"), contract) == [("age", "present")]
    renamed = training().rename({"age": "years"})
    assert rules(renamed, contract) == [("age", "present"), ("years", "known")]
    with pytest.raises(DataMistake, match="age"):
        conform(renamed, contract)


def test_the_findings_speak_both_languages(contract: Contract) -> None:
    from relevo.words import use_language

    use_language("es")
    try:
        finding = check(training().with_columns(pl.col("age") * 1000), contract).findings[0]
        assert "entre" in finding.expected
    finally:
        use_language("en")
    finding = check(training().with_columns(pl.col("age") * 1000), contract).findings[0]
    assert finding.expected == "between 0 and 136"
    assert finding.rows == ROWS


def test_an_old_batch_is_found_when_the_contract_limits_its_age(contract: Contract) -> None:
    from dataclasses import replace

    strict = replace(contract, max_age_days=30)
    assert check(training(), strict, datetime(2025, 2, 20, tzinfo=UTC)).ok
    late = check(training(), strict, datetime(2025, 6, 1, tzinfo=UTC))
    assert [finding.rule for finding in late.findings] == ["freshness"]


def test_a_column_with_many_values_seen_once_has_no_closed_list() -> None:
    frame = training().with_columns(pl.col("number").cast(pl.String).alias("plate"))
    assert learn_contract(frame, "status", ROLES)["plate"].categories == ()


def test_the_problem_file_overrides_how_a_column_is_read() -> None:
    learnt = learn_contract(training(), "status", ROLES, Columns(category=("age",), ignore="home"))
    assert learnt["age"].type == "category"
    assert not learnt["home"].required
    # A request may hold what is left out, whatever it is.
    assert compile_row_check(learnt)(row(age=40, home="brick")) == []


def test_a_contract_survives_its_file(contract: Contract, tmp_path: Path) -> None:
    write_contract(contract, tmp_path / "contract.toml")
    assert read_contract(tmp_path / "contract.toml") == contract


@pytest.mark.parametrize("edit", [("type = ", "tipo = "), ('"number"', '"nombre"'), ("[[", "[")])
def test_a_wrong_edit_of_the_file_is_explained(
    contract: Contract, tmp_path: Path, edit: tuple[str, str]
) -> None:
    path = tmp_path / "contract.toml"
    write_contract(contract, path)
    path.write_text(path.read_text().replace(*edit))
    with pytest.raises(DataMistake) as caught:
        read_contract(path)
    assert "contract.toml" in caught.value.parts("en")["todo"]


def row(**changes: object) -> dict[str, object]:
    plain = {"day": "2025-01-05", "age": 40, "income": None, "job": "fixed", "home": True}
    return {**plain, **changes}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"status": "good", "number": 5}, []),
        ({"age": "40"}, [("age", "type", True)]),
        ({"age": True}, [("age", "type", True)]),
        ({"age": None}, [("age", "missing", True)]),
        ({"age": 40_000}, [("age", "range", True)]),
        ({"age": float("nan")}, [("age", "finite", True)]),
        ({"job": "astronaut"}, [("job", "categories", False)]),
        ({"job": 3.5}, [("job", "type", True)]),
        ({"home": 1}, [("home", "type", True)]),
        ({"day": "yesterday"}, [("day", "type", True)]),
        ({"more": 1}, [("more", "known", True)]),
    ],
)
def test_one_row_is_checked(
    contract: Contract, changes: dict[str, object], found: list[tuple[str, str, bool]]
) -> None:
    findings = compile_row_check(contract)(row(**changes))
    assert [(one.column, one.rule, one.refuse) for one in findings] == found


def test_a_row_without_a_column_is_refused(contract: Contract) -> None:
    short = row()
    del short["age"]
    assert [one.rule for one in compile_row_check(contract)(short)] == ["missing"]


def test_widening_lets_through_what_either_does(contract: Contract) -> None:
    newer = training().with_columns(
        pl.col("age") + 900,
        job=pl.when(pl.col("age") > 40).then(pl.lit("retired")).otherwise("job"),
    )
    wide = widen(contract, learn_contract(newer, "status", ROLES))
    assert not check(newer, contract).ok
    assert check(newer, wide).ok
    assert check(training(), wide).ok
