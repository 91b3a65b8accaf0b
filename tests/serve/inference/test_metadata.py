from __future__ import annotations

import httpx
import pytest

import relevo
from relevo.serve.service import Service


def test_the_server_says_what_it_speaks(client: httpx.Client) -> None:
    assert client.get("/v2").json() == {
        "name": "relevo",
        "version": relevo.__version__,
        "extensions": ["binary_tensor_data"],
    }


def test_a_model_says_what_it_takes_and_gives(client: httpx.Client) -> None:
    said = client.get("/v2/models/flights").json()
    assert client.get("/v2/models/flights/versions/1").json() == said
    assert (said["name"], said["versions"], said["platform"]) == ("flights", ["1"], "relevo")
    assert {tensor["name"]: tensor["datatype"] for tensor in said["inputs"]} == {
        "carrier": "BYTES",
        "distance": "FP64",
        "rain": "BOOL",
        "wind": "FP64",
        "scheduled": "BYTES",
    }
    assert all(tensor["shape"] == [-1] for tensor in said["inputs"])
    assert said["outputs"] == [
        {"name": "label", "datatype": "BYTES", "shape": [-1]},
        {"name": "probabilities", "datatype": "FP64", "shape": [-1, 2], "labels": ["no", "yes"]},
        {"name": "id", "datatype": "BYTES", "shape": [-1]},
    ]


def test_a_regression_gives_a_prediction(delays: httpx.Client) -> None:
    first, *_ = delays.get("/v2/models/flights").json()["outputs"]
    assert first == {"name": "prediction", "datatype": "FP64", "shape": [-1]}


def test_it_is_live_and_ready(client: httpx.Client) -> None:
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    ready = {"name": "flights", "ready": True}
    assert client.get("/v2/models/flights/ready").json() == ready
    assert client.get("/v2/models/flights/versions/1/ready").json() == ready


def test_it_is_live_but_not_ready_without_a_champion(idle: httpx.Client) -> None:
    assert idle.get("/v2/health/live").status_code == 200
    answered = idle.get("/v2/health/ready")
    assert answered.status_code == 503
    assert answered.json()["ready"] is False
    assert "promote" in answered.json()["todo"]
    for path in ("/ready", "", "/versions/1"):
        assert idle.get(f"/v2/models/flights{path}").status_code == 503


@pytest.mark.parametrize(
    "path",
    [
        "other",
        "other/ready",
        "flights/versions/2",
        "flights/versions/2/ready",
        "flights/versions/01",
        "flights/config",
        "Flights",
        "",
    ],
)
def test_another_model_or_version_is_not_found(client: httpx.Client, path: str) -> None:
    answered = client.get(f"/v2/models/{path}")
    assert answered.status_code == 404
    assert {"error", "came", "expected", "todo"} == set(answered.json())


def test_the_health_of_the_endpoint_is_open_and_the_model_is_not(service: Service) -> None:
    roles = {route.template: route.role for route in service.routes if "/v2" in route.path}
    open_to_all = {path for path, role in roles.items() if role is None}
    assert open_to_all == {"/v2/health/live", "/v2/health/ready"}
    assert set(roles.values()) == {None, "predict"}


@pytest.mark.parametrize(
    "encoded",
    [
        "delays%20%C3%A0%20la%20carte%2FEWR%3F",  # every letter that has a meaning
        "delays%20%C3%A0%20la%20carte/EWR%3F",  # as Python's quote, and so tritonclient, does it
    ],
)
def test_a_name_may_hold_spaces_and_slashes(odd: httpx.Client, encoded: str) -> None:
    name = odd.get("/version").json()["model"]
    for path in ("", "/ready", "/versions/1", "/versions/1/ready"):
        answered = odd.get(f"/v2/models/{encoded}{path}")
        assert answered.status_code == 200, answered.text
        assert answered.json()["name"] == name
    assert odd.post(f"/v2/models/{encoded}/infer", content=b"{").status_code == 422
