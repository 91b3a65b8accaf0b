from __future__ import annotations

import asyncio
import threading

import pytest

from relevo.serve.aside import aside
from relevo.words import language, use_language


@pytest.mark.parametrize(("n_bytes", "in_a_thread"), [(100, False), (1_000_000, True)])
def test_only_what_is_large_is_read_in_a_thread(n_bytes: int, in_a_thread: bool) -> None:
    def read(more: str) -> tuple[bool, str]:
        return threading.current_thread() is not threading.main_thread(), language() + more

    async def ask() -> tuple[bool, str]:
        use_language("es")
        return await aside(n_bytes, read, "!")

    assert asyncio.run(ask()) == (in_a_thread, "es!")
