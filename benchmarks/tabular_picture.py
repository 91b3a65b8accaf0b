"""A picture of tabular.json: mean rank against the budget, a line for each system."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tabular_cells import entries
from tabular_systems import SYSTEMS

from relevo.picture import standalone
from relevo.picture.svg import across, element, frame, line, short, width, words
from relevo.picture.ticks import Scale, scale

WIDE, HIGH, TOP, BOTTOM = 760.0, 436.0, 52.0, 390.0
NAME_GAP, NAME_ROOM = 17.0, 18.0
STYLES = {"relevo": "1", "autogluon": "3", "flaml": "4"}
TEXTS = {
    "en": {
        "title": "Mean rank of each system against its budget in seconds",
        "axis": "mean rank among {n} (1 is best), {sets} data sets; dashed: no budget",
        "below": "budget in seconds",
    },
    "es": {
        "title": "Puesto medio de cada sistema según su presupuesto en segundos",
        "axis": "puesto medio entre {n} (1 es el mejor), {sets} conjuntos; discontinua: sin límite",
        "below": "presupuesto en segundos",
    },
}


@dataclass(frozen=True)
class Course:
    """A system's mean ranks, in the order of its budgets; one alone if it has no budget."""

    system: str
    budgets_s: tuple[int | None, ...]
    ranks: tuple[float, ...]

    @property
    def limited(self) -> bool:
        return self.budgets_s[0] is not None

    @property
    def style(self) -> str:
        return STYLES[self.system.partition("_")[0]]


def picture(content: dict[str, Any], lang: str) -> str:
    texts, courses = TEXTS[lang], found(content)
    ranks = scale([rank for course in courses for rank in course.ranks], wanted=6)
    ranks = ranks.to(TOP, BOTTOM)  # the best on top
    left = max(map(width, ranks.labels)) + 14
    right = WIDE - max(width(SYSTEMS[course.system].label) for course in courses) - NAME_ROOM - 12
    budgets = sorted({b for c in courses for b in c.budgets_s if b is not None})
    seconds = logarithmic(budgets, left + 24, right - 24)
    said = texts["axis"].format(n=len(content["entries"]), sets=len(content["sets"]))
    parts = [words(0, 16, said, "label"), *across(ranks, left, right)]
    for budget in budgets:
        at = seconds(math.log(budget))
        parts.append(line(at, BOTTOM, at, BOTTOM + 5, "axis"))
        parts.append(words(at, BOTTOM + 20, str(budget), anchor="middle"))
    parts.append(words((left + right) / 2, BOTTOM + 38, texts["below"], "label", "middle"))
    for course in sorted(courses, key=lambda course: course.limited):
        parts += drawn(course, seconds, ranks, left, right)
    parts += names(courses, ranks, seconds, right)
    return standalone(frame(texts["title"], WIDE, HIGH, parts))


def found(content: dict[str, Any]) -> list[Course]:
    by_system = defaultdict(list)
    for entry in entries():
        if entry.key in content["entries"]:
            rank = content["entries"][entry.key]["mean_rank"]
            by_system[entry.system].append((entry.budget_s, rank))
    return [Course(system, *zip(*pairs, strict=True)) for system, pairs in by_system.items()]


def logarithmic(budgets: Sequence[int], start: float, end: float) -> Scale:
    low, high = math.log(budgets[0]), math.log(budgets[-1])
    return Scale(low, high if high > low else low + 1, start, end, ())


def drawn(course: Course, seconds: Scale, ranks: Scale, left: float, right: float) -> list[str]:
    if not course.limited:
        return [line(left, ranks(course.ranks[0]), right, ranks(course.ranks[0]), "diagonal")]
    points = places(course, seconds, ranks)
    path = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)
    kind, solid = f"s{course.style}", "stroke-dasharray:none"
    parts = [element("path", class_=kind, style=solid, d=path)] if len(points) > 1 else []
    size = 4.5 if course.system == "relevo" else 3.5
    return parts + [
        element("circle", class_=f"d{course.style}", cx=x, cy=y, r=size) for x, y in points
    ]


def places(course: Course, seconds: Scale, ranks: Scale) -> list[tuple[float, float]]:
    pairs = zip(course.budgets_s, course.ranks, strict=True)
    return [(seconds(math.log(budget or 1)), ranks(rank)) for budget, rank in pairs]


def names(courses: list[Course], ranks: Scale, seconds: Scale, right: float) -> list[str]:
    """Each name at the right, beside the end of its line, moved apart where they would touch."""
    ordered = sorted(courses, key=lambda course: course.ranks[-1])
    heights = apart([ranks(course.ranks[-1]) for course in ordered], TOP - 14, BOTTOM)
    parts = []
    for course, height in zip(ordered, heights, strict=True):
        ends = places(course, seconds, ranks)[-1] if course.limited else (right, None)
        start = ends[0] + (7 if course.limited else 0)
        level = ranks(course.ranks[-1])
        lead = f"M{short(start)} {short(level)}H{short(right)}L{short(right + NAME_ROOM)}"
        parts.append(element("path", class_="grid", d=f"{lead} {short(height)}"))
        text = words(right + NAME_ROOM + 5, height + 4, SYSTEMS[course.system].label, "label")
        parts.append(text.replace("<text", '<text font-weight="700"') if ours(course) else text)
    return parts


def ours(course: Course) -> bool:
    return course.system == "relevo"


def apart(wanted: list[float], low: float, high: float) -> list[float]:
    """Ascending heights, moved as little as needed to lie `NAME_GAP` apart within the picture."""
    placed: list[float] = []
    for height in wanted:
        placed.append(max(height, placed[-1] + NAME_GAP if placed else low))
    limit = high
    for index in reversed(range(len(placed))):
        placed[index] = min(placed[index], limit)
        limit = placed[index] - NAME_GAP
    return placed
