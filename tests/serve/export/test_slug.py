from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.serve.export.slug import slug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Vuelos España 2013", "vuelos_espana_2013"),
        ("7 Días", "model_7_dias"),
        ("late-flights", "late_flights"),
        ("日本", "relevo"),
        ("", "relevo"),
    ],
)
def test_a_name_keeps_what_it_can(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(st.text())
def test_any_name_becomes_one_that_python_takes(name: str) -> None:
    assert slug(name).isidentifier()
    assert slug(name).isascii()
