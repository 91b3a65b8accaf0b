"""`shapes_section`: the shapes of a glass box as a part of a page."""

from __future__ import annotations

import math

from relevo.explain.glass_box.shapes import Shape, glass_box, shapes
from relevo.learn.shape_edit import ShapeEdit
from relevo.model.model import Model
from relevo.picture.bars import bars
from relevo.picture.number import number
from relevo.picture.page import Note, Picture, Section, Table
from relevo.picture.steps import steps
from relevo.words import say

_MOST_SHAPES, _MOST_BARS = 24, 20
_NEXT_TO_NOTHING = 0.02  # of the largest shape's size
_REACH = 1.96


def shapes_section(model: Model, lang: str) -> Section:
    """A picture for each shape, the largest first, and what was changed by hand.

    Parameters
    ----------
    model
        A glass box, see `relevo.explain.glass_box.shapes.shapes`.
    lang
        `"en"` or `"es"`.

    Raises
    ------
    ModelMistake
        When its columns act together.

    """
    box, found = glass_box(model), shapes(model)
    least = _NEXT_TO_NOTHING * found[0].size
    shown = [shape for shape in found if shape.size >= least][:_MOST_SHAPES]
    told = {shape.feature for shape in shown}
    flat = dict.fromkeys(shape.feature for shape in found if shape.feature not in told)
    base = box.slope * getattr(box.predictor, "intercept", 0.0) + box.shift
    lead = say("shapes.lead", lang, base=", ".join(number(float(one), 3) for one in base))
    blocks: list[Note | Picture | Table] = [Note(lead)]
    blocks += [Picture(_drawn(shape, lang), _title(shape, lang)) for shape in shown]
    if flat:
        blocks.append(Note(say("shapes.flat_caption", lang, columns=", ".join(flat))))
    if box.edits:
        blocks.append(_edits(box.edits, lang))
    return Section(say("shapes.heading", lang), tuple(blocks))


def _title(shape: Shape, lang: str) -> str:
    if shape.label:
        return say("shapes.title_of_class", lang, column=shape.feature, label=shape.label)
    return say("shapes.title", lang, column=shape.feature)


def _drawn(shape: Shape, lang: str) -> str:
    title, adds = _title(shape, lang), say("shapes.adds", lang)
    if shape.names or not _has_width(shape):
        return _bars(shape, title, lang)
    known = all(map(math.isfinite, shape.errors))
    spans = [_span(*one) for one in zip(shape.values, shape.errors, strict=True)]
    axis = shape.feature
    if shape.missing:
        axis = f"{axis} ({say('shapes.missing', lang)}: {number(shape.missing[0], 2)})"
    return steps(
        shape.edges,
        shape.values,
        spans if known else None,
        title=title,
        axes=(axis, adds),
        rows=shape.rows if known else None,
    )


def _has_width(shape: Shape) -> bool:
    return len(shape.values) > 2 and shape.edges[-1] > shape.edges[0]


def _bars(shape: Shape, title: str, lang: str) -> str:
    other = say("shapes.other", lang)
    names = [other if name is None else name for name in shape.names]
    if not names:  # two numbers or one: these are what its steps stand for
        ends = (shape.edges[0], shape.edges[-1])
        names = [number(end) for end in ends[: len(shape.values)]]
    known = [
        (name, value, error)
        for name, value, error, rows in zip(
            names, shape.values, shape.errors, shape.rows, strict=True
        )
        if rows != 0
    ]
    known.sort(key=lambda one: -abs(one[1]))
    known = sorted(known[:_MOST_BARS], key=lambda one: -one[1])
    if shape.missing:
        known.append((say("shapes.missing", lang), *shape.missing))
    spans = [_span(value, error) for _, value, error in known]
    drawn = spans if all(math.isfinite(low) for low, _ in spans) else None
    return bars([name for name, *_ in known], [one[1] for one in known], drawn, title=title)


def _span(value: float, error: float) -> tuple[float, float]:
    return value - _REACH * error, value + _REACH * error


def _edits(edits: tuple[ShapeEdit, ...], lang: str) -> Table:
    header = ("column", "changed", "largest", "why", "by", "now")
    return Table(
        say("shapes.edits_caption", lang),
        tuple(say(f"shapes.{name}", lang) for name in header),
        tuple(
            (
                edit.feature,
                float(len(edit.bins)),
                edit.largest,
                edit.why,
                edit.by,
                edit.now.isoformat(sep=" ", timespec="minutes"),
            )
            for edit in edits
        ),
    )
