"""Which versions a student's notebook ran with, as its saved outputs say, and in which of them the grader differs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from ..handin import cell_plan
from ..handin.asked import Notebook
from ..handin.names import listed
from ..handin.notebook_file import NotebookFile

MOST_CELLS = 5  # given cells of a notebook that are looked at: the versions are printed at the top
MOST_CHARS = 2_000  # of what one of them printed
PRINTED = re.compile(r"\b([A-Za-z][A-Za-z-]{1,30})[ =]{1,2}(\d{1,4}\.\d{1,4})(\.\w{1,12})?\b", re.ASCII)


def difference(asked: Notebook, submitted: NotebookFile, grader: Mapping[str, str]) -> str:
    """Return what a notebook ran with and what the grader has instead; "" where only the last number differs.

    Args:
        asked: The notebook as it was released.
        submitted: As it was handed in.
        grader: The versions of the grader by the name of the package in small letters, and of "python".
    """
    theirs = {title.lower(): (title, version) for title, version in _versions(asked, submitted)}
    other = [each for name, each in theirs.items() if name in grader and _line(each[1]) != _line(grader[name])]
    if not other:
        return ""
    ran_with = listed(f"{title} {version}" for title, version in other)
    graded_with = listed(f"{title} {grader[title.lower()]}" for title, _ in other)
    return f"it was run with {ran_with}; the grader has {graded_with}."


def _versions(asked: Notebook, submitted: NotebookFile) -> Iterator[tuple[str, str]]:
    """Yield names and versions, as a student's file has them; it may say anything."""
    if submitted.python:
        yield "Python", submitted.python
    given = cell_plan.given_cells(asked, submitted)
    for cell in itertools.islice(given.values(), MOST_CELLS):
        for name, line, rest in PRINTED.findall(cell.printed[:MOST_CHARS]):
            yield name, f"{line}{rest}"


def _line(version: str) -> list[str]:
    return version.split(".")[:2]
