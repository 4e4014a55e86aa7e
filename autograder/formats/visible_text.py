"""Make every character of a stranger's text visible: nothing is hidden, turned round or drawn over other lines.

Control characters and invisible ones are shown by their number, as \u27e6U+202E\u27e7. No word is removed.
"""

import re
import unicodedata

_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Cc control, Cf invisible and right-to-left overrides, Cs lone surrogates (not encodable), Co private, Cn unassigned.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters and signs without any ink
_JOINERS = frozenset("\u200c\u200d")  # of Persian and Indian scripts, and of emoji
STACKED_MARKS = 3  # Vietnamese and Hebrew need two or three on a letter; more is drawn over the lines above


def visible(text: str) -> str:
    """Return the text with the usual line ends, and with everything that a reader would not see named by its number."""
    text = _LINE_END.sub("\n", text.removeprefix("\ufeff"))
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    shown, marks, before = [], 0, ""
    for place, char in enumerate(text):
        if char.isascii() and (char.isprintable() or char in "\n\t"):
            marks = 0
            shown.append(char)
        else:
            category = unicodedata.category(char)
            marks = marks + 1 if category in ("Mn", "Me") else 0
            is_hidden = category in _HIDDEN or char in _BLANK or marks > STACKED_MARKS
            joins = char in _JOINERS and not before.isascii() and not text[place + 1 : place + 2].isascii()
            shown.append(named(char) if is_hidden and not (joins and before not in _JOINERS) else char)
        before = char
    return "".join(shown)


def named(char: str) -> str:
    """Return the number of a character, as people write it."""
    return f"\u27e6U+{ord(char):04X}\u27e7"
