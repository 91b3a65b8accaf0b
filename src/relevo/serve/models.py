"""`Models`: the champion and those beside it, exchanged for others when the store says so."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from relevo.errors import ModelMistake, UserMistake
from relevo.model.folder import load_model
from relevo.model.model import Model
from relevo.model.version_folder import version_folder
from relevo.problem.problem import Problem
from relevo.serve.refusal import invalid, unavailable
from relevo.serve.scorer import Scorer
from relevo.store import Store
from relevo.store.aliases import CHAMPION
from relevo.words import say

logger = logging.getLogger("relevo.serve")


class Models:
    """What answers requests.

    A model is loaded and warmed aside, then takes the place of the former one in one assignment:
    a request takes the reference once and keeps it to its end. One that cannot be loaded changes
    nothing, and is tried again.

    Parameters
    ----------
    store
        Knows the champion and the challengers.
    folder
        What the folders of versions are relative to.
    problem
        Whose words explain decisions; by default each model's own.
    seconds
        Between two looks at the store; five times as long while there is trouble.

    Attributes
    ----------
    champion
        None before there is any.
    canaries
        Challengers that answer a share of the requests, each with the upper end of its share.
    trouble
        Why the newest champion does not serve, or why the store does not say which it is; None
        when all is well.
    on_change
        Called at each look that finds a change, before a model is loaded, and at the first one.
    on_look
        Called at each look.

    """

    def __init__(
        self, store: Store, folder: Path, problem: Problem | None = None, seconds: float = 0.2
    ) -> None:
        self.champion: Scorer | None = None
        self.canaries: tuple[tuple[float, Scorer], ...] = ()
        self.trouble: UserMistake | None = None
        self.on_change: list[Callable[[], None]] = []
        self.on_look: list[Callable[[], None]] = []
        self._store = store
        self._folder = folder
        self._problem = problem
        self._seconds = seconds
        self._seen: int | None = None
        self._beside: frozenset[int] = frozenset()
        self._loaded: dict[int, Scorer] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="models", daemon=True)

    @property
    def model(self) -> Model | None:
        """The champion's model; None before there is any."""
        return None if self.champion is None else self.champion.model

    def serving(self) -> Scorer:
        """The champion.

        Raises
        ------
        Refusal
            503 when there is none.

        """
        if self.champion is None:
            raise unavailable(self.trouble or ModelMistake("serve.no_champion"))
        return self.champion

    def drawn(self, name: str) -> Scorer:
        """The champion, or the canary to whose share of all names this one belongs.

        The same name is always answered by the same version, as long as the shares stay.
        """
        champion = self.serving()
        if not self.canaries:
            return champion
        place = share_of(name)
        return next((canary for end, canary in self.canaries if place < end), champion)

    def pinned(self, version: str) -> Scorer:
        """The champion or a challenger, by its number; loaded if need be.

        Raises
        ------
        Refusal
            422 when no such version stands there.

        """
        self.serving()
        if version not in map(str, self.side_by_side):
            listed = ", ".join(map(str, self.side_by_side))
            raise invalid("serve.not_beside", version=version[:20], known=listed)
        return self._scorer(int(version))

    @property
    def side_by_side(self) -> list[int]:
        """The versions that a request may ask for: the champion's and the challengers'."""
        champion = () if self.champion is None else (self.champion.version,)
        return sorted({*champion, *self._beside})

    def look(self) -> None:
        """Take up what changed in the store since the last look; a failure becomes `trouble`."""
        try:
            marker = self._store.changes_marker()
            if marker != self._seen:
                for told in self.on_change:
                    told()
                self._take_up(self._store.alias(CHAMPION))
            self._seen, self.trouble = marker, None
        except UserMistake as mistake:
            if self.trouble is None:
                logger.error("%s", mistake)
            self._seen, self.trouble = None, mistake
        for told in self.on_look:
            told()

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
        challengers = self._store.challengers()
        self._beside = frozenset(one.version for one in challengers)
        if version is None:
            return
        champion = self._scorer(version)
        if champion is not self.champion:
            self.champion = champion
            logger.info("%s", say("serve.serving", version=version))
        shares = [(one.canary, one.version) for one in challengers if one.version != version]
        self.canaries = tuple(self._canaries(shares))
        kept = {version, *self._beside}
        self._loaded = {one: scorer for one, scorer in self._loaded.items() if one in kept}

    def _canaries(self, shares: Sequence[tuple[float, int]]) -> list[tuple[float, Scorer]]:
        found, end = [], 0.0
        for share, version in shares:
            if share > 0.0:
                end += share
                try:
                    found.append((end, self._scorer(version)))
                except UserMistake as mistake:  # the champion answers in its place
                    logger.error("%s", mistake)
        return found

    def _scorer(self, version: int) -> Scorer:
        if version not in self._loaded:
            place = self._store.version(version).folder
            folder = version_folder(self._folder, place, version)
            self._loaded[version] = warmed(folder, version, self._problem)
        return self._loaded[version]


def share_of(name: str) -> float:
    """Where a name stands between 0 and 1, evenly over all names."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) / 2**64


def warmed(folder: Path, version: int, problem: Problem | None = None) -> Scorer:
    """The model of a folder, loaded and asked once.

    Raises
    ------
    ModelMistake
        Whatever is wrong with it.

    """
    try:
        model = load_model(folder)
        return Scorer(model.worded_by(problem) if problem else model)
    except UserMistake:
        raise
    except Exception as error:  # whatever is wrong with a folder must not end the thread
        raise ModelMistake("serve.cannot_load", version=version, detail=error) from error
