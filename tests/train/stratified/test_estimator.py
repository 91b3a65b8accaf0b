"""Both estimators: what holds whatever the rows, and what they answer to bad ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.errors import DataMistake, OptionMistake, UserMistake
from relevo.train import StratifiedClassifier, StratifiedRegressor
from relevo.train.stratified.evidence import SegmentRow

from .conftest import truth

ROWS = truth("mixed", side=6)
FRAME = pd.DataFrame(ROWS.x[:, 1:], columns=["a", "b"]).assign(
    row=(ROWS.segment // 6).astype(str), column=(ROWS.segment % 6).astype(str)
)
PLACE = ["row", "column"]
ORDERED = {name: [str(n) for n in range(6)] for name in PLACE}
NEW = pd.DataFrame(ROWS.new_x[:, 1:], columns=["a", "b"]).assign(
    row=(ROWS.new_segment // 6).astype(str), column=(ROWS.new_segment % 6).astype(str)
)


def regressor(**arguments: Any) -> StratifiedRegressor:
    return StratifiedRegressor(**{"segment": PLACE, **arguments})


@dataclass(frozen=True)
class Way:
    """One way to fit."""

    pooling: str
    graph: Any = None
    loss: str = "squared"


WAYS = [
    Way("common"), Way("pooled"), Way("separate"), Way("auto"), Way("graph", ORDERED),
    Way("auto", ORDERED), Way("pooled", None, "huber"),
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_the_order_of_rows_does_not_matter(way: Way) -> None:
    order = np.random.default_rng(0).permutation(len(FRAME))
    one = regressor(**vars(way)).fit(FRAME, ROWS.y)
    other = regressor(**vars(way)).fit(FRAME.iloc[order], ROWS.y[order])
    np.testing.assert_allclose(one.predict(NEW), other.predict(NEW), atol=1e-6)


@pytest.mark.parametrize("way", [way for way in WAYS if way.graph is None], ids=str)
def test_the_names_of_segments_do_not_matter(way: Way) -> None:
    renamed, new = (f.assign(row="r" + f["row"], column=f["column"] + " ñ") for f in (FRAME, NEW))
    one = regressor(**vars(way)).fit(FRAME, ROWS.y)
    other = regressor(**vars(way)).fit(renamed, ROWS.y)
    np.testing.assert_allclose(one.predict(NEW), other.predict(new), atol=1e-6)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_whole_weights_are_repeated_rows(way: Way) -> None:
    weights = np.random.default_rng(1).integers(0, 4, len(FRAME))
    again = np.repeat(np.arange(len(FRAME)), weights)
    one = regressor(**vars(way)).fit(FRAME, ROWS.y, sample_weight=weights)
    other = regressor(**vars(way)).fit(FRAME.iloc[again], ROWS.y[again])
    np.testing.assert_allclose(one.predict(NEW), other.predict(NEW), atol=1e-6)


def test_a_segment_that_is_taken_away_leaves_separate_ones_unchanged() -> None:
    kept = ROWS.segment != 7
    new = NEW[ROWS.new_segment != 7]
    one = regressor(pooling="separate").fit(FRAME, ROWS.y)
    other = regressor(pooling="separate").fit(FRAME[kept], ROWS.y[kept])
    np.testing.assert_allclose(one.predict(new), other.predict(new), atol=1e-9)


def test_without_a_segment_it_is_the_plain_estimator() -> None:
    from sklearn.linear_model import LinearRegression, LogisticRegression

    x = ROWS.x[:, 1:]
    theirs = LinearRegression().fit(x, ROWS.y).predict(x)
    np.testing.assert_allclose(StratifiedRegressor().fit(x, ROWS.y).predict(x), theirs)
    labels = ROWS.y > 0
    classes = LogisticRegression(C=np.inf).fit(x, labels).predict_proba(x)
    found = StratifiedClassifier().fit(x, labels).predict_proba(x)
    np.testing.assert_allclose(found, classes, atol=1e-3)


def test_one_segment_only_is_the_common_model() -> None:
    frame = FRAME.assign(place="here")
    one = StratifiedRegressor("place").fit(frame[["a", "b", "place"]], ROWS.y)
    plain = StratifiedRegressor().fit(frame[["a", "b"]], ROWS.y)
    np.testing.assert_allclose(
        one.predict(frame[["a", "b", "place"]]), plain.predict(frame[["a", "b"]])
    )
    assert one.choice_.kind == "common"


def test_an_unknown_segment_is_answered_by_its_neighbours_and_flagged() -> None:
    rows = truth("smooth", side=10)
    frame, new = (
        pd.DataFrame(x[:, 1:], columns=["a", "b"]).assign(row=segment // 10, column=segment % 10)
        for x, segment in ((rows.x, rows.segment), (rows.new_x, rows.new_segment))
    )
    away, new_away = (np.isin(s, [22, 45, 67]) for s in (rows.segment, rows.new_segment))
    graph = dict.fromkeys(PLACE, "ordered")
    model = regressor(graph=graph).fit(frame[~away], rows.y[~away])
    assert (model.unseen(new) == new_away).all()
    unheard = new[new_away].assign(row="Atlantis")
    assert model.unseen(unheard).all()
    actual = rows.new_y[new_away]
    near, common = (np.mean((model.predict(f) - actual) ** 2) for f in (new[new_away], unheard))
    assert near < 0.8 * common


def test_the_evidence_names_every_segment() -> None:
    model = regressor(graph=ORDERED).fit(FRAME, ROWS.y)
    assert len(model.segments_) == 36
    rows = list(model.segments_)
    assert all(isinstance(row, SegmentRow) for row in rows)
    assert sum(row.rows for row in rows) == len(FRAME)
    assert {row.segment for row in rows} == set(zip(FRAME["row"], FRAME["column"], strict=True))
    assert all(0.0 <= row.own <= 1.0 for row in rows)
    judged = [row for row in rows if row.held_rows > 1]
    assert judged
    assert all(row.interval[0] <= row.error <= row.interval[1] for row in judged)
    kinds = {row.kind for row in model.choice_.rows}
    assert kinds == {"common", "pooled", "graph", "separate", "chosen"}


def test_coefficients_are_in_the_units_of_the_columns() -> None:
    frame = FRAME.assign(a=1_000.0 * FRAME["a"] + 5.0)
    model = regressor(pooling="pooled").fit(frame, ROWS.y)
    table = model.coefficients()
    row = table.filter(pl.col("row") == "2", pl.col("column") == "3").row(0, named=True)
    here = frame[(frame["row"] == "2") & (frame["column"] == "3")]
    wanted = row["intercept"] + row["a"] * here["a"] + row["b"] * here["b"]
    np.testing.assert_allclose(model.predict(here), wanted)


@pytest.mark.parametrize("family", ["linear", "boosting"])
def test_saved_and_loaded_it_says_the_same(family: str, tmp_path: Path) -> None:
    model = regressor(family=family, threads=1).fit(FRAME, ROWS.y)
    model.save(tmp_path / "model")
    again = StratifiedRegressor.load(tmp_path / "model")
    np.testing.assert_array_equal(again.predict(NEW), model.predict(NEW))
    assert again.segments_.frame.equals(model.segments_.frame, null_equal=True)
    one = NEW.iloc[0].to_dict()
    np.testing.assert_allclose(again.predict_row(one), model.predict(NEW[:1]))


@pytest.mark.parametrize("family", ["linear", "boosting"])
@pytest.mark.parametrize("estimator", [StratifiedRegressor, StratifiedClassifier])
def test_contributions_add_up_to_the_score(estimator: Any, family: str) -> None:
    y = ROWS.y if estimator is StratifiedRegressor else np.digitize(ROWS.y, [-1.0, 1.0])
    model = estimator(PLACE, family=family, threads=1).fit(FRAME, y)
    matrix = model._matrix(NEW[:50])
    scores = model.predictor_.scores(matrix)
    np.testing.assert_allclose(model.predictor_.contributions(matrix).sum(axis=2), scores)
    row = model.predictor_.scores_row(matrix.values[3])
    np.testing.assert_allclose(row, scores[3])


def test_trees_that_are_common_and_what_segments_add_to_them() -> None:
    curved = ROWS.y + 3.0 * np.sin(3.0 * FRAME["a"])
    new = ROWS.new_y + 3.0 * np.sin(3.0 * NEW["a"])
    errors = {}
    for family in ("linear", "boosting", "auto"):
        model = regressor(family=family, threads=1).fit(FRAME, curved)
        errors[family] = np.mean((model.predict(NEW) - new) ** 2)
    assert errors["boosting"] < 0.8 * errors["linear"]
    assert errors["auto"] == errors["boosting"]


def test_three_classes() -> None:
    y, new = (np.digitize(values, [-1.0, 1.0]) for values in (ROWS.y, ROWS.new_y))
    scores = {}
    for pooling in ("common", "auto"):
        model = StratifiedClassifier(PLACE, pooling=pooling).fit(FRAME, y)
        probabilities = model.predict_proba(NEW)
        np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
        scores[pooling] = model.score(NEW, new)
    assert scores["auto"] > scores["common"] + 0.1


def test_counts() -> None:
    random = np.random.default_rng(0)
    rate, new = (np.exp(np.clip(values, -3, 3)) for values in (ROWS.y, ROWS.new_y))
    y = random.poisson(rate)
    errors = {}
    for pooling in ("common", "auto"):
        model = regressor(pooling=pooling, loss="poisson").fit(FRAME, y)
        predicted = model.predict(NEW)
        assert (predicted >= 0).all()
        errors[pooling] = np.mean(predicted - new * np.log(predicted))
    assert errors["auto"] < errors["common"]


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_any_small_table_is_learnt_from(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 30))
    frame = pl.DataFrame(
        {
            "place": random.choice(["a", "b", None, "c"], n).tolist(),
            "x": random.normal(size=n),
            "constant": np.ones(n),
            "kind": random.choice(["u", "v"], n).tolist(),
        }
    )
    if frame["place"].null_count() == n:
        return
    y = random.normal(size=n)
    model = StratifiedRegressor("place").fit(frame, y)
    assert np.isfinite(model.predict(frame)).all()
    labels = random.integers(0, 2, n)
    if len(set(labels.tolist())) == 2:
        probabilities = StratifiedClassifier("place").fit(frame, labels).predict_proba(frame)
        assert np.isfinite(probabilities).all()


def test_segments_of_one_row_of_one_class_and_of_constant_target() -> None:
    frame = pd.DataFrame(
        {"place": ["alone"] + ["flat"] * 30 + ["mixed"] * 60, "x": np.linspace(-1, 1, 91)}
    )
    y = np.where(frame["place"] == "flat", 2.0, frame["x"])
    model = StratifiedRegressor("place").fit(frame, y)
    assert model.predict(frame[1:31]) == pytest.approx(2.0, abs=0.1)
    labels = np.where(frame["place"] == "mixed", frame["x"] > 0.4, True)
    for pooling in ("auto", "separate"):
        classes = StratifiedClassifier("place", pooling=pooling).fit(frame, labels)
        probabilities = classes.predict_proba(frame)[1:31, 1]
        assert ((probabilities > 0.5) & (probabilities < 1.0)).all()


def test_a_thousand_segments_of_one_row() -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"place": [f"p{n}" for n in range(900)] * 2, "x": random.normal(size=1_800)}
    )
    y = frame["x"] + random.normal(size=1_800)
    frame, y = frame[:1_000], y[:1_000]
    with pytest.raises(DataMistake, match="as an id has"):
        StratifiedRegressor("place").fit(pd.DataFrame({"place": range(1_000), "x": y}), y)
    model = StratifiedRegressor("place").fit(frame[:950], y[:950])
    assert model.score(frame, y) > 0.3


def test_missing_names_are_a_segment_of_their_own() -> None:
    frame = pd.DataFrame({"place": ["a", None] * 60, "x": np.linspace(-1, 1, 120)})
    y = np.where(frame["place"] == "a", frame["x"], -5.0 - frame["x"])
    model = StratifiedRegressor("place").fit(frame, y)
    assert [row.segment for row in model.segments_] == [None, "a"]
    assert model.score(frame, y) > 0.99
    assert not model.unseen(frame).any()


def test_a_segment_whose_rows_all_weigh_nothing_is_not_known() -> None:
    frame = pd.DataFrame({"place": ["a", "b", "c"] * 40, "x": np.linspace(-1, 1, 120)})
    weight = (frame["place"] != "c").astype(float)
    model = StratifiedRegressor("place").fit(frame, frame["x"], sample_weight=weight)
    assert model.unseen(frame).tolist() == (frame["place"] == "c").tolist()
    assert np.isfinite(model.predict(frame)).all()


BAD: list[tuple[dict[str, Any], type[UserMistake], str]] = [
    ({"segment": "plaza"}, DataMistake, "plaza"),
    ({"segment": 17}, DataMistake, "17"),
    ({"pooling": "pool"}, OptionMistake, "Did you mean pooled"),
    ({"loss": "logistic"}, OptionMistake, "squared, huber, poisson"),
    ({"family": "trees"}, OptionMistake, "linear, boosting, auto"),
    ({"pooling": "graph"}, OptionMistake, "neighbours"),
    ({"loss": "poisson"}, DataMistake, "zero or more"),
    ({"loss": "poisson", "family": "auto"}, OptionMistake, "poisson"),
    ({"graph": "order"}, OptionMistake, "Did you mean ordered"),
    ({"graph": 3}, OptionMistake, "A graph 3"),
    ({"graph": {"colum": "ordered"}}, OptionMistake, "Did you mean column"),
    ({"graph": {"row": "random"}}, OptionMistake, "random"),
    ({"graph": {"row": ["0", "1"]}}, DataMistake, "2, 3, 4, 5"),
    ({"graph": "hierarchy", "segment": "row"}, OptionMistake, "country, state, city"),
    ({"graph": {"nearest": ["a", "bb"]}}, OptionMistake, "Did you mean b"),
    ({"graph": {"nearest": ["far", "b"]}}, DataMistake, "from -90 to 90"),
    ({"graph": {"edges": {"from": ["0"], "to": ["1"]}}}, OptionMistake, "One segment column"),
]


@pytest.mark.parametrize(("arguments", "kind", "told"), BAD, ids=str)
def test_a_wrong_argument_is_explained(
    arguments: dict[str, Any], kind: type[UserMistake], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEVO_LANG", "en")
    with pytest.raises(kind, match=told):
        regressor(**arguments).fit(FRAME.assign(far=100.0 * FRAME["a"]), ROWS.y)


EDGES: list[tuple[dict[str, list[Any]], str]] = [
    ({"from": ["0", "1"], "to": ["1", "2"], "weight": [1.0, -1.0]}, "weight -1.0"),
    ({"from": ["x"], "to": ["y"]}, "none of which is a segment"),
    ({"a": ["0"], "to": ["1"]}, "from"),
]


@pytest.mark.parametrize(("edges", "told"), EDGES, ids=str)
def test_wrong_edges_are_explained(
    edges: dict[str, list[Any]], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEVO_LANG", "en")
    with pytest.raises(DataMistake, match=told):
        regressor(segment="row", graph={"edges": edges}).fit(FRAME, ROWS.y)


def test_edges_may_name_places_without_rows(tmp_path: Path) -> None:
    file = tmp_path / "edges.csv"
    file.write_text("from,to\n0,1\n1,2\n2,3\n3,4\n4,5\n5,six\n", encoding="utf-8")
    with pytest.warns(UserWarning, match="six"):
        model = regressor(segment="row", graph={"edges": str(file)}).fit(FRAME, ROWS.y)
    new = NEW[:1].assign(row="six")
    assert model.unseen(new).all()
    assert np.isfinite(model.predict(new)).all()


def test_an_unknown_city_is_answered_by_its_state() -> None:
    random = np.random.default_rng(0)
    city = random.integers(0, 200, 6_000)
    frame = pd.DataFrame({"state": city // 10, "city": city, "x": random.normal(size=6_000)})
    level = 3.0 * random.normal(size=20)[frame["state"]] + random.normal(size=200)[city]
    y = level + frame["x"] + random.normal(size=6_000)
    away = city % 10 == 0
    model = StratifiedRegressor(["state", "city"], graph="hierarchy").fit(frame[~away], y[~away])
    assert model.unseen(frame).tolist() == away.tolist()
    of_state = np.mean((model.predict(frame[away]) - y[away]) ** 2)
    of_none = np.mean((model.predict(frame[away].assign(state=99)) - y[away]) ** 2)
    assert of_state < 0.5 * of_none


def test_places_near_each_other_on_the_map() -> None:
    places, new = (
        f.assign(lat=f["row"].astype(float), lon=f["column"].astype(float)) for f in (FRAME, NEW)
    )
    graph = {"nearest": ("lat", "lon"), "k": 4}
    model = regressor(pooling="graph", graph=graph).fit(places, ROWS.y)
    assert model.score(new, ROWS.new_y) > 0.5
