"""The contract as a TOML file that a person may edit."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, fields
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from relevo.data.contract import ColumnContract, Contract
from relevo.data.whole_file import write_whole
from relevo.errors import DataMistake

_COLUMNS = TypeAdapter(Annotated[tuple[ColumnContract, ...], Field(min_length=1)])
_REACTIONS = ("missing", "extra", "mistyped", "out_of_range", "unseen")
_WHOLE = ("unique", "time", "max_age_days", *_REACTIONS)


def write_contract(contract: Contract, path: Path) -> None:
    """Write the contract, one `[[columns]]` table per column."""
    write_whole(path, to_toml(contract))


def to_toml(contract: Contract) -> str:
    """The contract as TOML text."""
    whole = {name: getattr(contract, name) for name in _WHOLE}
    parts = [_table(whole)]
    parts += ["[[columns]]\n" + _table(asdict(column)) for column in contract.columns]
    return "\n".join(parts)


def read_contract(path: Path) -> Contract:
    """Read a contract that `write_contract` wrote, as a person may have edited it.

    Raises
    ------
    DataMistake
        When the file is no TOML, or a key or a value is not one of a contract's.

    """
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
        columns = _COLUMNS.validate_python(tree.pop("columns", ()))
        known = {field.name for field in fields(Contract) if field.init}
        unknown = set(tree) - known
        if unknown:
            raise ValueError(f"unknown key {', '.join(sorted(unknown))}")
        return TypeAdapter(Contract).validate_python({"columns": columns, **tree})
    except (tomllib.TOMLDecodeError, ValidationError, ValueError) as error:
        reason = "; ".join(str(error).splitlines()[:3])
        raise DataMistake("contract.changed", path=path.name, reason=reason) from error


def _table(values: dict[str, Any]) -> str:
    lines = [f"{name} = {_value(value)}" for name, value in _present(values).items()]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    # JSON's strings, numbers, booleans and arrays are TOML's too; TOML has no null.
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    own = ", ".join(f"{name} = {_value(one)}" for name, one in _present(value).items())
    return f"{{ {own} }}"


def _present(values: dict[str, Any]) -> dict[str, Any]:
    empty: tuple[Any, ...] = (None, (), {})
    whole = {k: _present(v) if isinstance(v, dict) else v for k, v in values.items()}
    return {name: value for name, value in whole.items() if value not in empty}
