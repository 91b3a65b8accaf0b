"""Medians over the rounds of `serving.py`, and ratios between servers of the same round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from serving_servers import Server

ECHO = "echo_granian"
Round = Mapping[str, Any]
FIGURES: dict[str, Callable[[Round], float]] = {
    "start_s": lambda one: one["start_s"],
    "p50_ms": lambda one: one["one"]["p50_ms"],
    "p99_ms": lambda one: one["one"]["p99_ms"],
    "per_second_16": lambda one: one["sixteen"]["per_second"],
    "p50_ms_16": lambda one: one["sixteen"]["p50_ms"],
    "p99_ms_16": lambda one: one["sixteen"]["p99_ms"],
    "cpu_us": lambda one: one["sixteen"]["server_cpu_us"],
    "client_cpu_us": lambda one: one["sixteen"]["client_cpu_us"],
    "hundred_rows_ms": lambda one: one["hundred"]["p50_ms"],
    "pss_mb": lambda one: one["memory"]["pss_mb"],
    "rss_mb": lambda one: one["memory"]["rss_mb"],
}


def summary(
    measured: Mapping[str, Sequence[Round]], servers: Mapping[str, Server]
) -> dict[str, dict[str, Any]]:
    """One entry per server, in the order of the run."""
    return {
        key: {
            "label": servers[key].label,
            "kind": servers[key].kind,
            **{name: median(map(figure, rounds)) for name, figure in FIGURES.items()},
            "explained_p50_ms": explained(rounds),
            "of_echo": ratio(rounds, measured.get(ECHO)),
            "relevo_times": ratio(measured.get("relevo"), rounds),
        }
        for key, rounds in measured.items()
    }


def explained(rounds: Sequence[Round]) -> float | None:
    found = [one["explained"]["p50_ms"] for one in rounds if "explained" in one]
    return median(found) if found else None


def ratio(above: Sequence[Round] | None, below: Sequence[Round] | None) -> float | None:
    """Requests per second over 16 connections, one server's over another's, median of rounds."""
    if not above or not below:
        return None
    figure = FIGURES["per_second_16"]
    return median(figure(a) / figure(b) for a, b in zip(above, below, strict=True))
