"""`describe`: invocations as OpenAPI has them, with the model's own rows."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from relevo.learn.learner import KnowsSegments
from relevo.model.model import UNSEEN, Model
from relevo.model.row_schema import row_schema
from relevo.serve.example_row import example_row
from relevo.serve.schema import NUMBER, TEXT, Schema, array, body, content, record
from relevo.words import say


def describe(model: Model | None, lang: str) -> Schema:
    """The operation, for the model that serves."""
    row: Schema = row_schema(model.contract) if model else {"type": "object"}
    values = {name: array(value) for name, value in row.get("properties", {}).items()}
    rows = array(row) | {"minItems": 1}
    lists = array({"type": "array"}) | {"minItems": 1}
    split = record(
        {"columns": array(TEXT), "index": {"type": "array"}, "data": lists},
        optional=("columns", "index"),
    )
    columns = {"type": "object", "properties": values}
    forms = {
        "dataframe_split": split,
        "dataframe_records": rows,
        "instances": {"anyOf": [rows, lists]},
        "inputs": {"anyOf": [columns, rows, lists]},
    }
    answered = {"predictions": array(_prediction(model)), "ids": array(TEXT)}
    example = example_row(model.contract) if model else {}
    asked = body(
        {"oneOf": [record({name: form}) for name, form in forms.items()]},
        {"dataframe_split": {"columns": list(example), "data": [list(example.values())]}},
    )
    asked["content"]["text/csv"] = {"schema": TEXT, "example": _csv(example)}
    return {
        "description": say("invocations.describe", lang),
        "requestBody": asked,
        "responses": {"200": content(record(answered))},
    }


def _prediction(model: Model | None) -> Schema:
    if model is None:
        return {"type": "object"}
    shown: dict[str, Schema] = {
        "prediction": {"enum": list(model.classes)} if model.classes else NUMBER
    }
    shown |= {f"probability_{label}": NUMBER for label in model.classes}
    if isinstance(model.predictor, KnowsSegments):
        shown[UNSEEN] = {"type": "boolean"}
    return record(shown)


def _csv(row: dict[str, Any]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([row.keys(), row.values()])
    return text.getvalue()
