"""`pins`: the exact versions of relevo and all that it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution

import relevo


def pins(trained: Mapping[str, str]) -> list[str]:
    """Lines of a requirements file: what is installed here, or was when the model was trained.

    Parameters
    ----------
    trained
        Versions that the model's lineage names; they come first.

    """
    found = {"relevo": relevo.__version__, **dict(_installed("relevo", set())), **trained}
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _installed(name: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    """The libraries that one needs, and those that they need, without extras."""
    for line in distribution(name).requires or []:
        needed = re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", line, maxsplit=1)[0]).lower()
        if "extra ==" in line or needed in seen:
            continue
        seen.add(needed)
        try:
            yield needed, distribution(needed).version
        except PackageNotFoundError:  # of another system or Python
            continue
        yield from _installed(needed, seen)
