"""Cards of two versions, opened in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe

import relevo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request


def applicants(count: int = 900, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    income, debt = random.normal(30, 8, count), random.normal(10, 4, count)
    job = random.choice(["clerk", "nurse", "smith"], count)
    score = (debt - 10) / 4 - (income - 30) / 8 + 0.5 * (job == "clerk")
    refused = random.random(count) < 1 / (1 + np.exp(-2 * score))
    return pl.DataFrame(
        {
            "income": income,
            "debt": debt,
            "job": job,
            "sex": random.choice(["f", "m"], count),
            "branch": random.choice([f"branch {number}" for number in range(6)], count),
            "outcome": np.where(refused, "refused", "granted"),
        }
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> relevo.Project:
    made = relevo.Project(tmp_path_factory.mktemp("card") / "p")
    made.new(applicants(), "outcome", site="branch")
    for learner in ("linear", "boosting"):
        version = made.train(learner=learner, budget="3s").version
        made.validate(version, budget="10s")
        made.explain(version)
    return made


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_without_a_request_and_without_an_accessibility_error(
    project: relevo.Project, browser: Browser, version: int, scheme: str
) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(_place(request)))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    card = Path(project.card(version).page)
    page.goto(card.as_uri())
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert [place for place in asked if not place.startswith(("file:", "data:"))] == []
    assert said == []
    assert (
        page.locator("h1").inner_text() == f"Model card: {project.problem.name}, version {version}"
    )
    assert page.locator("h2").count() > 8
    wide = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert wide, "the page scrolls sideways"
    page.close()


def _place(request: Request) -> str:
    return request.url
