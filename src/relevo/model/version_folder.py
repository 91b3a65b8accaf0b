"""`version_folder`: where the store says that a version is, if that is in the project."""

from __future__ import annotations

from pathlib import Path

from relevo.errors import ModelMistake
from relevo.model.hashes import leads_out


def version_folder(state: Path, folder: str, version: int) -> Path:
    """The folder of a version.

    Parameters
    ----------
    state
        The project's `.relevo`.
    folder
        Where the store, which others may write to, says that the version is.
    version
        Its number, for the message.

    Raises
    ------
    ModelMistake
        When the folder is not below `state`.

    Examples
    --------
    >>> version_folder(Path(".relevo"), "models/v1", 1).as_posix()
    '.relevo/models/v1'

    """
    if leads_out(folder):
        raise ModelMistake("model.not_here", folder=folder, version=version)
    return state / folder
