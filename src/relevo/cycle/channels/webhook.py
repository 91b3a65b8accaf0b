"""`post`: JSON to a URL."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from relevo.cycle.event import NotSent
from relevo.words import say

TIMEOUT_SECONDS = 10.0
WAITS_SECONDS = (1.0, 4.0)
_BUSY = 429


def post(
    url: str,
    body: bytes,
    timeout: float = TIMEOUT_SECONDS,
    waits: Sequence[float] = WAITS_SECONDS,
) -> None:
    """Send JSON by HTTP POST; again after each wait when the server is away, busy or at fault.

    A redirection is not followed: it would go on without what was sent.

    Parameters
    ----------
    url
        `http://` or `https://`, whose certificate must be good. Only its host is ever told of:
        the rest is often a secret.
    body
        JSON.
    timeout
        Seconds for each answer.
    waits
        Seconds before each further try.

    Raises
    ------
    NotSent
        When it was refused, or every try failed.

    """
    host = urlsplit(url).hostname
    if urlsplit(url).scheme not in ("http", "https") or not host:
        raise NotSent(say("notify.bad_url"))
    request = Request(url, body, {"Content-Type": "application/json", "User-Agent": "relevo"})
    for wait in (*waits, None):
        why, lasting = _tried(request, timeout)
        if not why:
            return
        if lasting or wait is None:
            raise NotSent(say("notify.not_posted", host=host, why=why))
        time.sleep(wait)


def _tried(request: Request, timeout: float) -> tuple[str, bool]:
    """Why it failed, and whether it will again; no reason when it did not."""
    try:
        with build_opener(_NoRedirect).open(request, timeout=timeout):
            return "", False
    except HTTPError as error:
        error.close()
        return f"HTTP {error.code}", error.code < 500 and error.code != _BUSY
    except URLError as error:
        return str(error.reason), False
    except (OSError, ValueError) as error:  # a reset, a time-out while reading; a bad URL
        return str(error) or type(error).__name__, isinstance(error, ValueError)


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None
