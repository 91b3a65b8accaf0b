"""`edit`: a version whose shape a person has changed by hand, with the reason on record."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Literal

from relevo.compute.meter import Meter
from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import EditResult
from relevo.cycle.versions import keep_version
from relevo.errors import OptionMistake
from relevo.explain.glass_box.edit import edit as edited_by_hand
from relevo.learn.learner import Fit
from relevo.model.build import Built, evidence_of
from relevo.model.folder import model_table
from relevo.model.losses import losses
from relevo.score.paired import paired_gain
from relevo.train.blocks import blocks_of

Change = Literal["rising", "falling", "flat"]
_WAYS: dict[Change, int] = {"rising": 1, "falling": -1, "flat": 0}


def edit(
    project: Project,
    version: int | None = None,
    *,
    column: str,
    make: Change,
    why: str,
    by: str,
    low: float | None = None,
    high: float | None = None,
) -> EditResult:
    """Change one shape of a glass box; the outcome is a new version, judged on the same rows.

    A replica from scratch learns every shape anew: what is to stay for good is promised by
    `training.rising` and `training.falling`.

    Parameters
    ----------
    project
        Has the version, which stays as it is.
    version
        By default the champion.
    column
        Whose shape is changed: a column of numbers.
    make
        `rising` or `falling`: by the least change; `flat`: level from `low` to `high`.
    why, by
        What the record and the card say of it.
    low, high
        Of `flat`; open ends when not given.

    Raises
    ------
    ModelMistake
        When the version is no glass box.
    OptionMistake
        When the column or the change cannot be, or nobody says why.

    """
    with recorded(project, "edit"), Meter() as meter:
        if make not in _WAYS:
            raise OptionMistake("cycle.bad_change", came=make, known=", ".join(_WAYS))
        model, folder = project.model(version), project.model_folder(version)
        tables = {name: model_table(folder, name) for name in ("judged", "reference")}
        judged, now = tables["judged"], project.now()
        ends = (-inf if low is None else low, inf if high is None else high)
        changed = edited_by_hand(
            model,
            column,
            why=why,
            by=by,
            now=now,
            flat=ends if make == "flat" else None,
            way=_WAYS[make],
        )
        lineage = replace(model.lineage, how="edit", parent=model.version, created_at=now)
        changed = replace(changed, lineage=lineage, evidence=evidence_of(changed, judged, "judged"))
        fit = Fit(changed.predictor)
        kept = keep_version(project, Built(changed, fit, tables, meter.usage.wall_seconds))
        blocks = blocks_of(judged, model.problem)
        gain = paired_gain(losses(model, judged), losses(changed, judged), blocks=blocks)
        headline = changed.evidence.figures[0]
        return EditResult(
            kept,
            model.version,
            headline.metric,
            headline.value,
            headline.interval,
            gain.gain,
            (gain.lower, gain.upper),
        )
