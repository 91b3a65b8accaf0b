"""`rhythm`: how many seconds lie between two looks for what has come."""

from __future__ import annotations

from relevo.cycle.situation import arrival_days
from relevo.problem.problem import Renew
from relevo.renew.durations import days_in
from relevo.store.records import BatchRecord

_DAY = 86_400.0
_USUAL_SECONDS = 600.0
_SHORTEST_SECONDS, _LONGEST_SECONDS = 60.0, _DAY / 4
_LOOKS_PER_ARRIVAL = 10
_SHARE_OF_RESPONSE = 0.25


def rhythm(every: str | None, rules: Renew, batches: list[BatchRecord]) -> float:
    """Seconds between two looks.

    What the user says; else a quarter of the time within which the model must respond, so that
    the rest is left for replicas and their duel; else a tenth of the usual time between two
    batches, between a minute and six hours; else ten minutes.

    Raises
    ------
    OptionMistake
        When a text is no duration.

    Examples
    --------
    >>> rhythm("5m", Renew(), []), rhythm(None, Renew(respond_within="1h"), [])
    (300.0, 900.0)

    """
    if every is not None:
        return days_in(every) * _DAY
    if rules.respond_within is not None:
        return days_in(rules.respond_within) * _DAY * _SHARE_OF_RESPONSE
    gap = arrival_days(batches)
    if gap is None:
        return _USUAL_SECONDS
    return min(max(gap * _DAY / _LOOKS_PER_ARRIVAL, _SHORTEST_SECONDS), _LONGEST_SECONDS)
