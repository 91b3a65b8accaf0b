from __future__ import annotations

import pytest

from relevo.errors import OptionMistake
from relevo.renew.durations import days_in


@pytest.mark.parametrize(("text", "days"), [("7d", 7.0), (" 1.5d ", 1.5), ("15m", 15 / 1440)])
def test_durations_are_days(text: str, days: float) -> None:
    assert days_in(text) == pytest.approx(days)


@pytest.mark.parametrize("text", ["d", "", "a week", "-1d", "0d", "5md"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(OptionMistake):
        days_in(text)
