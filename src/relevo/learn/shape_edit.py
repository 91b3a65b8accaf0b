"""`ShapeEdit`: what a person has changed in a shape of an additive model, and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class ShapeEdit:
    """A change by hand.

    Attributes
    ----------
    feature
        Whose shape it is.
    why, by, now
        The reason, who gives it, and when.
    bins
        Which of the feature's bins, missing last.
    before, after
        What these added to the score, output by output, shape `(n_bins, n_outputs)`; `after` is as
        it was asked for, before the shape is brought back to a mean of zero.

    """

    feature: str
    why: str
    by: str
    now: datetime
    bins: tuple[int, ...]
    before: tuple[tuple[float, ...], ...]
    after: tuple[tuple[float, ...], ...]

    @property
    def largest(self) -> float:
        """The largest change of a step, either way."""
        pairs = zip(self.before, self.after, strict=True)
        apart = [b - a for old, new in pairs for a, b in zip(old, new, strict=True)]
        return max(apart, key=abs, default=0.0)

    def to_dict(self) -> dict[str, Any]:
        """What `from_dict` takes, as JSON."""
        return {**asdict(self), "now": self.now.isoformat()}

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> ShapeEdit:
        """The edit that `to_dict` wrote."""
        before, after = (tuple(tuple(map(float, row)) for row in saved[n]) for n in _TABLES)
        bins, now = tuple(map(int, saved["bins"])), datetime.fromisoformat(saved["now"])
        feature, why, by = (str(saved[name]) for name in ("feature", "why", "by"))
        return cls(feature, why, by, now, bins, before, after)


_TABLES = ("before", "after")
