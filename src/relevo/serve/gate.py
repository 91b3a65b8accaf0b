"""`Gate`: which requests are let in, by the key that they carry and how often they come."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Literal

from relevo.errors import DataMistake, StoreMistake
from relevo.serve.api_key import key_id_of, opens
from relevo.serve.from_here import Client, Headers, from_here
from relevo.serve.refusal import Refusal, unavailable
from relevo.serve.token_buckets import TokenBuckets
from relevo.store import Store
from relevo.store.records import KeyRecord, Role

Needed = Role | Literal["any"] | None
"""The role that a request needs; `any` for a key of whatever role, None for no key at all."""

ANYBODY = KeyRecord("", "", "admin", "", datetime.min.replace(tzinfo=UTC))
"""Stands for a key where none is asked for."""

_CHECKS_AT_ONCE = 2  # each takes 16 MiB and a core for some 50 ms
_CHECKS_WAITING = 64
_FAILURES_PER_SECOND, _FAILURES_AT_ONCE = 2.0, 5.0


@dataclass(frozen=True)
class _Ring:
    """The keys of one look at the store, and what was found out about them since.

    `proofs` are the digests of keys that opened, by key id; `checks` are under way, by digest.
    """

    keys: Mapping[str, KeyRecord]
    proofs: dict[str, bytes] = field(default_factory=dict)
    checks: dict[bytes, asyncio.Task[bool]] = field(default_factory=dict)


class Gate:
    """Lets a request in, or refuses it: 401 without a right key, 403 by role, 429 when too often.

    A key is checked with scrypt when it comes for the first time. From then on a digest of it is
    compared, under a secret of this process: a few microseconds. While the store has no key none is
    asked for, and only requests from this machine are answered.

    Parameters
    ----------
    store
        Knows the keys.
    requests_per_second
        Of one key, or of one address while there are no keys; no limit when None.

    """

    def __init__(self, store: Store, requests_per_second: float | None = None) -> None:
        self._store = store
        self._ring: _Ring | None = None
        self._secret = secrets.token_bytes(32)
        self._checking = asyncio.Semaphore(_CHECKS_AT_ONCE)
        self._failures = TokenBuckets(_FAILURES_PER_SECOND, _FAILURES_AT_ONCE)
        self._requests: TokenBuckets | None = None
        if requests_per_second is not None:
            self._requests = TokenBuckets(requests_per_second, max(1.0, requests_per_second))

    def look(self) -> None:
        """Take up the store's keys; from any thread. What was known of unchanged keys stays."""
        held = self._store.keys()
        keys = {key.key_id: key for key in held}
        if self._ring is None or self._ring.keys != keys:
            self._ring = _Ring(keys)

    @property
    def asks(self) -> bool:
        """Whether a key is asked for."""
        return self._ring is not None and bool(self._ring.keys)

    def known(self, headers: Headers, client: Client) -> KeyRecord | None:
        """The key of a request where that is told at once: it was checked before, or none is asked.

        Parameters
        ----------
        headers, client
            As ASGI has them.

        """
        ring = self._ring
        if ring is None:
            return None
        if not ring.keys:
            return ANYBODY if from_here(headers, client) else None
        sent = _sent(headers)
        proof = ring.proofs.get(key_id_of(sent))
        if proof is None or not hmac.compare_digest(proof, self._digest(sent)):
            return None
        return ring.keys[key_id_of(sent)]

    async def admit(self, headers: Headers, client: Client, role: Needed) -> KeyRecord:
        """Let a request in; gives its key.

        Parameters
        ----------
        headers, client
            As ASGI has them.
        role
            What the request needs.

        Raises
        ------
        Refusal
            401, 403 or 429; 503 before the first look at the store.

        """
        if role is None:
            return ANYBODY
        key = self.known(headers, client) or await self._check(headers, client)
        return self.let_in(key, client, role)

    async def tells(self, headers: Headers, client: Client) -> bool:
        """Whether who asks may be told details where everybody gets an answer: any key will do."""
        try:
            return bool(self.known(headers, client) or await self._check(headers, client))
        except Refusal:
            return False

    def let_in(self, key: KeyRecord, client: Client, role: Needed) -> KeyRecord:
        """Let the owner of a key in, whom `known` told.

        Raises
        ------
        Refusal
            403 when the key is not for that, 429 when it came too often.

        """
        if key.role not in (role, "admin") and role != "any":
            roles = ", ".join(dict.fromkeys((str(role), "admin")))
            mistake = DataMistake("gate.wrong_role", came=key.role, needed=role, roles=roles)
            raise Refusal(403, mistake)
        if self._requests is not None:
            wait = self._requests.take(key.key_id or _address(client))
            if wait:
                raise _too_often("gate.too_often", wait)
        return key

    async def _check(self, headers: Headers, client: Client) -> KeyRecord:
        ring, sent = self._ring, _sent(headers)
        if ring is None:
            raise unavailable(StoreMistake("gate.not_looked"))
        if not ring.keys:
            raise _unknown("gate.from_elsewhere")
        if not sent:
            raise _unknown("gate.no_key")
        key = ring.keys.get(key_id_of(sent))
        # By key, so that one who tries secrets of one key keeps no other from the same address out.
        tried = (_address(client), key and key.key_id)
        if key is None:
            self._charge(tried)
        elif await self._opens(ring, key, sent, tried):
            return key
        raise _unknown("gate.wrong_key")

    async def _opens(self, ring: _Ring, key: KeyRecord, sent: bytes, tried: object) -> bool:
        digest = self._digest(sent)
        if digest not in ring.checks:  # requests with the same key wait for the same check
            if len(ring.checks) >= _CHECKS_WAITING:
                raise _too_often("gate.too_many_failures", 1)
            self._charge(tried)
            check = asyncio.create_task(self._scrypt(ring, key, sent))
            ring.checks[digest] = check
            check.add_done_callback(lambda _: ring.checks.pop(digest))
        return await asyncio.shield(ring.checks[digest])  # who hangs up ends it for nobody else

    async def _scrypt(self, ring: _Ring, key: KeyRecord, sent: bytes) -> bool:
        async with self._checking:
            opened = await asyncio.to_thread(opens, sent, key)
        if opened:
            ring.proofs[key.key_id] = self._digest(sent)
        return opened

    def _charge(self, tried: object) -> None:
        wait = self._failures.take(tried)
        if wait:
            raise _too_often("gate.too_many_failures", wait)

    def _digest(self, sent: bytes) -> bytes:
        return hmac.digest(self._secret, sent, "sha256")


def _sent(headers: Headers) -> bytes:
    """The key in `X-API-Key` or `Authorization: Bearer`; empty when there is none."""
    found = b""
    for name, value in headers:
        if name == b"x-api-key":
            return value.strip()
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            found = value[7:].strip()
    return found


def _address(client: Client) -> str:
    return client[0] if client else ""


def _unknown(key: str) -> Refusal:
    return Refusal(401, DataMistake(key), headers={"www-authenticate": "Bearer"})


def _too_often(key: str, seconds: float) -> Refusal:
    return Refusal(429, DataMistake(key), headers={"retry-after": str(ceil(seconds))})
