from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relevo.errors import UserMistake
from relevo.words import LANGUAGES

Refused = Callable[..., UserMistake]


@pytest.fixture
def refused() -> Refused:
    """Checks that a call is a user's mistake, explained in both languages, showing some values."""

    def check(
        key: str, call: Callable[..., Any], *args: Any, shown: tuple[object, ...] = ()
    ) -> Any:
        with pytest.raises(UserMistake) as caught:
            call(*args)
        mistake = caught.value
        assert mistake.key == key
        texts = {lang: mistake.parts(lang) for lang in LANGUAGES}
        assert texts["en"] != texts["es"]
        for parts in texts.values():
            assert set(parts) == {"came", "expected", "todo"}
            assert all(parts.values())
            for value in shown:
                assert str(value) in " ".join(parts.values())
        return mistake

    return check
