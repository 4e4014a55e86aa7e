"""Turn anybody's markdown into HTML that is safe in the instructor's Jupyter origin, in bounded time.

There are no links, no pictures, no ids and no HTML of the author's: all of that is shown as it was typed, since the
rules of the parser that know them are left out. Mathematics becomes MathML. What comes out is read again by a strict
parser; were there any element or attribute that is not on a list here, the text would be shown plainly instead.
Every word of the text is in the HTML, and what cannot be seen is named (see `visible_text`).
"""

import re
from functools import cache, lru_cache
from xml.etree import ElementTree

import mistune
from markupsafe import Markup, escape

from . import mathml
from .safe_markdown import CITATION, FENCE, SPAN
from .visible_text import visible

MOST_RENDERED = 20_000  # characters; longer texts are shown plainly. The longest answer that is asked for has 1,200
MOST_MARKS = 3_000  # signs of emphasis and code in a text; two pages of steps have 300
MOST_LINES = 1_500
MOST_FORMULAS, MOST_MATH = 500, 12_000  # of a text, and their characters: 0.5 s for the converter
DEEPEST = 8  # lists and quotes in one another
MOST_NESTED = 2_000  # such levels of all lines: 0.3 s for the parser

_MARKS = re.compile(r"[*_~`|]")
_CODE_LINE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_PLACE = "\ue000{}\ue001"  # stands for a formula while the rest is read; `visible` has left none of these two
_PLACES = re.compile("\ue000([0-9]+)\ue001")
_XMLNS = "{http://www.w3.org/1998/Math/MathML}"

TAGS = {
    **dict.fromkeys(
        "p strong em del ins code pre br hr blockquote ul li thead tbody tr th td span".split(),
        frozenset[str](),
    ),
    "ol": frozenset({"start"}),
    **dict.fromkeys(("div", "table"), frozenset({"tabindex"})),  # what is wide can be scrolled by keys as well
}
CLASSES = frozenset("written plain heading code-kind formula-drawn".split())


class _Renderer(mistune.HTMLRenderer):
    """Writes elements of `TAGS` alone."""

    def heading(self, text: str, level: int, **attrs: object) -> str:
        return f'<p class="heading">{text}</p>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:  # of the strikethrough's own search
        return f"{text} ({escape(url)} {escape(title or '')})"

    image = link

    def table(self, text: str) -> str:
        return f'<table tabindex="0">\n{text}</table>\n'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag = "th" if head else "td"
        return f"<{tag}>{text}</{tag}>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        kind = (info or "").strip()
        label = f'<div class="code-kind">{escape(kind)}</div>\n' if kind else ""
        drawn = _drawn_formula(code) if kind.strip("{}. ").lower() == "formula" else ""
        return f"{label}<pre><code>{escape(code)}</code></pre>\n{drawn}"


def strict_html(text: str) -> Markup:
    """Return a text of anybody's as HTML, wrapped in one element of the class `written`.

    Never raises, and takes at most about a second, whatever the text is.
    """
    return _strict_html(text)


@lru_cache(maxsize=8192)
def _strict_html(text: str) -> Markup:
    seen = visible(text)
    if not is_readable(seen):
        return plain_html(seen)
    try:
        html = f'<div class="written">{_rendered(seen)}</div>'
        return Markup(html) if is_allowed(html) else plain_html(seen)
    except Exception:  # of the parser, with a text that nobody foresaw: the words are shown all the same
        return plain_html(seen)


def plain_html(text: str) -> Markup:
    """Return a text as it was typed, line by line."""
    return Markup('<div class="written"><pre class="plain">{}</pre></div>').format(visible(text))


def is_readable(text: str) -> bool:
    """Whether a text is short and simple enough to be read as markdown."""
    lines = text.split("\n")
    return (
        len(text) <= MOST_RENDERED
        and len(lines) <= MOST_LINES
        and len(_MARKS.findall(text)) <= MOST_MARKS
        and max(depths := [*map(_depth, lines)]) <= DEEPEST
        and sum(depths) <= MOST_NESTED
    )


def is_allowed(html: str) -> bool:
    """Whether HTML is well-formed XML of the elements and attributes that are written here, and of nothing else."""
    try:
        tree = ElementTree.fromstring(html)
    except ElementTree.ParseError:
        return False
    return all(map(_is_known, tree.iter()))


def _is_known(element: ElementTree.Element) -> bool:
    if element.tag.startswith(_XMLNS):
        known = mathml.ATTRIBUTES
        tag = element.tag.removeprefix(_XMLNS)
        return tag in mathml.TAGS and all(
            name in known and known[name].fullmatch(value) for name, value in element.attrib.items()
        )
    for name, value in element.attrib.items():
        is_class = name == "class" and value in CLASSES
        if not is_class and not (name in TAGS.get(element.tag, ()) and value.isascii() and value.isdecimal()):
            return False
    return element.tag in TAGS


def _depth(line: str) -> int:
    """Return in how many lists and quotes the line says that it stands."""
    opening = re.match(r"(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*", line)
    marks = re.findall(r">|[-+*](?=[ \t])|\d[.)]", opening[0]) if opening else []
    indent = len(line) - len(line.lstrip(" \t"))
    return len(marks) + min(indent, 200) // 4


def _rendered(text: str) -> str:
    """Return the HTML of a text that is short enough."""
    formulas: list[str] = []
    room = MOST_MATH

    def put_aside(match: re.Match[str]) -> str:
        nonlocal room
        latex, is_display = _latex_of(match)
        if latex is None:
            return match[0]
        room -= len(latex)
        drawn = mathml.mathml(latex, display=is_display) if room >= 0 and len(formulas) < MOST_FORMULAS else None
        formulas.append(str(drawn) if drawn is not None else f"<code>{escape(match[0])}</code>")
        return _PLACE.format(len(formulas) - 1)

    parts: list[str] = []
    prose: list[str] = []
    fence = ""
    for line in text.split("\n"):
        match = FENCE.match(line)
        if fence:
            parts.append(line)
            if match and match["marks"].startswith(fence) and not match["info"].strip():
                fence = ""
        elif match and "`" not in match["info"]:
            parts += [SPAN.sub(put_aside, "\n".join(prose)), line] if prose else [line]
            prose, fence = [], match["marks"]
        else:
            prose.append(line)
    if prose:
        parts.append(SPAN.sub(put_aside, "\n".join(prose)))
    html = str(_reader()("\n".join(parts)))
    return _PLACES.sub(lambda place: formulas[int(place[1])], html)


def _latex_of(match: re.Match[str]) -> tuple[str | None, bool]:
    """Return the formula that was found and whether it stands on lines of its own; None for code and citations."""
    found = match[0]
    if match["code"]:
        return None, False
    if match["round"]:
        return match["round"].strip(), False
    if match["square"]:
        return (None, False) if CITATION.fullmatch(match["square"]) else (match["square"].strip(), True)
    if match["name"]:
        return found, True
    if found.startswith("$$"):
        return found[2:-2].strip(), True
    is_money = match.string[match.end() : match.end() + 1].isdecimal() and found[1:2].isdecimal()
    return (None if is_money else found[1:-1].strip()), False


def _drawn_formula(code: str) -> str:
    """Return the lines of a block for a final formula as they look in print, where they can be read."""
    drawn = [mathml.mathml(mathml.latex_of_plain(line)) for line in code.strip().split("\n")[:20] if line.strip()]
    lines = "".join(f"<div>{line}</div>" for line in drawn if line is not None)
    return f'<div class="formula-drawn" tabindex="0">{lines}</div>\n' if lines else ""


@cache
def _reader() -> mistune.Markdown:
    reader = mistune.create_markdown(renderer=_Renderer(escape=True), plugins=["table", "strikethrough"])
    for rules in (reader.block.rules, reader.block.block_quote_rules, reader.block.list_rules):
        rules[:] = [rule for rule in rules if rule not in ("block_html", "raw_html", "ref_link")]
    links = ("link", "link_close", "auto_link", "auto_email", "inline_html")
    reader.inline.rules[:] = [rule for rule in reader.inline.rules if rule not in links]
    return reader
