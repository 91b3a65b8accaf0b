"""`promote_version`: a version becomes the champion, when its folder is whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from relevo.model.hashes import verify
from relevo.model.version_folder import version_folder
from relevo.store.aliases import CHAMPION
from relevo.store.records import DecisionRecord
from relevo.store.store import Store


def promote_version(
    store: Store,
    folder: Path,
    version: int,
    why: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> int | None:
    """Move the alias `champion` to a version, with the decision; gives the champion before.

    Parameters
    ----------
    store
        Knows the version.
    folder
        What the folders of versions are relative to.
    version
        The new champion.
    why, now, detail
        What the decision says.

    Raises
    ------
    ModelMistake
        When there is no such version, or a file of it was changed.
    StoreMistake
        When somebody else moved the alias in the meantime.

    """
    verify(version_folder(folder, store.version(version).folder, version))
    previous = store.alias(CHAMPION)
    decision = DecisionRecord("promote", why, version, previous, detail or {}, now)
    store.move_alias(CHAMPION, version, decision, expect=previous)
    return previous
