from __future__ import annotations

from typing import Any

import httpx

PATHS = ("/predict", "/labels", "/invocations", "/v2/models/flights/infer", "/v2", "/health")
HEADERS = {
    "origin": "https://elsewhere.example",
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type",
}


def test_no_page_of_another_origin_may_read_an_answer(
    client: httpx.Client, row: dict[str, Any]
) -> None:
    for path in PATHS:
        for method in ("GET", "POST", "OPTIONS"):
            answered = client.request(method, path, json={"rows": [row]}, headers=HEADERS)
            assert not [name for name in answered.headers if name.startswith("access-control")]
        assert answered.status_code == 401
