from __future__ import annotations

import pytest

from relevo.serve.language import asked_language


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("EN-us", "en"),
        ("en;q=0.4, es;q=0.6", "es"),
        ("en; q=0.4, es; q=0.6", "es"),
        ("fr, de;q=0.9, es;q=0.1", "es"),
        ("fr", "en"),
        ("es;q=0", "en"),
        ("es;q=much", "en"),
        ("*", "en"),
    ],
)
def test_the_first_known_language_counts(header: str, expected: str) -> None:
    assert asked_language(header.encode(), "en") == expected


def test_otherwise_the_endpoints_own() -> None:
    assert asked_language(b"fr", "es") == "es"
