from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from relevo.data.check import check
from relevo.data.conform import conform
from relevo.data.contract import Contract, learn_contract
from relevo.data.contract_file import read_contract, write_contract
from relevo.data.reactions import Reactions
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


def test_what_the_model_is_examined_by_is_kept_but_not_learnt_from() -> None:
    learnt = learn_contract(training(), "status", ROLES, Columns(examined=("home",)))
    assert "home" not in [column.name for column in learnt.required]
    assert learnt["home"].type == "boolean"
    assert check(training().drop("home"), learnt).ok


def test_reactions_survive_the_file(contract: Contract, tmp_path: Path) -> None:
    age = replace(contract["age"], reactions=Reactions(missing="impute", out_of_range="warn"))
    edited = replace(contract, columns=(age,), missing="warn", mistyped="impute", extra="warn")
    write_contract(edited, tmp_path / "contract.toml")
    text = (tmp_path / "contract.toml").read_text()
    assert 'reactions = { missing = "impute", out_of_range = "warn" }' in text
    again = read_contract(tmp_path / "contract.toml")
    assert again == edited
    reactions = [again.reaction(again["age"], to) for to in ("missing", "mistyped", "unseen")]
    assert reactions == ["impute", "impute", "warn"]


def test_a_file_without_usual_values_and_reactions_is_read(
    contract: Contract, tmp_path: Path
) -> None:
    path = tmp_path / "contract.toml"
    write_contract(contract, path)
    newer = ("usual", 'missing = "', "mistyped")
    lines = [line for line in path.read_text().splitlines() if not line.startswith(newer)]
    path.write_text("\n".join(lines))
    again = read_contract(path)
    assert (again.missing, again.mistyped, again["age"].usual) == ("refuse", "refuse", None)


def test_a_contract_survives_its_file(contract: Contract, tmp_path: Path) -> None:
    write_contract(contract, tmp_path / "contract.toml")
    assert read_contract(tmp_path / "contract.toml") == contract


@pytest.mark.parametrize(
    "edit",
    [
        ("type = ", "tipo = "),
        ('"number"', '"nombre"'),
        ("[[", "["),
        ("usual = 46.0", 'usual = "young"'),
        ("usual = 46.0", "usual = true"),
        ("usual = 46.0", "usual = nan"),
        ("usual = 46.0", "reactions = { mising = 'warn' }"),
        ("usual = 46.0", "reactions = { missing = 'drop' }"),
        ("usual = 46.0", "reaction = 'warn'"),
        ('missing = "refuse"', 'missing = "ignore"'),
    ],
)
def test_a_wrong_edit_of_the_file_is_explained(
    contract: Contract, tmp_path: Path, edit: tuple[str, str]
) -> None:
    path = tmp_path / "contract.toml"
    write_contract(contract, path)
    text = path.read_text()
    assert edit[0] in text
    path.write_text(text.replace(*edit))
    with pytest.raises(DataMistake) as caught:
        read_contract(path)
    assert "contract.toml" in caught.value.parts("en")["todo"]


def test_usual_values_are_learnt(contract: Contract) -> None:
    usual = {column.name: column.usual for column in contract.columns}
    assert usual == {
        "day": None, "age": 46.0, "income": 1200.0, "job": "fixed", "home": True,
        "number": None, "status": None,
    }  # fmt: skip


def test_a_column_called_count_is_learnt() -> None:
    learnt = learn_contract(training().rename({"job": "count"}), "status", ROLES)
    assert learnt["count"].categories == ("fixed", "freelance", "partime")


def test_widening_keeps_reactions_and_usual_values(contract: Contract) -> None:
    age = replace(contract["age"], usual=30.0, reactions=Reactions(missing="impute"))
    edited = replace(contract, columns=(age, contract["job"]), unseen="refuse")
    unlearnt = replace(edited, columns=(age, replace(contract["job"], usual=None)))
    for before in (edited, unlearnt):
        wide = widen(before, contract)
        assert (wide["age"].usual, wide["age"].reactions) == (30.0, age.reactions)
        assert (wide["job"].usual, wide.unseen) == ("fixed", "refuse")


def test_widening_lets_through_what_either_does(contract: Contract) -> None:
    newer = training().with_columns(
        pl.col("age") + 900,
        job=pl.when(pl.col("age") > 40).then(pl.lit("retired")).otherwise("job"),
    )
    wide = widen(contract, learn_contract(newer, "status", ROLES))
    assert not check(newer, contract).ok
    assert check(newer, wide).ok
    assert check(training(), wide).ok
