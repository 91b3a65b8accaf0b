"""The pieces that descriptions of routes are made of, as OpenAPI 3.1 has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}


def record(properties: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """An object with these properties, all required but the optional ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required}


def array(items: Schema) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items}


def content(schema: Schema, media_type: str = "application/json") -> Schema:
    """A body of this schema."""
    return {"content": {media_type: {"schema": schema}}}


def body(schema: Schema, example: Any) -> Schema:
    """A request that must have a body."""
    described = {"schema": schema, "example": example}
    return {"required": True, "content": {"application/json": described}}


_REACTION: Schema = {"enum": ["refuse", "warn", "impute"]}
_FINDING: dict[str, Schema] = {
    "column": TEXT,
    "rule": TEXT,
    "expected": TEXT,
    "got": TEXT,
    "reaction": _REACTION,
    "nearest": TEXT,
}
_OPTIONAL = ("reaction", "nearest")
FINDING = record(_FINDING, _OPTIONAL)
PARTS: dict[str, Schema] = {"error": TEXT, "came": TEXT, "expected": TEXT, "todo": TEXT}
ERROR = record(
    {**PARTS, "findings": array(record({"row": WHOLE, **_FINDING}, _OPTIONAL))},
    optional=("findings",),
)
