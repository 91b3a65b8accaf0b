"""`items_of`: the list that a body holds under a name."""

from __future__ import annotations

from typing import Any

from relevo.serve.refusal import invalid


def items_of(body: Any, name: str, most: int) -> list[Any]:
    """The list under `name`: one item at least, `most` at most; its items are not looked at.

    Raises
    ------
    Refusal
        422 when the body is no object, lacks the list, or the list is empty or too long.

    """
    if not isinstance(body, dict):
        raise invalid("serve.no_object", kind=type(body).__name__, name=name)
    if name not in body:
        found = ", ".join(list(body)[:10])[:200] or "{}"
        raise invalid("serve.no_list", name=name, found=found)
    items = body[name]
    if not isinstance(items, list):
        raise invalid("serve.not_a_list", name=name, kind=type(items).__name__)
    if not 0 < len(items) <= most:
        raise invalid("serve.wrong_count", name=name, count=len(items), most=most)
    return items
