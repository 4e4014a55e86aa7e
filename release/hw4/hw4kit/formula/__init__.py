"""Check the final formulas of the derivations, as `python -m hw4kit.formula answers/derivations.md` does.

A formula, in plain notation or in a subset of LaTeX, is compared with the slopes of the handout's cost functions at
random points, the same at every run. The grader runs this very check, in the process that holds the grades, so the text
is read with a grammar of our own and never run, and the limits count characters, tokens, brackets and steps.
"""

from . import comparison, points, tree, values
from .comparison import QUESTIONS
from .kinds import Kind, Result
from .on_sheet import formulas_in, main, show_formulas
from .reading import place, read
from .verdict import ITEMS, check

__all__ = [
    "ITEMS", "QUESTIONS", "Kind", "Result", "check", "comparison", "formulas_in", "main", "place", "points", "read",
    "show_formulas", "tree", "values",
]  # fmt: skip
