from __future__ import annotations

import httpx
import pytest

from relevo.serve.service import Service


@pytest.mark.parametrize(("lang", "title"), [("en", "Routes"), ("es", "Rutas")])
def test_the_page_names_routes_and_columns(
    client: httpx.Client, service: Service, lang: str, title: str
) -> None:
    answered = client.get("/docs", headers={"accept-language": lang})
    assert answered.headers["content-type"].startswith("text/html")
    assert f'<html lang="{lang}"' in answered.text
    assert title in answered.text
    for route in service.routes:
        assert route.template in answered.text
    for column in service.models.serving().model.contract.required:
        assert column.name in answered.text


def test_the_page_asks_nothing_of_any_other_place(client: httpx.Client) -> None:
    page = client.get("/docs").text
    assert "<script" not in page
    assert 'src="http' not in page
    assert 'href="http' not in page


def test_there_is_a_page_before_there_is_a_model(idle: httpx.Client) -> None:
    assert idle.get("/docs").status_code == 200
