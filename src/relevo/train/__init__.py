"""How learners meet rows."""

from __future__ import annotations

from relevo.train.central import Central
from relevo.train.judged import Parts, set_aside
from relevo.train.strategy import Strategy, TrainingRows

__all__ = ["Central", "Parts", "Strategy", "TrainingRows", "set_aside"]
