from __future__ import annotations

import ast
import sys
from pathlib import Path

from relevo.serve.export.carried import carry


def test_what_a_module_runs_comes_along_and_nothing_else(tmp_path: Path) -> None:
    carry("relevo.data.row_check", tmp_path)
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.py")}
    assert {"row_check.py", "category_text.py", "words/__init__.py"} <= files
    assert "def category_texts" not in (tmp_path / "category_text.py").read_text("utf-8")
    for language in ("en", "es"):
        assert (tmp_path / "words" / language / "contract.toml").exists()
        assert not (tmp_path / "words" / language / "cli.toml").exists()


def test_only_the_standard_library_and_what_is_declared_is_imported(tmp_path: Path) -> None:
    carry("relevo.serve.export.scorer", tmp_path)
    allowed = {*sys.stdlib_module_names, "numpy", "onnxruntime"}
    for path in tmp_path.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed, path
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert str(node.module).split(".")[0] in allowed, path
