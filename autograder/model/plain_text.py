"""Make text that a student wrote, or could have influenced, harmless and short before anyone reads it.

Escaping for HTML or CSV is not done here: that belongs to the writer of each format.
"""

import re
import unicodedata

# Control sequences of terminals, with ESC or as a C1 character. One that never ends stops at the end of its line,
# so that it cannot swallow the rest of a message.
ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor movements
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"  # OSC and DCS: titles, links
    r"|\x1b[ -/]*[0-~]?"
)
_LINE_END = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
# Cc control, Cf invisible and right-to-left overrides, Cs lone surrogates (not encodable), Co private, Cn unassigned.
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_STACKED_MARKS = 3  # Vietnamese and Hebrew need two or three on a letter; more is drawn over the lines above


def one_line(text: object, limit: int) -> str:
    """Return the text on one line of at most `limit` characters, without anything that acts on a reader.

    What is no text, as a field of a message may be, is the empty text.
    """
    if not isinstance(text, str):
        return ""
    return _clip(" ".join(_harmless(text, limit).split()), limit)


def paragraph(text: str, limit: int, lines: int) -> str:
    """Return the text with its line breaks, of at most `limit` characters and `lines` lines."""
    rows = [row.rstrip() for row in _harmless(text, limit).strip().split("\n")]
    if len(rows) > lines:
        rows = [*rows[: lines - 1], "…"]
    return _clip("\n".join(rows), limit)


def counted(number: int, word: str) -> str:
    """Return a number of things in words."""
    return f"{number} {word}{'s' * (number != 1)}"


def points(value: float) -> str:
    """Return a number of points with at most two decimals and none that say nothing: 3, 2.5, 4.67."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def seconds(value: float) -> str:
    """Return a duration in seconds, or in minutes and hours when it is long."""
    if value < 60:
        return f"{value:.2f} s" if value < 1 else f"{value:.1f} s"
    minutes = round(value / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def _harmless(text: str, limit: int) -> str:
    text = text[: 4 * limit]  # a message of a gigabyte must not cost a pass over a gigabyte
    text = _LINE_END.sub("\n", ESCAPE_SEQUENCE.sub("", text)).replace("\t", " ")
    if text.isascii() and text.isprintable():
        return text
    if text.isascii():
        return "".join(char for char in text if char == "\n" or char.isprintable())
    kept, marks = [], 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks <= _STACKED_MARKS and (char == "\n" or category not in _DROPPED):
            kept.append(char)
    return "".join(kept)


def _clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
