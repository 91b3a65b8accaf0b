"""The champion changes 100 times under load: no request fails, no answer mixes two versions.

Every answer names its version; its score must be what that version says of that row. The argument
is how many swaps (default 100).
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from faults.endpoint import Endpoint
from faults.load import Answer, Load, acknowledged, statuses
from faults.record import record
from serving_model import NOW

from relevo.model.folder import load_model
from relevo.store.records import DecisionRecord

RATE, APART_S, TAKEN_UP_S = 200, 0.3, 1.0
Scores = dict[tuple[int, int], float]


def main(swaps: int) -> None:
    with tempfile.TemporaryDirectory() as folder, Endpoint(Path(folder)) as endpoint:
        expected = scores(endpoint)
        with endpoint.store() as store, Load(endpoint.port, endpoint.asking, RATE) as load:
            time.sleep(TAKEN_UP_S)
            for turn in range(swaps):
                new, old = (2, 1) if turn % 2 == 0 else (1, 2)
                why = DecisionRecord("promote", "", new, old, {}, NOW)
                store.move_alias("champion", new, why, expect=old)
                time.sleep(APART_S)
            time.sleep(TAKEN_UP_S)
        ids = acknowledged(load.answers)
        lost = len(endpoint.log.missing(ids))
    good = sorted((one for one in load.answers if one.status == 200), key=lambda one: one.due_at)
    failed, mixed = len(load.answers) - len(good), sum(is_mixed(one, expected) for one in good)
    record(
        "swaps",
        failed == mixed == lost == 0,
        swaps=swaps,
        requests=len(load.answers),
        failed=failed,
        mixed=mixed,
        lost=lost,
        seen=sum(one.version != next_one.version for one, next_one in pairwise(good)),
        statuses=statuses(load.answers),
    )


def scores(endpoint: Endpoint) -> Scores:
    """What each version says of each row, loaded here from the same folders."""
    found = {}
    for version in (1, 2):
        model = load_model(endpoint.project / ".relevo" / "models" / f"v{version}")
        for place, row in enumerate(endpoint.rows):
            found[version, place] = float(model.predict_row(row)["probabilities"]["yes"])
    return found


def is_mixed(answer: Answer, expected: Scores) -> bool:
    return abs(expected[answer.version, answer.row] - answer.score) > 1e-9


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
