from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from relevo.serve.api_key import key_id_of, new_key, opens

NOW = datetime(2013, 4, 1, tzinfo=UTC)


def test_a_key_opens_and_nothing_else_does() -> None:
    record, key = new_key("the shop", "predict", NOW)
    other, another = new_key("the shop", "predict", NOW)
    assert opens(key.encode(), record)
    assert not opens(another.encode(), record)
    assert not opens(key[:-1].encode(), record)
    assert record.key_id != other.key_id


def test_what_is_kept_does_not_hold_the_secret() -> None:
    record, key = new_key("the shop", "predict", NOW)
    prefix, key_id, secret = key.split("_")
    assert (prefix, key_id) == ("relevo", record.key_id)
    assert int(secret, 16).bit_length() > 200  # 256 bits at random
    assert secret not in repr(record)
    same, _ = new_key("the shop", "predict", NOW)
    assert record.hash.split("$")[4] != same.hash.split("$")[4]  # each has its own salt


def test_a_hash_says_how_it_was_made() -> None:
    record, key = new_key("the shop", "predict", NOW)
    assert record.hash.startswith("scrypt$16384$8$1$")
    other_cost = replace(record, hash=record.hash.replace("$16384$", "$1024$"))
    assert not opens(key.encode(), other_cost)
    assert not opens(key.encode(), replace(record, hash="nothing of ours"))


@pytest.mark.parametrize(
    ("key", "key_id"),
    [
        (b"relevo_abc_def", "abc"),
        (b"relevo_abc", ""),
        (b"other_abc_def", ""),
        (b"relevo_abc_def_ghi", ""),
        (b"relevo_a\xe9c_def", ""),
        (b"relevo_abc_" + b"d" * 1000, ""),
        (b"", ""),
    ],
)
def test_the_public_part(key: bytes, key_id: str) -> None:
    assert key_id_of(key) == key_id
