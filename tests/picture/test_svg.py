import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from relevo.picture.svg import clean, element, frame, legend, shortened, stride, width, words


@given(st.text())
def test_any_text_gives_a_document_that_parses(text):
    root = ET.fromstring(frame(text, 100.0, 50.0, [words(0, 0, text, room=50)]))
    assert root.get("role") == "img"
    assert root[0].tag.endswith("title")


@given(st.text(max_size=60), st.floats(20, 300))
def test_a_shortened_text_fits(text, room):
    assert width(shortened(text, room)) <= max(room, width(text[:1] + "…"))


def test_what_is_cut_stays_in_the_title():
    drawn = ET.fromstring(words(0, 0, "a very long name of a column", room=80))
    assert drawn[0].text == "a very long name of a column"
    assert drawn[0].tail.startswith("a very")
    assert drawn[0].tail.endswith("…")


def test_attributes_are_escaped_and_rounded():
    assert element("path", class_='"><script>', stroke_width=1.23456) == (
        '<path class="&quot;&gt;&lt;script&gt;" stroke-width="1.2"/>'
    )
    assert clean("\x00<&") == "\ufffd&lt;&amp;"


def test_texts_are_left_out_where_they_would_touch():
    assert stride(50, 100) == 1
    assert stride(50, 60) == 2
    assert stride(88, 60) == 2


def test_a_legend_wraps():
    _, below = legend([("one", "s1"), ("two", "s2")], 0, 400, 0)
    _, wrapped = legend([("one" * 10, "s1"), ("two" * 10, "s2")], 0, 400, 0)
    assert wrapped == below + 20
