"""`edit`: a model with one shape of its glass box changed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from relevo.errors import ModelMistake
from relevo.explain.glass_box.shapes import glass_box
from relevo.learn.additive_predictor import AdditivePredictor
from relevo.learn.edit_shape import edit_shape
from relevo.learn.ensemble_predictor import EnsemblePredictor
from relevo.model.model import Model
from relevo.score.evidence import Evidence


def edit(
    model: Model,
    feature: str,
    *,
    why: str,
    by: str,
    now: datetime,
    values: Mapping[int, float | Sequence[float]] | None = None,
    flat: tuple[float, float] | None = None,
    way: int = 0,
    keep_mean: bool = True,
) -> Model:
    """A new model, not judged yet, with the change on record; the one given is left as it is.

    Its evidence is empty, for the old figures are another model's: judge it with
    `relevo.model.build.evidence_of`. `values` are in the units of the additive predictor itself,
    before calibration. Parameters as in `relevo.learn.edit_shape.edit_shape`.

    Raises
    ------
    ModelMistake
        When the model is no additive one.
    OptionMistake
        See `edit_shape`.

    """
    box = glass_box(model)
    if not isinstance(box.predictor, AdditivePredictor):
        raise ModelMistake("shapes.not_additive", kind=box.predictor.kind)
    asked: dict[str, Any] = {"values": values, "flat": flat, "way": way, "keep_mean": keep_mean}
    changed = edit_shape(box.predictor, feature, why=why, by=by, now=now, **asked)
    whole = model.predictor
    if not isinstance(whole, EnsemblePredictor):
        return replace(model, predictor=changed, evidence=Evidence(), version=0)
    member = replace(whole.members[0], predictor=changed)
    common = (whole.features, whole.classes, whole.calibration, whole.spread, whole.settings)
    together = EnsemblePredictor([member], *common)
    return replace(model, predictor=together, evidence=Evidence(), version=0)
