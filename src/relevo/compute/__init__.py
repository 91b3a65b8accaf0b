"""Budgets, meters and runners."""

from __future__ import annotations

from relevo.compute.budget import Budget
from relevo.compute.meter import Meter, Usage

__all__ = ["Budget", "Meter", "Usage"]
