"""The comment of a person who marks, as students and markers see it: markdown with mathematics."""

import re

from markupsafe import Markup

from ..formats.strict_markdown import strict_html
from ..model.plain_text import paragraph

MOST_CHARACTERS, MOST_LINES = 16_000, 400  # a rubric of ten points, and the longest comment that the desk takes

_LINE_END = re.compile(r"(?<=\S)(?=\n\S)")  # before a line that is not indented: in a list such a line goes on


def comment_html(comment: str) -> Markup:
    """Return a comment as HTML that loads nothing, its line breaks kept; empty for one without a word.

    What is written in formgrader counts as well: there nobody sees the markdown before it is sent.
    """
    text = paragraph(comment, MOST_CHARACTERS, MOST_LINES)
    return strict_html(_LINE_END.sub("  ", text)) if text else Markup()
