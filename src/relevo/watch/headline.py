"""`headline`: the whole watch in one sentence, with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.watch.explanation import Explanation
from relevo.watch.signals import Signal
from relevo.words import say

_SHOWN = 4


def headline(signals: Sequence[Signal], explanations: Sequence[Explanation]) -> str:
    """What alarms, why, and what to do first; or that nothing does.

    Parameters
    ----------
    signals, explanations
        As `explain_signals` gives them.

    """
    alarms = [one for one in signals if one.alarm]
    if not alarms:
        return say("cause.headline.calm", compared=len(signals))
    names = list(dict.fromkeys(one.column for one in alarms if one.column))
    where = ", ".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else "")
    if not explanations:
        return say("cause.headline.alarm", where=where or len(alarms))
    first = explanations[0]
    about = ", ".join(first.cause.columns) or where
    why = say(f"cause.kind.{first.cause.kind}")
    key = "explained" if about else "explained_all"
    more = say("cause.headline.more", more=len(explanations) - 1) if len(explanations) > 1 else ""
    return say(f"cause.headline.{key}", why=why, where=about, advice=first.advice()) + more
