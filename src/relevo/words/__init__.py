"""Every sentence that a person reads, in English and Spanish.

One TOML file per room and language (`en/data.toml`, `es/data.toml`); a key is `room.name` or
`room.name.part`. `say` fills in the values. A test holds the two languages to the same keys and
the same placeholders.
"""

from __future__ import annotations

import locale
import os
import tomllib
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "es")

_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """The language in force: the one set with `use_language`, else `RELEVO_LANG`, else the locale.

    Returns
    -------
    str
        `"en"` or `"es"`.

    """
    chosen = _chosen.get()
    if chosen:
        return chosen
    asked = os.environ.get("RELEVO_LANG") or locale.setlocale(locale.LC_MESSAGES) or ""
    if asked in {"C", "POSIX"} or not asked:
        names = ("LC_ALL", "LC_MESSAGES", "LANG")
        asked = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "es" if asked.lower().startswith("es") else "en"


def use_language(lang: str | None) -> None:
    """Choose the language of every later message; `None` goes back to the locale."""
    if lang is not None and lang not in LANGUAGES:
        raise ValueError(f"language {lang!r} came; one of {', '.join(LANGUAGES)} was expected")
    _chosen.set(lang)


def say(key: str, lang: str | None = None, /, **values: object) -> str:
    """The sentence under `key`, in `lang` (default: the language in force), filled with `values`.

    Examples
    --------
    >>> say("words.and", "es")
    'y'

    """
    return sentences(lang or language())[key].format(**values)


def say_each(key: str, /, **values: object) -> dict[str, str]:
    """The sentence under `key` in each language, filled with `values`.

    Examples
    --------
    >>> say_each("words.and")
    {'en': 'and', 'es': 'y'}

    """
    return {lang: say(key, lang, **values) for lang in LANGUAGES}


def in_each_language(make: Callable[[], str]) -> dict[str, str]:
    """What a function says in each language.

    Examples
    --------
    >>> in_each_language(lambda: say("words.and"))
    {'en': 'and', 'es': 'y'}

    """

    def made(lang: str) -> str:
        _chosen.set(lang)
        return make()

    return {lang: copy_context().run(made, lang) for lang in LANGUAGES}


@cache
def sentences(lang: str) -> dict[str, str]:
    """All sentences of a language, by dotted key."""
    flat: dict[str, str] = {}
    for file in sorted((Path(__file__).parent / lang).glob("*.toml")):
        _flatten(file.stem, tomllib.loads(file.read_text(encoding="utf-8")), flat)
    return flat


def _flatten(prefix: str, tree: dict[str, object], flat: dict[str, str]) -> None:
    for name, value in tree.items():
        if isinstance(value, dict):
            _flatten(f"{prefix}.{name}", value, flat)
        else:
            flat[f"{prefix}.{name}"] = str(value)
