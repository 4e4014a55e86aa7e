"""Check the final formulas of the derivations, as `python -m hw4kit.formula answers/derivations.md` does.

A formula, in plain notation or in a subset of LaTeX, is compared with the slopes of the handout's cost functions at
random points, the same at every run. The grader runs this very check, in the process that holds the grades, so the text
is read with a grammar of our own and never run, and the limits count characters, tokens, brackets and steps.
"""

import argparse
import io
import re
import sys
from itertools import pairwise
from pathlib import Path

from .comparison import QUESTIONS, Question
from .kinds import Kind, Result
from .reading import place, read
from .tree import NotUnderstood, Undecidable

__all__ = ["ITEMS", "Kind", "Result", "check", "formulas_in"]

ITEMS = tuple(QUESTIONS)
LARGEST_SHEET = 1_000_000  # bytes
_LEFT_TO_A_PERSON = "a person decides"


def check(item_id: str, text: str | None) -> Result:
    """Return whether a formula is the gradient that an item asks for, and if not, whether it is its notation or shape.

    Never raises for what the text is. Raises KeyError for an item that asks for no formula.

    Args:
        item_id: One of ITEMS.
        text: The formula, with or without a left-hand side; None where there is no formula block.
    """
    question = QUESTIONS[item_id]
    if text is None or not text.strip():
        return Result(Kind.EMPTY, "There is no formula." if text is None else "The formula block is empty.")
    try:
        return _examined(question, text)
    except NotUnderstood as problem:
        where = place(text, problem.start)
        return Result(Kind.NOT_UNDERSTOOD, f"Not understood at {where}: {problem}; {_LEFT_TO_A_PERSON}.")
    except Undecidable as problem:
        return Result(Kind.UNDECIDED, f"Undecided: {problem}; {_LEFT_TO_A_PERSON}.")


def _examined(question: Question, text: str) -> Result:
    reading = read(question, text)
    if reading is None:
        return Result(Kind.EMPTY, "The formula block is empty.")
    if reading.is_right():
        return Result(Kind.RIGHT, "Right: it agrees with the gradient at all random points.")
    if shape := reading.examiner.wrong_shape(reading.trees[-1]):
        return Result(Kind.WRONG_SHAPE, f"Wrong shape: this is {shape}, and the gradient is a column vector.")
    return Result(Kind.WRONG, "It differs from the gradient.")


_HEADING = re.compile(r"^#{1,6}[ \t][^\n]{0,200}$", re.MULTILINE)
_BLOCK = re.compile(
    r"^[ \t>]*(?P<marks>`{3,}|~{3,})[ \t]*\{?\.?formula\}?[ \t]*\n(?P<body>.*?)(?P<end>^[ \t>]*(?P=marks)[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)


def formulas_in(sheet: str) -> dict[str, str | None]:
    """Return the formula block under the heading of each item, the first that is filled in; None where there is none.

    Args:
        sheet: The text of a filled derivations.md.
    """
    sheet = sheet.replace("\r\n", "\n").replace("\r", "\n")
    starts = [match.start() for match in _HEADING.finditer(sheet)] + [len(sheet)]
    found: dict[str, str | None] = dict.fromkeys(ITEMS)
    for begin, end in pairwise(starts):
        heading = sheet[begin:end].partition("\n")[0].replace("\\_", "_")
        for item_id in ITEMS:
            if item_id in heading and not found[item_id]:
                bodies = [_body(block) for block in _BLOCK.finditer(sheet, begin, end)]
                filled = [body for body in bodies if check(item_id, body).kind is not Kind.EMPTY]
                found[item_id] = filled[0] if filled else "" if bodies else None
    return found


def _body(block: re.Match[str]) -> str:
    """Return the formula of a block; that of a block which is never closed ends at the first blank line."""
    body = block["body"].strip()
    return body if block["end"] else re.split(r"\n[ \t]*\n", body)[0]


def main(arguments: list[str] | None = None) -> int:
    """Print one line for each formula of a sheet; return 0 if all are right, 1 if not, 2 if there is no sheet."""
    parser = argparse.ArgumentParser(prog="python -m hw4kit.formula", description="Check the formulas of a sheet.")
    parser.add_argument("sheet", type=Path, nargs="?", default=Path("answers/derivations.md"))
    path = parser.parse_args(arguments).sheet
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not every terminal knows the letters that a diagnosis may quote
    return _say(path)


def _say(path: Path) -> int:
    try:
        with open(path, "rb") as stream:
            text = stream.read(LARGEST_SHEET).decode("utf-8-sig", errors="replace")
    except OSError as error:
        print(f"{path} cannot be read ({error.strerror}). Say where it is: python -m hw4kit.formula PATH")
        return 2
    results = {item_id: check(item_id, formula) for item_id, formula in formulas_in(text).items()}
    for item_id, result in results.items():
        print(f"{item_id}: {result.status}. {result.diagnosis}")
    return int(any(result.kind is not Kind.RIGHT for result in results.values()))
