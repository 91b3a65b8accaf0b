"""`explain`: what a version goes by, or why it decided as it did and what would turn it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relevo.compute.budget import Budget
from relevo.cycle.batch import batch_rows
from relevo.cycle.card import keep_found, write_card
from relevo.cycle.check import contract_of
from relevo.cycle.explain_rows import explained_rows
from relevo.cycle.explain_version import explained_version
from relevo.cycle.known import known_rows
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import ExplainResult
from relevo.data.whole_file import write_whole
from relevo.errors import OptionMistake
from relevo.explain.decisions.named_columns import check_named_columns
from relevo.explain.glass_box.frontier import frontier as frontier_of
from relevo.explain.glass_box.frontier_section import frontier_section, frontier_sentence
from relevo.explain.segments import largest_segments
from relevo.model.folder import model_table
from relevo.picture.page import page
from relevo.train.judged import set_aside
from relevo.train.stratified.predictor import StratifiedPredictor
from relevo.words import language, say

BUDGET = "30s"


def explain(
    project: Project,
    version: int | None = None,
    *,
    row: dict[str, Any] | None = None,
    rows: Any = None,
    n: int = 3,
    wanted: Any = None,
    immutable: Sequence[str] = (),
    frontier: bool = False,
    budget: str | float | None = None,
) -> ExplainResult:
    """What the columns are worth, their effects and whether to believe it; or single decisions.

    Parameters
    ----------
    project
        Has that version.
    version
        By default the champion.
    row, rows
        A decision, or a table of them, to be explained.
    n
        How many reasons of each.
    wanted
        A label, or a range such as `"<= 20"`: the least changes of each row that would lead there.
    immutable
        Columns that such a change must leave, besides those of the problem file.
    frontier
        Whether to train a model of each kind, from linear to an ensemble, and to say what it costs
        to be able to read one.
    budget
        About how long a version may be looked at; what there was no time for is named.

    Raises
    ------
    DataMistake
        When a row breaks the model's contract.
    OptionMistake
        When `wanted` comes without rows, or the model cannot answer so.
    ProblemMistake
        When `[explain]` names columns that do not exist.

    """
    with recorded(project, "explain"):
        if frontier:
            return _frontier(project, budget)
        model, folder = project.model(version), project.model_folder(version)
        check_named_columns(project.problem.explain, model.contract.names)
        reference = model_table(folder, "reference")
        if row is not None or rows is not None:
            given = row if row is not None else batch_rows(project, rows, model)
            return ExplainResult(
                model.version,
                rows=explained_rows(model, given, reference, n, wanted, immutable),
            )
        if wanted is not None:
            raise OptionMistake("cycle.wanted_without_rows", wanted=wanted)
        found = explained_version(
            model,
            model_table(folder, "judged"),
            reference,
            Budget.parse(BUDGET if budget is None else budget),
            project.problem.training.seed,
        )
        keep_found(project, model.version, "explain", found.sections)
        predictor = model.predictor
        segments = largest_segments(predictor) if isinstance(predictor, StratifiedPredictor) else []
        return ExplainResult(
            model.version,
            importance=found.importance,
            groups=found.groups,
            interactions=found.interactions,
            trust=found.trust.checks if found.trust else (),
            warnings=found.warnings,
            left_out=found.left_out,
            page=write_card(project, model).page,
            segments=tuple(segments),
        )


def _frontier(project: Project, budget: str | float | None) -> ExplainResult:
    problem = project.problem
    rows = known_rows(project).frame
    parts = set_aside(rows, problem, problem.training.seed)
    found = frontier_of(
        parts.train,
        parts.judged,
        problem,
        contract_of(project, rows),
        Budget.parse(problem.training.budget if budget is None else budget),
        problem.training.seed,
    )
    lang, path = language(), project.pages / "frontier.html"
    title = say("frontier.page", lang, name=problem.name)
    write_whole(path, page(title, [frontier_section(found, lang)], lang))
    return ExplainResult(0, frontier=found, warnings=(frontier_sentence(found),), page=str(path))
