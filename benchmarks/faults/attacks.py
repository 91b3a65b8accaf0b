"""The kinds of harm that `hostile.py` does: each gives what came, and whether it was bounded.

Run in a process of its own, so that it takes no time from the good requests that are measured
meanwhile: the arguments are the kind, the port, and how many idle connections.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from serving_client import complete, request

SLOW, SLOW_S, PATIENCE_S = 200, 20.0, 30.0
GIGABYTE = 1_000_000_000
IDLE = "idle_connections"
CHUNK = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
Attack = Callable[[int], dict[str, Any]]
HEAD = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


def slow_headers(port: int) -> dict[str, Any]:
    """Slowloris: headers that never end, a byte at a time."""
    return slow(port, HEAD + b"X-Slow: " + b"a" * 10_000)


def slow_body(port: int) -> dict[str, Any]:
    """A body announced and sent a byte at a time."""
    head = HEAD + b"Content-Length: 5000\r\n\r\n"
    return slow(port, b" " * 5_000, head)


def slow(port: int, trickle: bytes, first: bytes = b"") -> dict[str, Any]:
    """Bounded when every connection is answered 4xx or closed while one still sends."""
    connections = [connected(port) for _ in range(SLOW)]
    for connection in connections:
        connection.sendall(first)
        connection.setblocking(False)
    began, left, outcomes = time.perf_counter(), list(connections), Counter[str]()
    for place in range(len(trickle)):
        if not left or time.perf_counter() - began > SLOW_S:
            break
        for connection in list(left):
            if said := outcome(connection, trickle[place : place + 1]):
                outcomes[said] += 1
                left.remove(connection)
        time.sleep(0.1)
    for connection in connections:
        connection.close()
    outcomes["still open"] += len(left)
    bounded = not left and all(said == "closed" or said[0] == "4" for said in +outcomes)
    return {"came": dict(+outcomes), "bounded": bounded}


def outcome(connection: socket.socket, sent: bytes) -> str:
    """What the server did of a connection that goes on sending; nothing yet: an empty text."""
    try:
        came = connection.recv(1 << 14)
    except BlockingIOError:
        with suppress(BlockingIOError, ConnectionError):
            connection.sendall(sent)
        return ""
    except ConnectionError:
        return "closed"
    return came[9:12].decode() if came else "closed"


def body_announced(port: int) -> dict[str, Any]:
    """A gigabyte, told beforehand."""
    head = HEAD + b"Content-Length: %d\r\n\r\n" % GIGABYTE
    return judged(exchange(port, stream(head, b" " * 0x10000, GIGABYTE)))


def body_chunked(port: int) -> dict[str, Any]:
    """A gigabyte in chunks."""
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    return judged(exchange(port, stream(head, CHUNK, GIGABYTE)))


def stream(head: bytes, piece: bytes, size: int) -> Iterable[bytes]:
    yield head
    for _ in range(size // len(piece)):
        yield piece


def header_flood(port: int) -> dict[str, Any]:
    """100,000 headers."""
    piece = b"".join(b"X-%d: a\r\n" % number for number in range(1_000))
    return judged(exchange(port, stream(HEAD, piece, 100 * len(piece))))


def long_header(port: int) -> dict[str, Any]:
    """One header of 100 MB."""
    return judged(exchange(port, stream(HEAD + b"X-Long: ", b"a" * 0x10000, 100_000_000)))


def bodies(*make: bytes) -> Attack:
    """Each body in turn; all must be answered, and below 500."""

    def attack(port: int) -> dict[str, Any]:
        came = [exchange(port, [request("/predict", body)])[0] for body in make]
        return {"came": dict(Counter(came)), "bounded": all(said[0] in "24" for said in came)}

    return attack


def row_with(written: str, column: str = '"number_0"') -> bytes:
    """A request whose one row has, beside good values, this text where a value stands."""
    good: dict[str, Any] = {f"number_{i}": 0.5 for i in range(1, 15)}
    good |= {name: f"{name} 1" for name in ("plan", "channel", "region", "shop", "product")}
    rest = json.dumps(good)[1:]
    return f'{{"rows": [{{{column}: {written}, {rest}]}}'.encode()


def rows_of(count: int) -> bytes:
    return b'{"rows": [' + b",".join([b"{}"] * count) + b"]}"


def idle_connections(port: int, count: int) -> dict[str, Any]:
    """Opened, and nothing sent."""
    connections, refused = [], 0
    for _ in range(count):
        try:
            connections.append(connected(port))
        except OSError:
            refused += 1
    time.sleep(2)
    for connection in connections:
        connection.close()
    return {"came": {"opened": len(connections), "refused": refused}, "bounded": True}


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


def exchange(port: int, pieces: Iterable[bytes]) -> tuple[str, int]:
    """Send until an answer comes or the server closes: its status or `closed`, and bytes sent."""
    sent, came = 0, b""
    with connected(port) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
                sent += len(piece)
                if select.select([connection], [], [], 0)[0]:
                    break
        except ConnectionError:
            pass  # an answer may have come before it was closed
        try:
            while not complete(came) and (part := connection.recv(1 << 14)):
                came += part
        except ConnectionError:
            pass
        except TimeoutError:
            return "no answer", sent
    return (came[9:12].decode() if came else "closed"), sent


def judged(found: tuple[str, int]) -> dict[str, Any]:
    """Bounded when it was refused or cut off before the whole was taken."""
    said, sent = found
    bounded = said == "closed" or said[0] == "4"
    return {"came": {said: 1}, "sent_mb": round(sent / 1e6, 1), "bounded": bounded}


def numbers(written: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(row_with(text) for text in written)


KINDS: dict[str, Attack] = {
    "slow_headers": slow_headers,
    "slow_body": slow_body,
    "body_announced": body_announced,
    "body_chunked": body_chunked,
    "header_flood": header_flood,
    "long_header": long_header,
    "deeply_nested": bodies(
        b"[" * 900_000, b'{"rows": ' + b"[" * 400_000 + b"]" * 400_000 + b"}", b'{"a":' * 150_000
    ),
    "nan_infinity": bodies(*numbers(["NaN", "Infinity", "-Infinity", "nan"])),
    "duplicate_keys": bodies(b'{"rows": [], "rows": [{}]}', row_with('1, "number_0": "two"')),
    "huge_numbers": bodies(*numbers(["1e400", "-1e999999", "9" * 5_000, "0." + "1" * 5_000])),
    "invalid_utf8": bodies(row_with('"\\ud800"', '"plan"'), b'{"rows": [{"plan": "\xff\xfe"}]}'),
    "null_bytes": bodies(b"\x00" * 1_000, row_with('"a\\u0000b"', '"plan"'), b'{"rows"\x00: []}'),
    "many_rows": bodies(rows_of(100_000), rows_of(300_000)),
}


def main(kind: str, port: int, idle: int) -> None:
    began = time.perf_counter()
    found = idle_connections(port, idle) if kind == IDLE else KINDS[kind](port)
    print(json.dumps({**found, "seconds": round(time.perf_counter() - began, 3)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
