"""What each verb gives back: the dataclasses that the SDK returns and `--json` prints."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from math import nan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a result holds them, it needs none of what they need
    from relevo.cycle.last_watch import AlarmRow
    from relevo.data.findings import Finding
    from relevo.explain.columns.group_importance import GroupImportance
    from relevo.explain.columns.importance import ColumnImportance
    from relevo.explain.columns.interactions import Interaction
    from relevo.explain.decisions.counterfactual import Counterfactuals
    from relevo.explain.decisions.row_codes import Code
    from relevo.explain.decisions.row_explainer import Reason
    from relevo.explain.glass_box.frontier import FrontierModel
    from relevo.explain.trust.check import Check
    from relevo.renew.backtest_result import CadenceRow, CostOf
    from relevo.renew.decay import Decay
    from relevo.score.agreement import Agreement
    from relevo.score.evidence import Evidence
    from relevo.train.stratified.evidence import SegmentRow
    from relevo.validate.elsewhere.transfer import Transfer
    from relevo.validate.groups.fairness import ColumnFairness
    from relevo.validate.groups.slices import Slice
    from relevo.validate.groups.subgroups import Subgroup
    from relevo.watch.signals import Signal


@dataclass(frozen=True)
class NewResult:
    """A problem was identified and written: `task`, `why`, the data's size, and the `file`."""

    task: str
    why: str
    rows: int
    columns: int
    file: str


@dataclass(frozen=True)
class CheckResult:
    """Whether the data keep the contract; `page` shows the profile of the data."""

    ok: bool
    findings: tuple[Finding, ...]
    contract: str
    learnt: bool
    page: str


@dataclass(frozen=True)
class LeaderboardRow:
    """One configuration that was tried; its `loss` is on rows held back, not the judged ones.

    `share` is its part in the ensemble, `why` says why it failed or was left early.
    """

    learner: str
    settings: dict[str, Any]
    loss: float
    interval: tuple[float, float]
    seconds: float
    latency_us: float
    size_mb: float
    share: float
    why: str = ""


@dataclass(frozen=True)
class TrainResult:
    """A version was trained; `good_enough` is None when the problem names no such value.

    `gain_of_rows` is by what share the loss is likely to fall with twice the rows, `gain_of_time`
    by what share it fell in the second half of the search. `effective_rows` is what the rows are
    worth that were weighed for the target population. `warnings` name sensitive columns that
    decide.
    """

    version: int
    metric: str
    value: float
    interval: tuple[float, float]
    rows_judged: int
    seconds: float
    cpu_seconds: float
    peak_memory_mb: float
    strategy: str
    learner: str
    leaderboard: tuple[LeaderboardRow, ...]
    gain_of_rows: float = nan
    gain_of_time: float = nan
    good_enough: bool | None = None
    interrupted: bool = False
    effective_rows: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class BandRow:
    """The metric in segments of one size: so many rows of them were learnt from."""

    band: str
    rows: int
    value: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class CompareRow:
    """A strategy on the judged rows.

    `gain` is how much lower its loss is than the first strategy's, row by row, with its 95 %
    interval; `bands` are segments by their size.
    """

    strategy: str
    value: float
    interval: tuple[float, float]
    seconds: float
    gain: float
    gain_interval: tuple[float, float]
    bands: tuple[BandRow, ...] = ()


@dataclass(frozen=True)
class CompareResult:
    """Strategies on the same `rows_judged` rows, measured by `metric`."""

    metric: str
    rows_judged: int
    rows: tuple[CompareRow, ...]


@dataclass(frozen=True)
class ValidateResult:
    """The evidence about a version: on judged rows, elsewhere, and by group.

    `population` compares training with the target population, where one is known. `transfers` are
    figures on later rows and at unseen places, each beside the one of a random split, and
    `statements` say in words what to expect there. `subgroups`, `fairness` and `slices` say for
    whom it is worse. `warnings` are what is beyond noise, in words; `page` is the card with it all.
    """

    version: int
    evidence: dict[str, Evidence]
    population: dict[str, Any] | None = None
    transfers: tuple[Transfer, ...] = ()
    statements: tuple[str, ...] = ()
    subgroups: tuple[Subgroup, ...] = ()
    fairness: tuple[ColumnFairness, ...] = ()
    slices: tuple[Slice, ...] = ()
    warnings: tuple[str, ...] = ()
    page: str | None = None


@dataclass(frozen=True)
class ExplainedRow:
    """A decision: its strongest reasons; of a refusal the `codes`; what would turn it, if asked."""

    prediction: dict[str, Any]
    reasons: tuple[Reason, ...]
    adverse: bool = False
    codes: tuple[Code, ...] = ()
    counterfactuals: Counterfactuals | None = None


@dataclass(frozen=True)
class ExplainResult:
    """What the columns are worth, or the decisions of given rows; `page` is the card.

    `groups` are columns that go together, `trust` the checks of the explanations, `left_out` what
    there was no time for. Of a stratified model `segments` are the largest of its segments.
    """

    version: int
    importance: tuple[ColumnImportance, ...] = ()
    groups: tuple[GroupImportance, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    trust: tuple[Check, ...] = ()
    warnings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    rows: tuple[ExplainedRow, ...] = ()
    page: str | None = None
    segments: tuple[SegmentRow, ...] = ()


@dataclass(frozen=True)
class FrontierResult:
    """A model of each kind on the same rows: how good, and how much there is to read; `text` says
    what the glass box costs, `page` shows it.
    """

    metric: str
    models: tuple[FrontierModel, ...]
    best: str
    rows_judged: int
    text: str
    page: str


@dataclass(frozen=True)
class EditResult:
    """A glass box was changed by hand: the new version, judged on the rows of the one before.

    `gain` is how much lower its loss is, row by row, with its 95 % interval; whoever has looked at
    these rows before the change should judge it on others.
    """

    version: int
    parent: int
    metric: str
    value: float
    interval: tuple[float, float]
    gain: float
    gain_interval: tuple[float, float]


@dataclass(frozen=True)
class CardResult:
    """A version's model card was written: a page, and a Markdown file with pictures beside it."""

    version: int
    page: str
    markdown: str


@dataclass(frozen=True)
class PromoteResult:
    """The alias `champion` was moved."""

    champion: int | None
    previous: int | None


@dataclass(frozen=True)
class ChallengerStatus:
    """A version beside the champion: `mirror` and `canary` are shares of the traffic.

    `agreement` is about the newest 10,000 rows that it answered unseen; None before there are any.
    """

    version: int
    mirror: float
    canary: float
    since: datetime
    agreement: Agreement | None


@dataclass(frozen=True)
class ChallengersResult:
    """The versions beside the champion, and how far each is from what was answered."""

    challengers: tuple[ChallengerStatus, ...]


@dataclass(frozen=True)
class AddKeyResult:
    """A key was made; `key` is shown this once. `replaced`: the one before opens nothing more."""

    name: str
    role: str
    key: str
    replaced: bool


@dataclass(frozen=True)
class KeyRow:
    """A key, without what opens: `key_id` is its public part."""

    name: str
    role: str
    key_id: str
    created_at: datetime


@dataclass(frozen=True)
class KeysResult:
    """The keys to the endpoint, by name."""

    keys: tuple[KeyRow, ...]


@dataclass(frozen=True)
class RemoveKeyResult:
    """The key of this name opens nothing any more."""

    name: str


@dataclass(frozen=True)
class PredictResult:
    """A table was scored: `out` holds one prediction per row."""

    rows: int
    seconds: float
    out: str
    version: int


@dataclass(frozen=True)
class ExportResult:
    """A version was written to a `folder`; `files` are relative to it.

    `largest_difference` is between its answers and the model's on `rows_compared` rows; None where
    the format runs the model itself.
    """

    version: int
    format: str
    folder: str
    files: tuple[str, ...]
    largest_difference: float | None = None
    rows_compared: int | None = None


@dataclass(frozen=True)
class LabelResult:
    """Outcomes arrived: how many found their prediction, and the names of those that did not."""

    joined: int
    unmatched: tuple[str, ...]


@dataclass(frozen=True)
class WatchResult:
    """The signals of the newest window; `alarm` when any of them is one.

    `headline` says what alarms, why, and what to do first; `action` says the latter in one word
    (see `relevo.watch.explanation.Action`), empty without an alarm.
    """

    alarm: bool
    signals: tuple[Signal, ...]
    rows: int
    version: int
    page: str
    headline: str = ""
    action: str = ""


@dataclass(frozen=True)
class ChallengerRow:
    """A replica in the duel; `gain` is how much lower its loss is than the champion's.

    `outcome` is `better`, `undecided` (it stands beside the champion and is judged again), or how
    it ended: `given up`, `replaced`, `too old`, `failed`. `more_needed` counts blocks of rows. Its
    `role` is `former` when it was the champion before this one and stands ready to come back.
    """

    version: int
    how: str
    value: float
    interval: tuple[float, float]
    seconds: float
    gain: float
    gain_interval: tuple[float, float]
    broken_guards: tuple[str, ...] = ()
    outcome: str = ""
    more_needed: int | None = None
    role: str = "challenger"


@dataclass(frozen=True)
class AsideRow:
    """A batch that breaks the contract: where it is kept, and why no model learns from it."""

    batch: str
    folder: str
    why: str


@dataclass(frozen=True)
class RenewResult:
    """Whether a replica took over, and why.

    `action` is what the policy chose (`nothing`, `fine-tune`, `scratch`, `both`); `arrived` are the
    rows that came from `renew.arrivals`, `aside` the batches that did not come in; `failures` are
    replicas that could not be trained, and why; at `next_look` there can be something new to
    decide.
    """

    decision: str
    why: str
    champion: int
    previous: int | None = None
    challengers: tuple[ChallengerRow, ...] = ()
    rows_trained: int = 0
    rows_judged: int = 0
    steps: tuple[StepRow, ...] = ()
    action: str = "nothing"
    arrived: int = 0
    aside: tuple[AsideRow, ...] = ()
    failures: tuple[str, ...] = ()
    alarm: bool = False
    next_look: datetime | None = None


@dataclass(frozen=True)
class BacktestResult:
    """What a replay says of each cadence, see `relevo.renew.backtest_result.Backtest`.

    `left_out` are cadences for which there was no time; `page` shows it all in pictures.
    """

    rows: tuple[CadenceRow, ...]
    recommended: str
    how: str
    enough: bool
    why: str
    regret_per_day: float
    regret_at_most_per_day: float
    decay: Decay
    by_cost: tuple[CostOf, ...]
    first_day: date
    last_day: date
    rows_replayed: int
    left_out: tuple[str, ...]
    interrupted: bool
    seconds: float
    page: str


@dataclass(frozen=True)
class StepRow:
    """One step and its wall time."""

    step: str
    seconds: float


@dataclass(frozen=True)
class RunResult:
    """The first turn of the wheel."""

    champion: int
    metric: str
    value: float
    interval: tuple[float, float]
    steps: tuple[StepRow, ...]


@dataclass(frozen=True)
class DecisionRow:
    """One decision, as it was written down."""

    at: datetime
    kind: str
    why: str
    champion: int | None
    previous: int | None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class HistoryResult:
    """All decisions, oldest first."""

    decisions: tuple[DecisionRow, ...]


@dataclass(frozen=True)
class VersionRow:
    """One version in the store."""

    version: int
    created_at: datetime
    how: str
    learner: str
    metric: str
    value: float
    interval: tuple[float, float]
    rows_judged: int


@dataclass(frozen=True)
class StatusResult:
    """What there is and what needs attention; `alarms` are those of the newest watch, explained."""

    champion: int | None
    versions: tuple[VersionRow, ...]
    alarm: bool
    signals: tuple[str, ...]
    attention: tuple[str, ...]
    challengers: tuple[ChallengerStatus, ...] = ()
    alarms: tuple[AlarmRow, ...] = ()
