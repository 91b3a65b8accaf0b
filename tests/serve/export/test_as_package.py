from __future__ import annotations

import json
import re
import site
import subprocess
import sys
import tomllib
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from relevo.data.row_finding import RowFinding
from relevo.errors import ModelMistake
from relevo.model.folder import model_table
from relevo.serve.export import scorer
from relevo.serve.export.export import export
from relevo.words import use_language

PACKAGE = "late_deliveries_espana_model"
# What a package may load: the standard library, numpy, onnxruntime and what that one needs.
ASK = f"""
import json, sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
import {PACKAGE} as model
rows = json.load(sys.stdin)
answers = model.predict(rows)
warned = [[vars(finding) for finding in model.check(row)] for row in rows]
try:
    model.predict([rows[0], {{**rows[0], "weight": "heavy", "wieght": 1}}])
except model.BrokenContract as broken:
    refused = [[row, *map(str, vars(finding).values())] for row, finding in broken.findings]
print(json.dumps([answers, warned, refused, model.predict([]), sorted(sys.modules)]))
"""


def as_json(finding: RowFinding) -> Any:
    return json.loads(json.dumps(vars(finding)))


HEAVY = {"relevo", "lightgbm", "scipy", "polars", "sklearn", "pydantic", "pandas", "narwhals"}


def ask(folder: Path, rows: list[dict[str, Any]], libraries: Path) -> Any:
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", ASK, str(folder), str(libraries)]
    done = subprocess.run(
        command,
        input=json.dumps(rows, default=str),
        capture_output=True,
        text=True,
        check=False,
        env={"RELEVO_LANG": "en"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def libraries(tmp_path: Path) -> Path:
    """A folder with nothing but what the package depends on."""
    installed, folder = Path(site.getsitepackages()[0]), tmp_path / "libraries"
    folder.mkdir()
    for name in ("numpy", "numpy.libs", "onnxruntime", "onnxruntime.libs"):
        if (installed / name).exists():
            (folder / name).symlink_to(installed / name)
    return folder


@pytest.mark.parametrize(
    ("task", "learner", "segment"),
    [
        ("two", "boosting", ()),
        ("regression", "linear", ()),
        ("three", "additive", ()),
        ("three", "linear", ("depot",)),
    ],
)
def test_it_answers_on_its_own(
    choose: Any, tmp_path: Path, libraries: Path, task: str, learner: str, segment: tuple[str, ...]
) -> None:
    chosen = choose(task, learner, segment)
    export(chosen, tmp_path / "out", "package")
    model = chosen.model
    rows = model.predictors(model_table(chosen.folder, "judged")).head(150).to_dicts()
    rows += [{**rows[0], "depot": "nowhere"}, {**rows[1], "depot": None, "value": None}]
    rows += [{**rows[2], "at": "2024-02-29T23:30:00-02:00", "fragile": True}]
    answers, warned, refused, of_none, loaded = ask(tmp_path / "out", rows, libraries)
    use_language("en")
    assert of_none == []
    for row, answer, findings in zip(rows, answers, warned, strict=True):
        checked = model.check_row(row)
        expected = model.predict_row(checked.row)
        assert answer.keys() == expected.keys()
        assert answer.get("label") == expected.get("label")
        for name in answer.keys() & {"value", "probabilities"}:
            assert answer[name] == pytest.approx(expected[name], abs=1e-6)
        assert findings == [as_json(finding) for finding in checked.findings]
    broken = model.check_row({**rows[0], "weight": "heavy", "wieght": 1}).findings
    assert len(broken) == 2
    assert refused == [[1, *map(str, vars(finding).values())] for finding in broken]
    assert not {name.split(".")[0] for name in loaded} & HEAVY
    use_language(None)


def test_it_declares_what_it_needs(choose: Any, tmp_path: Path) -> None:
    export(choose("two", "linear"), tmp_path / "out", "package")
    project = tomllib.loads((tmp_path / "out" / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["name"] == "late-deliveries-espana-model"
    assert project["project"]["version"] == "3"
    assert project["project"]["dependencies"] == [
        f"{name}>={version(name)}" for name in ("numpy", "onnxruntime")
    ]
    for file in (tmp_path / "out" / PACKAGE).rglob("*.py"):
        assert not re.search(r"^ *(from|import) relevo", file.read_text("utf-8"), re.M), file


def test_a_package_that_answers_otherwise_is_refused(
    choose: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(scorer._READ, "int64", lambda value, missing: missing)
    with pytest.raises(ModelMistake, match="answers differ"):
        export(choose("two", "boosting"), tmp_path / "out", "package")
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_no_code(choose: Any, tmp_path: Path) -> None:
    chosen = choose("two", "linear")
    problem = chosen.problem.model_copy(update={"name": '7"""\n1/0\n'})
    export(replace(chosen, problem=problem), tmp_path / "out", "package")
    text = (tmp_path / "out" / "model_7_1_0_model" / "__init__.py").read_text(encoding="utf-8")
    compile(text, "package", "exec")
    assert text.splitlines()[0].startswith('\'7""" 1/0, version 3')
