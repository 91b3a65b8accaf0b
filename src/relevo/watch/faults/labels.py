"""`labels_changed`: the categories are the same, under other names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

import numpy as np

from relevo.watch.cause import Cause, Confidence
from relevo.watch.counts import homogeneity, jensen_shannon
from relevo.watch.faults.sides import Sides, more_often

_FEWEST = 30
_NEW = 0.05  # the least share of rows under names that were not known
_UNLIKELY = 1e-6
_MOST_LEVELS = 2_000

Counts = Mapping[str, int]


def labels_changed(sides: Sides) -> Cause | None:
    """Whether categories got new spellings or new codes.

    Examples
    --------
    >>> import polars as pl
    >>> before, now = pl.Series(["New York", "León"] * 40), pl.Series(["NEW YORK", "LeÃ³n"] * 40)
    >>> labels_changed(Sides("city", before, now)).values["examples"]
    '“LeÃ³n” = “León”, “NEW YORK” = “New York”'

    """
    before, now, name = sides.words_before.counts, sides.words_now.counts, sides.name
    if min(sides.known) < _FEWEST or max(len(before), len(now)) > _MOST_LEVELS:
        return None
    unknown = {level: rows for level, rows in now.items() if level not in before}
    if sum(unknown.values()) < _NEW * sides.known[1]:
        return None
    return _respelt(name, before, now, unknown) or _recoded(name, before, now, unknown)


def _respelt(name: str, before: Counts, now: Counts, unknown: Counts) -> Cause | None:
    """New names which, written plainly, are names of before."""
    for plainly in _SPELLINGS:
        of_before: dict[str, str] = {}
        for level in sorted(before, key=lambda one: before[one]):
            of_before[plainly(level)] = level
        matched = {
            level: of_before[plainly(level)] for level in unknown if plainly(level) in of_before
        }
        rows = sum(unknown[level] for level in matched)
        if rows < 0.8 * sum(unknown.values()) or rows < _NEW * sum(now.values()):
            continue
        values = {"examples": _examples(matched, unknown), "levels": str(len(matched))}
        p_value = more_often(0, sum(before.values()), rows, sum(now.values()))
        return Cause("relabelled", (name,), "almost certain", rows, p_value, "spelling", values)
    return None


def _recoded(name: str, before: Counts, now: Counts, unknown: Counts) -> Cause | None:
    """New names that took the place of old ones, as common as these, or of all."""
    gone = {level: rows for level, rows in before.items() if level not in now}
    total, total_now = sum(before.values()), sum(now.values())
    rows = sum(unknown.values())
    p_value = more_often(0, total, rows, total_now)
    if p_value > _UNLIKELY or sum(gone.values()) < 0.5 * rows / total_now * total:
        return None
    matched = dict(zip(_commonest(unknown), _commonest(gone), strict=False))
    values = {"examples": _examples(matched, unknown), "levels": str(len(unknown))}
    everything = rows >= 0.95 * total_now
    alike = len(gone) == len(unknown) and _alike(gone, total, unknown, total_now)
    if everything and len(before) > 1:
        sure: Confidence = "almost certain" if alike else "likely"
        return Cause("relabelled", (name,), sure, rows, p_value, "all", values)
    if alike:
        return Cause("relabelled", (name,), "likely", rows, p_value, "codes", values)
    return None


def _alike(gone: Counts, total: int, new: Counts, total_now: int) -> bool:
    """Whether the shares of the new names are those of the names that are gone."""
    sides = [
        np.append(np.sort(np.array(list(one.values())))[::-1], of - sum(one.values()))
        for one, of in ((gone, total), (new, total_now))
    ]
    return homogeneity(*sides) > 0.001 or jensen_shannon(*sides) < 0.05


def _commonest(levels: Counts) -> list[str]:
    return sorted(levels, key=lambda level: (-levels[level], level))


def _examples(matched: Mapping[str, str], rows: Counts) -> str:
    shown = sorted(matched, key=lambda level: (-rows[level], level))[:3]
    said = ", ".join(f"“{level}” = “{matched[level]}”" for level in shown)
    return said + ("…" if len(matched) > len(shown) else "")


def _mended(text: str) -> str:
    """UTF-8 that was read as Latin-1 or Windows-1252, read rightly."""
    for wrong in ("cp1252", "latin-1"):
        try:
            return text.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
    return text


def _trimmed(text: str) -> str:
    return " ".join(text.split())


def _folded(text: str) -> str:
    return _trimmed(unicodedata.normalize("NFKC", _mended(text))).casefold()


def _plain(text: str) -> str:
    """Letters and digits only, no accents; numbers as numbers: "007.0" is "7"."""
    letters = unicodedata.normalize("NFKD", _folded(text))
    bare = re.sub(r"[\W_]+", " ", "".join(one for one in letters if not unicodedata.combining(one)))
    try:
        return f"{float(_folded(text)):g}"
    except ValueError:
        return bare.replace(" ", "") or text


def _last_word(text: str) -> str:
    """Without what was put in front: "carrier_UA", "carrier=UA" and "UA" are the same."""
    return _plain(re.split(r"[_=:/|. -]", text.strip())[-1])


# From the mildest on: the first that brings the names together says it best.
_SPELLINGS: tuple[Callable[[str], str], ...] = (_trimmed, _mended, _folded, _plain, _last_word)
