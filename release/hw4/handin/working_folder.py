"""What is handed in of the folder that a student works in: each file once, as the grader would take it from a zip."""

import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from . import other_files, own_modules, recognition
from .answer_pictures import read_sheet
from .asked import Asked
from .handed_in import HandedIn, Picked, is_given
from .limits import MAX_PAGES, MAX_RATIO, RATIO_FREE_BYTES, too_large, too_repetitive
from .names import is_litter, listed
from .problems import HINT, MUST, Line, Unusable
from .slots import Slot, claim_of

PAGE = re.compile(rb"/Type\s*/Page\b")
ANSWERS = "answers"  # the only folder in it that holds work


@dataclass(frozen=True)
class WorkFile(HandedIn):
    """One file of the folder."""

    location: Path

    def read(self, max_bytes: int) -> bytes:
        """Return the content. Raises Unusable when it cannot be read, or the grader would refuse its size."""
        try:
            with open(self.location, "rb") as file:
                data = file.read(max_bytes + 1)
        except OSError as error:
            raise Unusable(
                f"{self.path} cannot be read ({error.strerror}): close the program that holds it."
            ) from error
        if len(data) > max_bytes:
            raise Unusable(too_large(self.name, max_bytes))
        if len(data) > RATIO_FREE_BYTES and len(data) > MAX_RATIO * len(zlib.compress(data)):
            raise Unusable(too_repetitive(self.name))
        return data


@dataclass
class Work:
    """All that is there to be handed in, and what is wrong with names, sizes and kinds of files."""

    folder: Path
    chosen: dict[Slot, HandedIn] = field(default_factory=dict)
    content: dict[Slot, bytes] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    ungraded: list[tuple[str, HandedIn]] = field(default_factory=list)  # notebooks that nobody hands in


def gather(folder: Path, asked: Asked, student: str = "") -> Work:
    """Return what the folder holds of a submission.

    Args:
        folder: Where the notebooks are.
        asked: What has to be there.
        student: If given, files that carry another id are complained about.

    Raises:
        OSError: The folder cannot be listed.
    """
    work = Work(folder)
    files = [*_files(folder), *(_files(folder / ANSWERS, (ANSWERS,)) if (folder / ANSWERS).is_dir() else ())]
    files += _in_packages(folder)
    picked = recognition.candidates(files, student, asked, guess=False)
    counting, copies = recognition.without_ungraded(picked)
    work.ungraded = [*copies, *_in_ungraded_folders(folder, asked)]
    work.lines += [Line(HINT, finding.text) for finding in recognition.repairs(picked)]
    work.lines += [Line(MUST, finding.text) for finding in own_modules.left_out(files, picked, asked)]
    work.chosen = {slot: best.file for slot, (best, *_) in counting.items()}
    names = [file.name for slot, file in work.chosen.items() if slot.kind == "notebook"]
    owners = {owner for name in names if (owner := claim_of(name, asked))}
    if student and (sentence := recognition.foreign_id(names, student, asked)):
        work.lines.append(Line(MUST, sentence))
    elif len(owners) > 1:
        work.lines.append(Line(MUST, f"There are notebooks of {listed(sorted(owners))}: only one is yours."))
    for slot, file in [*work.chosen.items()]:
        try:
            work.content[slot] = recognition.content_of(slot, file, asked)
        except Unusable as error:
            work.lines.append(Line(MUST, str(error)))
            if kept := recognition.kept_for_a_person(slot, file):
                work.content |= kept
                work.chosen |= dict.fromkeys(kept, file)
    work.lines += _gaps(work, files, picked, asked)
    for slot, data in work.content.items():
        work.lines += _oddities(slot, data)
    return work


def _files(folder: Path, folders: tuple[str, ...] = ()) -> Iterator[WorkFile]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        is_hidden = entry.name.startswith(".") and not entry.name.endswith(".icloud")
        if entry.is_file() and not is_litter((), entry.name) and not is_hidden:
            yield WorkFile(entry.name, entry.stat().st_mtime, Path(entry.path), folders=folders)


def _in_packages(folder: Path) -> Iterator[WorkFile]:
    """Yield the modules in folders beside the notebooks."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False) and entry.name.isidentifier() and not is_litter((entry.name,), ""):
            files = _files(Path(entry.path), (entry.name,))
            yield from (file for file in files if file.name.endswith(own_modules.ENDING))


def _in_ungraded_folders(folder: Path, asked: Asked) -> Iterator[tuple[str, WorkFile]]:
    """Yield the notebooks that nobody hands in where the release has them, by their path there."""
    for path in asked.ungraded_notebooks:
        if (place := folder / path).is_file():
            yield path, WorkFile(place.name, place.stat().st_mtime, place, folders=tuple(path.split("/")[:-1]))


def _gaps(work: Work, files: list[WorkFile], picked: Picked, asked: Asked) -> Iterator[Line]:
    """Yield what is missing; of other files only those that a student may believe to be handed in."""
    known = {choice.file.path for choices in picked.values() for choice in choices}
    others = [file for file in files if file.path not in known and not is_given(file, asked)]
    named = [file for file in others if recognition.WORK.search(file.name) or other_files.format_of(file.name, asked)]
    passed_over = [file.path for file in named if ".zip" not in file.name.lower()]  # which was packed before
    unread = {*other_files.findings(work.content, asked)}
    missing = {*recognition.gaps(work.content, (), asked)} - unread
    for finding in recognition.gaps(work.content, passed_over, asked):
        yield Line(MUST if finding in missing else HINT, finding.text)


def _oddities(slot: Slot, data: bytes) -> Iterator[Line]:
    """Yield what will trouble a marker, as far as it shows without a program that draws it."""
    if slot.kind == "sheet":
        if encoding := read_sheet(slot.name, data).encoding:
            yield Line(HINT, f"{slot.path} is saved as {encoding}, not as UTF-8.")
    elif slot.kind == "pdf":
        if b"%%EOF" not in data[-2048:]:  # where a PDF says that it is whole
            yield Line(MUST, "it breaks off, so that it may not open: export it again.", slot.path)
        if b"/Encrypt" in data:
            yield Line(HINT, "it is protected: if it needs a password, export it without one.", slot.path)
        if (pages := len(PAGE.findall(data))) > MAX_PAGES:
            yield Line(HINT, f"it has {pages} pages, and a marker is shown the first {MAX_PAGES}.", slot.path)
