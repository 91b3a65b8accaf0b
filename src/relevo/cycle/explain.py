"""`explain`: what a version goes by, or why it decided as it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relevo.cycle.batch import batch_rows
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import ExplainResult
from relevo.data.whole_file import write_whole
from relevo.errors import DataMistake
from relevo.explain.importance import importance
from relevo.explain.page import explain_page
from relevo.explain.reasons import reasons
from relevo.explain.segments import largest_segments
from relevo.model.folder import model_table
from relevo.model.model import Model
from relevo.train.stratified.predictor import StratifiedPredictor
from relevo.words import language

_HINTS = 3


def explain(
    project: Project,
    version: int | None = None,
    *,
    row: dict[str, Any] | None = None,
    rows: Any = None,
    n: int = 3,
) -> ExplainResult:
    """The importance of the columns with a page about the version, or reasons of given rows.

    Raises
    ------
    DataMistake
        When a row breaks the model's contract.

    """
    with recorded(project, "explain"):
        model = project.model(version)
        if row is not None:
            return ExplainResult(model.version, rows=reasons(model, [_checked(row, model)], n))
        if rows is not None:
            given = batch_rows(project, rows, model)
            return ExplainResult(model.version, rows=reasons(model, given, n))
        judged = model_table(project.model_folder(version), "judged")
        found = importance(model, judged, seed=project.problem.training.seed)
        page = project.pages / f"version-{model.version}.html"
        write_whole(page, explain_page(model, found, language()))
        predictor = model.predictor
        segments = largest_segments(predictor) if isinstance(predictor, StratifiedPredictor) else []
        return ExplainResult(
            model.version, importance=found, page=str(page), segments=tuple(segments)
        )


def _checked(row: dict[str, Any], model: Model) -> Mapping[str, Any]:
    checked = model.check_row(row)
    found = [one for one in checked.findings if one.refuse and one.rule != "known"]
    if found:
        came = "; ".join(f"{one.column}: {one.got}" for one in found)
        expected = "; ".join(f"{one.column}: {one.expected}" for one in found)
        hint = "".join(one.hint() for one in found[:_HINTS])
        raise DataMistake("cycle.unfit_row", found=came, wanted=expected, hint=hint)
    return {column.name: checked.row.get(column.name) for column in model.contract.required}
