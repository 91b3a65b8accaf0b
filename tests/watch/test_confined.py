from __future__ import annotations

import numpy as np
import polars as pl

from relevo.watch.confined import confined
from relevo.watch.faults.part import Part


def part(seed: int, moved: tuple[str, ...] = ()) -> Part:
    random = np.random.default_rng(seed)
    places = np.repeat(["a", "b", "c"], 300)
    values = random.normal(size=900) + np.where(np.isin(places, moved), 1.5, 0.0)
    return Part(pl.DataFrame({"x": values}), None, pl.Series(places))


def test_the_one_segment_that_has_moved_is_named() -> None:
    assert confined("x", part(0), part(1, ("b",))) == "b"


def test_a_move_of_several_or_of_none_is_nobodys() -> None:
    assert confined("x", part(0), part(1, ("a", "b"))) == ""
    assert confined("x", part(0), part(1)) == ""
    assert confined("x", Part(part(0).rows), Part(part(1, ("b",)).rows)) == ""
