"""The champion behind HTTP; every name is imported when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relevo.serve.client import Client

__all__ = ["Client"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from relevo.serve.client import Client

        return Client
    raise AttributeError(name)
