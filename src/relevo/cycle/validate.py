"""`validate`: the evidence about a version, and whether it holds elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from relevo.cycle.batch import batch_rows
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import ValidateResult
from relevo.model.build import evidence_of
from relevo.model.folder import model_table
from relevo.model.model import Model
from relevo.score.evidence import Evidence
from relevo.validate.population import population


def validate(
    project: Project, version: int | None = None, *, target_population: Any = None
) -> ValidateResult:
    """The figures of a version on its judged rows; with a target population, there too.

    Parameters
    ----------
    project
        Has that version.
    version
        By default the champion.
    target_population
        Rows of the population that the model is meant for. Where their outcome is known the model
        is judged on them; in any case the judged rows are weighted to resemble them, and what
        training lacks of them is named.

    """
    with recorded(project, "validate"):
        model = project.model(version)
        evidence = {"judged": model.evidence}
        if target_population is None:
            return ValidateResult(model.version, evidence)
        rows = batch_rows(project, target_population, model)
        judged = model_table(project.model_folder(version), "judged")
        elsewhere = population(model.predictors(judged), model.predictors(rows))
        evidence["weighted to the target population"] = _weighted(model, judged, elsewhere.weights)
        target = project.problem.target
        known = rows.filter(pl.col(target).is_not_null()) if target in rows.columns else rows[:0]
        if known.height:
            evidence["target population"] = evidence_of(model, known, "target population")
        found = {name: value for name, value in asdict(elsewhere).items() if name != "weights"}
        return ValidateResult(model.version, evidence, found)


def _weighted(model: Model, judged: pl.DataFrame, weights: np.ndarray) -> Evidence:
    on = "judged, weighted to the target population"
    return evidence_of(model, judged, on, weights=weights)
