"""`GET /docs`: the routes and the model's row, on one page for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from relevo.data.contract import ColumnContract, Contract
from relevo.model.model import Model
from relevo.picture.page import Note, Section, Table, page
from relevo.serve.example_row import example_row
from relevo.serve.route import Route
from relevo.serve.schema import TEXT, Schema, content
from relevo.words import say

if TYPE_CHECKING:
    from relevo.serve.service import Service


async def docs(service: Service, request: Request, lang: str) -> Response:
    """A page that needs nothing from anywhere else."""
    model = service.models.model
    sections = [_routes(service, lang)]
    if model is not None:
        address = str(request.url.replace(path="/predict", query=""))
        key = " -H 'Authorization: Bearer KEY'" if service.gate.asks else ""
        sections += [_row(model.contract, lang), _call(model.contract, address, key, lang)]
    lead = say("serve.docs.lead", lang, version=model.version if model else "-")
    return HTMLResponse(page(service.problem.name, sections, lang, lead))


def _routes(service: Service, lang: str) -> Section:
    header = tuple(say(f"serve.docs.{name}", lang) for name in ("path", "method", "role", "does"))
    rows = tuple(
        (route.template, route.method, route.role or "–", say(route.summary, lang))
        for route in service.routes
    )
    title = say("serve.docs.routes", lang)
    return Section(title, (Table(title, header, rows),))


def _row(contract: Contract, lang: str) -> Section:
    header = tuple(say(f"serve.docs.{name}", lang) for name in ("column", "holds", "example"))
    example = example_row(contract)
    rows = tuple(
        (column.name, _holds(column, lang), json.dumps(example[column.name], ensure_ascii=False))
        for column in contract.required
    )
    title = say("serve.docs.row", lang)
    return Section(title, (Table(title, header, rows),))


def _holds(column: ColumnContract, lang: str) -> str:
    held = say(f"contract.type.{column.type}", lang)
    if column.low is not None and column.high is not None:
        held = say("contract.range.expected", lang, low=f"{column.low:g}", high=f"{column.high:g}")
    if column.categories:
        listed = ", ".join(column.categories[:8]) + (", …" if len(column.categories) > 8 else "")
        held = say("contract.categories.expected", lang, categories=listed)
    return f"{held} {say('serve.docs.or_null', lang)}" if column.missing else held


def _call(contract: Contract, address: str, key: str, lang: str) -> Section:
    sent = json.dumps({"rows": [example_row(contract)]}, ensure_ascii=False)
    command = f"curl -s '{address}'{key} -d {_quoted(sent)}"
    return Section(say("serve.docs.call", lang), (Note(command),))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _describe(model: Model | None, lang: str) -> Schema:
    return {"responses": {"200": content(TEXT, "text/html")}}


DOCS = (Route("GET", "/docs", "predict", docs, "serve.route.docs", _describe),)
