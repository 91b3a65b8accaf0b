"""Ten minutes at 500 requests per second, a challenger mirrored: flat memory, no lost prediction.

The first argument is the seconds (default 600), the second the rate (default 500).
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from faults.endpoint import Endpoint
from faults.load import Load, acknowledged, p99_ms, statuses
from faults.record import record
from serving_model import mirror

SAMPLES, GROWTH_MB, GROWTH_SHARE = 60, 10, 0.05


def main(seconds: float, rate: float) -> None:
    with tempfile.TemporaryDirectory() as folder, Endpoint(Path(folder)) as endpoint:
        mirror(endpoint.project)
        sampled = []
        with Load(endpoint.port, endpoint.asking, rate, connections=32) as load:
            for _ in range(SAMPLES):
                time.sleep(seconds / SAMPLES)
                sampled.append(endpoint.running.memory().pss_mb)
        ids = acknowledged(load.answers)
        lost = len(endpoint.log.missing(ids))
        logged, mirrored = endpoint.log.logged(), endpoint.log.mirrored()
    # The first tenth is warming up; after that the medians of a tenth at either end are compared.
    early, late = median(sampled[6:12]), median(sampled[-6:])
    flat = late - early <= max(GROWTH_MB, GROWTH_SHARE * early)
    record(
        "steady",
        flat and lost == 0 and mirrored > 0 and logged == len(ids) == len(load.answers),
        seconds=seconds,
        rate=rate,
        requests=len(load.answers),
        statuses=statuses(load.answers),
        acknowledged=len(ids),
        logged=logged,
        lost=lost,
        mirrored=mirrored,
        p99_ms=p99_ms(load.answers),
        memory_early_mb=early,
        memory_late_mb=late,
        memory_mb=[round(one, 1) for one in sampled],
    )


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(
        float(arguments[0]) if arguments else 600.0,
        float(arguments[1]) if len(arguments) > 1 else 500.0,
    )
