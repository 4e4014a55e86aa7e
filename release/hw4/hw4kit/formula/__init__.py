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

from .diagnosis import QUESTIONS, Examiner, Question
from .grammar import Grammar
from .kinds import Kind, Result
from .statements import Statement, conditions_split_off, is_blank, statements, with_cases
from .tokens import tokenize
from .tree import Condition, Node, NotUnderstood, Undecidable

__all__ = ["ITEMS", "Kind", "Result", "check", "formulas_in"]

ITEMS = tuple(QUESTIONS)
TARGET = Condition(("w", "o"), True)
LARGEST_SHEET = 1_000_000  # bytes
_LEFT_TO_A_PERSON = "a person decides"


def check(item_id: str, text: str | None) -> Result:
    """Return whether a formula is the gradient that an item asks for, and if not, what is wrong with it.

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
        where = _place(text, problem.start)
        return Result(Kind.NOT_UNDERSTOOD, f"Not understood at {where}: {problem}; {_LEFT_TO_A_PERSON}.")
    except Undecidable as problem:
        return Result(Kind.UNDECIDED, f"Undecided: {problem}; {_LEFT_TO_A_PERSON}.")


def _examined(question: Question, text: str) -> Result:
    grammar = Grammar(tokenize(text), question.known, question.ranges)
    if is_blank(grammar):
        return Result(Kind.EMPTY, "The formula block is empty.")
    found = conditions_split_off(statements(grammar))
    alias = min(grammar.known - question.known, default=None)
    examiner, asked = Examiner(question, alias), question.variable
    names = [_name(statement, question, alias) for statement in found]
    fitting = {None, asked, "U", "u_o"} if question.word == "w" else {None, asked}
    own = [statement for statement, name in zip(found, names, strict=True) if name in fitting]
    trees = _trees(own or found, question)
    right = [examiner.is_right(tree) for tree in trees]
    if len(trees) > 1 and len(own or found) > 1 and not all(right):
        raise Undecidable("it has more than one formula and does not say when each one holds")
    if not any(right):
        kind, sentence, part = examiner.diagnose(trees[-1])
        return Result(kind, sentence.format(column=_place(text, part.start) if part else "") + ".")
    if not all(right):
        raise Undecidable("one of the expressions between equals signs is right and another is not")
    if not own or (names == ["U"] and not examiner.is_right(trees[-1], "U")):
        raise Undecidable(f"it is the gradient for {asked}, but its left-hand side says {names[-1]}")
    for statement, name in zip(found, names, strict=True):
        if statement not in own:
            _refuse_wrong_addition(examiner, statement, name)
    return Result(Kind.RIGHT, "Right: it agrees with the gradient at all random points.")


def _trees(found: list[Statement], question: Question) -> list[Node]:
    """Return the formulas to compare; all of them should be right."""
    by_cases = any(statement.when not in (None, "always") for statement in found)
    if by_cases or (question.word == "w" and any(statement.variable == ("u", "o") for statement in found)):
        return with_cases(found, TARGET)
    return [value for statement in found for value in statement.values]


def _name(statement: Statement, question: Question, alias: str | None) -> str | None:
    """Return what the left-hand side differentiates by, in the letters of the question."""
    if statement.variable is None:
        return None
    name, letter = statement.variable
    if name == "U" or letter is None:
        return name
    return f"{name}_{question.word if letter == alias else letter}"


def _refuse_wrong_addition(examiner: Examiner, statement: Statement, name: str | None) -> None:
    """Raise Undecidable if a line for another vector than the one asked for is not right."""
    asked = examiner.question.variable
    if name not in ("v_c", "u_o") or not examiner.is_right(statement.values[-1], name):
        raise Undecidable(f"the formula for {asked} is right, and the one for {name} is not, or was not asked for")


def _place(text: str, start: int) -> str:
    """Return an offset as "column 7", or as "line 2, column 7" if there are more lines; both count from 1."""
    lines = text[:start].splitlines(keepends=True) or [""]
    if lines[-1].endswith(("\n", "\r")):
        lines.append("")
    column = f"column {len(lines[-1]) + 1}"
    return f"line {len(lines)}, {column}" if len(text.strip().splitlines()) > 1 else column


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
