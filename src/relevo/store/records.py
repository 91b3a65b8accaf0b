"""What the store keeps, as frozen records; every `at` is timezone-aware and comes back in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

How = Literal["scratch", "fine-tune", "edit"]
Origin = Literal["endpoint", "batch"]
Role = Literal["predict", "label", "admin"]
Place = Literal["challenger", "former"]


@dataclass(frozen=True)
class RunRecord:
    """One step of the wheel that was started.

    Attributes
    ----------
    run_id
        Its name in the store.
    step
        What ran (`"train"`, `"renew"`).
    started_at
        When it began.
    status
        `"running"` until it is ended; a run that was killed stays so.
    seconds
        Wall time, or None while it runs.
    detail
        Whatever the step wants remembered.

    """

    run_id: str
    step: str
    started_at: datetime
    status: str
    seconds: float | None
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class VersionRecord:
    """One trained version.

    Attributes
    ----------
    version
        A number from `Store.reserve_version`.
    folder
        The model's folder, relative to the project's.
    how, parent
        Trained from scratch, or fine-tuned or edited by hand from the version `parent`.
    metric, value, low, high, rows_judged
        The headline figure, its interval, and the rows it stands on.
    seconds
        Wall time of the training.
    lineage
        Data, problem, seed and versions that the model came from.

    """

    version: int
    folder: str
    created_at: datetime
    how: How
    parent: int | None
    learner: str
    strategy: str
    metric: str
    value: float
    low: float
    high: float
    rows_judged: int
    seconds: float
    lineage: Mapping[str, Any]


@dataclass(frozen=True)
class FigureRecord:
    """One figure about a version: its interval `low` to `high`, and which rows it stands on."""

    metric: str
    value: float
    low: float
    high: float
    rows: int
    on_rows: str
    how: str
    at: datetime
    coverage: float = 0.95


@dataclass(frozen=True)
class DecisionRecord:
    """Something that was decided about the champion, and why.

    Attributes
    ----------
    kind
        `"promote"`, `"rollback"`, `"keep"`.
    why
        The reason in words.
    champion, previous
        The champion after and before.
    detail
        The figures that it rests on.

    """

    kind: str
    why: str
    champion: int | None
    previous: int | None
    detail: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class PredictionRecord:
    """One prediction that was given.

    Attributes
    ----------
    prediction_id
        Unique in the project; `relevo.store.ids.new_id` makes one.
    row_id
        The user's own name for the row, if it has one.
    row, prediction
        What came and what was answered; numbers that JSON lacks (NaN, infinity) become None.
    latency_us
        Microseconds from the row's arrival to its score; None for a batch.
    flags
        What was remarked about the row (`"categories:carrier"`, `"unseen_segment"`).

    """

    prediction_id: str
    row_id: str | None
    at: datetime
    version: int
    row: Mapping[str, Any]
    prediction: Mapping[str, Any]
    source: Origin
    latency_us: int | None = None
    flags: Sequence[str] | None = None


@dataclass(frozen=True)
class MirroredRecord:
    """What a challenger said of a row that another version answered.

    Attributes
    ----------
    prediction_id
        Of the answer that was given.
    version
        The challenger.
    prediction
        Its answer; None when it failed.
    latency_us
        Microseconds that it took.
    failure
        Why it gave no answer; None when it gave one.

    """

    prediction_id: str
    version: int
    at: datetime
    prediction: Mapping[str, Any] | None
    latency_us: int
    failure: str | None = None


@dataclass(frozen=True)
class MirroredPair:
    """What was answered to a row, and what a challenger said of it (None: it failed)."""

    answered: Mapping[str, Any]
    latency_us: int | None
    mirrored: Mapping[str, Any] | None
    mirrored_latency_us: int


@dataclass(frozen=True)
class ChallengerRecord:
    """A version beside the champion.

    Attributes
    ----------
    version
        The challenger.
    mirror
        The share of the champion's traffic, 0 to 1, that it answers unseen.
    canary
        The share of all traffic, 0 to 1, that it answers in the champion's place.
    since
        When that was set.

    """

    version: int
    mirror: float
    canary: float
    since: datetime


@dataclass(frozen=True)
class StandingRecord:
    """A version that is judged again at each renewal, until it takes over or is given up.

    Attributes
    ----------
    version, champion
        It, and the champion that it is judged against.
    role
        `"challenger"`: a replica; `"former"`: the champion of before, which comes back when the
        new one disappoints.
    turn
        The renewal that it comes from.
    alpha
        The chance of a wrong take-over that its duel may spend, over all looks together.
    since, until
        When it began to stand, and when that ends at the latest.
    status
        `"stands"`, or how it ended: `"promoted"`, `"given up"`, `"replaced"`, `"too old"`.
    changed_at
        When the status was set.
    detail
        What the last look found.

    """

    version: int
    champion: int
    role: Place
    turn: str
    alpha: float
    since: datetime
    until: datetime | None
    status: str
    changed_at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class TurnRecord:
    """A renewal that has something to do.

    Attributes
    ----------
    turn
        Its name.
    step
        The step that it is at.
    detail
        What was decided, and what the steps so far have made.
    ended_at
        None while it is unfinished, also when its process was killed.

    """

    turn: str
    begun_at: datetime
    step: str
    detail: Mapping[str, Any]
    ended_at: datetime | None = None


@dataclass(frozen=True)
class KeyRecord:
    """A key to the endpoint: what tells it, never the key itself.

    Attributes
    ----------
    key_id
        The public part of the key.
    name
        Whose it is; one key per name.
    role
        What it opens: `predict`, `label`, or `admin` for everything.
    hash
        Of the secret part, with salt and parameters.

    """

    key_id: str
    name: str
    role: Role
    hash: str
    created_at: datetime


@dataclass(frozen=True)
class LabelRecord:
    """An outcome; `key` is the `prediction_id` or the `row_id` of what it belongs to."""

    key: str
    target: Any
    at: datetime


def contradicting(labels: Iterable[LabelRecord]) -> tuple[str, ...]:
    """The keys that labels of one moment give two outcomes: which one is right nobody can know."""
    seen: dict[tuple[str, datetime], Any] = {}
    twice = {
        one.key: None
        for one in labels
        if seen.setdefault((one.key, one.at), one.target) != one.target
    }
    return tuple(twice)


@dataclass(frozen=True)
class LabelOutcome:
    """How many keys found a prediction, and which did not (they are kept until one comes)."""

    joined: int
    unmatched: tuple[str, ...]


@dataclass(frozen=True)
class LabelledRecord:
    """A prediction and what really happened, as known at `labelled_at`."""

    prediction: PredictionRecord
    target: Any
    labelled_at: datetime


@dataclass(frozen=True)
class BatchRecord:
    """Data that were seen: their content's fingerprint, where they lay, and what they were for."""

    fingerprint: str
    path: str
    rows: int
    kind: str
    at: datetime


@dataclass(frozen=True)
class SignalRecord:
    """One signal of a watch; `size` and `p_value` are None where there is no such number."""

    kind: str
    column: str
    size: float | None
    p_value: float | None
    alarm: bool
