"""`warnings`: what in a table may mislead a model, in sentences, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable

from relevo.data.profile import Profile
from relevo.data.profile_column import ColumnProfile
from relevo.data.profile_mixed import Mixed
from relevo.picture import number
from relevo.words import say

MISSING = 0.2
"""From this share on missing values are worth a warning."""

_NAMED = 8


def warnings(profile: Profile, lang: str | None = None) -> tuple[str, ...]:
    """Suspected leakage, columns without information, values of two kinds, missing and repeated.

    Parameters
    ----------
    profile
        Of the table.
    lang
        `"en"` or `"es"`; the language in force when None.

    """
    return (
        *_leaks(profile, lang),
        *_mixed(profile, lang),
        *_repeated(profile, lang),
        *_grouped(profile, lang),
    )


def percent(share: float) -> str:
    r"""A share as a percentage; some never reads as none, nor nearly all as all.

    Examples
    --------
    >>> percent(0.256), percent(0.0004), percent(0.9999)
    ('26\xa0%', '<1\xa0%', '>99\xa0%')

    """
    if 0 < share < 0.005:
        return "<1\xa0%"
    if 0.995 <= share < 1:
        return ">99\xa0%"
    return f"{number(round(100 * share))}\xa0%"


def _leaks(profile: Profile, lang: str | None) -> Iterable[str]:
    for suspicion in profile.suspicions:
        yield say(
            f"profile.leak.{suspicion.how}",
            lang,
            column=suspicion.column,
            target=profile.target,
            strength=f"{suspicion.strength:.2f}",
            rows=number(suspicion.rows_judged),
        )


def _mixed(profile: Profile, lang: str | None) -> Iterable[str]:
    for column in profile.columns:
        if column.mixed is not None:
            yield _of_two_kinds(column.name, column.mixed, lang)


def _of_two_kinds(column: str, mixed: Mixed, lang: str | None) -> str:
    formats = ", ".join(f"{form} ({number(rows)})" for form, rows in mixed.formats)
    others = {"others": number(mixed.others), "examples": ", ".join(mixed.examples)}
    if len(mixed.formats) < 2 and mixed.others:
        return say(f"profile.mixed.{mixed.reads_as}", lang, column=column, **others)
    key = "formats" if len(mixed.formats) > 1 else "one_format"
    text = say(f"profile.mixed.{key}", lang, column=column, formats=formats)
    return text + (" " + say("profile.mixed.others", lang, **others) if mixed.others else "")


def _repeated(profile: Profile, lang: str | None) -> Iterable[str]:
    for key in ("duplicate_ids", "duplicate_rows"):
        rows = getattr(profile, key)
        if rows:
            share = percent(rows / profile.rows)
            yield say(f"profile.{key}", lang, rows=number(rows), share=share)


def _grouped(profile: Profile, lang: str | None) -> Iterable[str]:
    groups = {
        "empty": [(c, "") for c in profile.columns if c.kind == "empty"],
        "constant": [(c, "") for c in profile.columns if c.kind == "constant"],
        "infinite": [(c, number(c.infinite)) for c in profile.columns if c.infinite],
        "missing": [
            (c, percent(c.missing_share))
            for c in sorted(profile.columns, key=lambda column: -column.missing_share)
            if c.kind != "empty" and c.missing_share >= MISSING
        ],
    }
    for key, columns in groups.items():
        if columns:
            yield say(f"profile.{key}", lang, count=len(columns), names=_listed(columns))


def _listed(columns: list[tuple[ColumnProfile, str]]) -> str:
    shown = [f"{column.name} ({more})" if more else column.name for column, more in columns]
    return ", ".join(shown[:_NAMED]) + (", …" if len(shown) > _NAMED else "")
