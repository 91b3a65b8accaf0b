"""`Pressure`: whether new predictions may be kept, or are refused until the store has caught up."""

from __future__ import annotations

from relevo.errors import StoreMistake
from relevo.problem.problem import Serve
from relevo.serve.backlog import Backlog
from relevo.serve.models import Models

_MB = 1_000_000


class Pressure:
    """Looks now and then at what waits for the store.

    Parameters
    ----------
    backlog
        What waits.
    models
        Knows whether the store answers.
    settings
        How much may wait, and whether anything may while the store does not answer.

    Attributes
    ----------
    mistake
        Why nothing is kept for the time being; None when it is.

    """

    def __init__(self, backlog: Backlog, models: Models, settings: Serve) -> None:
        self.mistake: StoreMistake | None = None
        self._backlog, self._models, self._settings = backlog, models, settings

    def look(self) -> None:
        """Find out anew."""
        trouble = self._models.trouble
        waiting_mb = self._backlog.waiting_bytes() / _MB
        if waiting_mb > self._settings.journal_mb:
            self.mistake = StoreMistake("serve.journal_full", waiting=f"{waiting_mb:.0f}")
        elif self._settings.when_store_fails == "refuse" and isinstance(trouble, StoreMistake):
            self.mistake = trouble
        else:
            self.mistake = None
