from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.errors import DataMistake, OptionMistake
from relevo.explain.columns.effect import effect
from relevo.explain.columns.effects import effects
from relevo.prepare.key import key_of

WORDS = ["red", "green", "blue", "old", "new", "small", "large", "round", "thin", "clean"]


def frame(count: int = 600, correlation: float = 0.0, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    x, z = random.normal(size=(2, count))
    z = correlation * x + np.sqrt(1 - correlation**2) * z
    start = np.datetime64("2024-01-01T00:00", "us")
    when = pl.Series(start + np.arange(count) * np.timedelta64(7, "h"))
    return pl.DataFrame(
        {
            "x": x,
            "z": z,
            "kind": random.choice(["a", "b", "c"], count, p=[0.5, 0.3, 0.2]),
            "when": when,
            "note": [" ".join(words) for words in random.choice(WORDS, (count, 6))],
            "y": x + random.normal(size=count),
        }
    )  # fmt: skip


LEVELS = np.array([0.0, 1.0, -2.0, 4.0])  # of the codes: others, then a, b, c


def additive(values):
    return np.sin(values[:, 0]) + values[:, 1] ** 2 + LEVELS[values[:, 2].astype(int)]


@pytest.fixture(scope="module")
def model(formula):
    return formula(frame(), additive, columns={"text": ("note",)})


@pytest.mark.parametrize("kind", ["ale", "pdp"])
def test_of_an_additive_model_it_is_the_shape(model, kind):
    found = effect(model, frame(), "x", kind)
    at, values = np.array(found.positions), np.array(found.values)
    assert np.allclose(values - values[0], np.sin(at) - np.sin(at[0]), atol=1e-12)
    assert len(at) == 21
    assert found.missing == 0
    assert sum(found.rows) == 600


def test_ale_has_mean_zero_and_pdp_the_mean_of_the_score(model):
    rows = frame()
    ale, pdp = (effect(model, rows, "x", kind) for kind in ("ale", "pdp"))
    middles = (np.array(ale.values)[1:] + np.array(ale.values)[:-1]) / 2
    assert np.average(middles, weights=ale.rows[1:]) == pytest.approx(0, abs=1e-12)
    values = model.matrix(rows).values.copy()
    values[:, 0] = pdp.positions[3]
    assert pdp.values[3] == pytest.approx(additive(values).mean(), abs=1e-12)


def test_of_categories_it_is_their_level(model):
    rows = frame()
    counts = dict(rows["kind"].value_counts().iter_rows())
    truth = {"a": 1.0, "b": -2.0, "c": 4.0}
    centre = sum(truth[name] * counts[name] for name in truth) / 600
    ale = effect(model, rows, "kind")
    shown = dict(zip(ale.positions, ale.values, strict=True))
    assert shown == pytest.approx({name: value - centre for name, value in truth.items()})
    pdp = effect(model, rows, "kind", "pdp")
    assert pdp.positions == ("a", "b", "c")
    assert pdp.values[2] - pdp.values[0] == pytest.approx(3.0)
    assert not ale.numeric


def test_where_columns_are_correlated_the_two_differ(formula):
    # f = x z with correlation r: partial dependence averages over every z, so it is flat; a local
    # step of x changes f by the z of the rows there, r x on average, which adds up to r x^2 / 2.
    rows = frame(4_000, correlation=0.9)
    model = formula(rows, lambda values: values[:, 0] * values[:, 1])
    pdp, ale = (effect(model, rows, "x", kind, most_rows=4_000) for kind in ("pdp", "ale"))
    inner = slice(2, -2)  # the outermost bins are wide
    assert np.abs(pdp.values).max() < 0.15  # the mean of z is 0, its standard error 0.016, x < 4
    at = np.array(ale.positions)[inner]
    shape = np.array(ale.values)[inner] - 0.45 * at**2
    assert np.ptp(shape) < 0.1
    assert np.ptp(np.array(ale.values)[inner]) > 0.6


def test_levels_are_ordered_by_how_alike_their_rows_are(formula):
    random = np.random.default_rng(0)
    step = random.integers(0, 4, 800)
    kind = np.array(["m", "a", "z", "c"])[step]
    rows = pl.DataFrame({"x": step + random.normal(size=800) * 0.3, "kind": kind, "y": step * 1.0})
    found = effect(formula(rows, lambda values: values[:, 0]), rows, "kind")
    assert found.positions in (("m", "a", "z", "c"), ("c", "z", "a", "m"))


def test_the_band_is_that_of_a_mean(formula):
    rows = frame(1_000)
    model = formula(rows, lambda values: values[:, 0] * values[:, 1])
    found = effect(model, rows, "x", "pdp", at=[2.0])
    # At x = 2 the score is 2 z: its mean has the standard error 2 / sqrt(1000).
    half = (found.high[0] - found.low[0]) / 2
    assert half == pytest.approx(1.96 * 2 * rows["z"].std() / np.sqrt(1_000), rel=0.2)
    low, high = found.spread_low[0], found.spread_high[0]
    assert (low, high) == pytest.approx(2 * np.quantile(rows["z"], (0.1, 0.9)), rel=1e-9)


def test_the_band_takes_blocks_as_units(formula):
    rows = pl.concat([frame(100).with_columns(site=pl.int_range(100))] * 6)
    plain, blocked = (
        formula(rows, lambda values: values[:, 0] * values[:, 1], renew={"block": block})
        for block in ("hour", "site")
    )
    size = [effect(m, rows, "x", "pdp", at=[2.0]) for m in (plain, blocked)]
    narrow, wide = (one.high[0] - one.low[0] for one in size)
    assert wide > 1.8 * narrow  # six copies of each row: sqrt(6) = 2.4


def test_a_missing_value_is_left_out_and_counted(model):
    rows = frame().with_columns(
        x=pl.when(pl.int_range(pl.len()) < 50).then(None).otherwise(pl.col("x")),
        kind=pl.when(pl.int_range(pl.len()) < 20).then(None).otherwise(pl.col("kind")),
    )
    assert effect(model, rows, "x").missing == 50
    assert effect(model, rows, "kind").missing == 20


def test_a_date_has_parts_and_a_text_features(model):
    with pytest.raises(DataMistake, match=r"when\.weekday, when\.minute"):
        effect(model, frame(), "when")
    with pytest.raises(DataMistake, match=r"which is a text.*note\.length"):
        effect(model, frame(), "note")
    assert effect(model, frame(), "when.weekday").positions == tuple(map(float, range(1, 8)))
    assert effect(model, frame(), "note.length").numeric


def test_several_columns_at_once_leave_texts_out(model):
    found = effects(model, frame(), ["x", "when", "note", "kind"])
    names = [one.column for one in found.effects]
    assert names[0] == "x"
    assert names[-1] == "kind"
    assert "when.weekday" in names
    assert found.left_out == (("note", "text"),)
    assert found.effects[0] == effect(model, frame(), "x")


def test_a_key_moves_with_its_category(formula):
    rows = frame()
    model = formula(rows, lambda values: values[:, -1], keys=("kind",))
    found = effect(model, rows, "kind", "pdp")
    assert found.values == pytest.approx([key_of(name) for name in found.positions])


def test_an_unknown_column_gets_the_nearest_name(model):
    with pytest.raises(DataMistake, match="Did you mean kind"):
        effect(model, frame(), "kid")
    with pytest.raises(DataMistake, match="A column nothing"):
        effects(model, frame(), ["x", "nothing"])


def test_a_column_that_was_constant_in_training_is_not_used(formula):
    rows = frame().with_columns(flat=pl.lit(1.0))
    with pytest.raises(DataMistake, match="flat, which the model does not use"):
        effect(formula(rows, additive), rows, "flat")


@pytest.mark.parametrize("kind", ["ale", "pdp"])
def test_a_column_constant_in_these_rows_has_one_position(model, kind):
    found = effect(model, frame().with_columns(x=pl.lit(0.5), kind=pl.lit("b")), "x", kind)
    assert found.positions == (0.5,)
    assert found.rows == (600,)
    assert effect(model, frame().with_columns(kind=pl.lit("b")), "kind", kind).positions == ("b",)
    assert effect(model, frame().with_columns(x=pl.lit(0.5)), "x").values == (0.0,)


@pytest.mark.parametrize("column", ["x", "kind"])
def test_a_column_without_values_is_refused(model, column):
    rows = frame().with_columns(pl.lit(None).alias(column))
    with pytest.raises(DataMistake, match=f"{column}, which has no value in these 600 rows"):
        effect(model, rows, column)
    assert effects(model, rows, [column]).left_out == ((column, "all_missing"),)


def test_one_row_has_no_band_and_no_row_is_refused(model):
    found = effect(model, frame().head(1), "z", "pdp", at=[0.0, 1.0])
    assert found.high == (np.inf, np.inf)
    assert found.values[1] - found.values[0] == pytest.approx(1.0)
    with pytest.raises(DataMistake, match="A table without rows"):
        effect(model, frame().head(0), "x")


def classes(names: list[str], count: int = 300) -> pl.DataFrame:
    rows = frame(count)
    return rows.with_columns(y=pl.Series(np.random.default_rng(1).choice(names, count)))


def test_on_the_scale_of_the_prediction_it_is_a_probability(formula):
    rows = classes(["no", "yes"])
    model = formula(rows, lambda values: 5 * values[:, 0], "classification", positive="yes")
    found = effect(model, rows, "x", "pdp", scale="prediction")
    assert found.label == "yes"
    assert found.values[0] < 0.01 < 0.99 < found.values[-1] <= 1
    other = effect(model, rows, "x", "pdp", scale="prediction", label="no")
    assert np.add(found.values, other.values) == pytest.approx(1)
    with pytest.raises(OptionMistake, match="speaks for yes"):
        effect(model, rows, "x", label="no")


def test_of_many_classes_one_is_chosen(formula):
    rows = classes(["p", "q", "r"])
    model = formula(
        rows, lambda v: np.column_stack([v[:, 0], 0 * v[:, 0], -v[:, 0]]), "classification"
    )
    slopes = {
        label: np.ptp(effect(model, rows, "x", label=label).values) for label in ("p", "q", "r")
    }
    assert slopes["p"] == pytest.approx(slopes["r"]) != 0
    assert slopes["q"] == 0
    assert effect(model, rows, "x").label == "r"
    with pytest.raises(OptionMistake, match="which the model does not know"):
        effect(model, rows, "x", label="s")


def test_unknown_kinds_and_scales_are_refused(model):
    with pytest.raises(OptionMistake, match=r"ale .*or pdp"):
        effect(model, frame(), "x", "ice")
    with pytest.raises(OptionMistake, match="score or prediction"):
        effect(model, frame(), "x", scale="logit")
