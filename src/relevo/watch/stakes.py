"""`Stakes`: what a worse model costs, in the unit of the problem's costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stakes:
    """What one unit of loss of one row costs, and how many rows come a day.

    Attributes
    ----------
    per_loss
        The cost of one unit of the loss of one row; None where the problem file names no costs.
    rows_per_day
        None where the rows have no times.
    of_segment
        The same of each segment.
    update_cost
        What an update costs.

    """

    per_loss: float | None = None
    rows_per_day: float | None = None
    of_segment: Mapping[str, float] = field(default_factory=dict)
    update_cost: float = 0.0

    def a_day(self, extra_loss: float | None, segment: str = "") -> float | None:
        """What so much more loss of each row costs a day, in all rows or in those of a segment.

        Examples
        --------
        >>> Stakes(per_loss=2.0, rows_per_day=1000.0).a_day(0.01)
        20.0

        """
        rows = self.of_segment.get(segment) if segment else self.rows_per_day
        if extra_loss is None or self.per_loss is None or rows is None:
            return None
        return max(0.0, extra_loss) * self.per_loss * rows
