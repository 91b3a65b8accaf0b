from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import relevo
from relevo.serve.export.export import export


@pytest.fixture
def out(choose: Any, tmp_path: Path) -> Path:
    export(choose("two", "linear"), tmp_path / "out", "docker")
    return tmp_path / "out"


def instructions(text: str) -> list[tuple[str, str]]:
    joined = text.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(" ", 1)) for line in lines]  # type: ignore[misc]


def test_the_image_runs_without_rights_and_says_how_it_is(out: Path) -> None:
    steps = instructions((out / "Dockerfile").read_text(encoding="utf-8"))
    assert re.fullmatch(r"python:3\.\d+-slim", dict(steps)["FROM"])
    names = [name for name, _ in steps]
    assert names.index("USER") > max(place for place, name in enumerate(names) if name == "RUN")
    assert dict(steps)["USER"] == "relevo"
    assert dict(steps)["EXPOSE"] == "8000"
    assert "/health" in dict(steps)["HEALTHCHECK"]
    command = json.loads(dict(steps)["CMD"])
    assert command == [
        "relevo", "serve", "-C", "project", "--host", "0.0.0.0", "--port", "8000"
    ]  # fmt: skip
    for name, rest in steps:
        if name == "COPY":
            source = rest.split()[-2]
            assert (out / source).exists()
            assert f"!{source.removeprefix('./')}" in (out / ".dockerignore").read_text()


def test_every_library_has_one_version(out: Path) -> None:
    lines = (out / "requirements.txt").read_text().splitlines()
    pinned = dict(line.split("==") for line in lines)
    assert len(pinned) == len(lines)
    assert pinned["relevo"] == relevo.__version__
    assert pinned["starlette"] == version("starlette")
    assert pinned["click"] == version("click")  # needed by what relevo needs
    assert not {"onnx", "psycopg", "fastexcel", "pytest"} & set(pinned)


def test_the_readme_says_how_to_give_keys(out: Path) -> None:
    text = (out / "README.md").read_text(encoding="utf-8")
    assert "relevo key add NAME --role predict -C project" in text
    assert "late_deliveries_espana:3" in text
