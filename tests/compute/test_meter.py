from __future__ import annotations

import subprocess
import sys

import numpy as np

from relevo.compute.meter import Meter


def test_work_costs_time_and_memory() -> None:
    with Meter() as meter:
        block = np.ones(20_000_000)  # 160 MB
        block.sum()
    usage = meter.usage
    assert usage.wall_seconds > 0
    assert usage.cpu_seconds > 0
    assert usage.peak_memory_mb > 160


def test_ended_children_count() -> None:
    with Meter() as meter:
        subprocess.run([sys.executable, "-c", "sum(range(3_000_000))"], check=True)
        own = meter.usage
    assert own.cpu_seconds > 0.01  # waiting costs nothing; the child's start and loop do


def test_the_usage_stands_still_after_the_block() -> None:
    with Meter() as meter:
        pass
    assert meter.usage == meter.usage
