"""`card`: the model card of a version, as a page and as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import TypeAdapter

from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import CardResult
from relevo.data.whole_file import write_whole
from relevo.explain.card import STEPS
from relevo.explain.card import card as card_of
from relevo.model.model import Model
from relevo.picture.page import Section
from relevo.words import LANGUAGES, language

_SECTIONS = TypeAdapter(tuple[Section, ...])


def card(project: Project, version: int | None = None) -> CardResult:
    """Write the card of a version in the language in force, with all that was found of it so far.

    Raises
    ------
    ModelMistake
        When there is no such version.

    """
    with recorded(project, "card"):
        return write_card(project, project.model(version))


def write_card(project: Project, model: Model) -> CardResult:
    """Write the page, the Markdown file and its pictures, each whole."""
    lang = language()
    found = {step: _kept(project, model.version, step, lang) for step in STEPS}
    made = card_of(model, found, lang)
    page = project.pages / f"card-{model.version}.html"
    document = page.with_suffix(".md")
    for path, svg in made.document.pictures.items():
        picture = project.pages / path
        picture.parent.mkdir(exist_ok=True)
        write_whole(picture, svg)
    write_whole(document, made.document.text)
    write_whole(page, made.html)
    return CardResult(model.version, str(page), str(document))


def keep_found(
    project: Project, version: int, step: str, sections: Callable[[str], Iterable[Section]]
) -> None:
    """Keep what a step found of a version for its card, in each language."""
    for lang in LANGUAGES:
        text = _SECTIONS.dump_json(tuple(sections(lang))).decode()
        write_whole(_file(project, version, step, lang), text)


def _file(project: Project, version: int, step: str, lang: str) -> Path:
    return project.found / f"{version}-{step}-{lang}.json"


def _kept(project: Project, version: int, step: str, lang: str) -> tuple[Section, ...]:
    file = _file(project, version, step, lang)
    return _SECTIONS.validate_json(file.read_bytes()) if file.exists() else ()
