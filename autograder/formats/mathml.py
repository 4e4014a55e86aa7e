r"""LaTeX of anybody's as MathML that can neither run nor fetch, nor hide or overlay anything, in bounded time.

latex2mathml takes what it knows and writes text unescaped, so only its tree is used: elements and attributes that are
on the lists below stay, and the tree is written anew. Where a letter would be lost (`\href`), it is no formula.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from html import unescape
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from markupsafe import Markup

from .visible_text import visible

# The converter takes at most 40 microseconds a character (2,000 small groups), and its recursion ends at 40 brackets.
MOST_CHARACTERS = 1_500  # of one formula; the longest line of honest steps has 300
MOST_COMMANDS = 400  # backslashes in it
MOST_OPEN = 40  # brackets that are open at one place, or environments
TAGS = frozenset(
    "math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle msub msup msubsup munder mover munderover "
    "mmultiscripts mprescripts none mtable mtr mtd menclose".split()
)
_WORDS = re.compile(r"[a-z0-9 -]{1,60}")
_LENGTH = re.compile(r"\+?[0-4]?(?:\.\d{1,6})?(?:em|ex|px|pt)?")  # never below zero: nothing is moved over other text
_NUMBER = re.compile(r"[0-3]")
ATTRIBUTES = {
    **dict.fromkeys(
        "display mathvariant stretchy fence form separator largeop movablelimits displaystyle accent accentunder "
        "columnalign rowlines columnlines notation".split(), _WORDS
    ),
    **dict.fromkeys("width height depth lspace rspace linethickness minsize maxsize".split(), _LENGTH),
    "columnspacing": re.compile(r"[0-9em .]{1,60}"),
    "scriptlevel": _NUMBER,
    "tabindex": re.compile("0"),
}  # fmt: skip
_DEFINES = re.compile(
    r"\\(?:re)?new(?:command|environment)|\\(?:[egx]?def|let|providecommand|require|unicode)(?![a-z])"
)
_TAG = re.compile(r"\\tag\*?\{([^{}]{1,20})\}")  # the converter sets "(2)" like a factor behind the formula
_PERCENT = re.compile(r"(?<!\\)%")  # begins a comment, whose words would vanish
# What leaves no letters in a formula: names of commands and environments, columns of tables, lengths.
_SILENT = re.compile(
    r"\\(?:begin|end)\{[a-zA-Z]{1,20}\*?\}(?:\{[lcr| ]{1,40}\})?"
    r"|\\[hv]space\*?\{[^{}]{0,12}\}|\\\\\[[^\[\]]{0,12}\]|\\[A-Za-z]+"
)
_NAME = re.compile(r"(?<![A-Za-z\\])[A-Za-z]+")
_LONG_SCRIPT = re.compile(r"([_^])([A-Za-z0-9]{2,})")
_KNOWN_NAMES = frozenset(
    "alpha beta gamma delta epsilon eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega Delta Sigma Phi "
    "Omega exp log ln max min sum prod cdot partial sin cos tan tanh".split()
)
_ENTITY = re.compile(r"&#x([0-9A-Fa-f]{1,6});")


@lru_cache(maxsize=4096)
def mathml(latex: str, *, display: bool = False) -> Markup | None:
    """Return a formula as MathML, None for what the converter does not know, shortens, or is too large for it."""
    if not is_bounded(latex):
        return None
    try:
        drawn = _TAG.sub(r"\\qquad\\text{(\1)}", _PERCENT.sub(r"\%", latex))
        tree = convert_to_element(drawn, display="block" if display else "inline")
        _keep_what_is_known(tree)
        if display:  # a wide one is scrolled on a phone, also with keys, which move only what can have the focus
            tree.set("tabindex", "0")
        is_whole = not _letters(_SILENT.sub(" ", latex)) - _letters("".join(tree.itertext()))
        return Markup(ElementTree.tostring(tree, encoding="unicode")) if is_whole else None
    except Exception:  # a dozen kinds, none of which may cost a page
        return None


def latex_of_plain(line: str) -> str:
    """Return a line in plain text, such as `sum_w(yhat_w u_w)`, as LaTeX; what holds a command is LaTeX already."""
    if "\\" in line:
        return line.strip().strip("$")
    line = _LONG_SCRIPT.sub(r"\1{\2}", line.replace("**", "^").replace("*", r" \cdot "))
    return _NAME.sub(lambda match: _in_latex(match[0]), line.strip().strip("$"))


def _in_latex(name: str) -> str:
    if name in _KNOWN_NAMES:
        return rf"\{name} "
    if len(name) == 4 and name.endswith("hat"):
        return rf"\hat{{{name[0]}}}"
    return name if len(name) == 1 else rf"\mathrm{{{name}}}"


def _letters(text: str) -> Counter[str]:
    return Counter(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


def is_bounded(latex: str) -> bool:
    """Whether a formula is small enough, and defines nothing."""
    if len(latex) > MOST_CHARACTERS or latex.count("\\") > MOST_COMMANDS or _DEFINES.search(latex):
        return False
    is_open = deepest = 0
    for match in re.finditer(r"\\(?:left|right|begin|end)(?![a-z])|\\.|[{}\[\]^_]", latex, re.DOTALL):
        if match[0] in ("{", "[", "\\left", "\\begin"):
            is_open += 1
        elif match[0] in ("}", "]", "\\right", "\\end"):
            is_open -= 1
        deepest = max(deepest, is_open)
    return deepest <= MOST_OPEN


def _keep_what_is_known(tree: ElementTree.Element) -> None:
    for element in tree.iter():
        if element.tag not in TAGS:
            element.tag = "mrow"
        for name, value in list(element.attrib.items()):
            known = ATTRIBUTES.get(name)
            if name == "xmlns" and element is tree:
                continue
            if known is None or not known.fullmatch(value):
                del element.attrib[name]
        element.text = element.text and _shown(element.text)
        element.tail = element.tail and _shown(element.tail)


def _shown(text: str) -> str:
    """Return a text of the tree, in which the converter writes some characters by their numbers."""
    return visible(_ENTITY.sub(lambda match: unescape(match[0]), text))
