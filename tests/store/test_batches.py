from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from relevo.store.records import BatchRecord
from relevo.store.store import Store

NOW = datetime(2013, 4, 1, tzinfo=UTC)
APRIL = BatchRecord("f00d", "april.parquet", 28_000, "train", NOW)


def test_a_batch_counts_once_for_each_use(store: Store) -> None:
    watched = replace(APRIL, kind="watch", at=NOW + timedelta(days=1))
    assert store.add_batch(APRIL)
    assert not store.add_batch(replace(APRIL, path="copy.parquet", at=NOW + timedelta(days=2)))
    assert store.add_batch(watched)
    assert store.batches() == [APRIL, watched]
    assert store.batches("watch") == [watched]
    assert store.batches("renew") == []
