"""`Champion`: the model that serves, exchanged for another when the alias moves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from relevo.errors import ModelMistake, UserMistake
from relevo.model.folder import load_model
from relevo.model.model import Model
from relevo.serve.example_row import example_row
from relevo.serve.refusal import unavailable
from relevo.store import Store
from relevo.words import say

CHAMPION = "champion"

logger = logging.getLogger("relevo.serve")


class Champion:
    """The model that the alias `champion` stands for.

    A model is loaded and warmed aside, then takes the place of the former one in one assignment:
    a request takes the reference once and keeps it to its end. One that cannot be loaded changes
    nothing, and is tried again.

    Parameters
    ----------
    store
        Knows the alias.
    folder
        What the folders of versions are relative to.
    changed
        Called at each look that finds a change in the store, before anything is loaded.
    seconds
        Between two looks at the store; five times as long while there is trouble.

    Attributes
    ----------
    model
        The one that serves; None before there is any.
    trouble
        Why the newest champion does not serve, or why the store does not say which it is; None
        when all is well.

    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        changed: Callable[[], None] = lambda: None,
        seconds: float = 0.2,
    ) -> None:
        self.model: Model | None = None
        self.trouble: UserMistake | None = None
        self._store = store
        self._folder = folder
        self._changed = changed
        self._seconds = seconds
        self._seen: int | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="champion", daemon=True)

    def serving(self) -> Model:
        """The model for one request.

        Raises
        ------
        Refusal
            503 when there is none.

        """
        if self.model is None:
            raise unavailable(self.trouble or ModelMistake("serve.no_champion"))
        return self.model

    def look(self) -> None:
        """Load the champion if an alias moved since the last look; a failure becomes `trouble`."""
        try:
            marker = self._store.changes_marker()
            if marker != self._seen:
                self._changed()
                self._take_up(self._store.alias(CHAMPION))
            self._seen, self.trouble = marker, None
        except UserMistake as mistake:
            if self.trouble is None:
                logger.error("%s", mistake)
            self._seen, self.trouble = None, mistake

    def start(self) -> None:
        """Look again and again, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._stopping.wait(self._seconds * (5 if self.trouble else 1)):
            self.look()

    def _take_up(self, version: int | None) -> None:
        if version is None or (self.model is not None and self.model.version == version):
            return
        folder = self._folder / self._store.version(version).folder
        self.model = _warm(folder, version)
        logger.info("%s", say("serve.serving", version=version))


def _warm(folder: Path, version: int) -> Model:
    try:
        model = load_model(folder)
        row = example_row(model.contract)
        model.check_row(row)
        model.predict_row(row)
    except UserMistake:
        raise
    except Exception as error:  # whatever is wrong with a folder must not end the thread
        raise ModelMistake("serve.cannot_load", version=version, detail=error) from error
    return model
