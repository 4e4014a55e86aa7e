r"""A text as a list of tokens that is the same for all spellings which a marker reads as the same.

What goes: layout, the look of letters, capitals at the beginning of a word, markdown that is only decoration, quotes,
commas between words, and the many ways to write one formula (`$\hat{y}$`, `\( \hat y \)`). What stays: every word,
number, sign and operator, where a sentence ends, capitals of the letters of mathematics, and all that changes how a
text looks, such as struck-out words and marks that turn the direction of writing.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from string import ascii_letters

SENTENCE_END = "."
HYPHEN = "\u2010"  # one between two words; a minus is "-"

_SYMBOLS = {
    "∑": r"\sum", "∏": r"\prod", "∂": r"\partial", "∇": r"\nabla", "≤": r"\le", "≥": r"\ge", "≠": r"\ne",
    "≈": r"\approx", "∞": r"\infty", "→": r"\to", "⟶": r"\to", "⇒": r"\Rightarrow", "·": r"\cdot", "⋅": r"\cdot",
    "×": r"\times", "∈": r"\in", "⊤": "T", "√": r"\sqrt", "‖": r"\|", "∥": r"\|",
}  # fmt: skip
_SAME_LOOK = {
    **dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("‘’‚ʼ′", "'"), **dict.fromkeys("‐‑–−", "-"), "—": " - ",
    "…": ". ", "•": "\u2022", "⁄": "/", "\u2028": "\n", "\u2029": "\n\n",
}  # fmt: skip
_UNSEEN = {
    *"\u00ad\u034f\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff",
    *map(chr, range(0xFE00, 0xFE10)),
}
_BLANK = {*"\u115f\u1160\u2800\u3164\uffa0"}  # letters that nobody sees
_KEPT_DECOMPOSITIONS = ("<circle>", "<fraction>", "<square>", "<vertical>")  # their parts alone look different

_SPACING = {
    *r"\left \right \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \quad \qquad".split(),
    *r"\displaystyle \textstyle \limits \nolimits \, \; \: \! \> \ ".split(),
    "\\ ",
}
_FONTS = {
    *r"\mathbf \boldsymbol \bm \vec \mathrm \mathit \mathsf \textbf \textit \text \emph \operatorname \mathbb".split()
}
_ALIASES = {
    r"\top": "T", r"\intercal": "T", r"\leq": r"\le", r"\geq": r"\ge", r"\neq": r"\ne", r"\rightarrow": r"\to",
    r"\lVert": r"\|", r"\rVert": r"\|", r"\Vert": r"\|", r"\mid": "|", r"\vert": "|", r"\ast": "*",
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\lbrace": r"\{", r"\rbrace": r"\}", r"\implies": r"\Rightarrow",
    r"\lambda": r"\lambda", r"\_": "_", r"\*": "*", r"\%": "%", r"\&": "&", r"\#": "#", r"\$": "dollar",
}  # fmt: skip
_GREEK = {
    *"alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau phi chi psi omega".split()
}
_SHORT_WORDS = {  # capitals of other short words may be matrices
    *"in he it if is as an at by so we to of on or no my do be us me up go am".split(),
    *"the and not all one two can but for has its are was any".split(),
}
_ABBREVIATIONS = [
    (re.compile(r"\be\. ?g\.,?", re.IGNORECASE), "for example"),
    (re.compile(r"\bi\. ?e\.,?", re.IGNORECASE), "that is"),
    (re.compile(r"\b(et al|vs|etc|fig|eq|cf)\.(?=\W)", re.IGNORECASE), r"\1"),
    (re.compile(r"\bw\.?r\.?t\.?(?=\s)", re.IGNORECASE), "with respect to"),
]
_CONTRACTIONS = {"can't": "can not", "cannot": "can not", "won't": "will not", "shan't": "shall not", "let's": "let us"}
_ENDINGS = {"n't": " not", "'re": " are", "'ve": " have", "'ll": " will", "'m": " am"}
_IS = {*"it that there what he she this who here".split()}
_FORGOTTEN_APOSTROPHE = {
    *"dont doesnt didnt isnt arent wasnt werent cant couldnt wouldnt shouldnt hasnt havent".split()
}
_NO_APOSTROPHE = {word: (word[:-2] + "n't") for word in _FORGOTTEN_APOSTROPHE}  # "dont" is "don't"

# A star, an underscore or a quote only decorates what stands between it and its partner.
_DECORATION = "*_'"
_BEFORE_DECORATION = " \n([\"'*_"
_BEHIND_DECORATION = " \n.,;:!?)]\"'*_-"
_LETTERS = dict.fromkeys(map(ord, ascii_letters))
_WORK_BEYOND_ASCII = 4  # a character may stand for 18 others
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_ASCII_ODD = re.compile(r"[ \t\r\f\v]+")
_QUOTED = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+", re.MULTILINE)
_BULLET = re.compile(
    r"^[ \t]*(?:[*\u2022][ \t]+|-[ \t]+(?=[A-Z](?:[a-z]|[A-Z]{3})))", re.MULTILINE
)  # "- sum" may be a minus
_LABEL = re.compile(r"[\s*_#>]*\b(?:answer|ans|solution)\b[*_]*[.:][*_]*\s*", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?P<command>\\(?:[A-Za-z]+|[^\n]))|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<paragraph>\n[ ]*\n\s*)|(?P<space>\s+)|(?P<math>\$\$?)|(?P<stars>\*+)|(?P<other>.)"
)


def tokens(text: str) -> list[str]:
    """Return the tokens of a text. Never raises; takes time linear in the text."""
    text = _NOT_ASCII.sub(lambda run: _plain_run(run[0]), unicodedata.normalize("NFC", text))
    text = _without_layout(_ASCII_ODD.sub(" ", text))
    for pattern, words in _ABBREVIATIONS:
        text = pattern.sub(words, text)
    found: list[str] = []
    for token in _unbraced(_read(text)):
        if token == "!" and found and is_word(found[-1]):
            token = SENTENCE_END
        if token != SENTENCE_END or (found and found[-1] != SENTENCE_END):
            found.append(token)
    while found and found[-1] == SENTENCE_END:
        found.pop()
    return _without_commas(found)


def work(text: str) -> int:
    """Return how much work it is to read a text, about the number of its tokens, without reading it."""
    return len(text.translate(_LETTERS)) + _WORK_BEYOND_ASCII * sum(map(len, _NOT_ASCII.findall(text)))


def is_word(token: str) -> bool:
    """Whether a token is a word, and not a letter, number, sign or command of mathematics."""
    return len(token) > 1 and token.replace("'", "").isalpha()


def _plain_run(run: str) -> str:
    """Return a run of characters beyond ASCII with the usual ones in their place."""
    parts = []
    for place, characters in groupby(map(_plain, run), key=_place):
        if place:
            parts.append(f"{place}{''.join(character[2:-1] for character in characters)}}}")  # "⁻¹" is one exponent
        else:
            parts.extend(characters)
    return "".join(parts)


def _place(plain: str) -> str:
    """Return how an exponent or an index begins, "" for other text."""
    return plain[:2] if plain[:2] in ("^{", "_{") else ""


@lru_cache(maxsize=2**14)
def _plain(character: str) -> str:
    if character in _UNSEEN:
        return ""
    if character in _BLANK or unicodedata.category(character) == "Zs":
        return " "
    if character in _SYMBOLS:
        return f" {_SYMBOLS[character]} "
    if character in _SAME_LOOK:
        return _SAME_LOOK[character]
    kind = unicodedata.decomposition(character).partition(" ")[0]
    if kind in _KEPT_DECOMPOSITIONS:
        return character
    same = unicodedata.normalize("NFKC", character)
    if same != character:
        inner = _NOT_ASCII.sub(lambda run: _plain_run(run[0]), same)
        return {"<super>": f"^{{{inner}}}", "<sub>": f"_{{{inner}}}"}.get(kind, inner)
    name = unicodedata.name(character, "").split(" ")
    if name[:1] == ["GREEK"] and name[2:3] == ["LETTER"] and len(name) == 4 and name[3].lower() in _GREEK:
        return f" \\{name[3].lower() if name[1] == 'SMALL' else name[3].title()} "
    return character


def _without_layout(text: str) -> str:
    """Return the text without marks of quotation, headings and list items; the last two begin a sentence."""
    text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
    lines = [line for line in text.split("\n") if line.strip()]
    if lines and all(line.lstrip().startswith(">") for line in lines):
        text = _QUOTED.sub("", text)
    return _BULLET.sub("\n\n", _HEADING.sub("\n\n", text))


def _read(text: str) -> list[str]:
    """Return the tokens, braces and commas included."""
    found: list[str] = []
    in_math = False
    opened: dict[str, int] = {}  # decoration that may be closed later, and where it stands in `found`
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match[0]
        before = text[match.start() - 1] if match.start() else " "
        after = text[match.end()] if match.end() < len(text) else " "
        if kind == "paragraph":
            found.append(SENTENCE_END)
        elif kind == "math" or (kind == "command" and token[1] in "()[]"):
            in_math = not in_math if kind == "math" else token[1] in "(["
        elif kind == "command":
            found += _command(token)
        elif kind == "word":
            found += _word(token, in_math, text[match.end() : match.end() + 2])
        elif kind == "number":
            found.append(token)
        elif kind != "space":
            if token[0] in _DECORATION and not in_math:
                if token in opened and not before.isspace() and after in _BEHIND_DECORATION:
                    found[opened.pop(token)] = ""
                    continue
                if before in _BEFORE_DECORATION and not after.isspace():
                    opened[token] = len(found)
            found += _sign(token, in_math, before, after)
    return list(filter(None, found))


def _command(token: str) -> Iterator[str]:
    if token not in _SPACING:
        yield _ALIASES.get(token, token)


def _word(token: str, in_math: bool, behind: str) -> tuple[str, ...]:
    if token in ("A", "i") and not in_math and behind[:1] == " " and behind[1:].islower():
        return ({"A": "a", "i": "I"}[token],)  # the words, which the letters of mathematics look like
    return _plain_word(token, in_math)


@lru_cache(maxsize=2**14)
def _plain_word(token: str, in_math: bool) -> tuple[str, ...]:
    lower = token.lower()
    if lower in _GREEK:
        return (f"\\{lower if token.islower() else token.title()}",)
    if in_math:
        return (token,)
    if lower in _SHORT_WORDS and (len(token) > 2 or token[1:].islower()):
        return (lower,)
    if len(token) > 2 and (token.islower() or token.istitle() or len(token) > 3 or "'" in token):
        return tuple(_written_out(lower).split())
    return (token,)


def _written_out(word: str) -> str:
    word = _NO_APOSTROPHE.get(word, word)
    if word in _CONTRACTIONS:
        return _CONTRACTIONS[word]
    for ending, words in _ENDINGS.items():
        if word.endswith(ending):
            return word.removesuffix(ending) + words
    return word.removesuffix("'s") + " is" if word.endswith("'s") and word[:-2] in _IS else word


def _sign(token: str, in_math: bool, before: str, after: str) -> Iterator[str]:
    if in_math:
        yield token
    elif token in '"`':
        return
    elif token == "-" and before.isalpha() and after.isalpha():
        yield HYPHEN
    elif token == "&":
        yield "and"
    else:
        yield token


def _unbraced(found: list[str]) -> Iterator[str]:
    """Yield the tokens without fonts, and without braces around a single letter, digit or command."""
    ends_of_fonts: list[bool] = []  # for each open brace, whether it is a font's and goes
    place = 0
    while place < len(found):
        token = found[place]
        if token in _FONTS:
            if found[place + 1 : place + 2] == ["{"] and (not place or found[place - 1] not in "_^"):
                ends_of_fonts.append(True)
                place += 1
        elif token == "{" and found[place + 2 : place + 3] == ["}"] and _is_single(found[place + 1]):
            yield found[place + 1]
            place += 2
        elif token == "{":
            ends_of_fonts.append(False)
            yield token
        elif token == "}":
            if not (ends_of_fonts and ends_of_fonts.pop()):
                yield token
        else:
            yield token
        place += 1


def _is_single(token: str) -> bool:
    return len(token) == 1 or (token.startswith("\\") and token[1:].isalpha())


def _without_commas(found: list[str]) -> list[str]:
    """Return the tokens without commas, colons and semicolons between words; in brackets they may divide arguments."""
    kept: list[str] = []
    depth = 0
    for place, token in enumerate(found):
        depth += (token in "([") - (token in ")]")
        following = found[place + 1] if place + 1 < len(found) else SENTENCE_END
        is_mark = token in (",", ";", ":") and depth <= 0 and bool(kept)
        if is_mark and (is_word(following) or following == SENTENCE_END) and (is_word(kept[-1]) or token != ":"):
            continue
        kept.append(token)
    return kept
