"""`by_key`: what a decision that was made over HTTP says of who made it."""

from __future__ import annotations

from starlette.requests import Request

from relevo.serve.gate import ANYBODY
from relevo.store.records import KeyRecord
from relevo.words import say

KEY = "relevo.key"
"""Where a request's scope holds the key that let it in."""


def key_of(request: Request) -> KeyRecord:
    """The key that let a request in."""
    key: KeyRecord = request.scope.get(KEY, ANYBODY)
    return key


def by_key(request: Request, lang: str) -> tuple[str, dict[str, str]]:
    """The reason and the detail of a decision: the name of the key, where there was one."""
    name = key_of(request).name
    if not name:
        return say("admin.over_http", lang), {}
    return say("admin.with_key", lang, name=name), {"key": name}
