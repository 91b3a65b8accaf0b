from __future__ import annotations

import numpy as np
import polars as pl

from relevo.watch.faults.permuted import permuted
from relevo.watch.faults.sides import Sides


def drawn(seed: int, shares: tuple[float, ...] = (0.6, 0.3, 0.1)) -> tuple[pl.Series, pl.Series]:
    random = np.random.default_rng(seed)
    kind = random.choice(["a", "b", "c"], 900, p=shares)
    return pl.Series(kind), pl.Series(random.normal(np.where(kind == "a", 2.0, 0.0)))


def test_mixed_up_names_are_told_from_other_shares() -> None:
    (kind, size), (kind_now, size_now) = drawn(0), drawn(1)
    mixed = kind_now.replace({"a": "b", "b": "c", "c": "a"})
    found = permuted(Sides("kind", kind, mixed), [Sides("size", size, size_now)])
    assert found is not None
    assert found.values["other"] == "size"
    other_kind, other_size = drawn(1, (0.2, 0.3, 0.5))
    moved = Sides("kind", kind, other_kind)
    assert moved.apart() > 0.2
    assert permuted(moved, [Sides("size", size, other_size)]) is None


def test_without_a_relation_to_break_nothing_is_said() -> None:
    kind, _ = drawn(0)
    mixed = drawn(1)[0].replace({"a": "b", "b": "c", "c": "a"})
    noise = [pl.Series(np.random.default_rng(seed).normal(size=900)) for seed in (2, 3)]
    assert permuted(Sides("kind", kind, mixed), [Sides("noise", *noise)]) is None
    assert permuted(Sides("kind", kind, mixed), []) is None
