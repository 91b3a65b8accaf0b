"""`json_rows`: the rows of a body of JSON, in each of MLflow's forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from relevo.data.contract import Contract
from relevo.serve.body import decode_json_of_frames
from relevo.serve.refusal import Refusal, invalid
from relevo.serve.shown import shown

Row = dict[str, Any]


def json_rows(body: bytes, contract: Contract, most_rows: int) -> list[Row]:
    """The rows under `dataframe_split`, `dataframe_records`, `instances` or `inputs`.

    Lists of values without names are those of the columns that the contract requires, in its
    order. `params` are ignored, as MLflow ignores them for a model that declares none.

    Raises
    ------
    Refusal
        422 when it is none of these forms, or there are no rows or too many.

    """
    value = decode_json_of_frames(body)
    found = [name for name in _FORMS if isinstance(value, dict) and name in value]
    if len(found) != 1:
        raise invalid("invocations.form", came=_kind_or_names(value), known=", ".join(_FORMS))
    [form] = found
    names = [column.name for column in contract.required]
    rows = _FORMS[form](form, value[form], names)
    if not 0 < len(rows) <= most_rows:
        raise invalid("serve.wrong_count", name=form, count=len(rows), most=most_rows)
    return rows


def _split(form: str, value: Any, names: Sequence[str]) -> list[Row]:
    if not isinstance(value, dict) or not isinstance(value.get("data"), list):
        raise invalid("invocations.split", came=_kind_or_names(value))
    columns = value.get("columns") or list(names)
    if not _distinct_texts(columns) or not value.keys() <= {"columns", "data", "index"}:
        raise invalid("invocations.split", came=_kind_or_names(value))
    return _named(form, value["data"], columns)


def _records(form: str, value: Any, names: Sequence[str]) -> list[Row]:
    if not isinstance(value, list):
        raise _wrong_form(form, value)
    for position, item in enumerate(value):
        if not isinstance(item, dict):
            raise invalid(
                "invocations.record", form=form, position=position, kind=type(item).__name__
            )
    return value


def _instances(form: str, value: Any, names: Sequence[str]) -> list[Row]:
    if not isinstance(value, list):
        raise _wrong_form(form, value)
    if value and isinstance(value[0], dict):
        return _records(form, value, names)
    if len(names) == 1:
        value = [item if isinstance(item, list) else [item] for item in value]
    return _named(form, value, names)


def _inputs(form: str, value: Any, names: Sequence[str]) -> list[Row]:
    if not isinstance(value, dict):
        return _instances(form, value, names)
    if not any(isinstance(column, list) for column in value.values()):
        return [value]
    columns = {name: _column(name, column) for name, column in value.items()}
    by_size = sorted(columns, key=lambda name: len(columns[name]))
    shortest, longest = len(columns[by_size[0]]), len(columns[by_size[-1]])
    if shortest != longest:
        raise invalid(
            "invocations.unequal",
            first=shown(by_size[0]),
            rows=shortest,
            second=shown(by_size[-1]),
            more=longest,
        )
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _column(name: str, values: Any) -> Sequence[Any]:
    if not isinstance(values, list):
        raise invalid("invocations.column", column=shown(name), kind=type(values).__name__)
    # A tensor of shape (n_rows, 1) holds a list for each row.
    return [v[0] if isinstance(v, list) and len(v) == 1 else v for v in values]


def _named(form: str, rows: Sequence[Any], names: Sequence[str]) -> list[Row]:
    for position, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(names):
            came = len(row) if isinstance(row, list) else type(row).__name__
            columns = shown(", ".join(names))
            raise invalid(
                "invocations.width",
                form=form,
                position=position,
                came=came,
                wanted=len(names),
                columns=columns,
            )
    return [dict(zip(names, row, strict=True)) for row in rows]


def _distinct_texts(columns: Any) -> bool:
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        return False
    return 0 < len(columns) == len(set(columns))


def _kind_or_names(value: Any) -> str:
    return shown(", ".join(value) or "{}") if isinstance(value, dict) else type(value).__name__


def _wrong_form(form: str, value: Any) -> Refusal:
    return invalid("invocations.list", form=form, kind=type(value).__name__)


_FORMS: Mapping[str, Callable[[str, Any, Sequence[str]], list[Row]]] = {
    "dataframe_split": _split,
    "dataframe_records": _records,
    "instances": _instances,
    "inputs": _inputs,
}
