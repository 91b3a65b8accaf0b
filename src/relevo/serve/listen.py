"""`listen`: take a port, or say why it cannot be had."""

from __future__ import annotations

import errno
import socket

from relevo.errors import OptionMistake

_WHY = {errno.EADDRINUSE: "serve.port_in_use", errno.EACCES: "serve.port_refused"}
_LAST_PORT = 65_535
_BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on `host` and `port`; port 0 takes a free one.

    Raises
    ------
    OptionMistake
        When the port is taken, may not be had or does not exist, or the host is not this machine.

    """
    if not 0 <= port <= _LAST_PORT:
        raise OptionMistake("serve.no_port", port=port)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        key = _WHY.get(error.errno or 0, "serve.bad_host")
        raise OptionMistake(key, host=host, port=port, detail=error.strerror) from error
    # An answer's head and body are two writes: without this the body waits some 40 ms for the
    # caller's system to acknowledge the head. asyncio forgets it for a socket made elsewhere.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def address(listener: socket.socket, scheme: str = "http") -> str:
    """The URL under which a listening socket is reached."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
