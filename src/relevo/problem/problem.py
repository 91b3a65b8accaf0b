"""`Problem`: the problem file as frozen data. It knows nothing else of relevo."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Task = Literal["classification", "regression"]
Strategy = Literal["central", "stratified", "federated"]
RunnerName = Literal["threads", "processes", "spark"]
Durability = Literal["committed", "batched"]
Cadence = Literal[
    "auto", "never", "yearly", "quarterly", "monthly", "fortnightly", "weekly", "daily", "alarm"
]
History = Literal["auto", "all", "recent", "decayed"]
WhenStoreFails = Literal["answer", "refuse"]


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Section(BaseModel):
    """A part of the problem file: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Section):
    """Where rows come from: a path (file, folder or glob), or an SQLAlchemy URL with a query."""

    path: str | None = Field(
        default=None, description="A file, folder or glob, relative to this file."
    )
    url: str | None = Field(default=None, description="A database, as an SQLAlchemy URL.")
    query: str | None = Field(default=None, description="The SELECT that gives the rows.")


class Roles(Section):
    """What columns are for, besides being predictors."""

    time: str | None = Field(
        default=None, description="When the row happened; the newest rows then judge."
    )
    segment: Names = Field(default=(), description="Columns whose values behave differently.")
    site: str | None = Field(default=None, description="The place that the row comes from.")
    device: str | None = Field(
        default=None, description="The device that holds the row; no predictor."
    )
    weight: str | None = Field(default=None, description="How much the row counts; no predictor.")
    id: str | None = Field(default=None, description="The row's name; no predictor.")
    sensitive: Names = Field(default=(), description="Attributes that decisions are examined for.")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that has a role."""
        one = (self.time, self.site, self.device, self.weight, self.id)
        return tuple(name for name in (*one, *self.segment, *self.sensitive) if name)

    def not_predictors(self) -> frozenset[str]:
        """Columns that no model may learn from: the row's name, its weight, its device."""
        return frozenset(name for name in (self.id, self.weight, self.device) if name)


class Columns(Section):
    """Which columns are left out, and which are read as something else than they look like."""

    ignore: Names = Field(default=(), description="Columns that are left out.")
    examined: Names = Field(
        default=(),
        description="Columns that the model is examined by, but does not learn from.",
    )
    text: Names = Field(default=(), description="Columns read as free text.")
    category: Names = Field(default=(), description="Columns read as categories, numbers included.")
    number: Names = Field(default=(), description="Columns read as numbers.")


class Success(Section):
    """The measure that says whether a model is good, and the value that is good enough."""

    metric: str | None = Field(
        default=None, description="The measure that judges; log_loss or rmse when none is set."
    )
    good_enough: float | None = Field(default=None, description="The value that it should reach.")


class Costs(Section):
    """What errors and an update cost, in one unit of the user's choice."""

    false_positive: float = Field(default=1.0, ge=0, description="A positive that was none.")
    false_negative: float = Field(default=1.0, ge=0, description="A positive that was missed.")
    loss: float = Field(
        default=1.0, ge=0, description="One unit of the loss of one row (log loss, squared error)."
    )
    update: float = Field(default=0.0, ge=0, description="An update of the model from scratch.")
    fine_tune: float | None = Field(
        default=None,
        ge=0,
        description="A fine-tuning; the update's, by its share of the time, when not set.",
    )

    @property
    def threshold(self) -> float:
        """The probability from which calling a row positive costs less than not (Elkan 2001)."""
        both = self.false_positive + self.false_negative
        return self.false_positive / both if both else 0.5


class Training(Section):
    """How a version is trained unless the command says otherwise."""

    learner: str = Field(default="auto", description="auto, linear, additive, boosting or network.")
    strategy: Strategy = Field(
        default="central", description="central, or stratified: a model for each segment."
    )
    graph: str | dict[str, Any] | None = Field(
        default=None,
        description="Which segments are neighbours: ordered, cyclic, hierarchy, or a table.",
    )
    runner: RunnerName = Field(default="threads", description="threads or processes.")
    budget: str = Field(default="60s", description="Wall time, such as 60s, 5m or 1h.")
    seed: int = Field(default=0, ge=0, description="Of everything random.")
    judged_share: float = Field(
        default=0.2, gt=0, lt=1, description="The share of the rows that judges."
    )
    max_latency_us: float | None = Field(
        default=None, gt=0, description="The most microseconds that a prepared row may take."
    )
    max_model_mb: float | None = Field(
        default=None, gt=0, description="The most megabytes that the model's trees may take."
    )
    interpretable: bool = Field(
        default=False,
        description="Whether each column must add to the score on its own (a glass box).",
    )
    rising: Names = Field(
        default=(), description="Columns with which the score may only rise, all else equal."
    )
    falling: Names = Field(
        default=(), description="Columns with which the score may only fall, all else equal."
    )


class TargetPopulation(Source):
    """The population that the model is for: rows of it, known shares of it, or both."""

    margins: dict[str, dict[str, float]] = Field(
        default={},
        description="Known shares: for a column, the share of each of its categories.",
    )
    weights: bool = Field(
        default=True,
        description="Whether training rows count as much as the target population has of them.",
    )

    @property
    def known(self) -> bool:
        """Whether anything is known of it."""
        return bool(self.path or self.url or self.margins)


class Explain(Section):
    """How decisions are put into words, and what a person can change."""

    phrases: dict[str, str | dict[str, str]] = Field(
        default={},
        description="What a column is called in reasons: a text, or one for each of en and es.",
    )
    adverse: str | int | float | bool | None = Field(
        default=None,
        description="The label of a refusal, whose reasons are given; the positive when not set.",
    )
    most_reasons: int = Field(default=4, ge=1, description="The most reasons of one refusal.")
    not_reasons: Names = Field(
        default=(),
        description="Columns that are never stated as a reason, besides the sensitive ones.",
    )
    immutable: Names = Field(
        default=(), description="Columns that the person cannot change, besides sensitive ones."
    )
    only_rises: Names = Field(default=(), description="Columns that can only grow, such as an age.")
    only_falls: Names = Field(default=(), description="Columns that can only fall.")


class Card(Section):
    """What the model card says that no machine can know."""

    purpose: str | None = Field(default=None, description="What the model is for.")
    users: str | None = Field(default=None, description="Who is meant to use it.")
    not_for: str | None = Field(default=None, description="What it must not be used for.")
    owner: str | None = Field(
        default=None, description="Who answers for it, and how to reach them."
    )
    licence: str | None = Field(default=None, description="Under which licence it may be used.")


class Watch(Section):
    """When signals become alarms."""

    alpha: float = Field(default=0.05, gt=0, lt=1, description="How often an alarm may be false.")
    min_size: float = Field(
        default=0.1,
        ge=0,
        description="The least shift that alarms, in standard deviations or Jensen-Shannon.",
    )
    window_rows: int = Field(
        default=30_000, gt=0, description="How many of the newest logged predictions are watched."
    )
    window_days: float | None = Field(
        default=None, gt=0, description="How old these may be; any age when not set."
    )


class Renew(Section):
    """When replicas are trained, and what lets one take over."""

    alpha: float = Field(
        default=0.05,
        gt=0,
        lt=0.5,
        description="The chance of promoting a replica that is no better.",
    )
    min_gain: float = Field(default=0.0, ge=0, description="How much lower its loss must be.")
    block: str = Field(
        default="day",
        description="Rows that depend on each other: a minute, hour, day, week, month, or column.",
    )
    cadence: Cadence = Field(
        default="auto",
        description="When replicas are trained: auto decides each time from costs and evidence.",
    )
    max_age_days: float | None = Field(
        default=None, gt=0, description="The age at which replicas are trained whatever it costs."
    )
    respond_within: str | None = Field(
        default=None, description="How soon the model must follow a change, such as 15m, 1d or 7d."
    )
    label_delay: str | None = Field(
        default=None, description="When outcomes are known at the earliest; learnt when not set."
    )
    history: History = Field(
        default="auto",
        description="What replicas learn from: all rows, recent ones, older ones decayed; or auto.",
    )
    arrivals: Source | None = Field(
        default=None, description="Where new labelled rows come from: a folder, or a query."
    )
    probation_days: float = Field(
        default=14.0,
        ge=0,
        description="How long a former champion stands ready to come back after a swap.",
    )
    min_rows: int = Field(default=200, gt=0, description="Labelled new rows that a renewal needs.")
    judged_share: float = Field(
        default=0.4, gt=0, lt=1, description="The share of the new rows, the newest, that judges."
    )
    guard_segment_loss: float = Field(
        default=0.1, ge=0, description="By how much the loss of a segment or site may grow."
    )
    guard_fairness: float = Field(
        default=0.05,
        ge=0,
        description="By how much a rate may drift apart between groups of a sensitive column.",
    )
    guard_latency: float = Field(
        default=3.0, gt=0, description="How many times longer one row may take."
    )
    guard_size: float = Field(
        default=5.0, gt=0, description="How many times larger a model may be."
    )


class Notify(Section):
    """Who is told when there is something to say: an alarm, a swap, a batch that is put aside."""

    webhook: str | None = Field(default=None, description="A URL that is sent JSON.")
    command: str | None = Field(
        default=None, description="A command that is given JSON on standard input."
    )
    email: Names = Field(default=(), description="Addresses that are sent a text.")
    smtp: str | None = Field(
        default=None,
        description="The mail server, smtp://user@host:port; RELEVO_SMTP_PASSWORD opens it.",
    )


class Serve(Section):
    """Limits of the endpoint, and what becomes of its predictions."""

    max_body_mb: float = Field(default=1.0, gt=0, description="The largest request.")
    max_rows: int = Field(default=10_000, gt=0, description="The most rows of a request.")
    timeout_seconds: float = Field(
        default=10.0, gt=0, description="How long a request may take to arrive."
    )
    requests_per_second: float | None = Field(
        default=None, gt=0, description="The most requests of one key; no limit when not set."
    )
    workers: int = Field(default=1, ge=1, le=64, description="Processes that share the port.")
    durability: Durability = Field(
        default="committed",
        description="committed: on disk before it is answered; batched: within 5 ms after.",
    )
    when_store_fails: WhenStoreFails = Field(
        default="answer",
        description="answer: the journal keeps predictions until it is back; refuse: status 503.",
    )
    journal_mb: float = Field(
        default=1024.0, gt=0, description="The most that may wait for the store."
    )
    log_share: float = Field(
        default=1.0, ge=0, le=1, description="The share of the predictions that is logged."
    )
    keep_days: float | None = Field(
        default=None, gt=0, description="How long predictions are kept; for ever when not set."
    )
    challenger_memory_mb: float = Field(
        default=2048.0, gt=0, description="The most memory of a challenger's process."
    )
    access_log: str | None = Field(
        default=None, description="A file for one line of JSON per request; none when not set."
    )


class Problem(Section):
    """What a model predicts, for whom, and which measure says that it is good enough.

    Read from `relevo.toml` by `relevo.problem.read`; every field there has its name here.
    """

    name: str = Field(description="The model's name.")
    task: Task = Field(description="classification or regression.")
    target: str = Field(description="The column to predict.")
    data: Source
    positive: str | int | float | bool | None = Field(
        default=None, description="Of two labels, the one that is looked for."
    )
    roles: Roles = Roles()
    columns: Columns = Columns()
    success: Success = Success()
    costs: Costs = Costs()
    training: Training = Training()
    population: TargetPopulation = TargetPopulation()
    explain: Explain = Explain()
    card: Card = Card()
    watch: Watch = Watch()
    renew: Renew = Renew()
    notify: Notify = Notify()
    serve: Serve = Serve()
    store: str | None = Field(
        default=None,
        description="A database for the store, as an SQLAlchemy URL; .relevo/ when not set.",
    )

    @property
    def metric(self) -> str:
        """The measure that chooses and judges: the user's, else log loss or RMSE."""
        return self.success.metric or ("log_loss" if self.task == "classification" else "rmse")
