from __future__ import annotations

from relevo.data.reason import reason


def test_one_short_line() -> None:
    assert reason(ValueError("\n no such column: x.\n\nHint: more")) == "no such column: x"
    assert reason(ValueError("x" * 500)) == "x" * 200
    assert reason(KeyboardInterrupt()) == "KeyboardInterrupt"
