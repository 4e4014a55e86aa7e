"""What is stored about each submission at intake: its place in Canvas's download, findings, and what it held.

It lies next to submitted/, in a hidden folder that nbgrader does not read and no file of a student can reach.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..formats.whole_files import write_whole
from ..handin.problems import Level
from ..lms.canvas_names import readings_of
from ..model.assignment import Assignment
from ..model.report import Finding
from ..model.result_folders import ResultFolders
from ..model.submission import CanvasEntry


def canvas_entry(submitted_dir: Path, student: str, assignment: Assignment, *, refused: bool) -> CanvasEntry | None:
    """Return the place of a student's submission in Canvas's download, None for one that did not come from there.

    With `refused` it is what `note_refused` wrote down: what was stored may be another student's of the same id.
    """
    return recorded(Path(submitted_dir) / student / assignment.name, refused=refused)[0]


def known_users(folders: ResultFolders) -> dict[str, str]:
    """Return the students of everything that was stored by the Canvas user who sent it, number or mark."""
    return {user: student for student, user, _ in _known(folders)}


def known_names(folders: ResultFolders) -> dict[str, str]:
    """Return what Canvas called the users of everything that was stored, by number."""
    names = {}
    for _, user, entries in _known(folders):
        for entry in map(str, entries):
            for found in readings_of(entry, user):
                names[user] = found.name
    return names


def _known(folders: ResultFolders) -> Iterator[tuple[str, str, list[object]]]:
    """Yield student, Canvas's number and the names in the download of everything that was stored from there."""
    for path in sorted(folders.arrivals.glob("*.json")):
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError, RecursionError):
            if canvas := json.loads(path.read_text(encoding="utf-8"))["canvas"]:
                yield path.stem, str(canvas["user"]), list(canvas["entries"])


def note(
    target: Path, canvas: CanvasEntry | None, findings: Sequence[Finding], digest: str = "", *, refused: bool = False
) -> None:  # fmt: skip
    """Write down what is known of a folder submitted/<student>/<assignment>. Raises OSError.

    `digest` is that of the submission as it arrived (`digest_of`): an instructor may change the folder afterwards.
    """
    arrival = {
        "canvas": canvas and asdict(canvas),
        "findings": [asdict(finding) for finding in findings],
        "digest": digest,
    }
    path = _record_of(target, refused=refused)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(arrival, indent=2))


def recorded(folder: Path, *, refused: bool = False) -> tuple[CanvasEntry | None, tuple[Finding, ...]]:
    """Return what was written down about a folder submitted/<student>/<assignment>, or nothing."""
    try:
        data = json.loads(_record_of(folder, refused=refused).read_text(encoding="utf-8"))
        findings = tuple(map(_finding, data["findings"]))
        canvas = data["canvas"]
        if canvas is None:
            return None, findings
        return CanvasEntry(str(canvas["user"]), bool(canvas["late"]), tuple(map(str, canvas["entries"]))), findings
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None, ()


def _finding(entry: dict[str, Any]) -> Finding:
    return Finding(Level(entry["level"]), str(entry["text"]), bool(entry.get("for_student")))


def digest_on_arrival(folder: Path, *, refused: bool = False) -> str | None:
    """Return the digest of what arrived for a folder submitted/<student>/<assignment>; None if nothing is known of it.

    It is "" where an older version of this program wrote down the rest.
    """
    try:
        return str(json.loads(_record_of(folder, refused=refused).read_text(encoding="utf-8")).get("digest", ""))
    except (OSError, ValueError, AttributeError, RecursionError):
        return None


def refusal_of(folder: Path) -> Path:
    """Return the file that says what is known of a refused submission of submitted/<student>/<assignment>."""
    return _record_of(folder, refused=True)


def folders_of(target: Path) -> ResultFolders:
    """Return the result folders to which a folder submitted/<student>/<assignment> belongs."""
    target = Path(os.path.abspath(target))
    return ResultFolders(target.parents[2], target.name)


def _record_of(target: Path, *, refused: bool) -> Path:
    """Return the file that says what is known of a folder submitted/<student>/<assignment>."""
    folders = folders_of(target)
    student = Path(os.path.abspath(target)).parent.name
    return (folders.refused if refused else folders.arrivals) / f"{student}.json"
