"""`carry`: the lines of relevo that a package runs, copied into it."""

from __future__ import annotations

import ast
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import relevo.words as words

_WORDS = "relevo.words"


def carry(module: str, package: Path) -> None:
    """Copy a module of relevo and those that it runs, as modules of a package.

    Imports for type checkers are left out; all others turn to the package's own copies.

    Parameters
    ----------
    module
        Its full name. What it runs must import only what the package depends on.
    package
        The package's folder.

    """
    pending, done = [module], {_WORDS}
    while pending:
        name = pending.pop()
        if name in done:
            continue
        done.add(name)
        source = _without_typing(_source(name))
        pending += re.findall(r"^ *from (relevo\.[\w.]+) import", source, re.MULTILINE)
        file = package / f"{name.rpartition('.')[2]}.py"
        file.write_text(_turned(source), encoding="utf-8")
    _carry_words(package)


def _source(name: str) -> str:
    found = find_spec(name)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).read_text(encoding="utf-8")


def _without_typing(source: str) -> str:
    """The source without its blocks `if TYPE_CHECKING:`."""
    lines = source.splitlines(keepends=True)
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            del lines[node.lineno - 1 : node.end_lineno]
    return "".join(lines)


def _turned(source: str) -> str:
    return re.sub(r"from relevo\.(?:\w+\.)*(\w+) import", r"from .\1 import", source)


def _carry_words(package: Path) -> None:
    """The catalogues that the copied modules name, in all languages."""
    text = "".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))
    catalogues = set(re.findall(r"""\bsay\(f?"(\w+)\.""", text))
    source, target = Path(words.__file__).parent, package / "words"
    for language in words.LANGUAGES:
        (target / language).mkdir(parents=True)
        for name in catalogues:
            file = f"{language}/{name}.toml"
            shutil.copyfile(source / file, target / file)
    shutil.copyfile(source / "__init__.py", target / "__init__.py")
