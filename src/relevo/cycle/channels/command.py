"""`run`: JSON on the standard input of a command."""

from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired

from relevo.cycle.event import NotSent
from relevo.words import say

TIMEOUT_SECONDS = 30.0
_TOLD = 200  # characters of what it complained of


def run(command: str, body: bytes, folder: Path, timeout: float = TIMEOUT_SECONDS) -> None:
    """Run a command without a shell, from the project's folder, and wait until it ends.

    Parameters
    ----------
    command
        The program and its arguments, quoted as for a shell.
    body
        JSON, for its standard input; one that does not read it is fine.
    folder
        Where it runs.
    timeout
        Seconds until it, and what it has started, is killed.

    Raises
    ------
    NotSent
        When it is not there, ends with another status than 0, or takes too long.

    """
    try:
        words = shlex.split(command)
        process = Popen(
            words, cwd=folder, stdin=PIPE, stdout=DEVNULL, stderr=PIPE, start_new_session=True
        )
    except (OSError, ValueError, IndexError) as error:
        raise NotSent(say("notify.not_run", command=_name(command), why=error)) from error
    with process:
        try:
            _, complaint = process.communicate(body, timeout)
        except TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            why = say("notify.too_slow", seconds=f"{timeout:g}")
            raise NotSent(say("notify.not_run", command=_name(command), why=why)) from error
    if process.returncode:
        last = complaint.decode(errors="replace").strip()[-_TOLD:]
        why = say("notify.status", status=process.returncode, said=last)
        raise NotSent(say("notify.not_run", command=_name(command), why=why.strip()))


def _name(command: str) -> str:
    """The program alone: arguments may hold a secret."""
    return command.split()[0] if command.split() else command
