"""`edit_shape`: an additive model with one shape changed by hand, the change on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from relevo.errors import OptionMistake, nearest
from relevo.learn.additive_bins import Positions
from relevo.learn.additive_order import Order
from relevo.learn.additive_predictor import AdditivePredictor
from relevo.learn.learner import Floats
from relevo.learn.shape_edit import ShapeEdit


def edit_shape(
    predictor: AdditivePredictor,
    feature: str,
    *,
    why: str,
    by: str,
    now: datetime,
    values: Mapping[int, float | Sequence[float]] | None = None,
    flat: tuple[float, float] | None = None,
    way: int = 0,
    keep_mean: bool = True,
) -> AdditivePredictor:
    """A new predictor with one shape changed; the one given is left as it is.

    Parameters
    ----------
    predictor
        The model.
    feature
        Whose shape is changed.
    why, by, now
        What the record says: the reason, who gives it, and when.
    values
        What bins of the feature add from now on, by their number (0 is the first, the last one is
        for missing); one number, or one for each output.
    flat
        From which number to which the shape is levelled, at its mean over the rows there.
    way
        1: the shape is made to rise, by the least change of squares over the rows; -1: to fall.
    keep_mean
        Whether the mean score stays. Without it only rows in the changed bins are scored otherwise.

    Raises
    ------
    OptionMistake
        When there is no such feature or bin, not exactly one change is asked for, a value is not
        finite, `why` or `by` is empty, or the change breaks the promise that the score only rises
        or only falls with the feature.

    """
    place = _place(predictor, feature)
    if not why.strip() or not by.strip():
        raise OptionMistake("shapes.no_reason")
    if (values is not None) + (flat is not None) + (way != 0) != 1:
        raise OptionMistake("shapes.one_change")
    bins = predictor.bins.of(place)
    own, share = predictor.table[bins], predictor.mass[bins]
    if values is not None:
        changed = _with_values(own, values, feature)
    elif predictor.bins.is_category[place]:
        raise OptionMistake("shapes.no_order", feature=feature)
    elif flat is not None:
        changed = _levelled(own, share, predictor.bins.edges_of(place), flat)
    else:
        changed = np.stack([_ordered(one, share, way) for one in own.T], axis=1)
    _must_keep_promise(predictor, feature, changed)
    edit = ShapeEdit(
        feature,
        why,
        by,
        now,
        tuple(np.flatnonzero((changed != own).any(axis=1)).tolist()),
        _rows(own[(changed != own).any(axis=1)]),
        _rows(changed[(changed != own).any(axis=1)]),
    )
    table = predictor.table.copy()
    table[bins] = changed
    return predictor.edited(table, edit, keep_mean)


def _place(predictor: AdditivePredictor, feature: str) -> int:
    if feature not in predictor.features:
        known = ", ".join(predictor.features)
        hint = nearest(feature, predictor.features)
        raise OptionMistake("shapes.unknown", feature=feature, known=known, hint=hint)
    return predictor.features.index(feature)


def _with_values(
    own: Floats, values: Mapping[int, float | Sequence[float]], feature: str
) -> Floats:
    changed = own.copy()
    for place, value in values.items():
        wanted = np.asarray(value, dtype=np.float64)
        if not 0 <= place < len(own) or not np.isfinite(wanted).all():
            raise OptionMistake("shapes.bad_value", feature=feature, bin=place, last=len(own) - 1)
        changed[place] = wanted
    return changed


def _levelled(own: Floats, share: Floats, edges: Floats, ends: tuple[float, float]) -> Floats:
    first, last = np.searchsorted(edges, ends)
    inside: Positions = np.arange(first, last + 1)
    weight = share[inside] if share[inside].sum() > 0 else np.ones(len(inside))
    changed = own.copy()
    changed[inside] = np.average(own[inside], axis=0, weights=weight)
    return changed


def _ordered(steps: Floats, share: Floats, way: int) -> Floats:
    """Pool adjacent violators (Ayer et al., 1955); missing stays."""
    pooled: list[tuple[float, float, int]] = []
    for value, weight in zip((way * steps[:-1]).tolist(), share[:-1].tolist(), strict=True):
        mean, total, count = value, weight + 1e-12, 1
        while pooled and pooled[-1][0] > mean:
            before, mass, members = pooled.pop()
            mean = (before * mass + mean * total) / (mass + total)
            total, count = total + mass, count + members
        pooled.append((mean, total, count))
    found = [way * mean for mean, _, count in pooled for _ in range(count)]
    return np.append(found, steps[-1])


def _must_keep_promise(predictor: AdditivePredictor, feature: str, changed: Floats) -> None:
    ways = {feature: predictor.settings.get("monotone", {}).get(feature, 0)}
    if Order.of(predictor.bins, predictor.features, ways) is None:
        return
    if (ways[feature] * np.diff(changed[:-1], axis=0) < 0).any():
        raise OptionMistake("shapes.broken_promise", feature=feature)


def _rows(table: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in table.tolist())
