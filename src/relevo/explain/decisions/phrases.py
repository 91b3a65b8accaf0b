"""`Phrases`: what columns and values are called where a person reads them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from relevo.picture.number import number
from relevo.problem.problem import Problem
from relevo.words import language, say

_DIGITS = 6


class Phrases:
    """A problem's phrases in one language.

    A column without a phrase keeps its name; one with a phrase in the other language only keeps
    that, since it is still the user's.

    Parameters
    ----------
    problem
        Its `[explain]` has the phrases.
    lang
        `"en"` or `"es"`; the language in force when None.

    """

    def __init__(self, problem: Problem, lang: str | None = None) -> None:
        self.lang = lang or language()
        self._phrases = {
            column: given if isinstance(given, str) else _nearest_to(self.lang, given)
            for column, given in problem.explain.phrases.items()
            if given
        }

    def of(self, column: str) -> str:
        """What a column is called within a sentence."""
        return self._phrases.get(column, column)

    def opening(self, column: str) -> str:
        """The same where a sentence begins; a column's own name is written as it is."""
        phrase = self._phrases.get(column)
        return column if phrase is None else phrase[:1].upper() + phrase[1:]

    def value(self, value: Any) -> str:
        """A value as a person reads it: `4500`, `yes`, `missing`, `3 March 2026` as ISO."""
        if value.__class__ is str:
            return str(value)
        if value is None:
            return say("explain.nothing", self.lang)
        if isinstance(value, bool):
            return say("explain.yes" if value else "explain.no", self.lang)
        if isinstance(value, int | float):
            return number(value, _DIGITS)
        return _moment(value) if isinstance(value, date) else str(value)


def _nearest_to(lang: str, given: dict[str, str]) -> str:
    return given.get(lang) or next(iter(given.values()))


def _moment(value: date) -> str:
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) != (0, 0, 0):
        return value.isoformat(" ", "minutes")
    return value.isoformat()[:10]
