"""Values from a request's query: `whole_number` and `moment`."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import Request

from relevo.serve.refusal import invalid

_SHOWN = 80


def whole_number(request: Request, name: str, least: int, most: int) -> int | None:
    """The whole number under `name`; None when it is not asked for.

    Raises
    ------
    Refusal
        422 when it is no number from `least` to `most`.

    """
    came = request.query_params.get(name)
    if came is None:
        return None
    number = int(came) if came.isdecimal() and len(came) < 20 else least - 1
    if not least <= number <= most:
        raise invalid("query.bad_number", name=name, came=came[:_SHOWN], least=least, most=most)
    return number


def moment(request: Request, name: str) -> datetime | None:
    """The point in time under `name`, in UTC; None when it is not asked for.

    Raises
    ------
    Refusal
        422 when it is no date and time in ISO 8601 with its zone.

    """
    came = request.query_params.get(name)
    if came is None:
        return None
    try:
        found = datetime.fromisoformat(came)
        return _in_utc(found)
    except (ValueError, OverflowError) as error:
        raise invalid("query.bad_moment", name=name, came=came[:_SHOWN]) from error


def _in_utc(found: datetime) -> datetime:
    if found.tzinfo is None:
        raise ValueError("no zone")
    return found.astimezone(UTC)
