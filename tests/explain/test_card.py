"""The model card: what it says, in both languages, and how it looks in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.explain.card import card
from relevo.model.build import build
from relevo.model.model import Model
from relevo.picture import Note, Section
from relevo.problem.problem import Card, Problem, Roles, Source
from relevo.train.central import Central
from relevo.train.judged import set_aside


@pytest.fixture(scope="module")
def model() -> Model:
    random = np.random.default_rng(0)
    x, kind = random.normal(size=400), random.choice(["a", "b"], 400)
    score = x + (kind == "b") + random.normal(size=400)
    frame = pl.DataFrame({"x": x, "kind": kind, "y": np.where(score > 0.5, "yes", "no")})
    problem = Problem(
        name="truth <1>",
        task="classification",
        target="y",
        data=Source(path="x.csv"),
        positive="yes",
        roles=Roles(sensitive=("kind",)),
        card=Card(purpose="Shows a card.", not_for="Anything else."),
    )
    return build(
        problem,
        learn_contract(frame, "y", problem.roles),
        set_aside(frame, problem, seed=0),
        Budget(2.0),
        strategy=Central(),
        runner=Threads(1),
        now=datetime(2026, 1, 1, tzinfo=UTC),
        learner="linear",
    ).model


FOUND = {"validate": [Section("Elsewhere", (Note("Worse at new sites.", "warning"),))]}


def test_it_says_what_a_machine_knows_and_what_its_people_say(model: Model) -> None:
    text = card(model, FOUND, "en").document.text
    assert text.startswith("# Model card: truth \\<1\\>, version 0\n\nShows a card.")
    for expected in ("Not for: Anything else.", "from scratch", "kind (sensitive)", "roc\\_auc"):
        assert expected in text
    assert model.lineage.cpu_seconds is not None
    assert model.lineage.cpu_seconds > 0
    assert "Seconds of processor: **–**" not in text


def test_limits_name_each_warning_and_what_nobody_has_looked_at(model: Model) -> None:
    text = card(model, FOUND, "en").document.text
    limits = text[text.index("## Limits") : text.index("## What it learnt from")]
    assert "Elsewhere – Worse at new sites." in limits
    assert "relevo explain does" in limits
    assert "relevo validate" not in limits
    assert "80 rows judged it" in limits


def test_it_is_there_in_spanish(model: Model) -> None:
    made = card(model, FOUND, "es")
    assert '<html lang="es">' in made.html
    assert "No sirve para: Anything else." in made.document.text
