from __future__ import annotations

import asyncio

from relevo.serve.in_slices import in_slices


def test_others_have_their_turn_in_between() -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def scenario() -> list[tuple[int, str]]:
        others = asyncio.create_task(other())
        seen = [pair async for pair in in_slices(["row"] * 1000)]
        others.cancel()
        return seen

    assert asyncio.run(scenario()) == list(enumerate(["row"] * 1000))
    assert turns >= 9
