"""A room imports only rooms above it, lazy imports included; heavy libraries stay in theirs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import relevo

SOURCE = Path(relevo.__file__).parent
ROOMS = (
    "words", "errors", "picture", "problem", "compute", "store", "data", "prepare", "score",
    "learn", "train", "model", "validate", "explain", "serve", "watch", "renew", "cycle", "cli",
)  # fmt: skip
# Which room may import which heavy library; a library that is not named here is free.
HEAVY = {
    "polars": {"data", "prepare", "train", "model", "validate", "explain", "serve", "watch",
               "renew", "cycle"},
    "numpy": {"compute", "data", "prepare", "score", "learn", "train", "model", "validate",
              "explain", "serve", "watch", "renew", "cycle"},  # serve: where it exports
    "scipy": {"data", "score", "learn", "train", "validate", "explain", "watch", "renew"},
    "sklearn": {"learn"},  # for the estimators' tags and exceptions, where it is loaded already
    "lightgbm": {"learn", "validate"},
    "pandas": {"data", "model"},
    "pyarrow": {"data"},
    "sqlalchemy": {"store", "data"},
    "alembic": {"store"},
    "apscheduler": {"cycle"},
    "onnx": {"serve"},
    "onnxruntime": {"serve"},
    "starlette": {"serve"},
    "uvicorn": {"serve"},
    "typer": {"cli"},
    "rich": {"cli"},
    "pydantic": {"problem", "data", "model", "cycle"},
}  # fmt: skip


def imports(tree: ast.AST) -> Iterator[str]:
    """Every dotted name that is imported anywhere in a module, type-checking blocks included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield str(node.module)


def against_the_arrow(room: str, source: str) -> list[str]:
    """What a module of a room imports from below it, or heavy where it may not."""
    wrong = []
    for name in imports(ast.parse(source)):
        top, _, rest = name.partition(".")
        below = rest.split(".")[0]
        if top == "relevo" and below in ROOMS and ROOMS.index(below) > ROOMS.index(room):
            wrong.append(name)
        if top in HEAVY and room not in HEAVY[top]:
            wrong.append(name)
    return wrong


def modules() -> list[tuple[str, Path]]:
    files = sorted(SOURCE.rglob("*.py"))
    placed = [(path.relative_to(SOURCE).parts[0].removesuffix(".py"), path) for path in files]
    return [(room, path) for room, path in placed if room != "__init__"]


def test_every_module_is_in_a_room() -> None:
    assert {room for room, _ in modules()} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_point_one_way(room: str) -> None:
    for where, path in modules():
        if where == room:
            assert against_the_arrow(room, path.read_text()) == [], path


def test_an_import_against_the_arrow_is_found() -> None:
    assert against_the_arrow("store", "def f():\n    from relevo.cycle.train import train") == [
        "relevo.cycle.train"
    ]
    assert against_the_arrow("problem", "import polars as pl") == ["polars"]
    assert against_the_arrow("cycle", "from relevo.store.store import Store") == []


@pytest.mark.parametrize("statement", ["import relevo", "from relevo.cycle.project import Project"])
def test_importing_relevo_loads_nothing_heavy(statement: str) -> None:
    code = (
        f"import sys; before = len(sys.modules); {statement}; "
        "print(len(sys.modules) - before); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    count, loaded = done.stdout.splitlines()
    assert not {"numpy", "polars", "sklearn", "torch", "lightgbm", "scipy"} & set(loaded.split())
    assert int(count) <= 60


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from relevo.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "polars", "sklearn", "torch"} & set(done.stderr.split())
    assert "renew" in done.stdout
