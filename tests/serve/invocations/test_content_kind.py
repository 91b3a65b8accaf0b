from __future__ import annotations

import pytest

from relevo.serve.invocations.content_kind import content_kind
from relevo.serve.refusal import Refusal


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("", "json"),
        ("application/json", "json"),
        ("Application/JSON; charset=UTF-8", "json"),
        ('application/json;charset="utf-8";', "json"),
        ("text/csv", "csv"),
        ("text/csv; charset=utf-8", "csv"),
    ],
)
def test_json_and_csv_are_taken(content_type: str, kind: str) -> None:
    assert content_kind(content_type) == kind


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "application/vnd.apache.parquet",
        "text/csv; charset=latin-1",
        "application/json; format=pandas-split",
    ],
)
def test_others_are_refused(content_type: str) -> None:
    with pytest.raises(Refusal) as refused:
        content_kind(content_type)
    assert refused.value.status == 415
    assert content_type in refused.value.mistake.parts("es")["came"]
