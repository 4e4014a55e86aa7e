"""Doctest with functions of the student's: the examples are those of the instructor's notebook.

Examples are code that runs in the tests' process, and so none is taken from what the student's process says.
"""

import doctest
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import handles


def use_instructors(side: handles.TestSide, docs: Mapping[str, str]) -> None:
    """Let `doctest` find these docstrings, by the names of functions, classes and methods, for the student's."""
    original = doctest.DocTestFinder._get_test  # type: ignore[attr-defined]

    def get_test(finder: Any, found: Any, name: str, module: Any, globs: Any, lines: Any) -> Any:
        if not isinstance(found, str) and side.is_students(found):
            docstring = docs.get(getattr(found, "__qualname__", ""), "")
            found = SimpleNamespace(__doc__=docstring)
        return original(finder, found, name, module, globs, lines)

    doctest.DocTestFinder._get_test = get_test  # type: ignore[attr-defined]
