from __future__ import annotations

from relevo.picture import Figures, Note, Picture, Section, Table, bars
from relevo.picture.markdown import escaped, markdown

SECTIONS = [
    Section("What it is", (Figures((("Rows", 12000.0), ("Until", None))), Note("Plain."))),
    Section(
        "Limits",
        (
            Note("Only few rows.", "warning"),
            Picture(bars(["a"], [1.0], [(0.5, 1.5)], title="Bars"), "How much | it [moves]"),
            Table("Columns", ("Name", "Share"), (("a|b", 0.25), ("*c*", None))),
        ),
    ),
]


def test_every_block_is_written() -> None:
    document = markdown("A card", SECTIONS, "en", "What it does.", folder="card-1")
    assert document.text.startswith("# A card\n\nWhat it does.\n\n## What it is\n")
    assert "- Rows: **12\u202f000**\n- Until: **–**" in document.text
    assert "> **Note:** Only few rows." in document.text
    assert "![How much \\| it \\[moves\\]](card-1/01.svg)" in document.text
    assert "| Name | Share |\n| --- | --- |\n| a\\|b | 0.25 |\n| \\*c\\* | – |" in document.text
    assert list(document.pictures) == ["card-1/01.svg"]
    svg = document.pictures["card-1/01.svg"]
    assert svg.startswith("<svg")
    assert "<style>" in svg  # it stands alone


def test_text_of_the_user_is_no_markup() -> None:
    assert escaped("<b>*x*</b>\n# y") == "\\<b\\>\\*x\\*\\</b\\> \\# y"


def test_the_few_words_of_its_own_are_in_spanish_too() -> None:
    assert "> **Nota:**" in markdown("Ficha", SECTIONS, "es").text
