"""`model_routes`: a route of the model that serves, by its name alone and by name and version."""

from __future__ import annotations

from relevo.model.model import Model
from relevo.serve.route import Description, Handler, Route
from relevo.serve.schema import TEXT, Schema

# A name may have slashes, which some callers encode and others do not.
_NAMED = "/v2/models/{name:path}"
_VERSION = "/versions/{version}"


def model_routes(
    method: str, tail: str, handler: Handler, summary: str, describe: Description
) -> tuple[Route, Route]:
    """Two routes of one handler; the one of a version first, since the other would match it too.

    Parameters
    ----------
    method, handler, summary, describe
        As a `Route` has them.
    tail
        What comes after the model in the path.

    """
    return (
        _route(method, _VERSION + tail, handler, summary, describe, ("name", "version")),
        _route(method, tail, handler, summary, describe, ("name",)),
    )


def _route(
    method: str,
    rest: str,
    handler: Handler,
    summary: str,
    describe: Description,
    names: tuple[str, ...],
) -> Route:
    def described(model: Model | None, lang: str) -> Schema:
        return {"parameters": _parameters(names, model), **describe(model, lang)}

    return Route(method, _NAMED + rest, "predict", handler, summary, described)


def _parameters(names: tuple[str, ...], model: Model | None) -> list[Schema]:
    examples = {"name": model.problem.name, "version": str(model.version)} if model else {}
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": TEXT | ({"examples": [examples[name]]} if examples else {}),
        }
        for name in names
    ]
