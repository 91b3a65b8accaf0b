"""`surely_false`: values of a batch that a model must not learn from, as findings."""

from __future__ import annotations

import polars as pl

from relevo.cycle.faults_in import faults_in
from relevo.cycle.project import Project
from relevo.data.findings import Finding
from relevo.data.times import with_times
from relevo.model.folder import model_table
from relevo.watch.cause import CauseKind
from relevo.words import say

# A missing value or a column that stands still is no false value: a calm day makes either. Rows
# that come twice are told apart by their id.
_FALSE: frozenset[CauseKind] = frozenset({"units", "filler", "relabelled", "permuted", "swapped"})


def surely_false(project: Project, rows: pl.DataFrame) -> list[Finding]:
    """Faults of the data that are almost certain, of the kinds that make values false.

    Parameters
    ----------
    project
        Has a champion, whose rows they are compared with.
    rows
        As the batch holds them, with every column that the champion needs.

    """
    model = project.model()
    time = model.problem.roles.time
    times = None
    if time and time in rows.columns:
        rows = with_times(rows, time, missing=True)
        times = rows[time].cast(pl.Datetime("us"))
    reference = model_table(project.model_folder(), "reference")
    return [
        Finding(", ".join(one.columns), "fault", say("follow.values_before"), one.text(), one.rows)
        for one in faults_in(rows, times, reference, model)
        if one.kind in _FALSE and one.confidence == "almost certain"
    ]
