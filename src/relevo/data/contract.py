"""`Contract`: what each column may hold, learnt from training data, kept by every later batch."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import polars as pl

from relevo.data.category_text import category_texts
from relevo.data.profile_mixed import mixed
from relevo.data.reactions import Reaction, Reactions, To
from relevo.data.usual import usual_boolean, usual_category, usual_number
from relevo.problem.problem import Columns, Roles

ColumnType = Literal["number", "boolean", "category", "text", "date", "datetime"]
Usual = float | bool | str | None

# A column of strings whose next value is new with a higher chance than this (Good & Turing,
# Good 1953: the share of values seen once) has no closed list of categories.
_CLOSED_BELOW = 0.001
_LISTED_AT_MOST = 200
# Where the last hundredth of the values reaches far, the next values may reach further: a spring of
# drizzle tells little about the cloudbursts of summer.
_TAILS = 10.0
_TEXT_LENGTH = 40
_TEXT_DISTINCT = 0.5
_DECIMALS = r"^\s*[-+]?\d+\.\d"


@dataclass(frozen=True)
class ColumnContract:
    """What one column may hold.

    Attributes
    ----------
    name, type
        The column and how its values are read.
    missing
        The largest share of missing values that a batch may have; a request may leave the value
        out when it is above zero.
    unreadable
        The largest share of values that are not of the type, and then count as missing: above zero
        where training data had such values (words among numbers). A request may have none.
    low, high
        The range of a number: the training range, widened on each side by its own width, or by ten
        times the reach of its last hundredth where that is more (values that were never negative
        stay so).
    level
        The interval that must hold the median of a batch: the training data's central 98 %. It
        catches a change of units that the range lets through.
    categories
        The closed list of values; empty when new values are to be expected.
    required
        Whether a batch must have the column.
    usual
        What stands in for a value where the reaction is `impute`: the median of a number, the most
        frequent category or boolean; None, a missing value, for texts and times.
    reactions
        The column's own, where they are not the contract's.

    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    name: str
    type: ColumnType
    missing: float = 0.0
    unreadable: float = 0.0
    low: float | None = None
    high: float | None = None
    level: tuple[float, float] | None = None
    categories: tuple[str, ...] = ()
    required: bool = True
    usual: Usual = None
    reactions: Reactions = field(default_factory=Reactions)

    def __post_init__(self) -> None:
        if self.usual is not None and not _fits(self.usual, self.type):
            raise ValueError(f"column {self.name}: usual {self.usual!r} is no {self.type}")


@dataclass(frozen=True)
class Contract:
    """What a table, and a row of a request, must look like.

    Attributes
    ----------
    columns
        One contract per column, predictors first.
    unique
        The column whose values name a row, if any.
    time
        The column of times, if any.
    max_age_days
        How old the newest row of a batch may be; None for no limit.
    missing, extra, mistyped, out_of_range, unseen
        What the endpoint does with a row that lacks a value, has an unknown column, a value of
        another type, a number out of range, or a category outside a closed list. `refuse`: no
        answer. `warn`: an answer and a warning; the model sees a missing value where one is missing
        or cannot be read without doubt, nothing of an unknown column, and other values as they
        are. `impute`: the same, but it sees the column's usual value where one is missing, cannot
        be read, is out of range or unseen.

    """

    columns: tuple[ColumnContract, ...]
    unique: str | None = None
    time: str | None = None
    max_age_days: float | None = None
    missing: Reaction = "refuse"
    extra: Reaction = "refuse"
    mistyped: Reaction = "refuse"
    out_of_range: Reaction = "refuse"
    unseen: Reaction = "warn"
    _by_name: dict[str, ColumnContract] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {column.name: column for column in self.columns})

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> ColumnContract:
        return self._by_name[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(self._by_name)

    @property
    def required(self) -> tuple[ColumnContract, ...]:
        """The columns that every batch and every request must have."""
        return tuple(column for column in self.columns if column.required)

    def reaction(self, column: ColumnContract, to: To) -> Reaction:
        """What is done about a value of a column: as the column says, else as the contract."""
        own: Reaction | None = getattr(column.reactions, to)
        whole: Reaction = getattr(self, to)
        return own or whole


def learn_contract(
    frame: pl.DataFrame, target: str, roles: Roles = Roles(), columns: Columns = Columns()
) -> Contract:
    """The contract that these training data keep.

    Parameters
    ----------
    frame
        Training data, one row per case.
    target
        The column to predict; a batch need not have it.
    roles, columns
        The parts of the problem file that say what columns are for and how they are read.

    """
    unlearnt = {roles.weight, roles.id, roles.device, *columns.ignore, *columns.examined}
    learnt = [
        _learn_column(
            frame[name],
            column_type(frame[name], columns),
            required=name not in unlearnt and name != target,
            described=name not in (roles.id, roles.device, *columns.ignore),
        )
        for name in frame.columns
    ]
    learnt.sort(key=lambda column: not column.required)
    return Contract(tuple(learnt), unique=roles.id, time=roles.time)


def column_type(series: pl.Series, columns: Columns = Columns()) -> ColumnType:
    """How a column's values are read: as the problem file says, else as they look."""
    if series.name in columns.text:
        return "text"
    if series.name in columns.category:
        return "category"
    if series.name in columns.number or series.dtype.is_numeric():
        return "number"
    if series.dtype == pl.Boolean:
        return "boolean"
    if series.dtype == pl.Date:
        return "date"
    if series.dtype == pl.Datetime:
        return "datetime"
    if _measures(series):
        return "number"
    return "text" if _reads_as_text(series) else "category"


def _measures(series: pl.Series) -> bool:
    """Whether it would be numbers but for a few words, which then count as missing.

    Some have decimals: whole numbers among words are codes as often as measurements.
    """
    found = mixed(series) if series.dtype == pl.String else None
    if found is None or found.reads_as != "number":
        return False
    return bool(series.str.contains(_DECIMALS).any())


def _reads_as_text(series: pl.Series) -> bool:
    values = series.cast(pl.String).drop_nulls().head(10_000)
    if values.is_empty():
        return False
    length = values.str.len_chars().mean()
    distinct = values.n_unique() / len(values)
    return isinstance(length, float) and length > _TEXT_LENGTH and distinct > _TEXT_DISTINCT


def _learn_time(series: pl.Series) -> ColumnContract:
    # A time of the row that cannot be read is a finding, and none may be missing.
    return ColumnContract(series.name, "date" if series.dtype == pl.Date else "datetime")


def _learn_column(
    series: pl.Series, kind: ColumnType, required: bool, described: bool
) -> ColumnContract:
    low = high = level = None
    categories: tuple[str, ...] = ()
    usual: Usual = None
    if described and kind == "number":
        low, high, level = _learn_range(series)
        usual = usual_number(_as_number(series))
    if described and kind == "category":
        counts = _counts(series)
        categories, usual = _learn_categories(counts, len(series)), usual_category(counts)
    if described and kind == "boolean":
        usual = usual_boolean(series)
    missing = series.null_count()
    unread = _as_number(series).null_count() - missing if kind == "number" else 0
    return ColumnContract(
        series.name,
        kind,
        _allowed(missing, len(series)),
        _allowed(unread, len(series)),
        low,
        high,
        level,
        categories,
        required,
        usual if required else None,
    )


def _allowed(rows: int, of: int) -> float:
    share = rows / max(1, of)
    if share == 0:
        return 0.0
    # Three standard errors of a window of 200 rows, and a twentieth: small windows vary.
    return min(1.0, round(share + 3 * math.sqrt(share * (1 - share) / 200) + 0.05, 4))


def _learn_range(
    series: pl.Series,
) -> tuple[float | None, float | None, tuple[float, float] | None]:
    values = _as_number(series)
    values = values.filter(values.is_finite())
    if values.is_empty():
        return None, None, None
    least, most = float(values.min()), float(values.max())  # type: ignore[arg-type]
    first, last = float(values.quantile(0.01) or 0.0), float(values.quantile(0.99) or 0.0)
    span = (most - least) or max(abs(most), 1.0)
    low = least - max(span, _TAILS * (first - least))
    high = most + max(span, _TAILS * (most - last))
    return (
        max(low, 0.0) if least >= 0 else low,
        min(high, 0.0) if most <= 0 else high,
        (first, last),
    )


def _as_number(series: pl.Series) -> pl.Series:
    return series.cast(pl.Float64, strict=False)


def _counts(series: pl.Series) -> pl.DataFrame:
    return category_texts(series).drop_nulls().alias("text").value_counts()


def _learn_categories(counts: pl.DataFrame, rows: int) -> tuple[str, ...]:
    seen_once = int((counts["count"] == 1).sum())
    if counts.height > _LISTED_AT_MOST or seen_once > _CLOSED_BELOW * rows:
        return ()
    return tuple(sorted(counts["text"].to_list()))


def _fits(usual: Usual, kind: ColumnType) -> bool:
    if kind == "boolean":
        return isinstance(usual, bool)
    if kind == "number":
        if isinstance(usual, bool) or not isinstance(usual, int | float):
            return False
        return math.isfinite(usual)
    return kind == "category"
