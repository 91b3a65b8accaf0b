"""`label`: take in outcomes."""

from __future__ import annotations

from typing import Any

import polars as pl

from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import LabelResult
from relevo.errors import DataMistake
from relevo.store.records import LabelRecord, contradicting
from relevo.train.target import target_values


def label(project: Project, path: Any) -> LabelResult:
    """Join outcomes to predictions by `prediction_id`, the id column of the problem, or `id`.

    Labels whose prediction is not known yet are kept and named in `unmatched`.

    Raises
    ------
    DataMistake
        When the table has no such column, no target or no outcome in it, or a label is not one
        that the champion knows, or one key has two outcomes; nothing is taken in then.

    """
    with recorded(project, "label"):
        problem = project.problem
        table = project.table(path)
        keys = ("prediction_id", *([problem.roles.id] if problem.roles.id else []), "id")
        key = next((name for name in keys if name in table.columns), None)
        if key is None:
            raise DataMistake(
                "cycle.no_label_key", columns=", ".join(table.columns), keys=", ".join(keys)
            )
        table.require([problem.target])
        known = table.data.filter(pl.col(problem.target).is_not_null() & pl.col(key).is_not_null())
        if known.is_empty():
            raise DataMistake("cycle.no_outcomes", column=problem.target, rows=table.rows)
        if project.champion is not None:
            target_values(known[problem.target], project.model().classes)
        now = project.now()
        pairs = zip(known[key].to_list(), known[problem.target].to_list(), strict=True)
        labels = [LabelRecord(str(name), value, now) for name, value in pairs]
        if twice := contradicting(labels):
            raise DataMistake(
                "cycle.labels_contradict", keys=", ".join(twice[:5]), count=len(twice), column=key
            )
        outcome = project.store.add_labels(labels)
        return LabelResult(outcome.joined, outcome.unmatched)
