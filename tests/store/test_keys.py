from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from relevo.store.records import KeyRecord
from relevo.store.store import Store

NOW = datetime(2013, 4, 1, tzinfo=UTC)
KEY = KeyRecord("a1", "the shop", "predict", "scrypt$...", NOW)


def test_a_name_has_one_key(store: Store) -> None:
    before = store.changes_marker()
    store.put_key(KEY)
    renewed = replace(KEY, key_id="b2", role="admin")
    store.put_key(renewed)
    assert store.keys() == [renewed]
    assert store.changes_marker() > before
    assert store.remove_key("the shop")
    assert not store.remove_key("the shop")
    assert store.keys() == []
