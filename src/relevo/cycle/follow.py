"""`follow`: renew whenever something has come, until told to stop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from time import monotonic

from relevo.cycle.arrivals import Arrivals
from relevo.cycle.project import Project
from relevo.cycle.results import RenewResult
from relevo.cycle.rhythm import rhythm
from relevo.cycle.schedule import repeat
from relevo.cycle.turn import take_turn
from relevo.errors import StoreMistake, UserMistake
from relevo.store.lock import Held

# What passes by itself: a server that is restarted, another writer, a disk that is tidied up.
_PASSING = {"store.unreachable", "store.busy", "store.full", "store.failed", "cycle.disk_full"}
_FIRST_PATIENCE, _LONGEST_PATIENCE = 1.0, 60.0
_DAY = 86_400.0


def follow(
    project: Project,
    *,
    every: str | None = None,
    budget: str | float | None = None,
    seed: int | None = None,
    tell: Callable[[RenewResult], None] = lambda result: None,
    tell_mistake: Callable[[UserMistake], None] = lambda mistake: None,
) -> None:
    """Look for new rows and labels again and again; renew when there are any.

    Ends with KeyboardInterrupt on SIGINT or SIGTERM. A store that cannot be reached is tried again
    until it can; so is whatever else is amiss after the first look.

    Parameters
    ----------
    project
        Has a champion.
    every
        The time between two looks, such as `10m`; see `rhythm` for what it is otherwise.
    budget, seed
        Of each renewal.
    tell
        Called with each renewal that has something to say.
    tell_mistake
        Called with what is amiss, once until it is over.

    Raises
    ------
    StoreMistake
        When somebody else follows the project already.
    UserMistake
        When the first look fails.

    """
    rhythm(every, project.problem.renew, [])  # what is no duration is told before all else
    follower = _Follower(project, every, budget, seed, tell, tell_mistake)
    try:
        repeat(follower.look)
    finally:
        follower.let_go()


@dataclass
class _Seen:
    """What was there at the last look; when that changes, there is something to do."""

    champion: int | None
    labels: object
    batches: int


class _Follower:
    """What is remembered between two looks."""

    def __init__(
        self,
        project: Project,
        every: str | None,
        budget: str | float | None,
        seed: int | None,
        tell: Callable[[RenewResult], None],
        tell_mistake: Callable[[UserMistake], None],
    ) -> None:
        self._lock = ExitStack()
        self._project = project
        self._every, self._budget, self._seed = every, budget, seed
        self._tell, self._tell_mistake = tell, tell_mistake
        self._arrivals = Arrivals(project)
        self._held: Held | None = None
        self._seen: _Seen | None = None
        self._due = 0.0
        self._patience = _FIRST_PATIENCE
        self._amiss = ""
        self._looked = False

    def look(self) -> float:
        """Look once; gives the seconds until the next look."""
        try:
            self._hold()
            self._turn()
            pause = rhythm(
                self._every, self._project.problem.renew, self._project.store.batches("labelled")
            )
        except UserMistake as mistake:
            return self._wait(mistake)
        self._patience, self._amiss, self._looked = _FIRST_PATIENCE, "", True
        return pause

    def _hold(self) -> None:
        """Be the one who follows; a server that was restarted has forgotten who that was."""
        if self._held is None:
            self._held = self._lock.enter_context(self._project.store.lock("follow"))
        self._held.check()

    def _turn(self) -> None:
        came, seen = self._arrivals.look(), self._state()
        unfinished = self._project.store.unfinished_turn() is not None
        if not came and not unfinished and seen == self._seen and monotonic() < self._due:
            return
        result = take_turn(
            self._project,
            None,
            lambda: came,
            budget=self._budget,
            seed=self._seed,
            stop_early=False,
        )
        self._seen = self._state()
        self._due = monotonic() + self._rest(result)
        if worth_telling(result):
            self._tell(result)

    def _state(self) -> _Seen:
        store = self._project.store
        return _Seen(self._project.champion, store.labels_marker(), len(store.batches("labelled")))

    def _rest(self, result: RenewResult) -> float:
        """Seconds for which nothing can be new unless something comes; a day at most."""
        if result.next_look is None:
            return 0.0
        return min((result.next_look - self._project.now()).total_seconds(), _DAY)

    def _wait(self, mistake: UserMistake) -> float:
        """What is amiss is told once; the first look must go well, unless the store comes back."""
        passing = isinstance(mistake, StoreMistake) and mistake.key in _PASSING
        if not self._looked and not passing:
            raise mistake
        if mistake.key == "store.locked" and self._held is not None:
            return _FIRST_PATIENCE * 10  # somebody renews by hand: that is over soon
        if passing:
            self.let_go()
        if mistake.key != self._amiss:
            self._amiss = mistake.key
            self._tell_mistake(mistake)
        pause, self._patience = self._patience, min(2 * self._patience, _LONGEST_PATIENCE)
        return pause

    def let_go(self) -> None:
        """Follow no longer."""
        self._held = None
        with suppress(StoreMistake):  # the server that kept the lock is gone, and the lock with it
            self._lock.close()


def worth_telling(result: RenewResult) -> bool:
    """Whether a renewal did or found anything."""
    ended = any(one.outcome != "undecided" for one in result.challengers)
    done = result.decision == "promote" or result.action != "nothing"
    return bool(done or ended or result.aside or result.failures or result.alarm)
