"""`frontier`: what it costs to be able to read a model."""

from __future__ import annotations

from relevo.compute.budget import Budget
from relevo.cycle.check import contract_of
from relevo.cycle.known import known_rows
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import FrontierResult
from relevo.data.whole_file import write_whole
from relevo.explain.glass_box.frontier import frontier as frontier_of
from relevo.explain.glass_box.frontier_section import frontier_section, frontier_sentence
from relevo.picture.page import page
from relevo.train.judged import set_aside
from relevo.words import language, say


def frontier(project: Project, *, budget: str | float | None = None) -> FrontierResult:
    """Train a model of each kind, from a line to an ensemble, and judge all on the same rows.

    None is kept. Which is best is said by the rows that judge them: read the intervals.

    Parameters
    ----------
    project
        Whose rows they learn from.
    budget
        Wall time of all of them together; that of one training by default.

    """
    problem = project.problem
    with recorded(project, "frontier"):
        time_left = Budget.parse(problem.training.budget if budget is None else budget)
        rows = known_rows(project).frame
        parts = set_aside(rows, problem, problem.training.seed)
        contract = contract_of(project, rows)
        found = frontier_of(
            parts.train, parts.judged, problem, contract, time_left, problem.training.seed
        )
        lang, path = language(), project.pages / "frontier.html"
        title = say("frontier.page", lang, name=problem.name)
        write_whole(path, page(title, [frontier_section(found, lang)], lang))
        text = frontier_sentence(found, lang)
        return FrontierResult(found.metric, found.models, found.best, found.rows, text, str(path))
