"""How people are written on pages and in messages, and how a name is found however somebody types it.

Names are text of strangers: what is returned here is short and harmless, but not yet escaped for HTML or CSV.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from anyascii import anyascii

from .plain_text import one_line
from .submission_status import NAME_LIMIT

MOST_READ = 400  # characters of a name that are looked at
_ACCENT = re.compile("[\u0300-\u036f]")  # apart from its letter; other scripts write vowels in such a way
_TWO_LETTERS = re.compile(r"(?<=a)[ae]|(?<=[ou])e")  # so ä, å, ö, ø and ü are written where they are not at hand


def written(name: str, student: str) -> str:
    """Return how a person is written everywhere: `Müller, Jörg (jmueller)`, or the id where no name is known."""
    called, known_as = one_line(name, NAME_LIMIT), one_line(student, NAME_LIMIT) or "(no name)"
    return f"{called} ({known_as})" if called and called != known_as else known_as


def folded(text: str) -> str:
    """Return a text in the letters in which it is looked for: `müller` and `MULLER` as `muller`, `Straße` as `strasse`.

    Other scripts than the Latin one are kept. A page that searches by itself does the same: normalize("NFKD"), lower
    case, no U+0300 to U+036F, the letters of `plain_letters`, normalize("NFC").
    """
    plain = unicodedata.normalize("NFKD", one_line(text, MOST_READ)).lower()
    return unicodedata.normalize("NFC", _ACCENT.sub("", plain).translate(_PLAIN))


def search_key(*texts: str) -> str:
    """Return what is looked into for a person: name, id and address, folded, spelt with one letter, and transliterated.

    A page that searches by itself looks for each word of what was typed, in either of its `spellings`.
    """
    forms: dict[str, None] = {}
    for text in texts:
        for form in (folded(text), folded(anyascii(one_line(text, MOST_READ)))):
            forms.update(dict.fromkeys(spellings(form)))
    return " ".join(forms).strip()


def spellings(word: str) -> tuple[str, ...]:
    """Return a folded word as it is, and with `ae`, `oe`, `ue`, `aa` as one letter."""
    return tuple(dict.fromkeys((word, _TWO_LETTERS.sub("", word))))


def is_called(wanted: str, key: str) -> bool:
    """Whether each word that somebody typed, in any order, is in a `search_key`; no word is in none."""
    words = re.split(r"[\s,]+", folded(wanted))
    return any(words) and all(any(form in key for form in spellings(word)) for word in words if word)


def plain_letters() -> Mapping[str, str]:
    """Return the letters that are no letter with an accent, with what `folded` makes of them."""
    return {chr(letter): plain for letter, plain in _PLAIN.items()}


def _latin_letters() -> Iterator[str]:
    """Yield the lower-case Latin letters with which names are written, and which are no letter with an accent."""
    for letter in map(chr, (*range(0xDF, 0x250), *range(0x1E00, 0x1F00))):
        if letter.islower() and unicodedata.normalize("NFKD", letter) == letter:
            yield letter


_PLAIN = {ord(letter): anyascii(letter).lower() for letter in _latin_letters()}
_PLAIN |= dict.fromkeys(map(ord, "'’‘ʻʼ`"), "") | {ord("ς"): "σ"}  # O'Brien is OBrien
