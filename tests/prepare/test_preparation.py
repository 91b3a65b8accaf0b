from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.data.conform import conform
from relevo.data.contract import learn_contract
from relevo.errors import DataMistake
from relevo.prepare.category import Category
from relevo.prepare.moment import Moment
from relevo.prepare.preparation import Preparation
from relevo.prepare.text import Text
from relevo.problem.problem import Columns, Roles

WORDS = ["late", "again", "never", "good", "bread", "terrible", "coffee", "lovely"]


def frame(rows: int = 300, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    texts = [
        " ".join(random.choice(WORDS, size=random.integers(4, 12))) + f" number {i}"
        for i in range(rows)
    ]
    return pl.DataFrame(
        {
            "number": random.normal(size=rows),
            "holes": [None if i % 7 == 0 else float(i) for i in range(rows)],
            "whole": random.integers(0, 9, rows),
            "flag": random.integers(0, 2, rows).astype(bool),
            "kind": random.choice(["a", "b", "c", "rare"], rows, p=[0.5, 0.3, 0.19, 0.01]),
            "day": pl.date_range(date(2023, 1, 1), date(2025, 1, 1), eager=True)[:rows],
            "moment": pl.datetime_range(
                datetime(2024, 1, 1), datetime(2024, 3, 1), "1h", eager=True
            )[:rows],
            "review": texts,
            "same": ["x"] * rows,
            "y": random.normal(size=rows),
        }
    )


def prepared(data: pl.DataFrame) -> tuple[pl.DataFrame, Preparation]:
    contract = learn_contract(data, "y", Roles(time="moment"), Columns(text=("review",)))
    read = conform(data, contract)
    return read, Preparation.fit(read, contract)


def plain(row: dict[str, object]) -> dict[str, object]:
    """A row as it comes through JSON."""
    return json.loads(json.dumps(row, default=str))


def test_every_feature_knows_its_column() -> None:
    _, preparation = prepared(frame())
    pairs = dict(zip(preparation.features, preparation.columns, strict=True))
    assert pairs["moment.minute"] == "moment"
    assert "moment.days" not in pairs  # the time of the row is always out of range tomorrow
    assert pairs["day.days"] == "day"
    assert pairs["review.length"] == "review"
    assert "same" not in preparation.columns
    assert "y" not in preparation.columns


def test_one_row_is_prepared_as_the_table_is() -> None:
    data, preparation = prepared(frame())
    matrix = preparation.table(data)
    for position, row in enumerate(data.to_dicts()):
        assert np.array_equal(preparation.row(plain(row)), matrix.values[position], equal_nan=True)


values = st.none() | st.floats(-1e9, 1e9) | st.sampled_from([float("inf"), float("nan")])


@settings(max_examples=60)
@given(
    number=values,
    kind=st.none() | st.text(max_size=5),
    flag=st.none() | st.booleans(),
    moment=st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    review=st.none() | st.text(max_size=40),
)
def test_any_row_is_prepared_as_a_table_of_it_is(
    number: float | None,
    kind: str | None,
    flag: bool | None,
    moment: datetime | None,
    review: str | None,
) -> None:
    data, preparation = prepared(frame())
    row = data.row(0, named=True) | {
        "number": number, "kind": kind, "flag": flag, "moment": moment, "review": review
    }  # fmt: skip
    table = pl.DataFrame([row], schema=data.schema)
    expected = preparation.table(table).values[0]
    assert np.array_equal(preparation.row(row), expected, equal_nan=True)


def test_a_preparation_survives_its_file(tmp_path: Path) -> None:
    data, preparation = prepared(frame())
    preparation.save(tmp_path / "preparation.json")
    again = Preparation.load(tmp_path / "preparation.json")
    assert np.array_equal(again.table(data).values, preparation.table(data).values, equal_nan=True)


def test_rare_unseen_and_missing_categories() -> None:
    out = np.empty((4, 1))
    common = Category.fit(pl.Series("kind", ["a"] * 600 + ["b"] * 390 + ["few"] * 8))
    assert common.frequent == ("a", "b")
    common.table(pl.Series("kind", ["a", "few", "never seen", None]), out)
    assert out[:3, 0].tolist() == [1.0, 0.0, 0.0]
    assert np.isnan(out[3, 0])
    assert common.codes == 3


def test_months_are_learnt_only_from_a_whole_year() -> None:
    days = pl.date_range(date(2024, 1, 1), date(2024, 11, 1), eager=True).alias("day")
    years = pl.date_range(date(2023, 1, 1), date(2024, 11, 1), eager=True).alias("day")
    assert "month" not in Moment.fit(days, is_time_of_row=True).parts
    assert "month" in Moment.fit(years, is_time_of_row=True).parts


def test_words_in_most_texts_tell_nothing() -> None:
    step = Text.fit(pl.Series("t", ["the cat sat"] * 6 + ["the dog ran"] * 6))
    assert set(step.words) == {"cat", "sat", "dog", "ran"}
    features = step.row()("a cat! a CAT?")
    assert features[0] == 2
    assert features[1 + step.words.index("cat")] == pytest.approx(1.0)


def test_a_table_that_teaches_nothing_is_explained() -> None:
    data = pl.DataFrame({"same": ["x"] * 20, "y": range(20)})
    contract = learn_contract(data, "y")
    with pytest.raises(DataMistake) as caught:
        Preparation.fit(conform(data, contract), contract)
    assert "nothing to learn from" in caught.value.parts("en")["came"]
