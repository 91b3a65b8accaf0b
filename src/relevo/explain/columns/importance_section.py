"""The part of a page about what a model goes by, column by column and in groups."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.explain.columns.group_importance import GroupImportance
from relevo.explain.columns.importance import ColumnImportance
from relevo.picture.bars import bars
from relevo.picture.page import Note, Picture, Section, Table
from relevo.words import say

_MOST_BARS = 20


def importance_section(
    importance: Sequence[ColumnImportance],
    groups: Sequence[GroupImportance],
    metric: str,
    lang: str,
) -> Section:
    """Bars and a table of the columns; of the groups too, where there are any.

    Parameters
    ----------
    importance, groups
        What `relevo.explain.importance` and `group_importance` gave of the same rows.
    metric
        The problem's.
    lang
        Language of the texts.

    """
    shown = list(importance)[:_MOST_BARS]
    picture = bars(
        [one.column for one in shown],
        [one.importance for one in shown],
        [one.interval for one in shown],
        title=say("effects.importance_title", lang, metric=metric),
    )
    names = ("column", "importance", "low", "high", "attribution")
    table = Table(
        say("effects.importance_caption", lang),
        tuple(say(f"effects.{name}", lang) for name in names),
        tuple((one.column, one.importance, *one.interval, one.attribution) for one in importance),
    )
    alone = Picture(picture, say("effects.importance_note", lang, metric=metric))
    of_groups = _of_groups(importance, groups, metric, lang) if groups else ()
    return Section(say("effects.importance_heading", lang), (alone, table, *of_groups))


def carried(
    importance: Sequence[ColumnImportance], groups: Sequence[GroupImportance]
) -> tuple[str, ...]:
    """Columns that seem to matter little, of a group whose importance is more than its columns'.

    Alone their interval reaches zero, or they have less than half of what the group has.
    """
    alone = {one.column: one for one in importance}
    found: list[str] = []
    for group in groups:
        total = sum(max(0.0, alone[name].importance) for name in group.columns)
        if group.interval[0] <= max(0.0, total):
            continue
        found += [
            name for name in group.columns
            if alone[name].interval[0] <= 0 or alone[name].importance < group.importance / 2
        ]  # fmt: skip
    return tuple(dict.fromkeys(found))


def _of_groups(
    importance: Sequence[ColumnImportance],
    groups: Sequence[GroupImportance],
    metric: str,
    lang: str,
) -> tuple[Picture | Note | Table, ...]:
    shown = list(groups)[:_MOST_BARS]
    picture = bars(
        [" + ".join(one.columns) for one in shown],
        [one.importance for one in shown],
        [one.interval for one in shown],
        title=say("effects.group_title", lang, metric=metric),
    )
    names = ("columns", "importance", "low", "high", "association")
    rows = tuple(
        (", ".join(one.columns), one.importance, *one.interval, one.association) for one in groups
    )
    header = tuple(say(f"effects.{name}", lang) for name in names)
    note = Note(say("effects.group_note", lang))
    hidden = ", ".join(carried(importance, groups))
    told = (Note(say("effects.carried", lang, columns=hidden), "warning"),) if hidden else ()
    caption = say("effects.group_title", lang, metric=metric)
    table = Table(say("effects.group_caption", lang), header, rows)
    return (Picture(picture, caption), note, *told, table)
