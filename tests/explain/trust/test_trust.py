"""The card must hold for explanations that are right, and call out those that are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.explain.attributions import Attributions, attributions
from relevo.explain.trust.trust import trust
from relevo.explain.trust.trust_section import trust_section
from relevo.picture.page import Note, page

CHECKS = (
    "adds_up", "deletion", "insertion", "important", "unimportant", "ranks", "strongest",
    "stirred", "kept", "refit", "refit_strongest", "shuffled", "skill",
)  # fmt: skip


def card_of(built, **more):
    """With so much time that a busy machine changes nothing."""
    return trust(built.model, built.tables["judged"], seconds=300, **more)


def failed(card):
    return {check.name for check in card.checks if check.verdict == "fails"}


def at_random(model, matrix):
    """Noise of the right size, which still adds up."""
    found = attributions(model, matrix)
    random = np.random.default_rng(int(1e6 * np.abs(matrix.values[:, 0]).sum()))
    noise = random.normal(size=found.values.shape)
    total = found.values.sum(axis=1, keepdims=True)
    noise *= np.abs(found.values).mean() / np.abs(noise).mean()
    return replace(found, values=noise + (total - noise.sum(axis=1, keepdims=True)) / 6)


def flipped(model, matrix):
    """Each part with the wrong sign."""
    found = attributions(model, matrix)
    return replace(found, values=-found.values, base=found.base + 2 * found.values.sum(axis=1))


def exchanged(model, matrix):
    """The parts of other columns, which add up."""
    found = attributions(model, matrix)
    return replace(found, values=np.roll(found.values, 1, axis=1))


def blind(model, matrix):
    """What a row is like, whatever the model."""
    found = attributions(model, matrix)
    values = np.nan_to_num(matrix.values - matrix.values.mean(axis=0))
    return replace(found, values=values)


@pytest.fixture(scope="module", params=["linear", "boosting"])
def built(request, learnt):
    return learnt("regression", request.param)


def test_right_explanations_hold(built):
    card = card_of(built)
    assert tuple(check.name for check in card.checks) == CHECKS
    assert failed(card) == set()
    for name in ("adds_up", "deletion", "insertion", "important", "unimportant", "ranks", "kept"):
        assert card[name].verdict == "holds", name
    assert card["adds_up"].value < 1e-9
    assert card["shuffled"].verdict == "holds"
    assert card.rows == 200
    assert card.columns == 6


def test_noise_is_called_out(built):
    found = failed(card_of(built, explainer=at_random, most_rows=100))
    assert {"deletion", "insertion", "important", "unimportant", "ranks", "stirred"} <= found


def test_wrong_signs_are_called_out(built):
    card = card_of(built, explainer=flipped, most_rows=100)
    assert {"deletion", "insertion", "ranks"} <= failed(card)
    assert card["deletion"].interval[1] < 0
    assert card["important"].verdict == "holds"  # the columns are the right ones


def test_exchanged_columns_are_called_out(built):
    found = failed(card_of(built, explainer=exchanged, most_rows=100))
    assert {"deletion", "insertion", "ranks"} <= found


def test_an_explanation_that_does_not_look_at_the_model_is_called_out(built):
    card = card_of(built, explainer=blind, most_rows=100)
    assert {"adds_up", "important", "shuffled"} <= failed(card)
    assert card["shuffled"].value > 0.9


def test_two_and_more_classes(learnt):
    built = learnt("classification", "linear")
    assert card_of(built).verdict in ("holds", "doubtful")


def test_the_score_of_many_classes_is_that_of_the_predicted_one(formula):
    random = np.random.default_rng(0)
    x = random.normal(size=(300, 2))
    rows = pl.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": np.array(["p", "q", "r"])[
        np.argmax(np.column_stack([x[:, 0], x[:, 1], 0 * x[:, 0]]), axis=1)]})  # fmt: skip

    def scores(values):
        return 3 * np.column_stack([values[:, 0], values[:, 1], 0 * values[:, 0]])

    def explained(model, matrix):
        chosen = scores(matrix.values).argmax(axis=1)
        parts = 3 * matrix.values * (chosen[:, np.newaxis] == [0, 1])
        return Attributions(("a", "b"), parts, np.zeros(len(matrix)))

    card = trust(formula(rows, scores, "classification"), rows, explainer=explained)
    assert card["adds_up"].value == pytest.approx(0, abs=1e-12)
    assert card["deletion"].verdict == "holds"


def one_column(count: int) -> pl.DataFrame:
    x = np.random.default_rng(0).normal(size=count)
    return pl.DataFrame({"x": x, "y": 2 * x})


def test_a_single_column_has_no_order_to_check(formula):
    model = formula(one_column(100), lambda v: 2 * v[:, 0], parts=lambda v: 2 * v)
    card = trust(model, one_column(100))
    assert card.curves is None
    assert card["adds_up"].verdict == "holds"
    assert card["deletion"].verdict == card["ranks"].verdict == "unknown"


def test_of_one_row_nothing_but_the_sum_is_known(formula):
    model = formula(one_column(100), lambda v: 2 * v[:, 0], parts=lambda v: 2 * v)
    card = trust(model, one_column(1))
    assert card.rows == 1
    assert {c.verdict for c in card.checks if c.name not in ("adds_up", "stirred")} == {"unknown"}
    assert trust(model, one_column(30))["shuffled"].verdict == "unknown"  # too few to learn from
    with pytest.raises(DataMistake, match="none has a value of y"):
        trust(model, one_column(5).with_columns(y=pl.lit(None, pl.Float64)))


def test_one_class_leaves_only_what_needs_no_labels(learnt, with_metric):
    built = learnt("classification", "linear")
    one = built.tables["judged"].filter(pl.col("y") == "yes")
    card = trust(with_metric(built.model, "roc_auc"), one, seconds=300, most_rows=60)
    assert card["shuffled"].verdict == card["refit"].verdict == "unknown"
    assert card["deletion"].verdict == "holds"


def test_missing_and_constant_columns_do_no_harm(formula):
    rows = pl.DataFrame({"x": [1.0, 2.0, None, 4.0] * 20, "z": [1.0, 2.0] * 40,
                         "y": np.arange(80.0)})  # fmt: skip
    model = formula(
        rows,
        lambda v: np.nan_to_num(v[:, 0]) + v[:, 1],
        parts=lambda v: np.nan_to_num(v),
    )
    card = trust(model, rows.with_columns(x=pl.lit(None, pl.Float64), z=pl.lit(1.0)))
    assert card["adds_up"].verdict == "holds"
    assert card["stirred"].verdict == "unknown"


def test_the_same_seed_gives_the_same_card(learnt):
    built = learnt("regression", "linear")
    one, same = (card_of(built, most_rows=60) for _ in range(2))
    assert one.checks == same.checks


def test_slow_models_are_checked_on_fewer_rows(learnt):
    built = learnt("regression", "boosting")
    assert trust(built.model, built.tables["judged"], seconds=0.001).rows == 20


@pytest.mark.parametrize(("lang", "words"), [("en", "Do not rely"), ("es", "No se fíe")])
def test_the_page_says_what_fails(learnt, lang, words):
    built = learnt("regression", "linear")
    good, bad = (
        trust_section(card_of(built, most_rows=80, explainer=one), lang)
        for one in (attributions, flipped)
    )
    assert isinstance(bad.blocks[0], Note)
    assert bad.blocks[0].text.startswith(words)
    assert not good.blocks[0].text.startswith(words)
    text = page("t", [bad], lang)
    assert "RIS" not in text
    assert "<svg" in text
