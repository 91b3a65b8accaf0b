"""`Metrics`: what the endpoint counts, as Prometheus reads it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping

from relevo.words import say

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """Counters of one process; only its event loop writes to them.

    Attributes
    ----------
    predictions
        Rows that were predicted, logged and answered.
    refused_rows
        Rows that broke the contract.

    """

    def __init__(self) -> None:
        self.predictions = 0
        self.refused_rows = 0
        self._requests: Counter[tuple[str, int]] = Counter()
        self._latency: dict[str, _Histogram] = {}

    def count(self, route: str, status: int, seconds: float) -> None:
        """Note one answered request."""
        self._requests[route, status] += 1
        if route not in self._latency:
            self._latency[route] = _Histogram()
        self._latency[route].add(seconds)

    def text(self, gauges: Mapping[str, float], lang: str) -> str:
        """Everything in Prometheus' text format 0.0.4.

        Parameters
        ----------
        gauges
            Values of the moment by name: `log_waiting`, `model_version`.
        lang
            Of the line that explains each figure.

        """
        requests = (
            (f'requests_total{{route="{route}",status="{status}"}}', count)
            for (route, status), count in sorted(self._requests.items())
        )
        latency = (line for route, h in sorted(self._latency.items()) for line in h.lines(route))
        families = [
            ("requests_total", "counter", requests),
            ("request_seconds", "histogram", latency),
            ("predictions_total", "counter", [("predictions_total", self.predictions)]),
            ("refused_rows_total", "counter", [("refused_rows_total", self.refused_rows)]),
            *((name, "gauge", [(name, value)]) for name, value in gauges.items()),
        ]
        lines: list[str] = []
        for name, kind, samples in families:
            lines.append(f"# HELP relevo_{name} {say(f'serve.metric.{name}', lang)}")
            lines.append(f"# TYPE relevo_{name} {kind}")
            lines += [f"relevo_{sample} {value}" for sample, value in samples]
        return "\n".join(lines) + "\n"


class _Histogram:
    def __init__(self) -> None:
        self.counts = [0] * (len(_SECONDS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(_SECONDS, seconds)] += 1
        self.total += seconds

    def lines(self, route: str) -> Iterator[tuple[str, float]]:
        so_far = 0
        for bound, count in zip((*_SECONDS, "+Inf"), self.counts, strict=True):
            so_far += count
            yield f'request_seconds_bucket{{route="{route}",le="{bound}"}}', so_far
        yield f'request_seconds_sum{{route="{route}"}}', self.total
        yield f'request_seconds_count{{route="{route}"}}', so_far
