"""`due`: whether it is time to train replicas, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from relevo.problem.problem import Renew
from relevo.words import say


@dataclass(frozen=True)
class Due:
    """Whether replicas should be trained now, with the reason in words."""

    due: bool
    why: str


def due(rules: Renew, new_rows: int, alarm: bool, made: datetime, now: datetime) -> Due:
    """Whether replicas should be trained.

    Too few new labelled rows: never, for nothing could judge them. Else: at an alarm; at the age
    that the problem file sets; or, when it sets none, whenever there are enough new rows.

    Parameters
    ----------
    rules
        The part `[renew]` of the problem file.
    new_rows
        Labelled rows that the champion has not seen.
    alarm
        Whether the last watch raised one.
    made, now
        When the champion was made, and the present.

    """
    if new_rows < rules.min_rows:
        return Due(False, say("renew.too_few", rows=new_rows, needed=rules.min_rows))
    if alarm:
        return Due(True, say("renew.alarm", rows=new_rows))
    age_days = (now - made).total_seconds() / 86_400
    if rules.max_age_days is None:
        return Due(True, say("renew.enough", rows=new_rows))
    if age_days >= rules.max_age_days:
        return Due(True, say("renew.old", age=f"{age_days:.1f}", limit=f"{rules.max_age_days:g}"))
    return Due(False, say("renew.young", age=f"{age_days:.1f}", limit=f"{rules.max_age_days:g}"))
