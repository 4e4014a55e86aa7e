"""How long an answer is and how long it may be, in words or in sentences.

Counting words and sentences of markdown with mathematics is a matter of taste; doubtful cases count in your favour.
"""

import re
from dataclasses import dataclass

NUMBERS = {word: number for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}

_ASKED = re.compile(
    rf"\b(?:in|with|at most|no more than|up to)\s+(?P<number>\d+|{'|'.join(NUMBERS)})\s+(?P<unit>sentence|word)s?\b",
    re.IGNORECASE,
)
_FENCE = re.compile(r"^ {0,3}(`{3,}(?!`)|~{3,}(?!~))[^\n]*\n.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
# Bounded, as everything here: the grader may read with it what is a megabyte of "\\(".
_MATH = re.compile(r"\$\$.{1,2000}?\$\$|(?<!\\)\$[^$\n]{1,2000}\$|\\\(.{1,2000}?\\\)|\\\[.{1,2000}?\\\]", re.DOTALL)
_LONGEST = 40_000  # characters that are looked at; 180 words have 1,200
_WORD = re.compile(r"[^\W_][\w'’.,:/+-]*")  # "state-of-the-art" and "19,536" are one word each
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|cf|vs|et al|approx|resp|fig|figs|eq|eqs|sec|no|nos|p|pp|ref|refs|dr|prof|mr|ms|[A-Z])\.",
    re.IGNORECASE,
)
_LIST_MARK = re.compile(r"^[ \t>]*(?:[-*+]|\d{1,2}[.)])[ \t]+", re.MULTILINE)
# A sentence ends behind a word, and what follows looks like a beginning: so "the words *!* and *?*" has no end in it.
_SENTENCE_END = re.compile(r"(?<=[^\W_])[)\]\"'”’*_`]*[.!?]+[)\]\"'”’*_`]*(?=\s+[\"'“‘(\[*_`]*[^\W_a-z]|\s*\Z)")


@dataclass(frozen=True)
class Length:
    """How long an answer may be: so many words, or so many sentences."""

    most: int
    unit: str  # "word" or "sentence"

    def __str__(self) -> str:
        """Return the limit in the words of a question."""
        return f"{self.most} {self.unit}{'s' * (self.most != 1)}"


def asked_length(question: str) -> Length | None:
    """Return the length that a question asks for, None if it names none; the last one counts.

    A question gives its limit after what it asks: "in one sentence, summarize", "at most 120 words".
    """
    found = list(_ASKED.finditer(" ".join(question.replace("\n>", "\n").split())))
    if not found:
        return None
    number = found[-1]["number"].lower()
    return Length(NUMBERS.get(number) or int(number), found[-1]["unit"].lower())


def count(answer: str, unit: str) -> int:
    """Return how many words or sentences an answer has; blocks of code are none, a piece of mathematics is one word."""
    text = _MATH.sub(" formula", without_code(answer[:_LONGEST], "\n\n"))
    if unit == "word":
        return len(_WORD.findall(text))
    text = _ABBREVIATION.sub(lambda match: match[0].replace(".", ""), _LIST_MARK.sub("\n\n", text))
    paragraphs = re.split(r"\n[ \t]*\n", text)
    return sum(bool(_WORD.search(piece)) for part in paragraphs for piece in _SENTENCE_END.split(part.strip()))


def too_long(question: str, answer: str) -> str:
    """Return a sentence if the answer is longer than its question asks for, else an empty text."""
    asked = asked_length(question)
    if asked is None or (counted := count(answer, asked.unit)) <= asked.most:
        return ""
    return f"Longer than allowed: about {Length(counted, asked.unit)}; the question allows {asked}."


def without_code(text: str, instead: str = "") -> str:
    """Return the text with its blocks of code replaced."""
    return _FENCE.sub(instead, text)
