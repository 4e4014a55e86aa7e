"""Texts of the homework as HTML for the student's page: questions, entries of a reading list, points of a rubric."""

import re
from functools import lru_cache

from markupsafe import Markup

from ..course.source_notebook import HEADING
from ..formats.markdown_to_html import markdown_to_html
from ..formats.strict_markdown import strict_html

NOTHING = Markup()
_QUOTED = re.compile(r"^ {0,3}>[ \t]?", re.MULTILINE)
_PARAGRAPH = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)
_WRITTEN = ('<div class="written">', "</div>")


def question_html(markdown: str) -> Markup:
    """Return the text of a question as HTML: without the heading of the item, or the marks of a quotation."""
    text = HEADING.sub("", markdown).strip()
    lines = [line for line in text.split("\n") if line.strip()]
    if lines and all(_QUOTED.match(line) for line in lines):
        text = _QUOTED.sub("", text)
    return with_wide_tables(markdown_to_html(text)) if text else NOTHING


def with_wide_tables(html: Markup) -> Markup:
    """Return HTML in which a table that is wider than a phone can be scrolled, also with keys."""
    opened = html.replace("<table>", Markup('<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>'))
    return opened.replace("</table>", Markup("</table></div>"))


def line_html(markdown: str) -> Markup:
    """Return a line of the instructor's as HTML that can stand in a line; links in it are links."""
    return _in_a_line(markdown_to_html(markdown.strip()))


@lru_cache(maxsize=1024)
def strict_line(markdown: str) -> Markup:
    """Return what anybody wrote, as a marker in a rubric, as HTML that can stand in a line if it is one paragraph."""
    html = str(strict_html(markdown.strip()))
    return _in_a_line(html.removeprefix(_WRITTEN[0]).removesuffix(_WRITTEN[1]))


def _in_a_line(html: str) -> Markup:
    match = _PARAGRAPH.fullmatch(html.strip())
    return Markup(match[1] if match else html)
