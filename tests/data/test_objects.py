from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from relevo.data.frames import normalise
from relevo.data.objects import from_object


def plain(data: object) -> dict[str, list[object]]:
    return normalise(from_object(data).lazy().collect()).to_dict(as_series=False)


WANTED = {
    "n": [1, None],
    "x": [0.5, None],
    "who": ["ñ", None],
    "late": [True, None],
    "at": [datetime(2013, 1, 1, 5), None],
    "day": [date(2013, 1, 1), None],
}


def pandas_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "n": pd.array([1, None], dtype="Int32"),
            "x": [0.5, np.nan],
            "who": ["ñ", None],
            "late": pd.array([True, None], dtype="boolean"),
            "at": pd.to_datetime(["2013-01-01 05:00", None]),
            "day": [date(2013, 1, 1), None],
        },
        index=[7, 7],
    )


def test_polars() -> None:
    frame = pl.DataFrame(WANTED)
    assert from_object(frame) is frame
    assert plain(frame.lazy()) == WANTED


def test_pandas() -> None:
    frame = pandas_frame()
    assert plain(frame) == WANTED
    assert plain(frame.convert_dtypes(dtype_backend="pyarrow")) == WANTED
    assert frame["who"].tolist() == ["ñ", None]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (pd.Series(["x", None], dtype="category"), ["x", None]),
        (pd.Series(["x", pd.NA], dtype="string"), ["x", None]),
        (pd.Series([1, 2], dtype="uint8"), [1, 2]),
        (pd.Series([1.5, None], dtype="Float32"), [1.5, None]),
        (pd.Series([1, "x", np.nan], dtype="object"), ["1", "x", None]),
        (pd.Series([1, 2], dtype="category"), [1, 2]),
        (pd.Series([None, None], dtype="object"), [None, None]),
        (pd.to_datetime(pd.Series(["2013-01-01 05:00+02:00"])), [datetime(2013, 1, 1, 3)]),
        (pd.to_timedelta(pd.Series(["90s", None])), [90.0, None]),
        (pd.Series(pd.period_range("2013-01", periods=1, freq="M")), ["2013-01"]),
    ],
)
def test_pandas_types(values: pd.Series, wanted: list[object]) -> None:
    assert plain(pd.DataFrame({"a": values})) == {"a": wanted}


def test_pandas_without_arrow() -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "import pandas as pd\n"
        "from relevo.data.objects import from_object\n"
        "frame = pd.DataFrame({'n': pd.array([1, None], dtype='Int64'), 'who': ['a', None],\n"
        "    'kind': pd.Categorical(['x', 'y']), 'at': pd.to_datetime(['2013-01-01', None])})\n"
        "print(from_object(frame).rows())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("[(1, 'a', 'x', datetime.datetime(2013, 1, 1, 0, 0)), (None,")


def test_arrow() -> None:
    assert plain(pl.DataFrame(WANTED).to_arrow()) == WANTED
    assert plain(pa.RecordBatch.from_pydict({"a": [1, None]})) == {"a": [1, None]}


def test_numpy() -> None:
    assert plain(np.array([[1.0, np.nan], [2.0, 3.0]])) == {
        "column_0": [1.0, 2.0],
        "column_1": [None, 3.0],
    }
    assert plain(np.array([1, 2])) == {"column_0": [1, 2]}
    assert plain(np.array([[1, "x"]], dtype=object)) == {"column_0": [1], "column_1": ["x"]}
    assert plain(np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")])) == {"a": [1], "b": [2.5]}


def test_columns_and_rows() -> None:
    columns = {"a": [1, "x"], "b": np.array([1, 2]), "c": pd.Series([1.5, None]), "d": 7}
    assert plain(columns) == {"a": ["1", "x"], "b": [1, 2], "c": [1.5, None], "d": [7, 7]}
    assert plain([{"a": 1}, {"b": "x", "a": 2.5}]) == {"a": [1.0, 2.5], "b": [None, "x"]}


@pytest.mark.parametrize(
    ("data", "key", "shown"),
    [
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "data.duplicate_name", ("a",)),
        (pd.DataFrame([[1, 2]]), "data.name_not_text", (0, 1)),
        (pd.DataFrame({("a", "b"): [1]}), "data.name_not_text", ("('a', 'b')",)),
        (pl.DataFrame({"": [1]}), "data.empty_name", (1,)),
        (pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]), "data.duplicate_name", ("a",)),
        ({1: [1]}, "data.name_not_text", (1,)),
        ([{2: 1}], "data.name_not_text", (2,)),
        ({"a": [1, 2], "b": [1, 2, 3]}, "data.unreadable", ("b",)),
        (np.zeros((2, 2, 2)), "data.unknown_object", ("(2, 2, 2)",)),
        (7, "data.unknown_object", ("builtins.int",)),
        ([1, 2], "data.unknown_object", ("builtins.list",)),
        (pl.Series([1]), "data.empty_name", ("polars.Series",)),
    ],
)
def test_mistakes(refused, data: object, key: str, shown: tuple) -> None:
    refused(key, from_object, data, shown=shown)
