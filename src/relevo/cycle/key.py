"""`add_key`, `keys` and `remove_key`: who may ask the endpoint for what."""

from __future__ import annotations

from typing import get_args

from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import AddKeyResult, KeyRow, KeysResult, RemoveKeyResult
from relevo.errors import OptionMistake, nearest
from relevo.serve.api_key import new_key
from relevo.store.records import Role

_LONGEST = 100
_ROLES: tuple[Role, ...] = get_args(Role)


def add_key(project: Project, name: str, *, role: str) -> AddKeyResult:
    """Make a key, shown this once; one of the same name opens nothing any more.

    Raises
    ------
    OptionMistake
        When the name cannot be one, or there is no such role.

    """
    if not (name.strip() and name.isprintable() and len(name) <= _LONGEST):
        raise OptionMistake("key.bad_name", name=repr(name[:_LONGEST]), most=_LONGEST)
    known = next((one for one in _ROLES if one == role), None)
    if known is None:
        roles = ", ".join(_ROLES)
        raise OptionMistake("key.bad_role", role=role, known=roles, hint=nearest(role, _ROLES))
    with recorded(project, "add key", name=name, role=role):
        held = project.store.keys()
        replaced = any(one.name == name for one in held)
        record, key = new_key(name, known, project.now())
        project.store.put_key(record)
        return AddKeyResult(name, role, key, replaced)


def keys(project: Project) -> KeysResult:
    """The keys, by name; none can be told from what is kept."""
    held = project.store.keys()
    return KeysResult(tuple(KeyRow(one.name, one.role, one.key_id, one.created_at) for one in held))


def remove_key(project: Project, name: str) -> RemoveKeyResult:
    """Let the key of this name open nothing any more.

    Raises
    ------
    OptionMistake
        When there is none.

    """
    with recorded(project, "remove key", name=name):
        if not project.store.remove_key(name):
            held = project.store.keys()
            names = [one.name for one in held]
            known = ", ".join(names) or "-"
            raise OptionMistake("key.unknown", name=name, known=known, hint=nearest(name, names))
        return RemoveKeyResult(name)
