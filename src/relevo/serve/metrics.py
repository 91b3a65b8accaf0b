"""`Metrics`: what one process of the endpoint counts, as Prometheus reads it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from relevo.words import say

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (
    *(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1),
    *(0.25, 0.5, 1.0, 2.5, 10.0),
)

Labels = tuple[tuple[str, object], ...]
Gauges = Mapping[str, Mapping[Labels, float]]


class Metrics:
    """Counters and histograms by name and labels; only one thread writes to them.

    Examples
    --------
    >>> metrics = Metrics()
    >>> metrics.add("predictions_total", 2, version=1)
    >>> print(metrics.text({}, "en").splitlines()[-1])
    relevo_predictions_total{version="1"} 2

    """

    def __init__(self) -> None:
        self._counters: defaultdict[str, Counter[Labels]] = defaultdict(Counter)
        self._histograms: defaultdict[str, dict[Labels, _Histogram]] = defaultdict(dict)

    def add(self, name: str, count: int = 1, **labels: object) -> None:
        """Let a counter grow."""
        self._counters[name][tuple(labels.items())] += count

    def time(self, name: str, seconds: float, **labels: object) -> None:
        """Note how long something took."""
        by_labels = self._histograms[name]
        key = tuple(labels.items())
        if key not in by_labels:
            by_labels[key] = _Histogram()
        by_labels[key].add(seconds)

    def snapshot(self) -> dict[str, Any]:
        """Everything as JSON can hold it."""
        return {
            "counters": [
                [name, key, count]
                for name, counts in self._counters.items()
                for key, count in counts.items()
            ],
            "histograms": [
                [name, key, histogram.counts, histogram.total]
                for name, by_labels in self._histograms.items()
                for key, histogram in by_labels.items()
            ],
        }

    def merge(self, snapshot: Mapping[str, Any]) -> None:
        """Add what another process counted."""
        for name, key, count in snapshot["counters"]:
            self._counters[name][_key(key)] += count
        for name, key, counts, total in snapshot["histograms"]:
            self._histograms[name].setdefault(_key(key), _Histogram()).merge(counts, total)

    def text(self, gauges: Gauges, lang: str) -> str:
        """Everything in Prometheus' text format 0.0.4.

        Parameters
        ----------
        gauges
            Values of the moment by name: `log_waiting`, `model_version`.
        lang
            Of the line that explains each figure.

        """
        lines: list[str] = []
        for name, kind, samples in self._families(gauges):
            lines.append(f"# HELP relevo_{name} {say(f'serve.metric.{name}', lang)}")
            lines.append(f"# TYPE relevo_{name} {kind}")
            lines += [f"relevo_{sample} {value}" for sample, value in samples]
        return "\n".join(lines) + "\n"

    def _families(self, gauges: Gauges) -> Iterator[tuple[str, str, list[tuple[str, float]]]]:
        for name, counts in sorted(self._counters.items()):
            yield name, "counter", [(_named(name, key), n) for key, n in sorted(counts.items())]
        for name, by_labels in sorted(self._histograms.items()):
            found = sorted(by_labels.items())
            yield name, "histogram", [line for key, one in found for line in one.lines(name, key)]
        for name, values in gauges.items():
            yield name, "gauge", [(_named(name, key), value) for key, value in values.items()]


class _Histogram:
    def __init__(self) -> None:
        self.counts = [0] * (len(_SECONDS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(_SECONDS, seconds)] += 1
        self.total += seconds

    def merge(self, counts: list[int], total: float) -> None:
        self.counts = [own + other for own, other in zip(self.counts, counts, strict=True)]
        self.total += total

    def lines(self, name: str, key: Labels) -> Iterator[tuple[str, float]]:
        so_far = 0
        for bound, count in zip((*_SECONDS, "+Inf"), self.counts, strict=True):
            so_far += count
            yield _named(f"{name}_bucket", (*key, ("le", str(bound)))), so_far
        yield _named(f"{name}_sum", key), self.total
        yield _named(f"{name}_count", key), so_far


def _key(saved: list[list[Any]]) -> Labels:
    return tuple((name, value) for name, value in saved)


def _named(name: str, key: Labels) -> str:
    if not key:
        return name
    shown = ",".join(f'{label}="{_escaped(str(value))}"' for label, value in key)
    return f"{name}{{{shown}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
