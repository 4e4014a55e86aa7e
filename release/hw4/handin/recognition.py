"""Of many files those that count: one for each that is asked for, what is odd about it, and what is missing.

The same for what comes in as a zip or folder, and for the folder that a student works in.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice

from . import answer_pictures, notebook_choice, notebook_match, other_files, own_modules
from .asked import Wanted
from .handed_in import Candidate, HandedIn, Picked, is_given, is_in_ungraded_folder
from .limits import MAX_BYTES, MAX_NOTEBOOK_BYTES, MAX_NOTEBOOKS
from .names import listed, shown
from .problems import Finding, Level, Unusable
from .slots import UNGRADED, Slot, claim_of, file_slot, notebook_slot, sheet_slot, slot_of

MOST_PDFS = 4  # of names that say nothing, which are looked into: one for each notebook, and two more
WORK = re.compile(r"\.(ipynb|md|pdf|png|jpe?g|heic|docx?|odt|rtf|tex|zip|rar|7z)$", re.IGNORECASE)


def candidates(files: Iterable[HandedIn], student: str, wanted: Wanted, *, guess: bool = True) -> Picked:
    """Return the candidates for each slot, the best first: by name, then the least nested, then the latest.

    What a notebook is, its cells say; see `notebook_choice`. The student's own modules have slots as well, and so have
    files that only a person can read, one each, and copies of notebooks that nobody hands in; see `without_ungraded`.

    Args:
        files: In the order in which they were written; of two of one name, the later would replace the earlier.
        student: Who sends them, "" if not known.
        wanted: What is asked for.
        guess: Whether a PDF or picture of any name is taken where one is asked for and only one is there.
    """
    files = [*reversed([*files])]
    found: Picked = defaultdict(list)
    unknown: dict[str, list[Candidate]] = defaultdict(list)  # pictures and PDFs by kind
    for file in files:
        match = slot_of(file.path, student, wanted)
        ours = is_given(file, wanted) or is_in_ungraded_folder(file, wanted)
        if match is not None and match[0].kind != "notebook":
            found[match[0]].append(Candidate(file, match[1]))
        elif guess and not ours:
            unknown[file.name.lower().rpartition(".")[2]].append(Candidate(file, 3))
    pdfs = unknown["pdf"] if len(unknown["pdf"]) <= MOST_PDFS else []
    something_else = [choice.file for choice in pdfs if _is_something_else(choice.file, wanted)]
    unknown["pdf"] = [choice for choice in unknown["pdf"] if choice.file not in something_else]
    for kind, choices in unknown.items():
        slots = [file_slot(file) for file in wanted.files if file.kind == kind]
        if len(slots) == len(choices) == 1 and slots[0] not in found:
            found[slots[0]] = choices
    for choices in found.values():
        choices.sort(key=lambda choice: (choice.rank, len(choice.file.folders), -choice.file.modified))
    found |= notebook_choice.choose(files, student, wanted)
    found |= own_modules.modules(files, found, wanted)
    return found | other_files.others(files, found, wanted, something_else)


def _is_something_else(pdf: HandedIn, wanted: Wanted) -> bool:
    """Whether a PDF is a notebook or an answer sheet that was saved as one, and so not what a PDF is asked for."""
    try:
        data = pdf.read(MAX_BYTES["pdf"])
    except Unusable:  # which is said where it is taken
        data = b""
    return other_files.format_of(pdf.name, wanted, data) is not None


def without_ungraded(picked: Picked) -> tuple[Picked, list[tuple[str, HandedIn]]]:
    """Return the candidates for what counts of a submission, and each copy of a notebook that nobody hands in."""
    copies = [
        (slot.path, choice.file) for slot, choices in picked.items() if slot.kind == UNGRADED for choice in choices
    ]
    return {slot: choices for slot, choices in picked.items() if slot.kind != UNGRADED}, copies


def read_ungraded(copies: Iterable[tuple[str, HandedIn]]) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of such copies, "" for what cannot be read; not more than of other notebooks."""
    left_bytes = MAX_NOTEBOOK_BYTES
    for path, file in islice(copies, MAX_NOTEBOOKS):
        data = b""
        with suppress(Unusable):
            data = file.read(min(MAX_BYTES["notebook"], left_bytes))
        left_bytes -= len(data)
        yield path, data


def repairs(picked: Picked) -> Iterator[Finding]:
    """Yield which files were taken in spite of their names, and which were passed over for others."""
    for slot, choices in without_ungraded(picked)[0].items():
        yield from notebook_choice.reasons(slot, choices)


def foreign_id(names: Iterable[str], student: str, wanted: Wanted) -> str:
    """Return a sentence if notebooks of these names have the id of another student, else an empty text."""
    claims = {claim_of(name, wanted) for name in names} - {None, student.lower()}
    return f"The notebooks have the id {shown(min(map(str, claims)))}, not {shown(student)}." if claims else ""


def content_of(slot: Slot, file: HandedIn, wanted: Wanted) -> bytes:
    """Return the content of the file that counts for a slot; of several notebooks in one file, the cells of this one.

    Raises Unusable when it is not of that kind, or empty.
    """
    data = file.read(MAX_BYTES["sheet_file" if slot.kind == "sheet" else slot.kind])
    if data.startswith(other_files.LFS_POINTER):
        raise Unusable(f"{shown(file.name)} is a pointer of Git LFS, not the file: run git lfs pull, and pack again.")
    if slot.kind == "sheet":
        _refuse_no_text(file.name, data)
        answer_pictures.read_sheet(slot.name, data)
    if slot.kind == "notebook" and len(notebook_match.match(data, wanted).names) > 1:
        return notebook_match.only_own(data, slot.name, wanted)
    if slot.kind == "pdf" and b"%PDF-" not in data[:1024]:
        raise Unusable(f"{shown(file.name)} is not a PDF: export it as a PDF.")
    if slot.kind == "png" and not data:
        raise Unusable(f"{shown(file.name)} is empty: send the picture itself.")
    return data


def kept_for_a_person(slot: Slot, file: HandedIn) -> dict[Slot, bytes]:
    """Return what is kept of a file that is not usable: a sheet in another format holds an answer all the same."""
    try:
        data = file.read(MAX_BYTES[other_files.KIND]) if slot.kind == "sheet" else b""
    except Unusable:
        return {}
    return {other_files.other_slot(slot.path): data} if data else {}


def _refuse_no_text(name: str, data: bytes) -> None:
    """Raise Unusable when a sheet is something else under its name."""
    what = next((what for start, what in other_files.BEGINNINGS.items() if data.startswith(start)), "")
    if not what and data[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype html", b"<html")):
        what = "a web page"
    if what:
        text = f"{shown(name)} is {what} under the name of a text: open it in its own program"
        raise Unusable(f"{text}, and copy what you wrote into the sheet as you got it.")


def gaps(content: Mapping[Slot, bytes], passed_over: Iterable[str], wanted: Wanted) -> Iterator[Finding]:
    """Yield what is missing; what was passed over matters more then, as it may be just that under another name."""
    present = content.keys()
    no_notebook = [name for name in wanted.notebooks if notebook_slot(name) not in present]
    for name in no_notebook:
        yield Finding(Level.WARNING, f"{name}.ipynb is missing.")
    slots = [file_slot(file) for file in wanted.files if file.required] + [sheet_slot(name) for name in wanted.sheets]
    missing = [slot.path for slot in slots if slot not in present]
    if missing:
        yield Finding(Level.INFO, f"Not handed in: {', '.join(missing)}.")
    is_complete = not missing and not no_notebook
    yield from other_files.findings(content, wanted)
    passed_over = [*passed_over, *other_files.unused_pictures(content, wanted)]
    unread = {path: found for path in passed_over if (found := other_files.format_of(path, wanted))}
    for path, found in unread.items():
        yield Finding(Level.WARNING, other_files.sentence(path, found, wanted))
    passed_over = [path for path in passed_over if path not in unread]
    work = [] if is_complete else [path for path in passed_over if WORK.search(path)]
    others = [path for path in passed_over if is_complete or not WORK.search(path)]
    if work:
        yield Finding(
            Level.WARNING, f"Not graded, because the file name is not a required one: {listed(work, quote=True)}."
        )
    if others:
        yield Finding(Level.INFO, f"Ignored, because not part of the submission: {listed(others, quote=True)}.")
