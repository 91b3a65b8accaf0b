"""`TokenBuckets`: how often each of many callers may do something."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic


class TokenBuckets:
    """A bucket of tokens for each name, which fills as time passes; each deed takes one token.

    Not for several threads.

    Parameters
    ----------
    per_second
        Tokens that come back each second.
    burst
        Tokens that a bucket holds; it is full at first.
    most
        Names that are remembered; the one not heard of for longest is forgotten.
    clock
        In seconds.

    Examples
    --------
    >>> buckets = TokenBuckets(per_second=2, burst=1, clock=lambda: 0.0)
    >>> buckets.take("the shop"), buckets.take("the shop"), buckets.take("the bank")
    (0.0, 0.5, 0.0)

    """

    def __init__(
        self,
        per_second: float,
        burst: float,
        most: int = 10_000,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, name: Hashable) -> float:
        """Take a token, which gives 0.0; else the seconds until there will be one."""
        now = self._clock()
        tokens, at = self._buckets.get(name, (self._burst, now))
        tokens = min(self._burst, tokens + (now - at) * self._per_second)
        wait = max(0.0, (1 - tokens) / self._per_second)
        self._buckets[name] = tokens if wait else tokens - 1, now
        self._buckets.move_to_end(name)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return wait
