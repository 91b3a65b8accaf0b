"""`ReplayCache`: what a replay has done, in a folder, so that a stopped one goes on."""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from relevo.data.whole_file import whole_file
from relevo.renew.replay_task import ReplayDone


class ReplayCache:
    """One file per finished task; each is there whole or not at all.

    Parameters
    ----------
    folder
        Where the files lie; None keeps nothing.
    *key
        All that the results depend on; another key is another folder below.

    """

    def __init__(self, folder: Path | None, *key: object) -> None:
        mark = blake2b(json.dumps(key, default=repr).encode(), digest_size=8).hexdigest()
        self.folder = folder / mark if folder else None
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)

    def get(self, name: str) -> ReplayDone | None:
        """What was kept under that name; None when it is not there or cannot be read."""
        if self.folder is None:
            return None
        try:
            with np.load(self.folder / f"{name}.npz", allow_pickle=False) as kept:
                return ReplayDone(
                    name,
                    kept["losses"],
                    kept["scratch"],
                    kept["fine_tuned"],
                    float(kept["scratch_seconds"]),
                    float(kept["fine_tune_seconds"]),
                )
        except (OSError, KeyError, ValueError, BadZipFile):
            return None

    def keep(self, done: ReplayDone) -> None:
        """Write a result."""
        if self.folder is None:
            return
        with (
            whole_file(self.folder / f"{done.name}.npz") as unfinished,
            unfinished.open("wb") as file,
        ):
            np.savez(
                file,
                losses=done.losses,
                scratch=done.scratch,
                fine_tuned=done.fine_tuned,
                scratch_seconds=done.scratch_seconds,
                fine_tune_seconds=done.fine_tune_seconds,
            )
