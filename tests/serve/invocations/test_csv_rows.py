from __future__ import annotations

import csv
from contextlib import suppress
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.data.contract import ColumnContract, Contract
from relevo.serve.invocations.csv_rows import csv_rows
from relevo.serve.refusal import Refusal

CONTRACT = Contract(
    (
        ColumnContract("size", "number"),
        ColumnContract("wet", "boolean"),
        ColumnContract("kind", "category"),
    )
)


def read(text: str) -> list[dict[str, object]]:
    return csv_rows(text.encode(), CONTRACT, most_rows=3)


def test_each_value_is_read_as_the_contract_says() -> None:
    lines = ("\ufeffsize, wet ,kind,more", ' 1.5 ,True,"a, b",7', "", "NA,0,7,None")
    text = "\r\n".join((*lines, 'far,,"x\n""y""",', ""))
    assert read(text) == [
        {"size": 1.5, "wet": True, "kind": "a, b", "more": "7"},
        {"size": None, "wet": False, "kind": "7", "more": None},
        {"size": "far", "wet": None, "kind": 'x\n"y"', "more": None},
    ]


def test_an_index_without_a_name_is_left_out() -> None:
    assert read(",size\n0,1.5\n1,2.5\n") == [{"size": 1.5}, {"size": 2.5}]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "invocations.csv_names"),
        ("\n\n", "invocations.csv_names"),
        (",,\n1,2,3\n", "invocations.csv_names"),
        ("size,size\n1,2\n", "invocations.csv_names"),
        ("size,wet\n1\n", "invocations.csv_width"),
        ("size,wet\n1,true,3\n", "invocations.csv_width"),
        ("size,wet\n", "serve.wrong_count"),
        ("size\n1\n2\n3\n4\n", "serve.wrong_count"),
        ('size\n"1\n', "invocations.not_csv"),
        ('size\n"1"x\n', "invocations.not_csv"),
        ("size\n" + "1" * 200_000, "invocations.not_csv"),
    ],
)
def test_what_is_wrong_is_said(text: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(text)
    assert refused.value.mistake.key == key
    assert all(refused.value.mistake.parts("es").values())


def test_what_is_not_utf_8_is_refused() -> None:
    with pytest.raises(Refusal):
        csv_rows("size,año\n1,2\n".encode("latin-1"), CONTRACT, 3)


@given(body=st.binary() | st.text(alphabet=',"\n\r a1').map(str.encode))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    with suppress(Refusal):
        assert 0 < len(csv_rows(body, CONTRACT, 3)) <= 3


@given(texts=st.lists(st.text().map(str.strip), min_size=1, max_size=3))
def test_texts_come_back_as_they_were_written(texts: list[str]) -> None:
    written = StringIO()
    csv.writer(written).writerows([["kind", "wet"], *([text, "1"] for text in texts)])
    kinds = [row["kind"] for row in read(written.getvalue())]
    missing = {"", "NA", "NaN", "null", "NULL", "None", "N/A"}
    assert kinds == [None if text in missing else text for text in texts]
