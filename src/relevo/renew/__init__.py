"""Whether, when and how a model is updated, and what may take over."""

from __future__ import annotations

from relevo.renew.duel import Duel, Verdict

__all__ = ["Duel", "Verdict"]
