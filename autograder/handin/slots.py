"""Which of the required files a file is, by its name."""

import re
from typing import NamedTuple

from .asked import HandedInFile, Wanted
from .names import MAX_NAME_CHARS, claimed_id, marker, names_other_homework, same_letters, split_copy, stem_of

LEAST_LETTERS = 4  # of the name of a declared file, by which it is known
UNGRADED = "ungraded"
NO_NOTEBOOK = 4  # the rank of a script or web page in the place of a notebook
ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
NUMBERED = re.compile(
    r"([A-Za-z]+?)[\W_]?([0-9]+|(?<=[\W_])(?:i{1,3}|iv)|(?<=[a-z\W_])(?:I{1,3}|IV))$"
)  # partI, week_2
NOTEBOOK_ENDING = re.compile(r"\.(ipynb(\.txt)?|json|py|html)$")
SHEET_ENDINGS = (".md", ".markdown", ".txt")


class Slot(NamedTuple):
    """One of the required files."""

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


def ungraded_slot(path: str) -> Slot:
    """Return the slot of a notebook that students get and do not hand in: what counts of a submission has none."""
    return Slot(UNGRADED, path, path)


def slots_of(wanted: Wanted) -> list[Slot]:
    """Return everything that students may hand in."""
    return [
        *map(notebook_slot, wanted.notebooks),
        *map(sheet_slot, wanted.sheets),
        *map(file_slot, wanted.files),
    ]


def claim_of(name: str, wanted: Wanted) -> str | None:
    """Return the student id that a name begins with; None when it carries no name of this assignment behind one."""
    return claimed_id(name, wanted.name, tuple(wanted.notebooks))


def slot_of(path: str, student: str, wanted: Wanted) -> tuple[Slot, int] | None:
    """Return which of the files asked for a path is, and how far its name is from the right one; None for no slot.

    0: the id and the right name, or the right place for answers; 1: the right name without the id, or with another;
    2: in other capitals; 3: with another ending or spelling, or a copy, or answers that are not in `answers/`; 4: a
    script or a web page instead of a notebook.
    """
    *folders, name = path.split("/")
    if len(name) > MAX_NAME_CHARS or any(names_other_homework(folder, wanted.name) for folder in folders):
        return None
    lower = name.lower()
    ends: list[tuple[str, Slot | None]] = [(_base(slot), slot) for slot in slots_of(wanted)]
    ends += [(f"{sheet}.ipynb", None) for sheet in wanted.sheets]  # as intake stores them, for formgrader
    fitting = [(end, slot) for end, slot in ends if _ends_in(lower, end.lower())]
    end, right = max(fitting, key=lambda found: len(found[0]), default=("", None))
    if (end and right is None) or names_other_homework(name[: len(name) - len(end)], wanted.name):
        return None
    plain, copies = (name, 0) if right else split_copy(stem_of(name))
    slot = right or _similar(lower, plain.lower(), wanted)
    if slot is None:
        return None
    base = _base(slot)
    if slot.kind == "notebook" and lower.endswith((".py", ".html")):
        return slot, NO_NOTEBOOK
    if copies or not lower.endswith(base.lower()) or (slot.kind == "sheet" and folders[-1:] != ["answers"]):
        return slot, 3
    if not name.endswith(base):
        return slot, 2
    return slot, 0 if slot.kind == "sheet" or lower == f"{student}_{base}".lower() else 1


def _longest_first(slots: list[Slot]) -> list[Slot]:
    """Return the slots such that `my_plot.png` is looked for before `plot.png`."""
    return sorted(slots, key=lambda slot: -len(slot.path))


def _base(slot: Slot) -> str:
    return slot.path.rpartition("/")[2]


def _ends_in(lower: str, end: str) -> bool:
    """Whether a name is this one, by itself or behind something else."""
    before = lower[: len(lower) - len(end)]
    return lower.endswith(end) and (not before or not before[-1].isalnum())


def _similar(lower: str, stem: str, wanted: Wanted) -> Slot | None:
    """Return the slot that a name means which is not spelled as it was asked for."""
    key = re.sub(r"[\W_]+", "", stem)
    if NOTEBOOK_ENDING.search(lower):
        slot = _notebook(stem, key, wanted)
        return slot if slot and slot.kind == "notebook" else None
    if lower.endswith(SHEET_ENDINGS):
        slots = _longest_first([*map(sheet_slot, wanted.sheets)])
        return next((slot for slot in slots if (_letters(slot).rstrip("s") or _letters(slot)) in key), None)
    return _declared_file(key, [file_slot(file) for file in wanted.files if lower.endswith(f".{file.kind}")])


def _declared_file(key: str, slots: list[Slot]) -> Slot | None:
    """Return the declared file whose name stands in another; half of its letters do where they mean only one file."""
    for slot in _longest_first(slots):
        if _letters(slot) in key:
            return slot
    similar = [slot for slot in slots if _letters(slot)[: max(LEAST_LETTERS, len(_letters(slot)) // 2)] in key]
    return similar[0] if len(similar) == 1 else None


def _letters(slot: Slot) -> str:
    return same_letters(stem_of(_base(slot)))


def _notebook(stem: str, key: str, wanted: Wanted) -> Slot | None:
    """Return the notebook, or the sheet in the form of a notebook, that a name means.

    Notebooks that end in a number are told by it, however it is written: `partI`, `part 1`. Where there is only one
    notebook, the name of the assignment is enough.
    """
    sheets = [*map(sheet_slot, wanted.sheets)]
    slots = _longest_first([*map(notebook_slot, wanted.notebooks), *sheets])
    for slot in slots:
        if key.endswith(_letters(slot)):
            return slot
    for slot in slots:
        if (numbered := NUMBERED.search(slot.name)) and slot.kind == "notebook":
            word, number = numbered[1].lower(), numbered[2].lower()
            found = re.findall(rf"{word}[\W_]?(i{{1,3}}|iv|[0-9]+)(?![a-z0-9])", stem)
            if found and ROMAN.get(found[-1], found[-1]) == ROMAN.get(number, number):
                return slot
    for slot in slots:
        own = re.sub(rf"^{marker(wanted.name)}[\W_]*", "", slot.name.lower()) or slot.name.lower()
        if re.search(rf"(?<![a-z0-9]){marker(own)}(?![a-z0-9])", stem):
            return slot
    is_named = re.search(rf"(?<![a-z0-9]){marker(wanted.name)}(?![a-z0-9])", stem)
    only = [*wanted.notebooks]
    return notebook_slot(only[0]) if is_named and len(only) == 1 else None
