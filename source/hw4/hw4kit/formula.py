"""Check the final formulas of the derivations: python -m hw4kit.formula answers/derivations.md

A formula, in plain notation or in a subset of LaTeX, is compared with the slopes of the handout's cost functions at
random points, the same at every run. The grader runs this very check, on the machine and in the process that holds the
grades: so it reads the text with a grammar of its own and never runs any of it, and its limits count characters, tokens,
brackets and steps instead of seconds.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from .formula_diagnosis import QUESTIONS, Examiner, Question
from .formula_edits import Kind
from .formula_grammar import Grammar
from .formula_statements import Statement, conditions_split_off, is_blank, statements, with_cases
from .formula_tokens import tokenize
from .formula_tree import Condition, Node, NotUnderstood, Undecidable

__all__ = ["ITEMS", "Kind", "Result", "check", "formulas_in"]

ITEMS = tuple(QUESTIONS)
TARGET = Condition(("w", "o"), True)
LARGEST_SHEET = 1_000_000  # bytes
_LEFT_TO_A_PERSON = "a person decides"


@dataclass(frozen=True)
class Result:
    """Outcome for one formula; `diagnosis` is one sentence."""

    kind: Kind
    diagnosis: str

    @property
    def status(self) -> str:
        """Return "right", "wrong", "undecided" (a person decides) or "empty"."""
        if self.kind in (Kind.RIGHT, Kind.EMPTY):
            return self.kind.value
        return "undecided" if self.kind in (Kind.NOT_UNDERSTOOD, Kind.UNDECIDED) else "wrong"


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
        return Result(Kind.UNDECIDED, f"Undecided, {problem}; {_LEFT_TO_A_PERSON}.")


def _examined(question: Question, text: str) -> Result:
    grammar = Grammar(tokenize(text), question.known, question.ranges)
    if is_blank(grammar):
        return Result(Kind.EMPTY, "The formula block is empty.")
    asked = question.variable
    found = conditions_split_off(statements(grammar, asked if asked != "v_c" else None))
    alias = next(iter(grammar.known - question.known), None)
    examiner = Examiner(question, alias)
    names = [_name(statement, question, alias) for statement in found]
    fitting = {None, asked, "U", "u_o"} if question.word == "w" else {None, asked}
    own = [statement for statement, name in zip(found, names) if name in fitting]
    trees = _trees(own or found, question)
    right = [examiner.is_right(tree) for tree in trees]
    if not any(right):
        kind, sentence, part = examiner.diagnose(trees[-1])
        return Result(kind, sentence.format(column=_place(text, part.start) if part else "") + ".")
    if not all(right):
        raise Undecidable("one of the formulas given is right and another is not")
    if not own:
        raise Undecidable(f"it is the gradient for {asked}, but its left-hand side says {names[-1]}")
    for statement, name in zip(found, names):
        if statement not in own:
            _refuse_wrong_addition(examiner, statement, name)
    return Result(Kind.RIGHT, "Right: it agrees with the gradient at all random points.")
