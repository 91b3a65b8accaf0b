from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from relevo.explain.decisions.phrases import Phrases
from relevo.problem.problem import Explain, Problem, Source


@pytest.fixture
def problem() -> Problem:
    phrases: Any = {"debt": {"en": "your debt", "es": "su deuda"}, "late": "late payments"}
    return Problem(
        name="loans",
        task="classification",
        target="refused",
        data=Source(path="loans.csv"),
        explain=Explain(phrases=phrases | {"job": {"es": "su empleo"}}),
    )


def test_a_column_is_called_by_its_phrase_and_else_by_its_name(problem: Problem) -> None:
    english, spanish = Phrases(problem, "en"), Phrases(problem, "es")
    assert (english.of("debt"), spanish.of("debt")) == ("your debt", "su deuda")
    assert english.of("late") == spanish.of("late") == "late payments"
    assert english.of("job") == "su empleo"  # the user's, though in the other language
    assert english.of("age") == "age"


def test_a_sentence_opens_with_a_capital_but_a_name_stays_as_it_is(problem: Problem) -> None:
    phrases = Phrases(problem, "es")
    assert (phrases.opening("debt"), phrases.opening("age")) == ("Su deuda", "age")


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (None, "missing", "sin valor"),
        (True, "yes", "sí"),
        (False, "no", "no"),
        (4500.0, "4500", "4500"),
        (0.1 + 0.2, "0.3", "0.3"),
        ("no account", "no account", "no account"),
        (date(2026, 3, 1), "2026-03-01", "2026-03-01"),
        (datetime(2026, 3, 1, 8, 30), "2026-03-01 08:30", "2026-03-01 08:30"),
        (datetime(2026, 3, 1), "2026-03-01", "2026-03-01"),
    ],
)
def test_values_are_shown_as_people_read_them(
    problem: Problem, value: Any, english: str, spanish: str
) -> None:
    assert Phrases(problem, "en").value(value) == english
    assert Phrases(problem, "es").value(value) == spanish
