"""`standard_of`: what the champion's rows and its quality are held against."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import polars as pl

from relevo.cycle.project import Project
from relevo.cycle.window import Judged
from relevo.errors import ModelMistake
from relevo.model.folder import model_table
from relevo.model.model import Model

_FEWEST_ROWS = 100  # that judged a model: fewer are no standard


@dataclass(frozen=True)
class Standard:
    """Rows that a model learnt from, and those that judged it."""

    reference: pl.DataFrame
    judged: Judged


def standard_of(project: Project, champion: Model) -> Standard:
    """The champion's own rows or, where hardly any judged it, those of its nearest forerunner.

    Who must respond within minutes learns from the newest rows, nearly all of them, and takes over
    because it is better than the model before on rows that came later. Held against the few that it
    was made from, every hour would be another world, and no quality a bad one.
    """
    records = {one.version: one for one in project.store.versions()}
    at = records.get(champion.version)
    while at is not None and at.lineage["rows_judged"] < _FEWEST_ROWS:
        at = records.get(at.lineage["parent"])
    model = champion
    if at is not None and at.version != champion.version:
        with suppress(ModelMistake):  # its folder is gone
            model = project.model(at.version)
    folder = project.model_folder(model.version)
    rows = model_table(folder, "judged")
    judged = Judged(rows, model.predict(rows), model.evidence)
    return Standard(model_table(folder, "reference"), judged)
