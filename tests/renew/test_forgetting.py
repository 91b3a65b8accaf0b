from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.model.build import build
from relevo.model.losses import losses
from relevo.model.model import Model
from relevo.problem.problem import Problem, Roles, Source
from relevo.renew.forgetting import forgotten
from relevo.train.central import Central
from relevo.train.judged import Parts

NOW = datetime(2025, 6, 1, tzinfo=UTC)


def rows(n: int, north: float, south: float, seed: int, share: float = 0.5) -> pl.DataFrame:
    """What follows from `x` in the north and in the south; `share` of the rows are of the north."""
    random = np.random.default_rng(seed)
    x, of_north = random.normal(size=n), random.random(n) < share
    y = np.where(of_north, north, south) * x + random.normal(size=n)
    place = np.where(of_north, "north", "south")
    return pl.DataFrame({"x": x, "place": place, "y": y})


def model(known: pl.DataFrame, segment: tuple[str, ...] = ("place",)) -> Model:
    problem = Problem(
        name="p",
        task="regression",
        target="y",
        data=Source(path="rows.csv"),
        roles=Roles(segment=segment),
    )
    contract = learn_contract(known, "y", problem.roles, problem.columns)
    return build(
        problem,
        contract,
        Parts(known[:-500], known[-500:], ordered=False),
        Budget(30.0),
        strategy=Central(),
        runner=Threads(1),
        now=NOW,
        learner="boosting",
        trials=1,
    ).model


OLD = rows(4000, north=1.0, south=-1.0, seed=1)


@pytest.fixture(scope="module")
def champion() -> Model:
    return model(OLD)


def test_what_new_rows_never_speak_of_is_forgotten(champion: Model) -> None:
    # The newest rows are of the north alone, and a replica that knows nothing else loses the south.
    only_north = rows(2000, north=1.0, south=-1.0, seed=2, share=1.0)
    replica = model(rows(4000, 1.0, 1.0, seed=3))
    (kind,) = forgotten(champion, replica, OLD, only_north)
    assert "place = south" in kind
    assert forgotten(champion, replica, OLD.clear(), only_north) == ()


def test_what_has_changed_everywhere_is_not_forgotten(champion: Model) -> None:
    changed = rows(2000, north=-1.0, south=1.0, seed=4)
    replica = model(rows(4000, -1.0, 1.0, seed=5))
    assert forgotten(champion, replica, OLD, changed) == ()


def test_what_is_lost_is_held_against_what_is_proven_to_be_gained(champion: Model) -> None:
    only_north = rows(2000, north=1.0, south=-1.0, seed=2, share=1.0)
    replica = model(rows(4000, 1.0, 1.0, seed=3))
    south = OLD.filter(pl.col("place") == "south")
    lost = float((losses(replica, south) - losses(champion, south)).mean())
    assert len(forgotten(champion, replica, OLD, only_north, proven=5 * lost)) == 1
    assert forgotten(champion, replica, OLD, only_north, proven=10 * lost) == ()


def test_an_equal_replica_forgets_nothing(champion: Model) -> None:
    # Models of other rows of the same relation, compared on rows that are old to none of them.
    for seed in range(3):
        replica = model(rows(4000, 1.0, -1.0, seed=10 + seed))
        old, newest = (rows(1000, 1.0, -1.0, seed=20 + 2 * seed + i) for i in range(2))
        assert forgotten(champion, replica, old, newest) == ()


def test_without_segments_kinds_are_fifths_of_the_prediction(champion: Model) -> None:
    champion = replace(champion, problem=champion.problem.model_copy(update={"roles": Roles()}))
    replica = model(rows(4000, 1.0, 1.0, seed=3))
    newest = rows(500, 1.0, -1.0, seed=6)
    assert any("predictions of" in kind for kind in forgotten(champion, replica, OLD, newest))
