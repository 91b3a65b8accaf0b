from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from relevo.data.contract import ColumnContract, Contract
from relevo.data.reactions import Reaction, Reactions
from relevo.data.row_check import Checked, RowFinding, compile_row_check
from relevo.words import LANGUAGES, use_language

COLUMNS = (
    ColumnContract("day", "date"),
    ColumnContract("age", "number", low=0.0, high=136.0, usual=46.5),
    ColumnContract("income", "number", missing=0.2, low=0.0, high=9000.0, usual=1200.0),
    ColumnContract("job", "category", categories=("fixed", "freelance", "partime"), usual="fixed"),
    ColumnContract("home", "boolean", usual=True),
    ColumnContract("note", "text"),
    ColumnContract("number", "number", required=False),
)
CONTRACT = Contract(COLUMNS, unique="number")
ROW = {
    "day": "2025-01-05", "age": 40, "income": None, "job": "fixed", "home": True, "note": "tall",
}  # fmt: skip


def checked(contract: Contract, **changes: object) -> Checked:
    return compile_row_check(contract)(ROW | changes)


def all_reactions(reaction: Reaction) -> Contract:
    return replace(
        CONTRACT,
        missing=reaction,
        extra=reaction,
        mistyped=reaction,
        out_of_range=reaction,
        unseen=reaction,
    )


CHANGES: list[tuple[dict[str, object], list[tuple[str, str, bool]]]] = [
    ({}, []),
    ({"number": 5}, []),
    ({"number": "brick"}, []),
    ({"job": True, "age": 5.5}, [("job", "categories", False)]),
    ({"age": "40"}, [("age", "type", True)]),
    ({"age": True}, [("age", "type", True)]),
    ({"age": None}, [("age", "missing", True)]),
    ({"age": 40_000}, [("age", "range", True)]),
    ({"age": float("nan")}, [("age", "finite", True)]),
    ({"age": 10**400}, [("age", "finite", True)]),
    ({"job": "astronaut"}, [("job", "categories", False)]),
    ({"job": 3.5}, [("job", "type", True)]),
    ({"job": 10**5000}, [("job", "type", True)]),
    ({"home": 1}, [("home", "type", True)]),
    ({"note": 1}, [("note", "type", True)]),
    ({"day": "yesterday"}, [("day", "type", True)]),
    ({"day": 20250105}, [("day", "type", True)]),
    ({"day": "0001-01-01T00:00:00+14:00"}, [("day", "type", True)]),
    ({"more": 1}, [("more", "known", True)]),
]


@pytest.mark.parametrize(("changes", "found"), CHANGES)
def test_one_row_is_checked(changes: dict[str, object], found: list[tuple[str, str, bool]]) -> None:
    findings = checked(CONTRACT, **changes).findings
    assert [(one.column, one.rule, one.refuse) for one in findings] == found


def test_a_row_without_a_column_is_refused() -> None:
    short = {name: value for name, value in ROW.items() if name != "age"}
    assert [one.rule for one in compile_row_check(CONTRACT)(short).findings] == ["missing"]


def test_an_unknown_column_is_found_where_another_one_is_left_out() -> None:
    without = {name: value for name, value in ROW.items() if name != "income"} | {"more": 1}
    assert [one.rule for one in compile_row_check(CONTRACT)(without).findings] == ["known"]


@pytest.mark.parametrize("changes", [{}, {"number": 5}, {"job": "astronaut"}])
def test_a_row_with_nothing_to_replace_is_scored_itself(changes: dict[str, object]) -> None:
    row = ROW | changes
    assert compile_row_check(CONTRACT)(row).row is row


# What the model sees of a column when the value is accepted, and when it is imputed.
SEEN: list[tuple[str, Any, Any, Any]] = [
    ("age", None, None, 46.5),
    ("age", "12.5", 12.5, 12.5),
    ("age", " -1e1 ", -10.0, 46.5),
    ("age", "12,5", None, 46.5),
    ("age", "forty", None, 46.5),
    ("age", True, 1.0, 1.0),
    ("age", [40], None, 46.5),
    ("age", 40_000, 40_000, 46.5),
    ("age", "40000", 40_000.0, 46.5),
    ("age", float("inf"), None, 46.5),
    ("age", 10**400, None, 46.5),
    ("age", "1e999", None, 46.5),
    ("job", None, None, "fixed"),
    ("job", "astronaut", "astronaut", "fixed"),
    ("job", 3.5, "3.5", "fixed"),
    ("job", float("nan"), None, "fixed"),
    ("home", None, None, True),
    ("home", "False", False, False),
    ("home", 0, False, False),
    ("home", 2, None, True),
    ("home", "maybe", None, True),
    ("note", None, None, None),
    ("note", 7, "7", "7"),
    ("note", True, "true", "true"),
    ("note", {"a": 1}, None, None),
    ("day", None, None, None),
    ("day", " 2025-01-05 ", "2025-01-05", "2025-01-05"),
    ("day", "05/01/2025", None, None),
    ("day", 20250105, None, None),
]


@pytest.mark.parametrize(("column", "came", "warned", "imputed"), SEEN)
def test_the_model_sees_what_the_reaction_says(
    column: str, came: Any, warned: Any, imputed: Any
) -> None:
    reactions: tuple[tuple[Reaction, Any], ...] = (("warn", warned), ("impute", imputed))
    for reaction, seen in reactions:
        given = ROW | {column: came}
        row, findings = compile_row_check(all_reactions(reaction))(given)
        assert findings
        assert {(one.column, one.reaction, one.refuse) for one in findings} == {
            (column, reaction, False)
        }
        assert (row[column], type(row[column])) == (seen, type(seen))
        assert {**row, column: came} == given
        assert given[column] is came


@pytest.mark.parametrize(("column", "came", "warned", "imputed"), SEEN)
def test_what_is_refused_can_be_accepted_and_the_other_way(
    column: str, came: Any, warned: Any, imputed: Any
) -> None:
    assert checked(all_reactions("refuse"), **{column: came}).refuse
    for reaction in ("warn", "impute"):
        mended = compile_row_check(all_reactions(reaction))(ROW | {column: came}).row
        # What the model sees breaks nothing but what was let through.
        left = {one.rule for one in compile_row_check(CONTRACT)(mended).findings}
        assert left <= ({"missing"} if reaction == "impute" else {"missing", "range", "categories"})


@pytest.mark.parametrize("reaction", ["warn", "impute"])
def test_an_unknown_column_is_left_out(reaction: Reaction) -> None:
    row, findings = checked(all_reactions(reaction), more=1, number=7)
    assert row == ROW | {"number": 7}
    assert [(one.column, one.rule, one.reaction) for one in findings] == [
        ("more", "known", reaction)
    ]


def test_a_column_has_its_own_reactions() -> None:
    age = replace(COLUMNS[1], reactions=Reactions(missing="impute", out_of_range="warn"))
    job = replace(COLUMNS[3], reactions=Reactions(unseen="refuse"))
    contract = replace(CONTRACT, columns=(*COLUMNS[:1], age, COLUMNS[2], job, *COLUMNS[4:]))
    row, findings = checked(contract, age=None)
    assert (row["age"], [one.reaction for one in findings]) == (46.5, ["impute"])
    assert not checked(contract, age=500).refuse
    assert checked(contract, age="40").refuse
    assert checked(contract, income=10_000).refuse
    assert checked(contract, job="astronaut").refuse


def test_a_contract_without_usual_values_imputes_a_missing_one() -> None:
    old = replace(all_reactions("impute"), columns=(ColumnContract("age", "number", low=0.0),))
    row, findings = compile_row_check(old)({"age": "forty"})
    assert (row, [one.reaction for one in findings]) == ({"age": None}, ["impute"])


def named(found: RowFinding) -> tuple[str, str]:
    return found.column, found.nearest()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_nearest_right_name_is_found(lang: str) -> None:
    use_language(lang)
    try:
        row = {name: value for name, value in ROW.items() if name != "income"}
        contract = replace(
            CONTRACT, columns=tuple(replace(column, missing=0.0) for column in COLUMNS)
        )
        missing, unseen, extra = compile_row_check(contract)(
            row | {"incme": 5, "job": "Freelanse"}
        ).findings
        assert [named(one) for one in (missing, unseen, extra)] == [
            ("income", "incme"), ("job", "freelance"), ("incme", "income"),
        ]  # fmt: skip
        assert "income" in missing.hint()
        assert "incme" in missing.hint()
        assert "freelance" in unseen.hint()
        assert "income" in extra.hint()
        far = checked(CONTRACT, zzzzzz=1).findings[0]
        assert (far.nearest(), far.hint()) == ("", "")
    finally:
        use_language("en")


def test_a_very_long_name_is_compared_with_nothing() -> None:
    [found] = checked(CONTRACT, **{"a" * 100_000: 1}).findings
    assert found.nearest() == ""
