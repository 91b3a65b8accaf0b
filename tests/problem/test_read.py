from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.errors import ProblemMistake
from relevo.problem.problem import Problem, Roles, Source
from relevo.problem.read import parse_problem, read_problem
from relevo.problem.write import problem_text

GOOD = """
name = "credit"
task = "classification"
target = "status"
positive = "bad"

[data]
path = "credit.csv"

[roles]
segment = "state"
id = "number"

[costs]
false_positive = 1
false_negative = 3
"""


def test_a_problem_file_is_read_whole() -> None:
    problem = parse_problem(GOOD)
    assert problem.roles.segment == ("state",)
    assert problem.costs.threshold == 0.25
    assert problem.metric == "log_loss"
    assert problem.training.budget == "60s"


def test_a_problem_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        parse_problem(GOOD).name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("change", "came", "expected"),
    [
        (('task = "classification"', 'task = "clasification"'), "(line 3)", "'regression'"),
        (("[costs]", "[cost]"), "unknown key cost (line 14)", "Did you mean costs?"),
        (("false_negative", "false_negatve"), "costs.false_negatve", "mean false_negative?"),
        (("= 3", "= -3"), "costs.false_negative = -3 (line 16)", "a number ≥ 0"),
        (('target = "status"', ""), "no target", "a value for target"),
        (('path = "credit.csv"', ""), "names no source", "Either path"),
        (('name = "credit"', "name = credit"), "line 2", "TOML"),
        (('id = "number"', "id = 7"), "roles.id = 7 (line 12)", "text in quotes"),
    ],
)
def test_a_mistake_is_named_with_its_line(
    change: tuple[str, str], came: str, expected: str
) -> None:
    with pytest.raises(ProblemMistake) as caught:
        parse_problem(GOOD.replace(*change))
    parts = caught.value.parts("en")
    assert came in parts["came"]
    assert expected in parts["expected"]
    assert set(caught.value.parts("es")) == {"came", "expected", "todo"}


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(ProblemMistake) as caught:
        parse_problem(GOOD.replace("[costs]", "[cost]").replace("classification", "guessing"))
    assert "task" in caught.value.parts("en")["came"]
    assert "cost" in caught.value.parts("en")["came"]


def test_a_folder_without_a_problem_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProblemMistake) as caught:
        read_problem(tmp_path)
    assert "relevo new" in caught.value.parts("en")["todo"]


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1)


@given(name=names, target=names, time=st.none() | names, segment=st.lists(names, max_size=2))
def test_what_is_written_is_read_back(
    name: str, target: str, time: str | None, segment: list[str]
) -> None:
    problem = Problem(
        name=name,
        task="regression",
        target=target,
        data=Source(path="rows.csv"),
        roles=Roles(time=time, segment=tuple(segment)),
    )
    again = parse_problem(problem_text(problem, "why"))
    assert again.roles == problem.roles
    assert (again.name, again.target, again.metric) == (name, target, "rmse")
