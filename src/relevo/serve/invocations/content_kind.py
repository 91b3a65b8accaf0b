"""`content_kind`: what a body is, as its content type says."""

from __future__ import annotations

from typing import Literal

from relevo.errors import DataMistake
from relevo.serve.refusal import Refusal
from relevo.serve.shown import shown

ContentKind = Literal["json", "csv"]

_KINDS: dict[str, ContentKind] = {"": "json", "application/json": "json", "text/csv": "csv"}


def content_kind(content_type: str) -> ContentKind:
    """Whether a body is JSON (also when nothing is said) or CSV, in UTF-8.

    Raises
    ------
    Refusal
        415 when it is neither, as MLflow's own server answers.

    Examples
    --------
    >>> content_kind("text/csv; charset=UTF-8")
    'csv'

    """
    kind, *parameters = (part.strip() for part in content_type.lower().split(";"))
    given = {part.replace(" ", "").replace('"', "") for part in parameters if part}
    if kind not in _KINDS or not given <= {"charset=utf-8", "charset=utf8"}:
        raise Refusal(415, DataMistake("invocations.content_type", came=shown(content_type)))
    return _KINDS[kind]
