from __future__ import annotations

import math
import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import relevo
from relevo.errors import DataMistake
from relevo.learn.learner import Prediction
from relevo.model.folder import load_model
from relevo.model.model import Model
from relevo.renew import guards
from relevo.renew.contest import Contender, contest


def world(days: int, slope: float, seed: int, first: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    rows = 20 * days
    x = random.normal(size=rows)
    return pl.DataFrame(
        {
            "number": [f"{seed}-{i}" for i in range(rows)],
            "time": [
                datetime(2025, 1, 1) + timedelta(days=first, minutes=72 * i) for i in range(rows)
            ],
            "x": x,
            "person": random.choice(["f", "m"], rows),
            "y": np.where(random.random(rows) < 1 / (1 + np.exp(-slope * x)), "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> tuple[Contender, Contender]:
    """A champion that learnt an old world, and a challenger that learnt the new one."""
    contenders = []
    for name, slope in (("old", 0.2), ("new", 2.0)):
        made = relevo.Project(tmp_path_factory.mktemp(name) / "p")
        made.new(world(40, slope, seed=1), "y", time="time", id="number")
        made.train(budget="60s", learner="linear")
        folder = made.model_folder(1)
        contenders.append(Contender(load_model(folder), folder))
    return contenders[0], numbered(contenders[1], 2)


def numbered(contender: Contender, version: int, **parts: Any) -> Contender:
    return replace(contender, model=replace(contender.model, version=version, **parts))


JUDGED = world(40, 2.0, seed=2, first=60)


@dataclass(frozen=True)
class Broken:
    """A predictor as a replica may turn out."""

    wrong: float | None

    def predict(self, matrix: Any) -> Prediction:
        if self.wrong is None:
            raise RuntimeError("out of order")
        chance = np.full(len(JUDGED), self.wrong)
        return Prediction(chance, np.column_stack([1 - chance, chance]))


def test_the_better_one_wins_and_a_copy_takes_no_part_of_alpha(ring: Any) -> None:
    champion, challenger = ring
    copy = numbered(champion, 3)
    results = contest(champion, [copy, challenger], JUDGED)
    assert [(one.version, one.better) for one in results] == [(2, True), (3, False)]
    alone = contest(champion, [challenger], JUDGED)[0]
    assert results[0].verdict == alone.verdict
    assert (results[1].verdict.decision, results[1].verdict.gain) == ("keep", 0.0)
    assert (alone.unit, alone.verdict.units) == ("day", 40)
    three = contest(champion, [challenger, numbered(challenger, 4)], JUDGED)
    shared = contest(champion, [challenger], JUDGED, alpha=0.025)
    assert three[0].verdict == shared[0].verdict


def test_later_looks_take_the_rows_so_far_and_the_newest(ring: Any) -> None:
    champion, challenger = ring
    early, late = JUDGED.head(180), JUDGED
    first, second = (contest(champion, [challenger], rows)[0].verdict for rows in (early, late))
    assert (first.decision, second.decision) == ("undecided", "promote")
    assert first.units == 9


@pytest.mark.parametrize(("wrong", "told"), [(None, "out of order"), (math.nan, "800 rows")])
def test_one_that_cannot_judge_loses_and_stops_nobody(ring: Any, wrong: Any, told: str) -> None:
    champion, challenger = ring
    broken = numbered(challenger, 5, predictor=Broken(wrong))
    results = contest(champion, [broken, challenger], JUDGED)
    assert [one.version for one in results] == [2, 5]
    assert results[0].better
    lost = results[1]
    assert (lost.verdict.decision, lost.better) == ("keep", False)
    assert math.isnan(lost.verdict.gain)
    assert told in lost.broken[0]
    # A duel that was never fought risks nothing.
    assert lost.verdict.risk_left == 0.05


def test_one_that_is_better_and_many_times_as_slow_is_not_let_in(
    ring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    champion, challenger = ring
    clock, predict_row = [0.0], Model.predict_row

    def timed(model: Model, row: Any) -> Any:
        clock[0] += 4.0 if model.version == challenger.model.version else 1.0
        return predict_row(model, row)

    monkeypatch.setattr(guards, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(Model, "predict_row", timed)
    (slow,) = contest(champion, [challenger], JUDGED)
    assert (slow.verdict.decision, slow.better) == ("promote", False)
    assert "4.0" in slow.broken[0]


def test_one_that_is_better_and_many_times_as_large_is_not_let_in(
    ring: Any, tmp_path: Path
) -> None:
    champion, challenger = ring
    swollen = replace(challenger, folder=tmp_path / "large")
    shutil.copytree(challenger.folder, swollen.folder)
    (swollen.folder / "predictor" / "more").write_bytes(b"x" * 2_000_000)
    (large,) = contest(champion, [swollen], JUDGED)
    assert (large.verdict.decision, large.better) == ("promote", False)
    assert contest(champion, [challenger], JUDGED)[0].broken == ()


def test_a_champion_that_cannot_judge_is_explained(ring: Any) -> None:
    champion, challenger = ring
    with pytest.raises(DataMistake) as caught:
        contest(numbered(champion, 1, predictor=Broken(math.nan)), [challenger], JUDGED)
    assert caught.value.key == "renew.champion_losses"


def test_labels_that_contradict_each_other_do_not_count(ring: Any) -> None:
    champion, challenger = ring
    turned = JUDGED.head(30).with_columns(
        y=pl.when(pl.col("y") == "yes").then(pl.lit("no")).otherwise(pl.lit("yes"))
    )
    again = JUDGED.slice(100, 30)
    result = contest(champion, [challenger], pl.concat([JUDGED, turned, again]))[0]
    assert result.left_out == 60
    assert result.verdict.rows == 770


def test_one_unit_only_decides_nothing(ring: Any) -> None:
    champion, challenger = ring
    verdict = contest(champion, [challenger], JUDGED.head(15))[0].verdict
    assert (verdict.decision, verdict.units, verdict.more_needed) == ("undecided", 1, 27)
    assert verdict.interval == (-math.inf, math.inf)


def test_a_model_that_drives_groups_apart_breaks_the_guard(ring: Any) -> None:
    champion, challenger = ring
    roles = champion.model.problem.roles.model_copy(update={"sensitive": ("person",)})
    problem = champion.model.problem.model_copy(update={"roles": roles})
    # A champion that selects nobody; the challenger selects by a signal that m has more of.
    careful = numbered(champion, 1, problem=problem, threshold=2.0)
    rows = JUDGED.with_columns(x=pl.col("x") + (pl.col("person") == "m") * 1.5)
    broken = contest(careful, [challenger], rows)[0].broken
    assert any("person = m and person = f" in one for one in broken)
    assert contest(careful, [challenger], JUDGED)[0].broken == ()
    assert contest(champion, [challenger], rows)[0].broken == ()
