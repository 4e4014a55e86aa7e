"""Which of the files that are asked for a file is, by its name."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..handin.names import MAX_NAME_CHARS, names_other_homework, same_letters, split_copy, stem_of
from ..model.assignment import Assignment, HandedInFile

LEAST_LETTERS = 4  # of the name of a declared file, by which it is known
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


class Slot(NamedTuple):
    """One of the files that are asked for."""

    kind: str  # "notebook", "sheet", or of a declared file "png" or "pdf"
    name: str  # of a declared file its id
    path: str  # below the submission's folder, as it is stored


def notebook_slot(name: str) -> Slot:
    """Return the slot of a notebook."""
    return Slot("notebook", name, f"{name}.ipynb")


def sheet_slot(name: str) -> Slot:
    """Return the slot of a sheet."""
    return Slot("sheet", name, f"answers/{name}.md")


def file_slot(file: HandedInFile) -> Slot:
    """Return the slot of a declared file."""
    return Slot(file.kind, file.id, file.name)


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
    right = slot.path.rpartition("/")[2]
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
        return next((sheet_slot(name) for name in assignment.sheets if name.lower().rstrip("s") in key), None)
    return _declared_file(lower, key, assignment)


def _declared_file(lower: str, key: str, assignment: Assignment) -> Slot | None:
    """Return the declared file that a name means: the one whose name it ends in, else holds, else begins to hold.

    Half of the letters are enough, as in `wordvec.png` for `word_vectors.png`, where they can only mean one file.
    """
    files = [file for file in assignment.files if lower.endswith(f".{file.kind}")]
    for file in sorted(files, key=lambda file: -len(file.name)):
        if re.search(rf"(?:^|[\W_]){re.escape(file.name.lower())}$", lower):
            return file_slot(file)
    for file in sorted(files, key=lambda file: -len(file.name)):
        if (letters := _letters(file)) and letters in key:
            return file_slot(file)
    similar = [file for file in files if _letters(file)[: max(LEAST_LETTERS, len(_letters(file)) // 2)] in key]
    return file_slot(similar[0]) if len(similar) == 1 and _letters(similar[0]) else None


def _letters(file: HandedInFile) -> str:
    return same_letters(stem_of(file.name))


def _notebook_slot(stem: str, key: str, assignment: Assignment) -> Slot | None:
    """Match `hw4_partI`, `part 1`, `PartII_final` and the like, for notebooks named `<assignment>_part<number>`."""
    parts = re.findall(r"part[\W_]?(i{1,3}|iv|[0-9])(?![a-z0-9])", stem)
    for name in assignment.notebooks:
        number = name.lower().rpartition("part")[2]
        if key.endswith(re.sub(r"[\W_]+", "", name.lower())):
            return notebook_slot(name)
        if parts and ROMAN.get(parts[-1], parts[-1]) == ROMAN.get(number, number):
            return notebook_slot(name)
    return None
