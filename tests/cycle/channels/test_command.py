from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from relevo.cycle.channels.command import run
from relevo.cycle.event import NotSent


def python(folder: Path, code: str) -> str:
    """A command that runs some Python, in a file so that nothing needs quotes."""
    file = folder / "a command.py"
    file.write_text(code)
    return f"{sys.executable} '{file.name}' 'an $argument; here'"


def test_it_reads_json_and_no_shell_reads_its_words(tmp_path: Path) -> None:
    code = "import sys, pathlib; pathlib.Path('got').write_text(sys.stdin.read() + sys.argv[1])"
    run(python(tmp_path, code), '{"a": "ñ"}'.encode(), tmp_path)
    assert (tmp_path / "got").read_text(encoding="utf-8") == '{"a": "ñ"}an $argument; here'


def test_one_that_reads_nothing_is_fine(tmp_path: Path) -> None:
    run("true", b"x" * 1_000_000, tmp_path)


def test_what_it_complained_of_is_told(tmp_path: Path) -> None:
    code = "import sys; sys.exit('no such channel')"
    with pytest.raises(NotSent, match=r"1.*no such channel") as told:
        run(python(tmp_path, code), b"{}", tmp_path)
    assert "$argument" not in str(told.value)


def test_one_that_takes_too_long_is_killed_with_its_children(
    tmp_path: Path, ends: Callable[[int], bool]
) -> None:
    (tmp_path / "wait.sh").write_text("sleep 600 & echo $! > child; wait")
    with pytest.raises(NotSent, match=r"1\.5 s"):
        run("sh wait.sh", b"{}", tmp_path, timeout=1.5)
    assert ends(int((tmp_path / "child").read_text()))


@pytest.mark.parametrize("command", ["not-there-at-all", "'open quote", " "])
def test_one_that_cannot_run(command: str, tmp_path: Path) -> None:
    with pytest.raises(NotSent):
        run(command, b"{}", tmp_path)
