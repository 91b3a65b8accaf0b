"""`Store`: what a project remembers, in one database that survives a kill at any moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from relevo.store import (
    aliases,
    batches,
    challengers,
    decisions,
    keys,
    labels,
    mirrored,
    predictions,
    projects,
    runs,
    signals,
    standing,
    turns,
    versions,
)
from relevo.store.aliases import Expect, Expected
from relevo.store.database import Database
from relevo.store.lock import Held, lock
from relevo.store.mistakes import shown
from relevo.store.place import place
from relevo.store.records import (
    BatchRecord,
    ChallengerRecord,
    DecisionRecord,
    FigureRecord,
    KeyRecord,
    LabelledRecord,
    LabelOutcome,
    LabelRecord,
    MirroredPair,
    MirroredRecord,
    Origin,
    PredictionRecord,
    RunRecord,
    SignalRecord,
    StandingRecord,
    TurnRecord,
    VersionRecord,
)
from relevo.store.upgrade import upgrade


class Store:
    """Versions, aliases, runs, predictions, labels and decisions of one project.

    Every method is one short transaction: when it returns, what it wrote is on disk; when it
    raises, nothing was written. Threads may share a store. Points in time must carry a time zone.
    What the database refuses (full, read-only, busy, unreachable) is a `StoreMistake`.

    Use `Store.open`.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, Store.open(folder, "flights") as store:
    ...     store.reserve_version(datetime(2013, 4, 1, tzinfo=UTC))
    1

    """

    def __init__(self, database: Database, project: str) -> None:
        self.project = project
        self._database = database

    @classmethod
    def open(cls, where: str | Path, project: str) -> Self:
        """The store of `project`; its tables are created, or upgraded, when need be.

        Parameters
        ----------
        where
            A folder, made when it is missing, which holds `store.db`; or the URL of an SQLite or
            PostgreSQL database.
        project
            Its name: many projects may share a database.

        Raises
        ------
        StoreMistake
            When the place cannot be reached, is no store, or belongs to a newer relevo.
        MissingExtra
            When it is PostgreSQL and its driver is not installed.

        """
        database = Database(place(where))
        try:
            upgrade(database)
            projects.ensure(database, project)
        except BaseException:
            database.close()
            raise
        return cls(database, project)

    @property
    def where(self) -> str:
        """The database's address, without its password."""
        return shown(self._database.url)

    def close(self) -> None:
        """Give the connections back; the store can be opened again."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def lock(self, name: str) -> AbstractContextManager[Held]:
        """Hold `name` while in the `with` block; a second holder gets a `StoreMistake` at once.

        The system releases it when the process dies, however it dies.
        """
        return lock(self._database, self.project, name)

    def newest(self) -> datetime | None:
        """The newest moment at which something was decided, made or taken in; None in a new one."""
        with self._database.read() as connection:
            return projects.newest(connection, self.project)

    # Runs

    def begin_run(self, step: str, now: datetime) -> str:
        """Note that a step starts; gives the run's id."""
        with self._database.write() as connection:
            return runs.begin(connection, self.project, step, now)

    def end_run(
        self, run_id: str, status: str, seconds: float, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Note how a run ended; KeyError when no run has this id."""
        with self._database.write() as connection:
            runs.end(connection, self.project, run_id, status, seconds, detail or {})

    def runs(self) -> list[RunRecord]:
        """Every run, oldest first."""
        with self._database.read() as connection:
            return runs.all_of(connection, self.project)

    # Versions and figures

    def reserve_version(self, now: datetime) -> int:
        """The next number: 1, 2, 3, ...; one that never becomes a version leaves a gap."""
        with self._database.write() as connection:
            return versions.reserve(connection, self.project, now)

    def add_version(self, version: VersionRecord, stands: StandingRecord | None = None) -> None:
        """Note a version, and that it is to be judged; ModelMistake without its parent."""
        with self._database.write() as connection:
            versions.add(connection, self.project, version)
            if stands is not None:
                standing.put(connection, self.project, stands, mirrored=False)

    def versions(self) -> list[VersionRecord]:
        """Every version, by number."""
        with self._database.read() as connection:
            return versions.all_of(connection, self.project)

    def version(self, number: int) -> VersionRecord:
        """One version; ModelMistake, naming those that exist, when this one does not."""
        with self._database.read() as connection:
            return versions.find(connection, self.project, number)

    def add_figures(self, version: int, figures: Iterable[FigureRecord]) -> None:
        """Note figures about a version."""
        with self._database.write() as connection:
            versions.add_figures(connection, self.project, version, figures)

    def figures(self, version: int) -> list[FigureRecord]:
        """The figures about a version, in the order they were added."""
        with self._database.read() as connection:
            return versions.figures_of(connection, self.project, version)

    # Aliases and decisions

    def alias(self, name: str) -> int | None:
        """The version that `name` stands for, or None."""
        return self.aliases().get(name)

    def aliases(self) -> dict[str, int]:
        """Each alias and its version."""
        with self._database.read() as connection:
            return aliases.all_of(connection, self.project)

    def move_alias(
        self,
        name: str,
        version: int,
        decision: DecisionRecord,
        expect: Expected = Expect.ANYTHING,
        stand: Iterable[StandingRecord] = (),
    ) -> int | None:
        """Let `name` stand for `version`, and write the decision: both, or neither.

        A version that becomes the champion is a challenger no longer.

        Parameters
        ----------
        name
            Such as `"champion"`.
        version
            A version that exists.
        decision
            Why. For the champion, what was really moved stands in its `champion` and `previous`.
        expect
            The version that `name` stands for now, or None for no version.
        stand
            Who stands beside the champion after that, and who does no longer.

        Returns
        -------
        int or None
            What `name` stood for before.

        Raises
        ------
        ModelMistake
            When the version does not exist.
        StoreMistake
            When `name` does not stand for `expect`: somebody else has moved it.

        """
        with self._database.write() as connection:
            previous = aliases.move(connection, self.project, name, version, decision, expect)
            if name == aliases.CHAMPION:
                challengers.drop(connection, self.project, version)
            for one in stand:
                standing.put(connection, self.project, one, mirrored=True)
            return previous

    def changes_marker(self) -> int:
        """A number that grows with every change of an alias, a challenger or a key; cheap."""
        with self._database.read() as connection:
            return aliases.moves(connection, self.project)

    def add_decision(self, decision: DecisionRecord) -> None:
        """Note a decision that moves no alias, or that the newest one was taken once more.

        Two say the same when their `detail` names the same reason under `because`; `times` then
        counts, and `first` says when it was taken first.
        """
        with self._database.write() as connection:
            decisions.add_or_count(connection, self.project, decision)

    def decisions(self) -> list[DecisionRecord]:
        """Every decision, oldest first."""
        with self._database.read() as connection:
            return decisions.all_of(connection, self.project)

    # Renewals, and who stands beside the champion

    def begin_turn(self, turn: TurnRecord) -> None:
        """Note what a renewal is about to do."""
        with self._database.write() as connection:
            turns.add(connection, self.project, turn)

    def note_turn(self, turn: str, step: str, detail: Mapping[str, Any]) -> None:
        """Note the step that a renewal is at."""
        with self._database.write() as connection:
            turns.note(connection, self.project, turn, step, detail)

    def end_turn(self, turn: str, now: datetime) -> None:
        """Note that a renewal is finished."""
        with self._database.write() as connection:
            turns.end(connection, self.project, turn, now)

    def unfinished_turn(self) -> TurnRecord | None:
        """The renewal that was begun and not finished, if there is one."""
        with self._database.read() as connection:
            return turns.unfinished(connection, self.project)

    def change_standing(
        self, changed: Iterable[StandingRecord], decision: DecisionRecord | None = None
    ) -> None:
        """Write where versions stand, and the decision: all of it, or nothing.

        Who stands sees the champion's traffic (`mirror` 1, unless it is set already); who stands no
        longer does not.
        """
        with self._database.write() as connection:
            for one in changed:
                standing.put(connection, self.project, one, mirrored=True)
            if decision is not None:
                decisions.add(connection, self.project, decision)

    def standing(self) -> list[StandingRecord]:
        """Everybody who stands beside the champion to be judged, or did, oldest first."""
        with self._database.read() as connection:
            return standing.all_of(connection, self.project)

    # Challengers and keys

    def put_challenger(self, challenger: ChallengerRecord, decision: DecisionRecord) -> None:
        """Let a version stand beside the champion, or change its shares, and write the decision.

        Raises
        ------
        ModelMistake
            When the version does not exist.

        """
        with self._database.write() as connection:
            challengers.put(connection, self.project, challenger)
            decisions.add(connection, self.project, decision)

    def remove_challenger(self, version: int, decision: DecisionRecord) -> bool:
        """Let a version stand beside no longer; gives False when it did not."""
        with self._database.write() as connection:
            removed = challengers.remove(connection, self.project, version)
            if removed:
                decisions.add(connection, self.project, decision)
            return removed

    def challengers(self) -> list[ChallengerRecord]:
        """The versions beside the champion, by number."""
        with self._database.read() as connection:
            return challengers.all_of(connection, self.project)

    def put_key(self, key: KeyRecord) -> None:
        """Keep a key; one of the same name is replaced and opens nothing any more."""
        with self._database.write() as connection:
            keys.put(connection, self.project, key)

    def remove_key(self, name: str) -> bool:
        """Let the key of this name open nothing any more; gives False when there is none."""
        with self._database.write() as connection:
            return keys.remove(connection, self.project, name)

    def keys(self) -> list[KeyRecord]:
        """The keys to the endpoint, by name."""
        with self._database.read() as connection:
            return keys.all_of(connection, self.project)

    # Predictions and labels

    def log_predictions(self, new: Iterable[PredictionRecord]) -> None:
        """Keep predictions: all are on disk when this returns."""
        with self._database.write() as connection:
            predictions.log(connection, self.project, new)

    def deliver_predictions(self, new: Iterable[PredictionRecord]) -> None:
        """Keep predictions, those that are kept already as they are."""
        with self._database.write() as connection:
            predictions.deliver(connection, self.project, new)

    def forget_predictions(self, before: datetime) -> int:
        """Delete what the endpoint and challengers answered before; gives how many answers."""
        with self._database.write() as connection:
            mirrored.forget(connection, self.project, before)
            return predictions.forget(connection, self.project, before)

    def log_mirrored(self, new: Sequence[MirroredRecord]) -> None:
        """Keep what challengers said, what is kept already as it is."""
        with self._database.write() as connection:
            mirrored.log(connection, self.project, new)

    def mirrored(
        self, version: int | None = None, since: datetime | None = None
    ) -> list[MirroredRecord]:
        """What one challenger said, or all of them, from `since` on, oldest first."""
        with self._database.read() as connection:
            return mirrored.find(connection, self.project, version, since)

    def mirrored_pairs(self, version: int, since: datetime, limit: int) -> list[MirroredPair]:
        """The newest answers of a challenger, each beside the one that was given."""
        with self._database.read() as connection:
            return mirrored.pairs(connection, self.project, version, since, limit)

    def predictions(
        self,
        since: datetime | None = None,
        version: int | None = None,
        source: Origin | None = None,
        limit: int | None = None,
    ) -> list[PredictionRecord]:
        """Predictions from `since` on, oldest first; with `limit`, only the newest that many."""
        with self._database.read() as connection:
            return predictions.find(connection, self.project, since, version, source, limit)

    def add_labels(self, new: Iterable[LabelRecord]) -> LabelOutcome:
        """Keep outcomes, also those whose prediction has not come yet.

        Of several labels with one key the one with the newest `at` counts, and of those the last.
        """
        with self._database.write() as connection:
            return labels.add(connection, self.project, new)

    def labels_marker(self) -> tuple[int, datetime | None]:
        """How many labels there are and when the newest came: it changes when one comes."""
        with self._database.read() as connection:
            return labels.marker(connection, self.project)

    def labelled(self, since: datetime | None = None) -> list[LabelledRecord]:
        """Predictions from `since` on whose outcome is known, each once, oldest first."""
        with self._database.read() as connection:
            return labels.labelled(connection, self.project, since)

    # Batches and signals

    def add_batch(self, batch: BatchRecord) -> bool:
        """Note data that were seen; gives False when they were noted before for the same `kind`."""
        with self._database.write() as connection:
            return batches.add(connection, self.project, batch)

    def batches(self, kind: str | None = None) -> list[BatchRecord]:
        """The data that were seen, or those for one purpose, oldest first."""
        with self._database.read() as connection:
            return batches.all_of(connection, self.project, kind)

    def add_signals(self, at: datetime, new: Iterable[SignalRecord]) -> None:
        """Keep the signals of a watch."""
        with self._database.write() as connection:
            signals.add(connection, self.project, at, new)

    def last_signals(self, since: datetime | None = None) -> list[SignalRecord]:
        """The signals of the newest watch; none when it was before `since`."""
        with self._database.read() as connection:
            return signals.last(connection, self.project, since)
