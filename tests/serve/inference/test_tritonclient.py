"""NVIDIA's public client, unchanged, against a server that runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

Row = dict[str, Any]


@pytest.fixture
def triton(url: str) -> Iterator[InferenceServerClient]:
    with InferenceServerClient(url.removeprefix("http://")) as client:
        yield client


def columns_of(*rows: Row) -> dict[str, np.ndarray]:
    kinds = {"carrier": object, "distance": float, "rain": bool, "wind": float, "scheduled": object}
    return {name: np.array([row[name] for row in rows], kind) for name, kind in kinds.items()}


def tensor(name: str, values: np.ndarray, binary: bool) -> InferInput:
    sent = InferInput(name, list(values.shape), np_to_triton_dtype(values.dtype))
    return sent.set_data_from_numpy(values, binary_data=binary)


@pytest.fixture
def rows(row: Row) -> list[Row]:
    return [row, row | {"carrier": "AA", "distance": 200.5, "rain": False, "wind": float("nan")}]


@pytest.fixture
def expected(url: str, rows: list[Row]) -> list[Row]:
    sent = [row | {"wind": None if np.isnan(row["wind"]) else row["wind"]} for row in rows]
    answered = httpx.post(f"{url}/predict", json={"rows": sent}).json()
    return list(answered["predictions"])


def same(result: Any, expected: list[Row]) -> None:
    shares = [list(one["probabilities"].values()) for one in expected]
    assert result.as_numpy("probabilities").tolist() == shares
    labels = [one if isinstance(one, str) else one.decode() for one in result.as_numpy("label")]
    assert labels == [one["label"] for one in expected]


@pytest.mark.parametrize("version", ["", "2"])
@pytest.mark.parametrize("compression", [None, "gzip", "deflate"])
@pytest.mark.parametrize("binary", [True, False])
def test_it_gives_what_predict_gives(
    triton: InferenceServerClient,
    rows: list[Row],
    expected: list[Row],
    binary: bool,
    compression: str | None,
    version: str,
) -> None:
    inputs = [tensor(name, values, binary) for name, values in columns_of(*rows).items()]
    result = triton.infer(
        "flights",
        inputs,
        model_version=version,
        request_id="a7",
        request_compression_algorithm=compression,
    )
    same(result, expected)
    assert result.get_response()["id"] == "a7"


def test_each_output_comes_as_asked(
    triton: InferenceServerClient, rows: list[Row], expected: list[Row]
) -> None:
    inputs = [
        tensor(name, values.reshape(-1, 1), binary=place % 2 == 0)
        for place, (name, values) in enumerate(columns_of(*rows).items())
    ]
    outputs = [
        InferRequestedOutput("probabilities", binary_data=False),
        InferRequestedOutput("label", binary_data=True),
    ]
    result = triton.infer("flights", inputs, outputs=outputs)
    same(result, expected)
    assert result.as_numpy("id") is None
    assert (
        triton.async_infer("flights", inputs, outputs=outputs).get_result().as_numpy("id") is None
    )


def test_one_tensor_holds_all_columns(
    triton: InferenceServerClient, rows: list[Row], expected: list[Row]
) -> None:
    texts = [[str(value) for value in row.values()] for row in rows]
    texts[1][3] = ""
    result = triton.infer("flights", [tensor("input", np.array(texts, object), binary=True)])
    same(result, expected)


def test_it_asks_for_health_and_metadata(triton: InferenceServerClient) -> None:
    assert triton.is_server_live()
    assert triton.is_server_ready()
    assert triton.is_model_ready("flights")
    assert triton.is_model_ready("flights", "2")
    assert not triton.is_model_ready("other")
    assert triton.get_server_metadata()["name"] == "relevo"
    assert triton.get_model_metadata("flights", "2")["versions"] == ["2"]


def test_a_refusal_reaches_the_caller(triton: InferenceServerClient, rows: list[Row]) -> None:
    columns = columns_of(*rows) | {"distance": np.array([1.0, np.inf])}
    inputs = [tensor(name, values, binary=True) for name, values in columns.items()]
    with pytest.raises(InferenceServerException, match='row 1, column "distance"'):
        triton.infer("flights", inputs)
