"""Anybody's markdown as HTML in the instructor's Jupyter origin: nothing runs, nothing is fetched, no word is lost."""

from __future__ import annotations

import random
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import text_fuzz
from browser import Witness
from hostile_text import BREAKERS, CANARY, HTML, MARKDOWN, TEXTS
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from playwright.sync_api import Page

from autograder.formats import mathml, strict_markdown
from autograder.formats.safe_markdown import SPAN
from autograder.formats.strict_markdown import is_allowed, plain_html, strict_html
from autograder.formats.visible_text import named, visible
from autograder.marking.answer_difference import MOST_TOKENS, difference_html

N = 40_000
# What takes a parser long, or ends its recursion; each many times over.
COSTLY = {
    "stars": "*a " * N, "strong": "**a" * N, "mixed": "***a*b__" * N, "ticks": "`" * N, "tildes": "~~a" * N,
    "growing ticks": "".join("`" * (number % 50 + 1) + "a" for number in range(N)), "quotes": ">" * N,
    "lists": "\n".join("  " * number + "- a" for number in range(200)), "quoted lists": "> - " * N,
    "flat lists": "- a\n" * N, "lists in a line": "- - - - - - - a\n" * N, "numbers": "1. " * N,
    "brackets": "[" * N, "links": "[a](" * N, "pictures": "![" * N, "labels": "[a]: b\n" * N,
    "wide table": "|" * 2900 + "\n" + "|-" * 1400 + "|\n", "long table": "|a|b|\n|-|-|\n" + "|x|y|\n" * N,
    "dollars": "$" * N, "formulas": "$a$ " * N, "displayed": "$$a$$\n" * N, "openers": "\\(" * N,
    "begins": "\\begin{a}" * N,
    "groups": ("$" + "{}" * 700 + "$ ") * 99, "cells": ("$" + "&" * 1400 + "$ ") * 99, "deep": "$" + "{" * N + "$",
    "left": "$" + "\\left(" * N + "$", "fractions": "$" + "\\frac{1}{" * 200 + "$", "roots": "$" + "\\sqrt" * 290 + "$",
    "scripts": "$" + "_" * 1400 + "$", "doubling": r"$\newcommand{\a}{\b\b}\newcommand{\b}{xx}\a$ $\def\x{\x\x}\x$",
    "formula blocks": "```formula\nx_w*y + sum_w(yhat_w u_w)\n```\n" * N, "fences": "```\n" * N,
    "html": "<!--<a " * N, "entities": "&#1;&" * N, "escapes": "\\*" * N, "lines": "a\n" * N, "blanks": "   \n" * N,
    "underlines": "a\n=\n" * N, "hashes": "# " * N, "one word": "a" * N, "hidden": "\u200b\u202e" * N,
    "marks": "a" + "\u0301" * N,
}  # fmt: skip

PLACES = (
    "{}", "    {}", "- a\n- {}", "> {}", "| a |\n|---|\n| {} |", "```{}\nx\n```", "# {}", "${}$", "```formula\n{}\n```",
)  # fmt: skip
PIECES = [*"ab1 \n\n*_`~|#>-+.)([]!<&\\$\t^{}=", "$$", "\\(", "\\)", "```", "- ", "1. "]


def words(html: str) -> str:
    """Return the text of HTML."""
    return "".join(ElementTree.fromstring(html).itertext())


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_hostile_text_becomes_nothing_but_known_elements(text: str):
    """As an answer, as code, in a list, in a table, and as what two answers differ in."""
    for place in (
        "{}",
        "    {}",
        "- a\n- {}",
        "> {}",
        "| a |\n|---|\n| {} |",
        "```{}\nx\n```",
        "# {}",
        "${}$",
        "```formula\n{}\n```",
    ):
        html = strict_html(place.replace("{}", text))
        assert is_allowed(html)
        assert not re.search(r"<(?:a|img|script|iframe|style|svg|form|input|link|meta|base|object|embed)\b", html)
    assert is_allowed(difference_html(text, "same"))
    assert is_allowed(difference_html("same", text))


@pytest.mark.parametrize("text", [*HTML, *BREAKERS[:10], *MARKDOWN[:6]], ids=range(len(HTML) + 16))
def test_html_links_and_pictures_are_shown_as_they_were_typed(text: str):
    """So that a marker sees what was tried."""
    assert visible(text).split() == words(strict_html(text)).split()


@pytest.mark.parametrize("kind", COSTLY)
def test_a_costly_text_is_shown_whole(kind: str):
    """Read, or plainly where it is too long or too deep for the parser: so the time is bounded."""
    for text in (COSTLY[kind][: strict_markdown.MOST_RENDERED], COSTLY[kind][:N]):
        html = strict_html(text)

        assert is_allowed(html)
        assert len(html) < 2_000_000
        if strict_markdown.is_readable(visible(text)):
            continue
        assert html == plain_html(text)
        assert words(html) == visible(text)


@given(
    st.lists(
        st.sampled_from([*"ab1 \n\n*_`~|#>-+.)([]!<&\\$\t^{}=", "$$", "\\(", "\\)", "```", "- ", "1. "]), max_size=60
    )
)
def test_no_letter_is_lost(pieces: list[str]):
    """Whatever markdown makes of it."""
    text = "".join(pieces)
    prose = SPAN.sub(" ", text)  # formulas are drawn with signs of their own
    html = strict_html(prose)

    assert is_allowed(html)
    assert set("ab") & set(prose) <= set(words(html))
    assert re.findall("[ab]", words(html)) == re.findall("[ab]", visible(prose))
    assert is_allowed(strict_html(text))


def test_mutated_texts_become_nothing_but_known_elements():
    """Pieces of hostile texts, cut, doubled and spliced."""
    rng = random.Random(7)
    for text in text_fuzz.texts(rng, 150):
        assert is_allowed(strict_html(text[:30_000]))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", f"a{named(chr(0x202E))}b"),
        ("a\u200bb\x00\x1b[2J", "a⟦U+200B⟧b⟦U+0000⟧⟦U+001B⟧[2J"),
        ("\ufeffa\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\ue000 0\ue001", "⟦U+E000⟧ 0⟦U+E001⟧"),
        ("e\u0301 Việt", "e\u0301 Việt"),
        ("e" + "\u0301" * 4, "e\u0301\u0301\u0301⟦U+0301⟧"),
        ("\U0001f469\u200d\U0001f4bb می\u200cخواهم", "\U0001f469\u200d\U0001f4bb می\u200cخواهم"),
        ("a\u200db", "a⟦U+200D⟧b"),
        ("\u3164\ud800", "⟦U+3164⟧⟦U+D800⟧"),
        ("\U000e0041", "⟦U+E0041⟧"),
    ],
)
def test_what_cannot_be_seen_is_named(text: str, shown: str):
    """Without touching scripts and emoji that need joiners."""
    assert visible(text) == shown
    assert letters(shown) in letters(words(strict_html(text)))


def test_markdown_reads_as_students_know_it():
    """Headings are small and have no ids; tables, lists, code and emphasis are there."""
    table, code = "| a | b |\n|:-:|---|\n| 1 | `x` |", "```python\nx < 1\n```"
    html = strict_html(f"# A *heading*\n\n1. one\n2. two\n\n> said\n\n{table}\n\n{code}\n\n~~no~~ **yes**")

    assert '<p class="heading">A <em>heading</em></p>' in html
    assert "<td>1</td>" in html
    assert '<div class="code-kind">python</div>\n<pre><code>x &lt; 1' in html
    assert all(part in html for part in ("<ol>", "<blockquote>", "<th>a</th>", "<del>no</del>", "<strong>yes</strong>"))
    assert not re.search(r"<h\d|\bid=", html)


@pytest.mark.parametrize(
    "typed", ["$x^2$", "$$x^2$$", "\\(x^2\\)", "\\\\(x^2\\\\)", "\\[x^2\\]", "\\begin{align}x^2\\end{align}", "$ x^2 $"]
)
def test_mathematics_is_mathml(typed: str):
    """By all marks that people use for it."""
    html = strict_html(f"So {typed} is it.")

    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html
    assert is_allowed(html)


@pytest.mark.parametrize("typed", ["It costs $5 and $6.", "See \\[2\\].", "`$x$`", "```\n$x$\n```", "a \\$x\\$"])
def test_what_is_no_mathematics_stays_text(typed: str):
    """Money, citations and code."""
    assert "<math" not in strict_html(typed)


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:alert(1)}{x}", r"\color{white}{x}", r"\class{a}{x}", r"\unicode{3c}", r"\def\x{\x\x}\x",
        r"\newcommand{\y}{z}\y", "x % a comment", r"\undefined{", "{" * 50 + "}" * 50, "x" * 2000,
    ],
)  # fmt: skip
def test_a_formula_that_would_lose_a_word_is_shown_as_typed(latex: str):
    """Nor is one drawn that defines something, or is too large."""
    html = strict_html(f"${latex}$")

    assert letters(words(html)) == letters(latex)
    assert CANARY not in html or "<" not in latex


def test_the_number_of_an_equation_stands_apart():
    """Right behind the formula it would read as a factor."""
    assert '<mspace width="2em" /><mtext>(2)</mtext>' in str(mathml.mathml(r"J = -\log \hat y_o \tag{2}", display=True))


def test_nothing_in_a_formula_is_hidden_or_moved_over_other_text():
    """Sizes are small and above zero, and no colour, style, link or class is left."""
    for latex in (
        r"\phantom{secret}", r"\hspace{-50em}x", r"\rlap{over}x", r"\rule{900em}{900em}", r"\text{<img src=x>}",
        r"\kern-9em x", r"\color{white}", r"\mathrm{b}", r"\llap{x}", r"\not=", r"\skew{9}{x}{y}", r"\style{x}{y}",
    ):  # fmt: skip
        html = str(mathml.mathml(latex) or "")

        assert not re.search(r'mphantom|="-|="[\d.]{2,}em|style=|color|href=|<img', html)
    assert "secret" in str(mathml.mathml(r"\text{secret}\phantom{x}"))
    assert "&lt;img" in str(mathml.mathml(r"\text{<img src=x>}"))


def test_a_final_formula_stands_as_typed_and_as_in_print():
    """In plain text or in LaTeX; what cannot be read is only code."""
    plain = strict_html("```formula\ndJ/du_w = sum_w(yhat_w - y_w) * v_c\n```")
    latex = strict_html("```formula\n\\frac{a}{b}\n```")

    assert "<code>dJ/du_w = sum_w(yhat_w - y_w) * v_c" in plain
    assert '<div class="formula-drawn" tabindex="0">' in plain
    assert "<msub><mo>∑</mo><mi>w</mi></msub>" in plain
    assert "<mfrac>" in latex
    assert "formula-drawn" not in strict_html("```formula\n\\frac{\n```")


def test_every_formula_of_the_course_is_drawn(assignment):
    """So the lists of elements and attributes have room for honest mathematics."""
    given_texts = [assignment.sheet(name).text for name in assignment.sheets]
    given_texts += [
        cell.source for name in assignment.notebooks for cell in assignment.source_notebook(name).cells
        if cell.cell_type == "markdown"
    ]  # fmt: skip
    formulas = [
        match[0].strip("$") for text in given_texts for match in SPAN.finditer(text) if match[0].startswith("$")
    ]

    assert len(formulas) > 100
    assert [formula for formula in formulas if mathml.mathml(formula) is None] == []


@pytest.mark.parametrize(
    "html",
    [
        "<p><script>x</script></p>", '<p onclick="x">a</p>', '<p class="other">a</p>', '<p id="a">a</p>', "<p>a", "a",
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi href="x">a</mi></math>', '<ol start="x"></ol>',
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><maction>a</maction></math>', "<!DOCTYPE a><p>a</p>x",
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>', "<mi>a</mi>", '<p xmlns="http://x">a</p>',
    ],
)  # fmt: skip
def test_the_last_wall_refuses_what_is_on_no_list(html: str):
    """Whatever a parser may once write."""
    assert not is_allowed(html)


def test_a_parser_that_is_fooled_or_breaks_costs_the_markdown_and_not_the_page(monkeypatch):
    """The text is shown plainly."""
    for rendered in (lambda text: "<p onclick='x'>a</p>", lambda text: 1 / 0):
        monkeypatch.setattr(strict_markdown, "_rendered", rendered)
        strict_markdown._strict_html.cache_clear()
        assert strict_html("*a*") == plain_html("*a*")
    strict_markdown._strict_html.cache_clear()


def test_what_two_answers_differ_in_is_marked_word_by_word():
    """Blanks and line ends are nobody's difference; two texts that are too long stand one below the other."""
    html = difference_html("One minimises the <b>norm</b>.", "One  minimises\nthe <i>norm</i> now.")

    assert re.findall("<del>(.*?)</del>", html) == ["b", "b"]
    assert re.findall("<ins>(.*?)</ins>", html) == ["i", "i", " now"]
    assert "<del" not in difference_html("a\n\nb", "a b")
    assert "<ins" not in difference_html("a\n\nb", "a b")
    long = difference_html("a " * MOST_TOKENS, "b " * MOST_TOKENS)
    assert long.count('<pre class="plain">') == 2
    assert isinstance(html, Markup)


def test_nothing_runs_and_nothing_is_asked_for_in_a_browser(witness: Witness, browser_page: Page, tmp_path: Path):
    """Without any content policy, in a page that holds all of them; its tree has the known elements alone."""
    texts = [*TEXTS, *text_fuzz.texts(random.Random(3), 60)]
    shown = "".join(strict_html(text[:30_000]) + difference_html(text[:3_000], "a b c") for text in texts)
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><title>all</title><body>{shown}", encoding="utf-8")
    browser_page.goto(page.as_uri())
    found = browser_page.evaluate(
        """[...document.body.querySelectorAll("*")].map((each) =>
            [each.localName, ...[...each.attributes].map((one) => one.name + "=" + one.value)].join(" "))"""
    )

    assert witness.complaints == witness.dialogs == []
    assert witness.requests == [page.as_uri()]
    assert browser_page.evaluate(f"window.{CANARY}") is None
    assert browser_page.locator("body > div").count() >= 2 * len(texts)
    for element in {*found}:
        name, *attributes = element.split(" ", 1)
        assert name in strict_markdown.TAGS or name in mathml.TAGS
        assert not re.search(r"\b(?:on\w+|style|href|src|id)=", "".join(attributes))
