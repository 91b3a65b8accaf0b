"""`profile_page`: a profile as one HTML file with pictures."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.data.profile import Profile
from relevo.data.profile_column import ColumnProfile
from relevo.data.profile_warnings import percent, warnings
from relevo.picture import (
    Figures,
    Note,
    Picture,
    Section,
    Table,
    bars,
    histogram,
    lines,
    number,
    page,
    spark,
)
from relevo.words import say

_SHOWN = 60  # characters of a value in the table of columns


def profile_page(profile: Profile, title: str, lang: str) -> str:
    """A self-contained HTML page: overview, what to look at first, the target, every column.

    Parameters
    ----------
    profile
        Of the table.
    title
        The page's title, such as the name of the data.
    lang
        `"en"` or `"es"`.

    Returns
    -------
    str
        The whole document; some 1 KB per column.

    """
    sections = [
        Section(say("profile.overview", lang), (_figures(profile, lang),)),
        Section(say("profile.first", lang), tuple(_notes(profile, lang))),
    ]
    pictures = tuple(_target(profile, lang))
    if pictures:
        sections.append(Section(say("profile.target", lang), pictures))
    sections.append(Section(say("profile.columns", lang), (_table(profile, lang),)))
    return page(title, sections, lang)


def _figures(profile: Profile, lang: str) -> Figures:
    cells = profile.rows * len(profile.columns)
    missing = sum(column.missing for column in profile.columns)
    items: list[tuple[str, str | float | None]] = [
        (say("profile.rows", lang), profile.rows),
        (say("profile.columns", lang), len(profile.columns)),
        (say("profile.missing_cells", lang), percent(missing / cells if cells else 0.0)),
        (say("profile.repeated_rows", lang), profile.duplicate_rows),
    ]
    if profile.target and profile.task:
        items.append((say("profile.target", lang), profile.target))
        items.append((say("profile.task", lang), say(f"profile.tasks.{profile.task}", lang)))
    return Figures(tuple(items))


def _notes(profile: Profile, lang: str) -> list[Note]:
    found = [Note(text, "warning") for text in warnings(profile, lang)]
    return found or [Note(say("profile.nothing", lang), "good")]


def _target(profile: Profile, lang: str) -> Iterator[Picture]:
    if profile.target is None:
        return
    column = profile[profile.target]
    named = {"target": column.name, "rows": number(column.rows - column.missing)}
    if profile.task == "regression" and column.histogram:
        spread = say("profile.spread", lang, **named)
        drawn = column.histogram
        yield Picture(histogram(drawn.edges, drawn.counts, title=spread, axis=column.name), spread)
    elif column.top:
        classes = say("profile.classes", lang, **named)
        shares = [rows / (column.rows - column.missing) for _, rows in column.top]
        yield Picture(bars([value for value, _ in column.top], shares, title=classes), classes)
    if profile.rate and len(profile.rate.labels) > 1:
        yield _over_time(profile, lang)


def _over_time(profile: Profile, lang: str) -> Picture:
    rate = profile.rate
    assert rate is not None
    unit = say(f"profile.unit.{rate.unit}", lang)
    caption = say(f"profile.over_time.{profile.task}", lang, target=profile.target, unit=unit)
    axis = next(iter(rate.values)) if len(rate.values) == 1 else ""
    drawn = lines(rate.labels, rate.values, rate.intervals, title=caption, axis=axis)
    return Picture(drawn, caption)


def _table(profile: Profile, lang: str) -> Table:
    header = ("name", "kind", "missing", "distinct", "values", "shape")
    return Table(
        say("profile.table", lang),
        tuple(say(f"profile.header.{name}", lang) for name in header),
        tuple(_row(column, lang) for column in profile.columns),
    )


def _row(column: ColumnProfile, lang: str) -> tuple[str | float | Picture | None, ...]:
    return (
        column.name,
        say(f"profile.kind.{column.kind}", lang),
        percent(column.missing_share),
        None if column.kind == "other" else column.distinct,
        _values(column, lang),
        _shape(column, lang),
    )


def _values(column: ColumnProfile, lang: str) -> str:
    if column.kind in ("empty", "other"):
        return "–"
    if column.span:
        return " – ".join(column.span)
    numbers = column.numbers
    if numbers and column.kind != "constant":
        figures = {"low": numbers.low, "median": numbers.median, "high": numbers.high}
        told = {name: number(value) for name, value in figures.items()}
        return say("profile.numbers", lang, **told)
    if not column.top:
        return "–"
    shown = [
        f"{_short(value)} ({number(rows)})"
        for value, rows in column.top[: 1 if column.kind == "text" else 3]
    ]
    return ", ".join(shown) + (", …" if column.distinct > len(shown) else "")


def _shape(column: ColumnProfile, lang: str) -> str | Picture:
    if column.kind in ("empty", "constant", "other"):
        return ""
    counts = column.histogram.counts if column.histogram else [rows for _, rows in column.top]
    return Picture(spark(counts, title=say("profile.shape", lang, column=column.name)))


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"
