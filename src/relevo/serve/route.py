"""`Route`: one thing that the endpoint answers, and how it is described."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from relevo.model.model import Model
from relevo.store.records import Role

if TYPE_CHECKING:
    from relevo.serve.service import Service

Handler = Callable[["Service", Request, str], Awaitable[Response]]
"""Answers a request in a language; raises `Refusal` or a mistake for what it does not answer."""

Description = Callable[[Model | None, str], dict[str, Any]]
"""The OpenAPI operation of a route, for the model that serves and in a language."""


@dataclass(frozen=True)
class Route:
    """One thing that the endpoint answers.

    Attributes
    ----------
    method, path
        What is asked for; `{name}` in a path stands for a part of it, `{name:path}` for one with
        slashes.
    role
        The role of the key that it takes; None where it answers to everybody.
    handler
        Gives the answer.
    summary
        The catalogue's key of the sentence that says what it does.
    describe
        Parameters, request and answers, as OpenAPI has them.

    """

    method: str
    path: str
    role: Role | None
    handler: Handler
    summary: str
    describe: Description

    @property
    def template(self) -> str:
        """The path as people and OpenAPI write it."""
        return self.path.replace(":path}", "}")
