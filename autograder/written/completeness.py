"""Hints about a written answer: empty, longer than asked for, references missing. For the marker, never a deduction.

The length is read from the question's own words. Counting words and sentences of markdown with mathematics is a matter
of taste, so each hint says what was counted, and doubtful cases count in favour of the student.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

from . import sheets
from .sheet_sections import plain
from .sheets import Filled, Sheet, SheetItem

NUMBERS = {word: number for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}
SHEET_MISSING = "This sheet was not handed in."
EMPTY = "The answer is empty."
UNTOUCHED = "The answer is empty: only the text of the sheet is there."
ON_PAPER = "There are no steps on the sheet: see the pages of the PDF."
NO_STEPS = "There is a formula, but no steps, and no PDF."
NO_REFERENCES = "No references are given, neither at the end of the sheet nor in an answer."
ELSEWHERE = "Words were found outside of the answers: they stand at the end of this sheet."

_ASKED = re.compile(
    rf"\b(?:in|with|at most|no more than|up to)\s+(?P<number>\d+|{'|'.join(NUMBERS)})\s+(?P<unit>sentence|word)s?\b",
    re.IGNORECASE,
)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
# Bounded, as everything here: an answer may be a megabyte of "\\(".
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
_CITATION = re.compile(
    r"\[\d{1,2}(?:\s*[,;-]\s*\d{1,2})*\]|\bet al\b|\(\s*(?:19|20)\d\d[a-z]?\s*\)|\barxiv\b|\bdoi\b|https?://|\bwww\."
    r"|\b[^\W\d_]{1,40},? (?:19|20)\d\d[a-z]?\)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Length:
    """How long an answer may be: so many words, or so many sentences."""

    most: int
    unit: str  # "word" or "sentence"

    def __str__(self) -> str:
        """Return it as a question would say it."""
        return f"{self.most} {self.unit}{'s' * (self.most != 1)}"


def asked_length(question: str) -> Length | None:
    """Return the length that a question asks for, None if it names none; of several the last counts.

    A question gives its limit after what it asks: "in one sentence, summarize", "at most 120 words".
    """
    found = list(_ASKED.finditer(" ".join(plain(line) for line in question.splitlines())))
    if not found:
        return None
    number = found[-1]["number"].lower()
    return Length(NUMBERS.get(number) or int(number), found[-1]["unit"].lower())


def count(answer: str, unit: str) -> int:
    """Return how many words or sentences an answer has; blocks of code are none, a piece of mathematics is one word."""
    text = _MATH.sub(" formula", _FENCE.sub("\n\n", answer[:_LONGEST]))
    if unit == "word":
        return len(_WORD.findall(text))
    text = _ABBREVIATION.sub(lambda match: match[0].replace(".", ""), _LIST_MARK.sub("\n\n", text))
    sentences = 0
    for paragraph in re.split(r"\n[ \t]*\n", text):
        pieces = _SENTENCE_END.split(paragraph.strip())
        sentences += sum(bool(_WORD.search(piece)) for piece in pieces)
    return sentences


def length_hint(question: str, answer: str) -> str:
    """Return a sentence if the answer is longer than the question asks for, else an empty text."""
    asked = asked_length(question)
    if asked is None:
        return ""
    counted = count(answer, asked.unit)
    if counted <= asked.most:
        return ""
    return f"Longer than asked for: about {Length(counted, asked.unit)}, where the question says {asked}."


def sheet_hints(sheet: Sheet, text: str | None, on_paper: bool = False) -> Mapping[str, tuple[str, ...]]:
    """Return the hints for each item of a sheet, in the order in which they matter.

    Args:
        sheet: The instructor's sheet.
        text: What the student handed in; None if the sheet is missing.
        on_paper: Whether there is a PDF, which may hold the steps of derivations.
    """
    if text is None:
        return {item.id: (ON_PAPER if on_paper and item.has_formula else SHEET_MISSING,) for item in sheet.items}
    filled = sheets.read_filled(sheet, text)
    there = {plain(line) for line in text.splitlines()}
    hints = {item.id: _item_hints(item, filled.answers[item.id], on_paper, there) for item in sheet.items}
    about_the_sheet = [ELSEWHERE] if filled.elsewhere else []
    if _asks_for_references(sheet) and not _has_references(filled):
        about_the_sheet.append(NO_REFERENCES)
    first = sheet.items[0].id
    return hints | {first: (*hints[first], *about_the_sheet)}


def _item_hints(item: SheetItem, answer: str, on_paper: bool, there: Container[str]) -> tuple[str, ...]:
    if item.has_formula and not _FENCE.sub("", answer).strip():
        if on_paper:
            return (ON_PAPER,)
        if not sheets.is_empty(answer):
            return (NO_STEPS,)
    if sheets.is_empty(answer):
        return (UNTOUCHED if plain(item.question.split("\n")[0]) in there else EMPTY,)
    hint = length_hint(item.question, answer)
    return (hint,) if hint else ()


def _has_references(filled: Filled) -> bool:
    """Return whether something is cited, or nothing is there for which it could be."""
    answers = [answer for answer in filled.answers.values() if not sheets.is_empty(answer)]
    return bool(filled.references) or not answers or any(_CITATION.search(answer[:_LONGEST]) for answer in answers)


def _asks_for_references(sheet: Sheet) -> bool:
    introduction = sheet.text.split(f"## {sheet.items[0].id}")[0]
    return re.search(r"^\s*cite\b", introduction, re.IGNORECASE | re.MULTILINE) is not None
