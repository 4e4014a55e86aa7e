"""Which of the files that are asked for a file is, by its name."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..handin.names import MAX_NAME_CHARS, names_other_homework, split_copy, stem_of
from ..model.assignment import Assignment

ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


class Slot(NamedTuple):
    """One of the files that are asked for; `name` is empty for the plot and the derivation."""

    kind: str  # "notebook", "sheet", "plot" or "derivation"
    name: str = ""

    def file_name(self) -> str:
        """Return the canonical path below the submission's folder."""
        if self.kind == "notebook":
            return f"{self.name}.ipynb"
        if self.kind == "sheet":
            return f"answers/{self.name}.md"
        return {"plot": "word_vectors.png", "derivation": "derivation.pdf"}[self.kind]


def slot_of(path: str, student: str, assignment: Assignment) -> tuple[Slot, int] | None:
    """Return which of the files asked for a path is, and how far its name is from the right one; None for no slot.

    0: the id and the right name, or the right place for answers; 1: the right name without the id, or with another;
    2: in other capitals; 3: with another ending or spelling, or a copy, or answers that are not in `answers/`; 4: a
    script or a web page in place of a notebook.
    """
    *folders, name = path.split("/")
    if len(name) > MAX_NAME_CHARS or any(names_other_homework(part, assignment.name) for part in path.split("/")):
        return None
    lower = name.lower()
    plain, copies = split_copy(stem_of(name))
    slot = _slot(lower, plain.lower(), assignment)
    if slot is None:
        return None
    right = slot.file_name().rpartition("/")[2]
    if slot.kind == "notebook" and lower.endswith((".py", ".html")):
        return slot, 4
    if copies or not lower.endswith(right.lower()) or (slot.kind == "sheet" and folders[-1:] != ["answers"]):
        return slot, 3
    if not name.endswith(right):
        return slot, 2
    return slot, 0 if slot.kind == "sheet" or lower == f"{student}_{right}".lower() else 1


def _slot(lower: str, stem: str, assignment: Assignment) -> Slot | None:
    key = re.sub(r"[\W_]+", "", stem)
    if re.search(r"\.(ipynb(\.txt)?|json|py|html)$", lower):
        return _notebook_slot(stem, key, assignment)
    if lower.endswith((".md", ".markdown", ".txt")):
        return next((Slot("sheet", name) for name in assignment.sheets if name.lower().rstrip("s") in key), None)
    if lower.endswith(".png") and "wordvec" in key:
        return Slot("plot")
    if lower.endswith(".pdf") and "deriv" in key:
        return Slot("derivation")
    return None


def _notebook_slot(stem: str, key: str, assignment: Assignment) -> Slot | None:
    """Match `hw4_partI`, `part 1`, `PartII_final` and the like, for notebooks named `<assignment>_part<number>`."""
    parts = re.findall(r"part[\W_]?(i{1,3}|iv|[0-9])(?![a-z0-9])", stem)
    for name in assignment.notebooks:
        number = name.lower().rpartition("part")[2]
        if key.endswith(re.sub(r"[\W_]+", "", name.lower())):
            return Slot("notebook", name)
        if parts and ROMAN.get(parts[-1], parts[-1]) == ROMAN.get(number, number):
            return Slot("notebook", name)
    return None
