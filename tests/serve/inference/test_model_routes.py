from __future__ import annotations

from starlette.routing import compile_path

from relevo.serve.inference.routes import INFERENCE


def first_match(method: str, path: str) -> tuple[str, dict[str, str]]:
    for route in INFERENCE:
        pattern, _, _ = compile_path(route.path)
        if route.method == method and (found := pattern.match(path)):
            return route.template, found.groupdict()
    raise AssertionError(path)


def test_the_route_of_a_version_comes_before_the_one_that_would_match_it_too() -> None:
    for tail, method in (("/infer", "POST"), ("/ready", "GET"), ("", "GET")):
        template, found = first_match(method, f"/v2/models/a/b/versions/3{tail}")
        assert template == f"/v2/models/{{name}}/versions/{{version}}{tail}"
        assert found == {"name": "a/b", "version": "3"}
        template, found = first_match(method, f"/v2/models/a/b{tail}")
        assert template == f"/v2/models/{{name}}{tail}"
        assert found == {"name": "a/b"}


def test_each_says_which_parts_of_its_path_differ() -> None:
    for route in INFERENCE:
        named = [one["name"] for one in route.describe(None, "en").get("parameters", [])]
        assert named == [name for name in ("name", "version") if f"{{{name}}}" in route.template]
