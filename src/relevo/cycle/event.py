"""`Event`: something that somebody should hear of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relevo.errors import RelevoError
from relevo.words import language, say_each

Words = str | Mapping[str, str]
"""A text in the language in force, or one per language."""


@dataclass(frozen=True)
class Event:
    """Something that somebody should hear of: an alarm, a swap, a batch that is put aside.

    Attributes
    ----------
    kind
        One word for programs: `"alarm"`, `"promote"`, `"rollback"`, `"aside"`, `"failed"`.
    title, text
        A headline and some sentences; `Event.of` takes both from the catalogue, in each language.
    detail
        Figures for programs; what JSON lacks becomes text or None.
    at
        When it happened.
    about
        None: it happened once, and is sent. Otherwise what lasts (the columns that alarm): it is
        sent when it names one that the last event of its kind did not, and what it no longer
        names has ended.

    """

    kind: str
    title: Words
    text: Words
    detail: Mapping[str, Any]
    at: datetime
    about: tuple[str, ...] | None = None

    @classmethod
    def of(
        cls,
        kind: str,
        key: str,
        at: datetime,
        detail: Mapping[str, Any] | None = None,
        /,
        **values: object,
    ) -> Event:
        """An event whose words stand in the catalogue, under `<key>.title` and `<key>.text`."""
        title, text = (say_each(f"{key}.{part}", **values) for part in ("title", "text"))
        return cls(kind, title, text, detail or {}, at)

    def said(self, lang: str | None = None) -> tuple[str, str]:
        """Title and text in a language: the one in force, or another if there is no such text."""
        title, text = (_in(words, lang or language()) for words in (self.title, self.text))
        return title, text

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that it is told in, the one in force first."""
        if isinstance(self.text, str):
            return (language(),)
        return tuple(sorted(self.text, key=lambda lang: lang != language()))


@dataclass(frozen=True)
class Failure:
    """A channel (`"webhook"`, `"command"`, `"email"`) that did not take an event, and why."""

    channel: str
    why: str


class NotSent(RelevoError):
    """A channel did not take an event; the text says why."""


def _in(words: Words, lang: str) -> str:
    return words if isinstance(words, str) else words.get(lang) or next(iter(words.values()), "")
