"""Make a student's markdown harmless, so that a person can read it inside the instructor's Jupyter origin.

Formgrader and the exported HTML show markdown cells unsanitised: raw HTML runs, pictures are fetched, links may carry
scripts, and a heading's automatic id can take the place of a score box. A cleaner of HTML comes too late here, because
what is stored is markdown, and several parsers will read it. So the text is changed such that no parser finds anything
to run: every replacement holds wherever it stands, in prose, mathematics or code; which of the three it is decides only
how the replacement looks. No word is removed. Every pattern takes time linear in the text.
"""

import html
import re
from collections.abc import Callable

INVISIBLE = "\u2060"  # word joiner: takes no room, is no white space, and ends whatever a parser was about to recognise

_ODD_NEWLINE = re.compile("\r\n|[\r\u2424]")  # mistune 2 takes the picture of a newline for a newline
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]"
)  # illegal in notebooks, or a line end for some parser
FENCE = re.compile(r"^ {0,3}(?P<marks>`{3,}|~{3,})(?P<info>[^\n]*)$")
_HEADING = re.compile(r"^ {0,3}#{1,6}(?!#)")
_NESTED_HEADING = re.compile(r"^(?P<before>(?:[ \t>*+:-]|\d{1,9}[.)])*)(?=#)")
_UNDERLINE = re.compile(r"^(?P<before>[ \t>]*)(?=[=-]+[ \t]*$)")  # makes a heading of the line above
# Code in a line, and mathematics by all marks that people use for it.
SPAN = re.compile(
    r"(?P<code>(?P<ticks>`{1,3})(?!`)[^`\n]+(?P=ticks)(?!`))"
    r"|(?<!\\)\$\$(?:[^$\\]|\\.)+\$\$"
    r"|(?<![\\$])\$(?:[^$\\\n]|\\.|\n(?![ \t]*\n))+\$(?!\$)"
    r"|\\{1,2}\((?P<round>(?:[^\\]|\\(?!\\?[()]).)+)\\{1,2}\)"
    r"|\\{1,2}\[(?P<square>(?:[^\\]|\\(?!\\?[\[\]]).)+)\\{1,2}\]"
    r"|\\begin\{(?P<name>[a-z]{1,20}\*?)\}(?:[^\\]|\\(?!begin|end))*\\end\{(?P=name)\}",
    re.DOTALL,
)
CITATION = re.compile(r"[\d\s,;-]*")  # \[2\] is an escaped bracket, not displayed mathematics
_AUTOLINK = re.compile(r"<(https?://[^\s<>]+)>")
_ENTITY = re.compile(r"&(?:#[0-9A-Fa-fxX]+;?|[A-Za-z][A-Za-z0-9]*;?)")
_NUMBER = re.compile(r"&#(?:[xX](?P<hex>[0-9A-Fa-f]+)|(?P<decimal>[0-9]+));?")
MOST_DIGITS = 7  # of the highest character, 0x10FFFF or 1114111; leading zeros count for nothing
_TAG = re.compile(r"<(?=[A-Za-z/!?])")  # only these four kinds of character make a tag of "<"
_LINK = re.compile(r"\](?=[(\[:])")  # [text](address), [text][label] and [label]: address; pictures likewise
# What opens mathematics and closes none: for each of them nbconvert looks for an end through all the rest, so that
# 40,000 characters of them took 9 s.
_LONE_OPENER = re.compile(r"(?<=\\\\)(?=[(\[])|(?<=\\begin)(?=\{)")
_ACTIVE_TEX = re.compile(r"\\(?=(?:href|class|cssId|style|require|bbox|mmlToken|html))")
_MERMAID = re.compile(r"(?<![`~])((?:`{3,}|~{3,})[^\S\n]*)(?=mermaid)", re.IGNORECASE)  # nbconvert escapes no mermaid


def harmless(text: str) -> str:
    r"""Return markdown that shows the same words and mathematics as `text` and can neither run nor fetch anything.

    Raw HTML becomes visible text; links and pictures become `[text] (address)`; headings become bold lines, since
    their ids would clash with formgrader's; LaTeX's `\(...\)` becomes `$...$`, which Jupyter typesets.
    """
    lines = _UNPRINTABLE.sub("\ufffd", _ODD_NEWLINE.sub("\n", text)).split("\n")
    parts: list[str] = []
    prose: list[str] = []
    fence = ""
    for line in lines:
        match = FENCE.match(line)
        if fence:
            parts.append(_in_code(_no_heading(line)))
            if match and match["marks"].startswith(fence) and not match["info"].strip():
                fence = ""
        elif match and "`" not in match["info"]:
            parts += [*_prose(prose), _in_code(line)]
            prose = []
            fence = match["marks"]
        else:
            prose.append(line)
    text = "\n".join(parts + _prose(prose))
    # These three look the same in prose, mathematics and code: a space there changes the meaning of none.
    return _MERMAID.sub(r"\1text ", _ACTIVE_TEX.sub(r"\\ ", _LINK.sub("] ", text)))


def _prose(lines: list[str]) -> list[str]:
    """Return the lines of a stretch outside fences, as a list of at most one string."""
    if not lines:
        return []
    text = "\n".join(_no_heading(_bold_for_heading(line)) if line else "" for line in lines)
    pieces, end = [], 0
    for match in SPAN.finditer(text):
        pieces += [_in_text(text[end : match.start()]), _span(match)]
        end = match.end()
    return ["".join([*pieces, _in_text(text[end:])])]


def unescaped(text: str) -> str:
    """Return text with its entities replaced, as browsers do it, also where a number has thousands of digits.

    `html.unescape` hands them all to `int`, which raises ValueError from 4,300 digits on.
    """
    return html.unescape(_NUMBER.sub(_short_number, text))


def _short_number(match: re.Match[str]) -> str:
    """Return a reference to a character with no more digits than Unicode has."""
    sign, digits = ("x", match["hex"]) if match["hex"] else ("", match["decimal"])
    digits = digits.lstrip("0") or "0"
    return f"&#{sign}{digits};" if len(digits) <= MOST_DIGITS else "\ufffd"


def _bold_for_heading(line: str) -> str:
    match = _HEADING.match(line)
    if not match:
        return line
    text = line[match.end() :].strip()
    if text.rstrip("#").endswith((" ", "\t")):  # the optional closing sequence of a heading
        text = text.rstrip("#").rstrip()
    return f"**{text}**\n" if text.strip("#") and "*" not in text else f"{text}\n"


def _no_heading(line: str) -> str:
    return _UNDERLINE.sub(r"\g<before>" + INVISIBLE, _NESTED_HEADING.sub(r"\g<before>" + INVISIBLE, line))


def _span(match: re.Match[str]) -> str:
    if match["code"]:
        return _in_code(match["code"])
    if match["round"]:
        return f"${_in_math(match['round'].strip())}$"
    if match["square"] and not CITATION.fullmatch(match["square"]):
        return f"$${_in_math(match['square'])}$$"
    return _in_math(match[0])


def _in_text(text: str) -> str:
    text = _LONE_OPENER.sub(INVISIBLE, _AUTOLINK.sub(r"\1", text))
    return _defused(text, less_than="&lt;", ampersand="&amp;")


def _in_code(text: str) -> str:
    return _defused(text, less_than="<" + INVISIBLE, ampersand="&" + INVISIBLE)


def _in_math(text: str) -> str:
    return _defused(text, less_than=r"\lt ", ampersand="& ")


def _defused(text: str, less_than: str, ampersand: str) -> str:
    return _TAG.sub(lambda match: less_than, _ENTITY.sub(_broken_if_syntax(ampersand), text))


def _broken_if_syntax(ampersand: str) -> Callable[[re.Match[str]], str]:
    """Return a replacement for entities: one that stands for an ASCII character could spell a TeX command."""

    def replace(match: re.Match[str]) -> str:
        meaning = unescaped(match[0])
        if meaning == match[0] or not meaning.isascii() or meaning in "<>&\"'":
            return match[0]
        return ampersand + match[0][1:]

    return replace
