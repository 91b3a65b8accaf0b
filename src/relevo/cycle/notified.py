"""`Notified`: what each channel was told and still lasts, and which channels failed last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from relevo.cycle.event import Event
from relevo.data.whole_file import write_whole

_FILE = "notified.json"


@dataclass(frozen=True)
class Notified:
    """What lasts between one notification and the next, in `.relevo/notified.json`.

    Attributes
    ----------
    told
        What each channel was told of and has not ended, by `channel/kind`.
    failures
        Why a channel failed, and when; it is gone as soon as the channel works.

    """

    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    failures: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, state: Path) -> Notified:
        """What was kept; nothing when there is no such file, or it cannot be read any more."""
        try:
            kept = json.loads((state / _FILE).read_text(encoding="utf-8"))
            told = {str(name): tuple(map(str, one)) for name, one in kept["told"].items()}
            failures = {
                str(name): (str(at), str(why)) for name, (at, why) in kept["failures"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()
        return cls(told, failures)

    def write(self, state: Path) -> None:
        """Keep it, whole or not at all."""
        kept: dict[str, Any] = {"told": dict(self.told), "failures": dict(self.failures)}
        write_whole(state / _FILE, json.dumps(kept, ensure_ascii=False, indent=1))

    def is_news(self, channel: str, event: Event) -> bool:
        """Whether a channel has not heard of what an event is about."""
        if event.about is None:
            return True
        return not set(event.about) <= set(self.told.get(f"{channel}/{event.kind}", ()))

    def sent(self, channel: str, event: Event) -> Notified:
        """The same once a channel has taken an event."""
        failures = {name: one for name, one in self.failures.items() if name != channel}
        return replace(self._knowing(channel, event, event.about), failures=failures)

    def not_sent(self, channel: str, event: Event, why: str = "") -> Notified:
        """The same once an event was no news to a channel, or the channel failed (`why`)."""
        known = set(self.told.get(f"{channel}/{event.kind}", ()))
        left = self._knowing(channel, event, tuple(sorted(known & set(event.about or ()))))
        if not why:
            return left
        return replace(left, failures={**self.failures, channel: (event.at.isoformat(), why)})

    def _knowing(self, channel: str, event: Event, about: tuple[str, ...] | None) -> Notified:
        if event.about is None:
            return self
        return replace(self, told={**self.told, f"{channel}/{event.kind}": about or ()})
