"""The champion behind HTTP."""

from __future__ import annotations

from relevo.serve.client import Client

__all__ = ["Client"]
