from html.parser import HTMLParser

import pytest

from relevo.picture import Figures, Note, Picture, Section, Table, bars, lines, page, spark

EVIL = '<script>alert("x")</script>'
VOID = {"meta", "link", "path", "circle"}


class Reader(HTMLParser):
    """Collects the tags, and fails where they are not closed in order."""

    def __init__(self, document):
        super().__init__()
        self.open, self.tags = [], []
        self.feed(document)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


def _page(text="text", lang="en"):
    table = Table(text, (text, "n", "shape"), ((text, 12345, Picture(spark([1, 2], title=text))),))
    line = lines(["a", "b"], {text: [1, 2], "other": [2, 1]}, title=text)
    return page(
        text,
        [
            Section(text, (Note(text), Note(text, "warning"), Figures(((text, 1), ("b", text))))),
            Section("two", (Picture(bars([text], [1], title=text), text), Picture(line, text))),
            Section("three", (table,)),
        ],
        lang,
        lead=text,
    )


def test_the_page_asks_for_nothing_and_runs_nothing():
    tags = Reader(_page()).tags
    assert not {"script", "img", "iframe", "object"} & {tag for tag, _ in tags}
    for tag, attributes in tags:
        assert "src" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        if "href" in attributes:
            assert attributes["href"].startswith(("#", "data:")), tag
    assert "url(" not in _page()
    assert "@import" not in _page()


@pytest.mark.parametrize(
    "text", [EVIL, "apples & bees", '" onload="x', "</style>", "ñandú 🌍 \x00"]
)
def test_every_text_is_escaped(text):
    plain = [(tag, sorted(a)) for tag, a in Reader(_page("a longer text")).tags]
    evil = [(tag, sorted(a)) for tag, a in Reader(_page(text)).tags if tag != "title"]
    assert evil == [(tag, names) for tag, names in plain if tag != "title"]


def test_headings_go_down_one_by_one_and_name_their_sections():
    tags = Reader(_page()).tags
    assert [tag for tag, _ in tags if tag in ("h1", "h2", "h3")] == ["h1", "h2", "h2", "h2"]
    named = {attributes.get("id") for tag, attributes in tags if tag == "h2"}
    assert {a["aria-labelledby"] for tag, a in tags if tag == "section"} == named
    assert {a["href"] for tag, a in tags if tag == "a"} == {f"#{name}" for name in named}


def test_tables_and_pictures_can_be_read_aloud():
    tags = Reader(_page()).tags
    assert all(a.get("scope") for tag, a in tags if tag == "th")
    assert sum(tag == "caption" for tag, _ in tags) == sum(tag == "table" for tag, _ in tags) == 1
    assert all(a["role"] == "img" and a["aria-label"] for tag, a in tags if tag == "svg")
    # What scrolls can be reached with the keyboard: the table and the wide picture.
    reached = [a for _, a in tags if a.get("tabindex") == "0"]
    assert len(reached) == 2
    assert all(a["aria-label"] for a in reached)


def test_the_page_speaks_its_language():
    assert ("html", {"lang": "es"}) in Reader(_page(lang="es")).tags
    assert "Contenido" in _page(lang="es")
    assert "Contents" in _page(lang="en")


def test_numbers_stand_right_and_empty_tables_are_tables():
    assert '<td class="number">12\u202f345</td>' in _page()
    empty = page("t", [Section("s", (Table("none", ("a", "b"), ()),))], "en")
    assert "<tbody></tbody>" in empty
    assert "<nav" not in empty
