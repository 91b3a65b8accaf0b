"""`refuse_exposed`: no endpoint that others can reach without a key."""

from __future__ import annotations

from relevo.errors import OptionMistake
from relevo.serve.from_here import is_loopback
from relevo.store import Store


def refuse_exposed(address: str, store: Store) -> None:
    """Refuse to listen where other machines reach it while the store has no key.

    Parameters
    ----------
    address
        The IP address that is listened on: `listener.getsockname()[0]`.
    store
        Knows the keys.

    Raises
    ------
    OptionMistake
        When the address is not this machine's own and there is no key.

    """
    if not is_loopback(address) and not store.keys():
        raise OptionMistake("gate.exposed", address=address)
