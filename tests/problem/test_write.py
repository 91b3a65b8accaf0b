from __future__ import annotations

import tomllib

from relevo.problem.problem import Explain, Problem, Source, TargetPopulation
from relevo.problem.write import problem_text


def test_what_is_written_is_read_again() -> None:
    problem = Problem(
        name="p",
        task="classification",
        target="y",
        data=Source(path="rows.csv"),
        population=TargetPopulation(margins={"sex, as told": {"f": 0.52, "m": 0.48}}),
        explain=Explain(phrases={"age": {"en": "your age", "es": "su edad"}, "job": "your job"}),
    )
    read = Problem(**tomllib.loads(problem_text(problem)))
    assert read.population == problem.population
    assert read.explain == problem.explain
