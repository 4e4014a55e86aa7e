"""Text that a student wrote, as people read it: short, on its lines, and nothing in it acts on a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.model.plain_text import one_line, paragraph, points

ESCAPES = [
    ("\x1b[1;31mred\x1b[0m", "red"),
    ("\x9b31mred", "red"),
    ("\x1b]0;title\x07text", "text"),
    ("\x1b]8;;file:///etc/passwd\x1b\\link\x1b]8;;\x1b\\", "link"),
    ("\x1b]0;never ends\nnext line", "next line"),
    ("a\x1bcb", "ab"),
    ("tail\x1b", "tail"),
    ("one\r\ntwo\u2028three", "one two three"),
    ("o\u0302\u0302\u0302\u0302\u0302\u0302x", "o\u0302\u0302\u0302x"),
    ("m\u00fcller \u738b \U0001f600", "m\u00fcller \u738b \U0001f600"),
    ("abc\u202edef\u200b\ufeff", "abcdef"),
]


@pytest.mark.parametrize(("raw", "clean"), ESCAPES)
def test_escape_sequences_go_and_words_stay(raw: str, clean: str) -> None:
    """Terminal sequences, invisible characters and stacked marks are dropped; letters of every script are kept."""
    assert one_line(raw, 80) == clean


@given(st.text(), st.integers(1, 40), st.integers(1, 5))
def test_cleaned_text_keeps_its_limits(text: str, limit: int, lines: int) -> None:
    """No cleaned text is longer than it may be, nor has more lines."""
    block = paragraph(text, limit, lines)

    assert len(one_line(text, limit)) <= limit
    assert "\n" not in one_line(text, limit)
    assert len(block) <= limit
    assert block.count("\n") < lines


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (2.5, "2.5"), (4.666, "4.67"), (0.0, "0"), (10.0, "10"), (100, "100")]
)
def test_points_say_nothing_needless(value: float, text: str) -> None:
    """Points have two decimals at most and no zeros at the end of a fraction."""
    assert points(value) == text


@pytest.mark.parametrize("value", [b"bytes", None, 3])
def test_what_is_no_text_is_the_empty_text(value: object) -> None:
    """A field of a message may hold anything."""
    assert one_line(value, 80) == ""


def test_a_long_text_shows_where_it_was_cut() -> None:
    """A reader sees that there was more."""
    assert one_line("x" * 1000, 10) == "x" * 9 + "…"
