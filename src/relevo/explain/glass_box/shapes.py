"""`shapes`: what each column of a glass box adds to the score, as a whole function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from relevo.errors import ModelMistake
from relevo.learn.additive_predictor import AdditivePredictor
from relevo.learn.ensemble_predictor import EnsemblePredictor
from relevo.learn.learner import Floats, Predictor
from relevo.learn.shape_edit import ShapeEdit
from relevo.model.model import Model
from relevo.prepare.category import Category
from relevo.prepare.matrix import Matrix

if TYPE_CHECKING:  # it brings SciPy, which an endpoint need not have in memory
    from relevo.learn.linear_predictor import LinearPredictor

_KINDS = ("additive", "linear")
_POINTS, _REACH = 41, 2.5  # of a line's picture: its steps, and how many spreads from the mean


@dataclass(frozen=True)
class Shape:
    """What one feature adds to the score of one output.

    Attributes
    ----------
    column, feature
        The source column, and the feature made of it (the same, but for dates and texts).
    label
        The class whose score it is; empty for a number or for two classes.
    edges
        Of a number, where its steps begin and end, in the column's own units, shape
        `(n_steps + 1,)`; empty for a category.
    names
        Of a category, what each step stands for; None for the values that share a code.
    values, errors
        What each step adds (log-odds, or the target's unit), and its standard error, NaN where it
        is not known; shape `(n_steps,)`. The values' mean over the training rows is zero.
    rows
        The share of the training rows in each step, NaN where it is not known.
    missing
        What a missing value adds, and its standard error; None where none was seen.

    """

    column: str
    feature: str
    label: str
    edges: tuple[float, ...]
    names: tuple[str | None, ...]
    values: tuple[float, ...]
    errors: tuple[float, ...]
    rows: tuple[float, ...]
    missing: tuple[float, float] | None = None

    @property
    def size(self) -> float:
        """How much it moves scores: the root of the mean square over the training rows."""
        share = np.nan_to_num(np.array(self.rows), nan=1.0 / max(1, len(self.rows)))
        return float(np.sqrt((share * np.square(self.values)).sum() / max(share.sum(), 1e-12)))


@dataclass(frozen=True)
class GlassBox:
    """The one additive predictor of a model.

    Attributes
    ----------
    predictor
        An additive or a linear one.
    slope, shift
        The model's score is `slope * predictor's + shift`, shape `(n_outputs,)`.

    """

    predictor: AdditivePredictor | LinearPredictor
    slope: Floats
    shift: float

    @property
    def edits(self) -> tuple[ShapeEdit, ...]:
        """What people have changed by hand."""
        return getattr(self.predictor, "edits", ())


def glass_box(model: Model) -> GlassBox:
    """The additive or linear predictor that a model is, alone or as an ensemble's one member.

    Raises
    ------
    ModelMistake
        When its columns act together, or it is several models.

    """
    predictor: Predictor = model.predictor
    slope, shift = np.ones(1), 0.0
    if isinstance(predictor, EnsemblePredictor) and len(predictor.members) == 1:
        member, calibration = predictor.members[0], predictor.calibration
        predictor, slope = member.predictor, calibration.slope * member.weight
        shift = calibration.shift
    if predictor.kind not in _KINDS:
        kind = getattr(predictor, "learners", predictor.kind)
        raise ModelMistake("shapes.not_additive", kind=kind)
    additive = cast("AdditivePredictor | LinearPredictor", predictor)
    return GlassBox(additive, np.broadcast_to(slope, (additive.n_outputs,)), shift)


def is_glass_box(model: Model) -> bool:
    """Whether a model has shapes."""
    try:
        glass_box(model)
    except ModelMistake:
        return False
    return True


def shapes(model: Model) -> tuple[Shape, ...]:
    """The shapes of a glass box, those that move scores most first.

    Parameters
    ----------
    model
        A model of one additive or linear predictor, such as `learner="additive"` gives.

    Raises
    ------
    ModelMistake
        When its columns act together.

    """
    box = glass_box(model)
    drawn = _of_steps if isinstance(box.predictor, AdditivePredictor) else _of_lines
    labels = [str(label) for label in model.classes] if len(model.classes) > 2 else [""]
    found = [
        drawn(model, box, feature, output, label)
        for feature in range(len(model.preparation.features))
        for output, label in enumerate(labels)
    ]
    return tuple(sorted(found, key=lambda shape: -shape.size))


def _of_steps(model: Model, box: GlassBox, feature: int, output: int, label: str) -> Shape:
    predictor = box.predictor
    assert isinstance(predictor, AdditivePredictor)
    whole, slope = predictor.bins.of(feature), box.slope[output]
    values = (slope * predictor.table[whole, output]).tolist()
    errors = (slope * predictor.error[whole, output]).tolist()
    rows = predictor.mass[whole].tolist()
    names = _names(model, feature)
    low, high = predictor.bins.span[feature].tolist()
    edges = () if names else (low, *predictor.bins.edges_of(feature).tolist(), high)
    missing = (values[-1], errors[-1]) if rows[-1] > 0 else None
    return _shape(model, feature, label, edges, names, values[:-1], errors[:-1], rows[:-1], missing)


def _of_lines(model: Model, box: GlassBox, feature: int, output: int, label: str) -> Shape:
    predictor, names = box.predictor, _names(model, feature)
    assert not isinstance(predictor, AdditivePredictor)
    edges: Floats = np.empty(0)
    points = np.arange(len(names), dtype=np.float64)
    if not names:
        layout = predictor.layout
        place = int(np.flatnonzero(layout.numbers == feature)[0])
        reach = _REACH * layout.spread[place]
        edges = np.linspace(-reach, reach, _POINTS + 1) + layout.mean[place]
        points = (edges[1:] + edges[:-1]) / 2
    prepared = model.preparation
    varied = np.full((len(points), len(prepared.features)), np.nan)
    varied[:, feature] = points
    matrix = Matrix(varied, prepared.features, prepared.columns, prepared.categories)
    values = box.slope[output] * predictor.contributions(matrix)[:, output, feature]
    unknown = [np.nan] * len(points)
    drawn = tuple(edges.tolist())
    return _shape(model, feature, label, drawn, names, values.tolist(), unknown, unknown, None)


def _shape(
    model: Model,
    feature: int,
    label: str,
    edges: tuple[float, ...],
    names: tuple[str | None, ...],
    values: list[float],
    errors: list[float],
    rows: list[float],
    missing: tuple[float, float] | None,
) -> Shape:
    prepared = model.preparation
    of = prepared.columns[feature], prepared.features[feature], label
    return Shape(*of, edges, names, tuple(values), tuple(errors), tuple(rows), missing)


def _names(model: Model, feature: int) -> tuple[str | None, ...]:
    """What a category's codes stand for; empty for numbers."""
    if feature not in model.preparation.categories:
        return ()
    name = model.preparation.features[feature]
    step = next(one for one in model.preparation.steps if name in one.features)
    codes = model.preparation.categories[feature]
    known = step.frequent if isinstance(step, Category) else tuple(map(str, range(1, codes)))
    return (None, *known)
