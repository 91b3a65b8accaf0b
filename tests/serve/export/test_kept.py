from __future__ import annotations

import pytest

from relevo.serve.export.kept import kept

SOURCE = '''"""A module."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl

from relevo.data.kinds import KINDS, Kind
from relevo.words import say

if TYPE_CHECKING:
    from relevo.data.table import Table

__all__ = ["Box", "area", "frame"]

# A side in metres.
_SIDE = 2.0


@dataclass(frozen=True)
class Box:
    """A box."""

    limits: ClassVar[dict[str, Any]] = {}
    kind: Kind
    side: float = _SIDE


def area(box: Box, table: Table) -> float:
    from relevo.data.unit import unit

    return math.pow(box.side, 2) * unit(say("data.unit"))


def frame(box: Box) -> pl.DataFrame:
    return pl.DataFrame({"side": [box.side], "kind": [KINDS]})
'''


def test_what_a_name_runs_is_kept() -> None:
    part = kept(SOURCE, frozenset({"Box"}))
    assert part.needs == {}
    assert part.text.splitlines() == [
        "from __future__ import annotations",
        "from dataclasses import dataclass",
        "from typing import Any, ClassVar",
        "",
        "",
        "# A side in metres.",
        "_SIDE = 2.0",
        "",
        "",
        "@dataclass(frozen=True)",
        "class Box:",
        '    """A box."""',
        "",
        "    limits: ClassVar[dict[str, Any]] = {}",
        "    kind: Kind",
        "    side: float = _SIDE",
    ]


def test_imports_of_relevo_turn_to_modules_beside_it() -> None:
    part = kept(SOURCE, frozenset({"area"}))
    assert part.needs == {"relevo.words": {"say"}, "relevo.data.unit": {"unit"}}
    assert "from .words import say" in part.text
    assert "    from .unit import unit" in part.text
    assert "relevo" not in part.text
    assert "class Box" not in part.text  # named by an annotation alone


def test_all_of_a_module_but_what_is_for_type_checkers() -> None:
    part = kept(SOURCE, None)
    assert part.needs.keys() == {"relevo.words", "relevo.data.unit", "relevo.data.kinds"}
    assert part.needs["relevo.data.kinds"] == {"KINDS"}
    assert "import polars as pl" in part.text
    assert "Table\n" not in part.text


@pytest.mark.parametrize("wanted", [None, frozenset({"area"}), frozenset({"Box", "frame"})])
def test_what_is_kept_can_be_read(wanted: frozenset[str] | None) -> None:
    compile(kept(SOURCE, wanted).text, "kept", "exec")
