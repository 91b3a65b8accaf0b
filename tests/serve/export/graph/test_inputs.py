from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from relevo.errors import ModelMistake
from relevo.prepare.preparation import Preparation
from relevo.prepare.text import Text
from relevo.serve.export.graph.inputs import inputs_of
from relevo.serve.export.graph.whole import whole


def test_there_is_an_input_for_each_required_column(choose: Any) -> None:
    inputs = {one.column: one for one in inputs_of(choose("regression", "linear").model)}
    types = {name: one.type for name, one in inputs.items()}
    assert types == {
        "at": "int64",
        "due": "int64",
        "weight": "double",
        "value": "double",
        "depot": "string",
        "fragile": "double",
        "hour": "double",
    }


def test_a_column_with_the_name_of_an_output_is_renamed(choose: Any) -> None:
    names = {
        task: {one.column: one.name for one in inputs_of(choose(task, "linear").model)}
        for task in ("regression", "two")
    }
    assert names["regression"]["value"] == "value_"  # the output is called `value`
    assert all(column == name for column, name in names["two"].items())


def test_an_empty_text_that_is_a_category_does_not_stand_for_missing(choose: Any) -> None:
    model = choose("two", "linear").model
    depot = next(step for step in model.preparation.steps if step.column == "depot")
    assert "" in depot.frequent
    assert {one.column: one.missing for one in inputs_of(model)}["depot"] == "\x18"
    without = replace(depot, frequent=tuple(name for name in depot.frequent if name))
    steps = [without if step is depot else step for step in model.preparation.steps]
    changed = replace(model, preparation=Preparation(tuple(steps)))
    assert {one.column: one.missing for one in inputs_of(changed)}["depot"] == ""


def test_free_text_is_refused_by_its_column(choose: Any) -> None:
    model = choose("two", "linear").model
    text = Text.fit(pl.Series("depot", ["some words"] * 9 + ["other words"] * 9))
    steps = [text if step.column == "depot" else step for step in model.preparation.steps]
    changed = replace(model, preparation=Preparation(tuple(steps)))
    with pytest.raises(ModelMistake, match="depot, which is prepared as text"):
        whole(changed, inputs_of(changed))


def test_missing_numbers_are_nan(choose: Any) -> None:
    missing = {one.column: one.missing for one in inputs_of(choose("two", "linear").model)}
    assert np.isnan(missing["weight"])
    assert missing["at"] == np.iinfo(np.int64).min
