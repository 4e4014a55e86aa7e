"""Does the engine name no homework of this course, no item, notebook, sheet, kit or file of one?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.course import assignment as assignments

PROJECT = Path(__file__).resolve().parents[1]
ENGINE = PROJECT / "autograder"
PYTHONS_OWN = {"generator"}  # what a function with `yield` returns: an item of a homework may be called so
KINDS = {".py", ".j2", ".css", ".js", ".ini", ".md"}


def names() -> set[str]:
    """Return what the homeworks of this course call their things."""
    found = set()
    for name in assignments.names(PROJECT):
        homework = assignments.load(PROJECT, name)
        found |= {
            name,
            name.upper(),
            homework.kit,
            *homework.notebooks,
            *homework.sheets,
            *(item.id for item in homework.items),
        }
        found |= {text for file in homework.files for text in (file.id, file.name.partition(".")[0])}
    return found - {""} - PYTHONS_OWN


def test_there_are_names_to_look_for():
    assert {"hw4", "HW4", "hw4kit", "leaky_relu", "hw4_partI", "cbow", "plot_reading", "word_vectors"} <= names()


FILES = sorted(
    path for path in ENGINE.rglob("*")
    if path.suffix in KINDS and path.relative_to(ENGINE).parts[0] != "assignments"
)  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(ENGINE).as_posix() for path in FILES])
def test_no_file_of_the_engine_names_a_homework(path):
    """Else a second homework would be a change of the engine."""
    words = set(re.findall(r"\w+", path.read_text(encoding="utf-8")))

    assert words & names() == set()
