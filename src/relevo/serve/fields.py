"""Fields of an object in a request's body: `version_in` and `share_in`."""

from __future__ import annotations

from typing import Any

from relevo.serve.refusal import invalid

LAST_VERSION = 2**31 - 1  # the largest number of the store's column


def fields_in(body: Any) -> dict[str, Any]:
    """The body, when it is an object.

    Raises
    ------
    Refusal
        422 when it is none.

    """
    if not isinstance(body, dict):
        raise invalid("admin.no_object", kind=type(body).__name__)
    return body


def version_in(body: dict[str, Any]) -> int:
    """The number of a version under `version`, whether there is such a version or not.

    Raises
    ------
    Refusal
        422 when there is no whole number from 1 on.

    """
    came = body.get("version")
    if not isinstance(came, int) or isinstance(came, bool) or not 0 < came <= LAST_VERSION:
        raise invalid("admin.bad_version", came=_shown(came))
    return came


def share_in(body: dict[str, Any], name: str, default: float) -> float:
    """The share under `name`, or `default` when there is none.

    Raises
    ------
    Refusal
        422 when it is no number from 0 to 1.

    """
    came = body.get(name, default)
    if isinstance(came, bool) or not isinstance(came, int | float) or not 0 <= came <= 1:
        raise invalid("admin.bad_share", name=name, came=_shown(came))
    return float(came)


def _shown(came: Any) -> str:
    return "-" if came is None else repr(came)[:80]
