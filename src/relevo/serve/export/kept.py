"""`kept`: the lines of a module that some of its names need when they run."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

_IMPORTS = (ast.Import, ast.ImportFrom)
_OWN = "relevo"


@dataclass(frozen=True)
class Kept:
    """A part of a module.

    Attributes
    ----------
    text
        Its lines; imports of relevo's modules turned to modules beside it.
    needs
        What it imports from relevo: the names by module.

    """

    text: str
    needs: dict[str, frozenset[str]]


def kept(source: str, wanted: frozenset[str] | None) -> Kept:
    """The part of a module that defines some names, with all that these run.

    Annotations are never evaluated, so what only they name is left out, unless it is of the
    standard library.

    Parameters
    ----------
    source
        The module.
    wanted
        The names; None for all.

    """
    body = [node for node in ast.parse(source).body if not _is_for_types(node)]
    nodes = _needed([node for node in body if not isinstance(node, _IMPORTS)], wanted)
    run = set().union(*map(_run, nodes)) | (wanted or frozenset())
    named = run | {one.id for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name)}
    imports = [
        one for node in body if isinstance(node, _IMPORTS) if (one := _import(node, run, named))
    ]
    lines, needs = source.splitlines(), _needs([*imports, *nodes])
    text = "\n".join(map(ast.unparse, imports)) + "\n"
    text += "".join(f"\n\n{_lines(node, lines)}\n" for node in nodes)
    turned = re.sub(rf"from {_OWN}\.(?:\w+\.)*(\w+) import", r"from .\1 import", text)
    return Kept(turned, needs)


def _needed(nodes: list[ast.stmt], wanted: frozenset[str] | None) -> list[ast.stmt]:
    """Those that define what is wanted, and what these run, in their order."""
    if wanted is None:
        return nodes
    found: set[int] = set()
    asked = set(wanted)
    while new := {
        place for place, node in enumerate(nodes) if place not in found and _defined(node) & asked
    }:
        found |= new
        asked |= set().union(*(_run(nodes[place]) for place in new))
    return [nodes[place] for place in sorted(found)]


def _defined(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    return {
        one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }


def _run(node: ast.AST) -> set[str]:
    """The names that a node uses, but for its annotations."""
    return {one.id for one in _without_annotations(node) if isinstance(one, ast.Name)}


def _without_annotations(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST):
                yield from _without_annotations(one)


def _import(
    node: ast.Import | ast.ImportFrom, run: set[str], named: set[str]
) -> ast.Import | ast.ImportFrom | None:
    """The import of what is used; of relevo, and of other libraries, what runs."""
    names = []
    for alias in node.names:
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        top = module.split(".")[0]
        used = named if top in sys.stdlib_module_names else run
        if top == "__future__" or (alias.asname or alias.name.split(".")[0]) in used:
            names.append(alias)
    if not names:
        return None
    if isinstance(node, ast.ImportFrom):
        return ast.ImportFrom(node.module, names, node.level)
    return ast.Import(names)


def _needs(nodes: list[ast.stmt]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(f"{_OWN}."):
            names = frozenset(alias.name for alias in node.names)
            found[str(node.module)] = found.get(str(node.module), frozenset()) | names
    return found


def _lines(node: ast.stmt, lines: list[str]) -> str:
    """A node's lines, with its decorators and the comments above it."""
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]) - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    return "\n".join(lines[first : node.end_lineno])


def _is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
