"""The pieces that are usable without a project, by the names that people script against."""

from __future__ import annotations

import importlib

import numpy as np
import polars as pl
import pytest

import relevo

ROOMS = [name for name in relevo.__all__ if name.islower() and name not in ("errors", "open")]


@pytest.mark.parametrize("room", [name for name in ROOMS if not name.startswith("_")])
def test_what_a_room_gives_is_there(room: str) -> None:
    module = importlib.import_module(f"relevo.{room}")
    names = list(getattr(module, "__all__", []))
    assert len(names) == len(set(names))  # ruff keeps them sorted
    assert all(hasattr(module, name) for name in names)
    assert (module.__doc__ or "").strip()


def test_every_name_of_the_package_can_be_had() -> None:
    assert relevo.__all__ == sorted(relevo.__all__)
    assert all(getattr(relevo, name) is not None for name in relevo.__all__)
    with pytest.raises(AttributeError, match="'relevo' has no attribute 'nothing'"):
        _ = relevo.nothing


def test_pieces_work_on_plain_frames_and_arrays() -> None:
    random = np.random.default_rng(0)
    before = pl.DataFrame({"x": random.normal(size=500)})
    after = pl.DataFrame({"x": random.normal(1.0, size=200)})
    assert relevo.watch.drift(before, after).alarm
    assert relevo.validate.population(before, after).effective_rows < 500
    duel = relevo.renew.Duel()
    losses = random.normal(1, 0.1, (20, 50))
    for day, loss in enumerate(losses):
        verdict = duel.update(loss, loss - random.normal(0.2, 0.1, 50), unit=day)
    assert verdict.decision == "promote"
    contract = relevo.data.learn_contract(before.with_columns(y=1.0), "y")
    assert relevo.data.check(after, contract).ok
