"""Keys to the endpoint: `new_key` makes one, `opens` tells it again from what the store keeps."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from datetime import datetime

from relevo.store.records import KeyRecord, Role

# 16 MiB and some 50 ms. OWASP's Password Storage Cheat Sheet asks for more of passwords, which can
# be guessed; a secret of 256 bits cannot.
_COST, _BLOCK, _LANES = 2**14, 8, 1
_LONGEST = 200
_PREFIX = b"relevo"


def new_key(name: str, role: Role, now: datetime) -> tuple[KeyRecord, str]:
    """A new key: what the store keeps of it, and the key itself, which nobody can tell from that.

    Parameters
    ----------
    name
        Whose it is.
    role
        What it opens.
    now
        When it is made.

    Returns
    -------
    KeyRecord, str
        The record, and the key: `relevo_<key id>_<secret>`.

    """
    key_id, secret = secrets.token_hex(6), secrets.token_hex(32)
    record = KeyRecord(key_id, name, role, _hashed(secret.encode()), now)
    return record, f"relevo_{key_id}_{secret}"


def key_id_of(key: bytes) -> str:
    """The public part of a key; empty when it is none."""
    parts = key.split(b"_")
    if len(parts) != 3 or parts[0] != _PREFIX or len(key) > _LONGEST or not key.isascii():
        return ""
    return parts[1].decode()


def opens(key: bytes, record: KeyRecord) -> bool:
    """Whether a key is the one of a record; takes some 50 ms, in which other threads go on.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> record, key = new_key("the shop", "predict", datetime(2026, 1, 31, tzinfo=UTC))
    >>> opens(key.encode(), record), opens(key.encode() + b"x", record)
    (True, False)

    """
    secret = key.rpartition(b"_")[2]
    try:
        _, cost, block, lanes, salt, wanted = record.hash.split("$")
        got = _scrypt(secret, b64decode(salt), int(cost), int(block), int(lanes))
        return hmac.compare_digest(got, b64decode(wanted))
    except ValueError:  # no hash of ours
        return False


def _hashed(secret: bytes) -> str:
    salt = secrets.token_bytes(16)
    digest = _scrypt(secret, salt, _COST, _BLOCK, _LANES)
    numbers = f"scrypt${_COST}${_BLOCK}${_LANES}"
    return f"{numbers}${b64encode(salt).decode()}${b64encode(digest).decode()}"


def _scrypt(secret: bytes, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    memory = 256 * block * (cost + lanes)  # twice what RFC 7914 needs
    return hashlib.scrypt(secret, salt=salt, n=cost, r=block, p=lanes, maxmem=memory, dklen=32)
