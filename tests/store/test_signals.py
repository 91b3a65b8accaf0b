from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from relevo.store.records import SignalRecord
from relevo.store.store import Store

NOW = datetime(2013, 4, 1, tzinfo=UTC)


def test_the_newest_watch_is_the_last_one(store: Store) -> None:
    assert store.last_signals() == []
    drift = SignalRecord("drift", "distance", 0.3, 1e-300, True)
    quality = SignalRecord("quality", "", 0.02, None, False)
    store.add_signals(NOW + timedelta(days=1), [quality, drift])
    store.add_signals(NOW, [SignalRecord("drift", "carrier", 0.0, 1.0, False)])
    store.add_signals(NOW + timedelta(days=2), [])
    assert store.last_signals() == [quality, drift]


def test_a_number_that_is_none_is_none(store: Store) -> None:
    store.add_signals(NOW, [SignalRecord("drift", "x", math.nan, math.nan, False)])
    assert store.last_signals() == [SignalRecord("drift", "x", None, None, False)]
