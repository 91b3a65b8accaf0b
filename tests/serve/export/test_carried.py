from __future__ import annotations

import ast
import sys
from pathlib import Path

from relevo.serve.export.carried import carry


def test_what_a_module_runs_comes_along_and_nothing_else(tmp_path: Path) -> None:
    carry("relevo.data.row_check", tmp_path)
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.py")}
    assert files == {"row_check.py", "category_text.py", "words/__init__.py"}
    catalogues = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.toml")}
    assert catalogues == {"words/en/contract.toml", "words/es/contract.toml"}


def test_only_the_standard_library_and_what_is_declared_is_imported_on_loading(
    tmp_path: Path,
) -> None:
    carry("relevo.serve.export.scorer", tmp_path)
    allowed = {*sys.stdlib_module_names, "numpy", "onnxruntime"}
    for path in tmp_path.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, path
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert str(node.module).split(".")[0] in allowed, path
