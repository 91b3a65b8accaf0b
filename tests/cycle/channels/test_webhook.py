from __future__ import annotations

import json
from typing import Any

import pytest

from relevo.cycle.channels.webhook import post
from relevo.cycle.event import NotSent

BODY = json.dumps({"text": "¡hola!"}).encode()
AT_ONCE = (0.0, 0.0)


def test_what_is_sent_arrives(hook: Any) -> None:
    post(hook.url, BODY)
    assert hook.bodies == [{"text": "¡hola!"}]


def test_a_server_at_fault_is_asked_again(hook: Any) -> None:
    hook.statuses = [503, 429]
    post(hook.url, BODY, waits=AT_ONCE)
    assert len(hook.bodies) == 3


def test_in_the_end_it_says_why_and_no_secret(hook: Any) -> None:
    hook.statuses = [500] * 9
    with pytest.raises(NotSent, match="HTTP 500") as told:
        post(hook.url, BODY, waits=AT_ONCE)
    assert len(hook.bodies) == 3
    assert "127.0.0.1" in str(told.value)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("status", [400, 404, 302, 307])
def test_a_refusal_or_a_redirection_is_final(hook: Any, status: int) -> None:
    hook.statuses = [status]
    with pytest.raises(NotSent, match=f"HTTP {status}"):
        post(hook.url, BODY, waits=AT_ONCE)
    assert hook.paths == ["/secret"]


def test_nobody_there() -> None:
    with pytest.raises(NotSent, match="refused"):
        post("http://127.0.0.1:9/", BODY, timeout=2, waits=())


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://here/", "here", "https:///x"])
def test_only_the_web_is_posted_to(url: str) -> None:
    with pytest.raises(NotSent, match="http"):
        post(url, BODY, waits=())
