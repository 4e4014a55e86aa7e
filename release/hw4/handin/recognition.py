"""Of many files those that count: one for each that is asked for, what is odd about it, and what is missing.

The same for what comes in as a zip or folder, and for the folder that a student works in.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from . import own_modules
from .asked import Wanted
from .handed_in import Candidate, HandedIn, Picked, is_given
from .limits import MAX_BYTES
from .names import listed, shown
from .problems import Finding, Level, Unusable
from .slots import NO_NOTEBOOK, Slot, claim_of, file_slot, notebook_slot, sheet_slot, slot_of

WORK = re.compile(r"\.(ipynb|md|pdf|png|jpe?g|heic|docx?|odt|rtf|tex|zip|rar|7z)$", re.IGNORECASE)


def candidates(files: Iterable[HandedIn], student: str, wanted: Wanted, *, guess: bool = True) -> Picked:
    """Return the candidates for each slot, the best first: by name, then the least nested, then the latest.

    The student's own modules have slots as well, one each.

    Args:
        files: In the order in which they were written; of two of one name, the later would replace the earlier.
        student: Who sends them, "" if not known.
        wanted: What is asked for.
        guess: Whether a PDF or picture of any name is taken where one is asked for and only one is there.
    """
    found: Picked = defaultdict(list)
    unknown: dict[str, list[Candidate]] = defaultdict(list)  # pictures and PDFs by kind
    files = [*files]
    for file in reversed(files):
        match, ours = slot_of(file.path, student, wanted), is_given(file, wanted)
        if match is not None and not (ours and match[1] == NO_NOTEBOOK):  # a module of the kit
            found[match[0]].append(Candidate(file, match[1]))
        elif guess and not ours:
            unknown[file.name.lower().rpartition(".")[2]].append(Candidate(file, 3))
    for kind, choices in unknown.items():
        slots = [file_slot(file) for file in wanted.files if file.kind == kind]
        if len(slots) == len(choices) == 1 and slots[0] not in found:
            found[slots[0]] = choices
    for choices in found.values():
        choices.sort(key=lambda choice: (choice.rank, len(choice.file.folders), -choice.file.modified))
        if choices[0].rank < NO_NOTEBOOK:  # then a script is a module, if it is anything
            choices[:] = [choice for choice in choices if not choice.file.name.endswith(own_modules.ENDING)]
    return found | own_modules.modules(files, found, wanted)


def repairs(picked: Picked) -> Iterator[Finding]:
    """Yield which files were taken in spite of their names, and which were passed over for others."""
    for slot, (best, *others) in picked.items():
        if best.rank >= 2:
            yield Finding(Level.INFO, f"{shown(best.file.path)} was taken as {slot.path}.")
        if others:
            rest = listed((choice.file.path for choice in others), quote=True)
            yield Finding(
                Level.WARNING, f"There are several files {slot.path}: {shown(best.file.path)} counts, not {rest}."
            )


def foreign_id(names: Iterable[str], student: str, wanted: Wanted) -> str:
    """Return a sentence if notebooks of these names have the id of another student, else an empty text."""
    claims = {claim_of(name, wanted) for name in names} - {None, student.lower()}
    return f"The notebooks have the id {shown(min(map(str, claims)))}, not {shown(student)}." if claims else ""


def content_of(slot: Slot, file: HandedIn) -> bytes:
    """Return the content of the file that counts for a slot. Raises Unusable when it is not of that kind, or empty."""
    data = file.read(MAX_BYTES[slot.kind])
    if slot.kind == "pdf" and b"%PDF-" not in data[:1024]:
        raise Unusable(f"{shown(file.name)} is not a PDF: export it as a PDF.")
    if slot.kind == "png" and not data:
        raise Unusable(f"{shown(file.name)} is empty: send the picture itself.")
    return data


def gaps(present: Collection[Slot], passed_over: Iterable[str], wanted: Wanted) -> Iterator[Finding]:
    """Yield what is missing; what was passed over matters more then, as it may be just that under another name."""
    no_notebook = [name for name in wanted.notebooks if notebook_slot(name) not in present]
    for name in no_notebook:
        yield Finding(Level.WARNING, f"{name}.ipynb is missing.")
    slots = [file_slot(file) for file in wanted.files if file.required] + [sheet_slot(name) for name in wanted.sheets]
    missing = [slot.path for slot in slots if slot not in present]
    if missing:
        yield Finding(Level.INFO, f"Not handed in: {', '.join(missing)}.")
    is_complete = not missing and not no_notebook
    passed_over = [*passed_over]
    work = [] if is_complete else [path for path in passed_over if WORK.search(path)]
    others = [path for path in passed_over if is_complete or not WORK.search(path)]
    if work:
        yield Finding(
            Level.WARNING, f"Not graded, because the file name is not a required one: {listed(work, quote=True)}."
        )
    if others:
        yield Finding(Level.INFO, f"Ignored, because not part of the submission: {listed(others, quote=True)}.")
