"""`explain`: what a version goes by, or why it decided as it did and what would turn it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relevo.compute.budget import Budget
from relevo.cycle.batch import batch_rows
from relevo.cycle.card import keep_found, write_card
from relevo.cycle.explain_rows import explained_rows
from relevo.cycle.explain_version import explained_version
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import ExplainResult
from relevo.errors import OptionMistake
from relevo.explain.decisions.named_columns import check_named_columns
from relevo.explain.segments import largest_segments
from relevo.model.folder import model_table
from relevo.train.stratified.predictor import StratifiedPredictor

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
