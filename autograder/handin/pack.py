"""Pack a student's work into the zip that is asked for."""

import contextlib
import io
import os
import time
import zipfile
from pathlib import Path

from . import other_files, own_modules
from .asked import Asked
from .names import claimed_id, is_handout_name
from .problems import Unusable
from .slots import Slot
from .working_folder import Work

FIRST_DAY, LAST_DAY = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # that a zip can hold


def wrong_with_id(student: str, asked: Asked) -> str:
    """Return why the grader would not know a student by this id, in a sentence; nothing if it would."""
    if "@" in student:
        return f"Type the {asked.student_id} alone, without @ and what follows."
    archive = f"{asked.archive_name(student)}.zip"
    is_odd = "_" in student  # a learning management system puts numbers behind one
    if is_odd or claimed_id(archive, asked.name) != student.lower() or not is_handout_name(archive, asked.name):
        return f"{student!r} does not say who you are: type your own {asked.student_id}, in letters and digits."
    return ""


def packed_name(slot: Slot, student: str, asked: Asked) -> str:
    """Return what a file is called in the zip."""
    name = slot.path if slot.kind in ("sheet", own_modules.KIND, other_files.KIND) else f"{student}_{slot.path}"
    return f"{asked.archive_name(student)}/{name}"


def pack(work: Work, student: str, asked: Asked) -> Path:
    """Write the zip into the folder, whole or not at all, and return its path.

    Raises:
        Unusable: No notebook is there, or the zip cannot be written.
    """
    if not any(slot.kind == "notebook" for slot in work.content):
        raise Unusable(f"There is no notebook in {work.folder}: keep handin in the folder in which you work.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for slot, data in work.content.items():
            saved = time.localtime(work.chosen[slot].modified)[:6]
            entry = zipfile.ZipInfo(packed_name(slot, student, asked), min(max(saved, FIRST_DAY), LAST_DAY))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    target = work.folder / f"{asked.archive_name(student)}.zip"
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        unfinished.write_bytes(buffer.getvalue())
        os.replace(unfinished, target)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise Unusable(f"{target} cannot be written ({error.strerror}): close it, or make room.") from error
    return target
