"""`Problem`: the problem file as frozen data. It knows nothing else of relevo."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Task = Literal["classification", "regression"]
Strategy = Literal["central", "stratified", "federated"]
RunnerName = Literal["threads", "processes", "spark"]


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Section(BaseModel):
    """A part of the problem file: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Section):
    """Where rows come from: a path (file, folder or glob), or an SQLAlchemy URL with a query."""

    path: str | None = None
    url: str | None = None
    query: str | None = None


class Roles(Section):
    """What columns are for, besides being predictors."""

    time: str | None = None
    segment: Names = ()
    site: str | None = None
    device: str | None = None
    weight: str | None = None
    id: str | None = None
    sensitive: Names = ()

    def not_predictors(self) -> frozenset[str]:
        """Columns that no model may learn from: the row's name and its weight."""
        return frozenset(name for name in (self.id, self.weight, self.device) if name)


class Columns(Section):
    """Which columns are left out, and which are read as something else than they look like."""

    ignore: Names = ()
    text: Names = ()
    category: Names = ()
    number: Names = ()


class Success(Section):
    """The measure that says whether a model is good, and the value that is good enough."""

    metric: str | None = None
    good_enough: float | None = None


class Costs(Section):
    """What errors and an update cost, in one unit of the user's choice."""

    false_positive: float = Field(default=1.0, ge=0)
    false_negative: float = Field(default=1.0, ge=0)
    update: float = Field(default=0.0, ge=0)

    @property
    def threshold(self) -> float:
        """The probability from which calling a row positive costs less than not (Elkan 2001)."""
        both = self.false_positive + self.false_negative
        return self.false_positive / both if both else 0.5


class Training(Section):
    """How a version is trained unless the command says otherwise."""

    learner: str = "auto"
    strategy: Strategy = "central"
    runner: RunnerName = "threads"
    budget: str = "60s"
    seed: int = Field(default=0, ge=0)
    judged_share: float = Field(default=0.2, gt=0, lt=1)


class Watch(Section):
    """When signals become alarms."""

    alpha: float = Field(default=0.05, gt=0, lt=1)
    min_size: float = Field(default=0.1, ge=0)
    window_days: float | None = Field(default=None, gt=0)


class Renew(Section):
    """When replicas are trained, and what lets one take over."""

    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    min_gain: float = Field(default=0.0, ge=0)
    block: str = "day"
    max_age_days: float | None = Field(default=None, gt=0)
    min_rows: int = Field(default=200, gt=0)
    judged_share: float = Field(default=0.4, gt=0, lt=1)
    guard_segment_loss: float = Field(default=0.1, ge=0)
    guard_latency: float = Field(default=3.0, gt=0)
    guard_size: float = Field(default=5.0, gt=0)


class Serve(Section):
    """Limits of the endpoint."""

    max_body_mb: float = Field(default=1.0, gt=0)
    max_rows: int = Field(default=10_000, gt=0)


class Problem(Section):
    """What a model predicts, for whom, and which measure says that it is good enough.

    Read from `relevo.toml` by `relevo.problem.read`; every field there has its name here.
    """

    name: str
    task: Task
    target: str
    data: Source
    positive: str | int | float | bool | None = None
    roles: Roles = Roles()
    columns: Columns = Columns()
    success: Success = Success()
    costs: Costs = Costs()
    training: Training = Training()
    watch: Watch = Watch()
    renew: Renew = Renew()
    serve: Serve = Serve()
    store: str | None = None

    @property
    def metric(self) -> str:
        """The measure that chooses and judges: the user's, else log loss or RMSE."""
        return self.success.metric or ("log_loss" if self.task == "classification" else "rmse")
