"""`carry`: the lines of relevo that a package runs, copied into it."""

from __future__ import annotations

import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import relevo.words as words
from relevo.serve.export.kept import Kept, kept

_WORDS = words.__name__


def carry(module: str, package: Path) -> None:
    """Copy a module of relevo, and what it runs of others, as modules of a package.

    Parameters
    ----------
    module
        Its full name.
    package
        The package's folder.

    """
    wanted: dict[str, frozenset[str] | None] = {module: None}
    parts: dict[str, Kept] = {}
    pending = [module]
    while pending:
        name = pending.pop()
        parts[name] = kept(_source(name), wanted[name])
        for needed, names in parts[name].needs.items():
            before = wanted.get(needed, frozenset())
            if needed != _WORDS and before is not None and not names <= before:
                wanted[needed] = before | names
                pending.append(needed)
    for name, part in parts.items():
        file = package / f"{name.rpartition('.')[2]}.py"
        file.write_text(part.text, encoding="utf-8")
    _carry_words(package, "".join(part.text for part in parts.values()))


def _source(name: str) -> str:
    found = find_spec(name)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).read_text(encoding="utf-8")


def _carry_words(package: Path, text: str) -> None:
    """The catalogues whose sentences the copied lines say, in all languages."""
    catalogues = set(re.findall(r"""\bsay\(f?"(\w+)\.""", text))
    source, target = Path(words.__file__).parent, package / "words"
    for language in words.LANGUAGES:
        (target / language).mkdir(parents=True)
        for name in catalogues:
            file = f"{language}/{name}.toml"
            shutil.copyfile(source / file, target / file)
    shutil.copyfile(source / "__init__.py", target / "__init__.py")
