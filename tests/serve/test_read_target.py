from __future__ import annotations

from typing import Any

import pytest

from relevo.serve.read_target import read_target


@pytest.mark.parametrize(
    ("target", "classes", "expected"),
    [
        ("yes", ("no", "yes"), "yes"),
        (1, (0, 1), 1),
        ("1", (0, 1), 1),
        (1.0, (0, 1), 1),
        (1, ("0", "1"), "1"),
        (1, (0.0, 1.0), 1.0),
        ("true", (False, True), True),
        (False, (False, True), False),
        (-2.5, (), -2.5),
        (3, (), 3),
    ],
)
def test_a_target_is_read_as_the_model_knows_it(
    target: Any, classes: tuple[Any, ...], expected: Any
) -> None:
    read = read_target(target, classes)
    assert read == expected
    assert type(read) is type(expected)


@pytest.mark.parametrize(
    ("target", "classes"),
    [("maybe", ("no", "yes")), (2, (0, 1)), (None, (0, 1)), ("1", ()), (True, ()), ({}, ())],
)
def test_anything_else_is_refused(target: Any, classes: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError):
        read_target(target, classes)
