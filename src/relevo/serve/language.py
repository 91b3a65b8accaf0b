"""`asked_language`: which of relevo's languages a caller prefers."""

from __future__ import annotations

from functools import lru_cache

from relevo.words import LANGUAGES


@lru_cache(maxsize=256)
def asked_language(accept_language: bytes, default: str) -> str:
    """The first of relevo's languages in an `Accept-Language` header (RFC 9110, 12.5.4).

    Examples
    --------
    >>> asked_language(b"fr, es-MX;q=0.8, en;q=0.5", "en")
    'es'

    """
    tags = accept_language.decode("latin-1").replace(" ", "").split(",")
    ranked = sorted(tags, key=_weight, reverse=True)
    known = (tag[:2].lower() for tag in ranked if _weight(tag) > 0)
    return next((name for name in known if name in LANGUAGES), default)


def _weight(tag: str) -> float:
    _, _, weight = tag.partition(";q=")
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0
