"""Turn the instructor's markdown into HTML that needs nothing from anywhere: mathematics becomes MathML."""

import re
from functools import cache

import mistune
from markupsafe import Markup, escape

from . import mathml

_MATH = re.compile(r"(?<!\\)\$\$(?P<display>[^$]+)\$\$|(?<![\\$])\$(?P<inline>[^$\n]+)\$(?!\$)")
_FENCE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_PLACE = "\ue000{}\ue001"  # stands for a formula while the rest is read; these two characters are nobody's
_PLACES = re.compile("\ue000([0-9]+)\ue001")


def markdown_to_html(markdown: str) -> Markup:
    """Return markdown of the instructor's as HTML; raw HTML in it is shown as text."""
    formulas: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        formulas.append(_mathml(match))
        return _PLACE.format(len(formulas) - 1)

    pieces, end = [], 0
    for fence in _FENCE.finditer(markdown):  # dollars in code are dollars
        pieces += [_MATH.sub(put_aside, markdown[end : fence.start()]), fence[0]]
        end = fence.end()
    pieces.append(_MATH.sub(put_aside, markdown[end:]))
    html = _reader()("".join(pieces))
    return Markup(_PLACES.sub(lambda match: formulas[int(match[1])], str(html)))


def _mathml(match: re.Match[str]) -> str:
    """Return a formula as MathML, or as it was typed where the converter does not know a command in it."""
    drawn = mathml.mathml(match["display"] or match["inline"], display=match["display"] is not None)
    return f"<code>{escape(match[0])}</code>" if drawn is None else str(drawn)


@cache
def _reader() -> mistune.Markdown:
    return mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])
