"""Hints about a written answer: empty, longer than asked for, references missing. For the marker, never a deduction.

How long an answer is, and may be, is a rule of the course's kit, which students read before they submit. It counts
doubtful cases in their favour; each hint says what was counted.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from types import ModuleType

from ..course import course_kit, sheets
from ..course.sheets import Filled
from ..handin.sheet_sections import plain
from ..model.assignment import Assignment, Sheet, SheetItem

LENGTHS = "answer_length"  # module of the course's kit
SHEET_MISSING = "This sheet was not handed in."
EMPTY = "The answer is empty."
UNTOUCHED = "The answer is empty: only the text of the sheet is there."
ON_PAPER = "There are no steps on the sheet: see the pages of the PDF."
NO_STEPS = "There is a formula, but no steps, and no PDF."
NO_REFERENCES = "No references are given, neither at the end of the sheet nor in an answer."
ELSEWHERE = "Words were found outside of the answers: they stand at the end of this sheet."

LONGEST = 40_000  # characters in which a citation is looked for; 180 words have 1,200
_CITATION = re.compile(
    r"\[\d{1,2}(?:\s*[,;-]\s*\d{1,2})*\]|\bet al\b|\(\s*(?:19|20)\d\d[a-z]?\s*\)|\barxiv\b|\bdoi\b|https?://|\bwww\."
    r"|\b[^\W\d_]{1,40},? (?:19|20)\d\d[a-z]?\)",
    re.IGNORECASE,
)


def length_rule(assignment: Assignment) -> ModuleType | None:
    """Return the course's rule on lengths; None if it has none."""
    return course_kit.module(assignment, LENGTHS)


def length_hint(question: str, answer: str, rule: ModuleType | None) -> str:
    """Return a sentence if the answer is longer than the question asks for, else an empty text."""
    found = rule.excess(question, answer) if rule else None
    return f"Longer than asked for: about {found[0]}, where the question says {found[1]}." if found else ""


def sheet_hints(
    sheet: Sheet, text: str | None, rule: ModuleType | None, *, on_paper: bool = False
) -> Mapping[str, tuple[str, ...]]:
    """Return the hints for each item of a sheet, in the order in which they matter.

    Args:
        sheet: The instructor's sheet.
        text: What the student handed in; None if the sheet is missing.
        rule: The course's `length_rule`.
        on_paper: Whether there is a PDF, which may hold the steps of derivations.
    """
    if text is None:
        return {item.id: (ON_PAPER if on_paper and item.has_formula else SHEET_MISSING,) for item in sheet.items}
    filled = sheets.read_filled(sheet, text)
    there = {plain(line) for line in text.splitlines()}
    hints = {item.id: _item_hints(item, filled.answers[item.id], rule, on_paper, there) for item in sheet.items}
    about_the_sheet = [ELSEWHERE] if filled.elsewhere else []
    if _asks_for_references(sheet) and not _has_references(filled):
        about_the_sheet.append(NO_REFERENCES)
    first = sheet.items[0].id
    return hints | {first: (*hints[first], *about_the_sheet)}


def _item_hints(
    item: SheetItem, answer: str, rule: ModuleType | None, on_paper: bool, there: Container[str]
) -> tuple[str, ...]:
    if item.has_formula and rule and not rule.without_code(answer).strip():
        if on_paper:
            return (ON_PAPER,)
        if not sheets.is_empty(answer):
            return (NO_STEPS,)
    if sheets.is_empty(answer):
        return (UNTOUCHED if plain(item.question.split("\n")[0]) in there else EMPTY,)
    hint = length_hint(item.question, answer, rule)
    return (hint,) if hint else ()


def _has_references(filled: Filled) -> bool:
    """Return whether something is cited, or nothing is there for which it could be."""
    answers = [answer for answer in filled.answers.values() if not sheets.is_empty(answer)]
    return bool(filled.references) or not answers or any(_CITATION.search(answer[:LONGEST]) for answer in answers)


def _asks_for_references(sheet: Sheet) -> bool:
    introduction = sheet.text.split(f"## {sheet.items[0].id}")[0]
    return re.search(r"^\s*cite\b", introduction, re.IGNORECASE | re.MULTILINE) is not None
