"""`data_faults`: what is wrong with the data themselves, told from a world that has changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from relevo.watch.cause import Cause
from relevo.watch.faults.duplicated import duplicated
from relevo.watch.faults.labels import labels_changed
from relevo.watch.faults.part import Part
from relevo.watch.faults.permuted import permuted
from relevo.watch.faults.rounded import rounded
from relevo.watch.faults.sides import Sides
from relevo.watch.faults.swapped import swapped
from relevo.watch.faults.units import units_changed
from relevo.watch.faults.values import values_at_fault

_FEWEST_ALIKE = 40
_LEAST_APART = 0.15


def data_faults(
    reference: pl.DataFrame,
    current: pl.DataFrame,
    times_reference: pl.Series | None = None,
    times_current: pl.Series | None = None,
    segments_reference: pl.Series | None = None,
    segments_current: pl.Series | None = None,
    seed: int = 0,
) -> tuple[Cause, ...]:
    """Faults of the data in a window: units, missing and stand-in values, columns that stand still.

    Each fault is told by the mark that it leaves: the same distribution times a factor, names of
    before under another spelling, a value that nobody measures. What a column has done before is
    no fault: each finding is looked for in slices of the reference, as long as the window, and
    dropped where a slice shows it too.

    Parameters
    ----------
    reference, current
        The same columns, before and now; others of `current` are left alone.
    times_reference, times_current
        When each row happened; without them the slices are not looked at.
    segments_reference, segments_current
        The segment or site of each row: a fault that only one of them has is told so.
    seed
        Chooses at most 5,000 rows of each; repeated rows are looked for in all.

    Returns
    -------
    tuple of Cause
        In the order of the columns; what concerns whole rows comes last.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> before, now = (
    ...     pl.DataFrame({"km": rng.gamma(4, 90, rows).round(), "x": rng.normal(size=rows)})
    ...     for rows in (900, 300)
    ... )
    >>> (found,) = data_faults(before, now.with_columns(pl.col("km") * 1000))
    >>> found.kind, found.columns
    ('units', ('km',))

    """
    names = [name for name in reference.columns if name in current.columns]
    if min(reference.height, current.height) < 2 or not names:
        return ()
    whole = reference.select(names), current.select(names)
    before = Part.of(whole[0], times_reference, segments_reference, seed)
    now = Part.of(whole[1], times_current, segments_current, seed)
    found = [*_of_columns(before, now)]
    hidden = [*_hidden(before, now, found)]
    apart = {name for one in hidden for name in one.columns}
    found = [_placed(one, before, now) for one in found if not apart & set(one.columns)] + hidden
    slices = [part for part in before.slices(now) if found]
    fresh = [one for one in found if not any(_usual(one, before, now, part) for part in slices)]
    scale = current.height / now.rows.height
    told = [replace(one, rows=round(scale * one.rows)) for one in fresh]
    twice = duplicated(*whole)
    return (*told, twice) if twice else tuple(told)


def _of_columns(before: Part, now: Part) -> Iterator[Cause]:
    columns = [Sides(name, before.rows[name], now.rows[name]) for name in before.rows.columns]
    crossed = swapped(columns)
    yield from crossed
    taken = {name for one in crossed for name in one.columns}
    for sides in columns:
        if sides.name not in taken:
            faults = list(_of_column(sides))
            mixed = None if faults or sides.kind != "category" else permuted(sides, columns)
            yield from [mixed] if mixed else []
            yield from (one for one in faults if not _stays_or_chosen(one, before, now))


def _of_column(sides: Sides) -> Iterator[Cause]:
    """What is wrong with one column; what explains the most comes first, and alone."""
    values = values_at_fault(sides)
    yield from (one for one in values if one.kind == "missing")
    constant = [one for one in values if one.kind == "constant"]
    fillers = [one for one in values if one.kind == "filler"]
    if constant or not sides.kind:
        yield from constant
    elif any(one.confidence == "almost certain" for one in fillers):
        yield from fillers
    elif sides.kind == "number":
        other = units_changed(sides)
        coarser = None if other or fillers else rounded(sides)
        yield from [one for one in (other, coarser) if one] or fillers
    else:
        renamed = None if fillers else labels_changed(sides)
        yield from [renamed] if renamed else fillers


def _stays_or_chosen(one: Cause, before: Part, now: Part) -> bool:
    """Whether a column that stands still does so for another reason than a fault."""
    if one.kind != "constant":
        return False
    return before.stays(one.columns[0], now) or _chosen(one, before, now)


def _chosen(one: Cause, before: Part, now: Part) -> bool:
    """Whether a column holds one value because the rows were chosen so, and not by a fault.

    The other columns tell: rows chosen by a value are, elsewhere, as rows of that value were.
    """
    column = one.columns[0]
    value = now.rows[column].drop_nulls()[0]
    alike = before.rows.filter(pl.col(column) == value)
    if alike.height < _FEWEST_ALIKE:
        return False
    near = np.zeros(2)
    for name in before.rows.columns:
        of_all = Sides(name, before.rows[name], now.rows[name])
        of_value = Sides(name, alike[name], now.rows[name])
        told = Sides(name, before.rows[name], alike[name])
        usable = name != column and of_all.kind and told.kind and of_value.kind
        if not usable or min(*of_all.known, *of_value.known) < _FEWEST_ALIKE:
            continue
        if told.apart() >= _LEAST_APART:  # this column can tell
            near += of_all.apart(), of_value.apart()
    return bool(near[0] > 0 and near[1] <= 0.7 * near[0])


def _usual(one: Cause, before: Part, now: Part, part: Part) -> bool:
    """Whether other rows of before show the same fault as well."""
    if one.segment:
        before, part = before.within(one.segment), part.within(one.segment)
    if one.kind == "missing":  # half as much is enough: some weeks are worse than others
        share = one.rows / max(
            1, now.within(one.segment).rows.height if one.segment else now.rows.height
        )
        nulls = part.rows[one.columns[0]].null_count()
        return nulls >= 0.5 * share * part.rows.height > 0
    same = [other for other in _again(one, before, part) if other.kind == one.kind]
    if one.kind == "units":  # another factor is another finding
        return any(other.values["factor"] == one.values["factor"] for other in same)
    return bool(same)


def _placed(one: Cause, before: Part, now: Part) -> Cause:
    """The fault as one of a single segment, when the others do not have it."""
    having: list[Cause] = []
    names = before.shared_segments(now)
    for name in names:
        parts = before.within(name), now.within(name)
        again = [other for other in _again(one, *parts) if other.kind == one.kind]
        having += [replace(again[0], segment=name)] if again else []
    return having[0] if len(having) == 1 < len(names) else one


def _again(one: Cause, before: Part, now: Part) -> Sequence[Cause]:
    """The same fault looked for in other rows."""
    names = before.rows.columns if one.kind == "permuted" else one.columns
    sides = [Sides(name, before.rows[name], now.rows[name]) for name in names]
    if one.kind == "swapped":
        return swapped(sides)
    if one.kind == "permuted":
        mixed = permuted(sides[names.index(one.columns[0])], sides)
        return [mixed] if mixed else []
    return list(_of_column(sides[0]))


def _hidden(before: Part, now: Part, found: Sequence[Cause]) -> Iterator[Cause]:
    """Faults that the rows together hide, because one segment alone has them."""
    sure = [one for one in found if one.confidence == "almost certain"]
    known = {name for one in sure for name in one.columns}
    segments = before.shared_segments(now)
    for column in before.rows.columns if len(segments) > 1 else ():
        if column in known:
            continue
        sides = {
            name: Sides(column, before.within(name).rows[column], now.within(name).rows[column])
            for name in segments
        }
        faults = [
            replace(one, segment=name)
            for name, side in sides.items()
            if side.kind and min(side.known) >= _FEWEST_ALIKE and side.apart() >= _LEAST_APART
            for one in _of_column(side)
            if one.confidence == "almost certain"
        ]
        if len(faults) == 1:
            yield faults[0]
