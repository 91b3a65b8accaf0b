"""`row_type`: the contract as a type that JSON is decoded into, checked on the way.

What decodes is fine: `compile_row_check` has nothing to say about it. What does not decode may be
fine all the same (a category sent as `3.0`, a rare form of a time, a 29 February): it takes the
slower way, through `compile_row_check`, which says what is wrong if anything is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from operator import attrgetter
from typing import Annotated, Any, Literal

import msgspec

from relevo.data.column_check import number_range
from relevo.data.contract import ColumnContract, Contract

Field = tuple[str, Any] | tuple[str, Any, Any]

_WHOLE = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_SCALAR = _WHOLE | float | str | bool | None
# Whole numbers beyond these are rounded when they become floats.
_EXACT = 2.0**53
# What cannot be the name of a field in JSON without being escaped.
_ESCAPED = re.compile(r'["\\\x00-\x1f\ud800-\udfff]')
_CALENDAR = (
    r"[12][0-9]{3}-"
    r"((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
)
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{3}([0-9]{3})?)?)?"
_ZONE = r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?"
_TIME = rf"\A{_CALENDAR}([T ]{_CLOCK}{_ZONE})?\Z"


def row_type(contract: Contract) -> type[msgspec.Struct] | None:
    """The type of a row that keeps the contract; None when a column's name has no plain JSON.

    Its first fields are the columns of `contract.required`, in that order: what
    `msgspec.structs.astuple` begins with. They are followed by the columns that a batch may lack,
    of any scalar, `msgspec.UNSET` when absent; whether an id can name a row is not asked. A number
    is a float, whatever JSON wrote; a missing value is None. Fields are called `c0`, `c1`, ...; in
    JSON they have the columns' names.

    Examples
    --------
    >>> age = ColumnContract("age in years", "number", low=0.0, high=120.0)
    >>> decode = msgspec.json.Decoder(row_type(Contract((age,)))).decode
    >>> msgspec.structs.astuple(decode(b'{"age in years": 30}'))
    (30.0,)
    >>> decode(b'{"age in years": 300}')
    Traceback (most recent call last):
    msgspec.ValidationError: Expected `float` <= 120.0 - at `$.age in years`

    """
    if any(_ESCAPED.search(name) for name in contract.names):
        return None
    columns = _in_order(contract)
    return msgspec.defstruct(
        "Row",
        [_field(place, column) for place, column in enumerate(columns)],
        rename={f"c{place}": column.name for place, column in enumerate(columns)},
        forbid_unknown_fields=True,
        frozen=True,
        gc=False,
        kw_only=True,
    )


def row_values(contract: Contract) -> Callable[[Any], tuple[Any, ...]]:
    """A function from a row of `row_type` to the values of `contract.required`, in that order."""
    count = len(contract.required)
    if count == len(contract.columns):
        return msgspec.structs.astuple
    if count < 2:
        return lambda row: msgspec.structs.astuple(row)[:count]
    return attrgetter(*(f"c{place}" for place in range(count)))


def row_dict(contract: Contract) -> Callable[[Any], dict[str, Any]]:
    """A function from a row of `row_type` to its values by column, those that are there."""
    names = tuple(column.name for column in _in_order(contract))
    unset, astuple = msgspec.UNSET, msgspec.structs.astuple

    def as_dict(row: Any) -> dict[str, Any]:
        values = zip(names, astuple(row), strict=True)
        return {name: value for name, value in values if value is not unset}

    return as_dict


def _in_order(contract: Contract) -> tuple[ColumnContract, ...]:
    optional = tuple(column for column in contract.columns if not column.required)
    return contract.required + optional


def _field(place: int, column: ColumnContract) -> Field:
    name = f"c{place}"
    if not column.required:
        return name, _SCALAR | msgspec.UnsetType, msgspec.UNSET
    kind = _KINDS[column.type](column)
    return (name, kind | None, None) if column.missing > 0 else (name, kind)


def _number(column: ColumnContract) -> Any:
    low, high = number_range(column)
    if abs(low) > _EXACT:
        low = math.nextafter(low, math.inf)
    if abs(high) > _EXACT:
        high = math.nextafter(high, -math.inf)
    return Annotated[float, msgspec.Meta(ge=low, le=high)]


def _category(column: ColumnContract) -> Any:
    if not column.categories:
        return str | _WHOLE | bool
    whole = [int(text) for text in column.categories if _is_whole(text)]
    return Literal[(*column.categories, *whole)]


def _is_whole(text: str) -> bool:
    """Whether a whole number in JSON is this category."""
    is_short = re.fullmatch("-?[0-9]{1,18}", text) is not None
    return is_short and str(int(text)) == text


def _time(column: ColumnContract) -> Any:
    return Annotated[str, msgspec.Meta(pattern=_TIME)]


_KINDS: dict[str, Callable[[ColumnContract], Any]] = {
    "number": _number,
    "boolean": lambda column: bool,
    "category": _category,
    "text": lambda column: str,
    "date": _time,
    "datetime": _time,
}
