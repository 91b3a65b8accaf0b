"""`last_watch`: what the newest watch said, for `status`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from relevo.cycle.plain import plain
from relevo.cycle.project import Project
from relevo.data.whole_file import write_whole
from relevo.words import language

if TYPE_CHECKING:  # status needs none of what a signal needs
    from relevo.watch.signals import Signal

_FILE = "watched.json"


@dataclass(frozen=True)
class AlarmRow:
    """One alarm of the newest watch, with its likely cause and what to do."""

    kind: str
    column: str
    segment: str
    since: datetime | None
    cost: float | None
    cause: str
    action: str


@dataclass(frozen=True)
class LastWatch:
    """What the newest watch of a version said, in the language in force."""

    version: int
    headline: str
    alarms: tuple[AlarmRow, ...]

    @property
    def calls_for_renewal(self) -> bool:
        """Whether replicas can help: not against faults of the data, nor without labels."""
        return any(one.action in ("renew", "reweigh") for one in self.alarms)


def keep_watch(
    project: Project, version: int, lines: Mapping[str, str], signals: Sequence[Signal]
) -> None:
    """Keep what a watch found, whole or not at all."""
    names = tuple(AlarmRow.__dataclass_fields__)
    alarms = [{name: getattr(one, name) for name in names} for one in signals if one.alarm]
    kept = {"version": version, "headline": dict(lines), "alarms": alarms}
    write_whole(project.state / _FILE, json.dumps(plain(kept), ensure_ascii=False, indent=1))


def last_watch(project: Project) -> LastWatch | None:
    """What was kept; None when there was no watch, or it cannot be read any more."""
    try:
        kept = json.loads((project.state / _FILE).read_text(encoding="utf-8"))
        alarms = tuple(_row(one) for one in kept["alarms"])
        return LastWatch(int(kept["version"]), str(kept["headline"][language()]), alarms)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _row(kept: dict[str, Any]) -> AlarmRow:
    since = kept["since"]
    return AlarmRow(**{**kept, "since": datetime.fromisoformat(since) if since else None})
