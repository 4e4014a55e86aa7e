"""What is stored about each submission at intake: its place in the class download, findings, and what it held.

It lies next to submitted/, in a hidden folder that nbgrader does not read and no file of a student can reach.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from ..formats.whole_files import write_whole
from ..handin.problems import Level
from ..lms.canvas_names import readings_of
from ..model.assignment import Assignment
from ..model.report import Finding
from ..model.result_folders import ResultFolders
from ..model.submission import DownloadEntry, GroupWork

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)  # of a damaged record


def download_entry(submitted_dir: Path, student: str, assignment: Assignment, *, refused: bool) -> DownloadEntry | None:
    """Return the place of a student's submission in a class download, None for one that came by another way.

    With `refused` it is what `note_refused` wrote down: what was stored may be another student's of the same id.
    """
    return recorded(Path(submitted_dir) / student / assignment.name, refused=refused).download


def group_of(submitted_dir: Path, student: str, assignment: Assignment, *, refused: bool) -> GroupWork | None:
    """Return whose common work a student's submission is, None for a student's own; `refused` as above."""
    return recorded(Path(submitted_dir) / student / assignment.name, refused=refused).group


def known_users(folders: ResultFolders) -> dict[str, str]:
    """Return the students of everything that was stored, by the user of the class download who sent it."""
    return {download.user: student for student, download in _known(folders)}


def known_names(folders: ResultFolders) -> dict[str, str]:
    """Return what their system called the users of everything that was stored, by user."""
    return {download.user: download.name for _, download in _known(folders) if download.name}


def known_people(folders: ResultFolders) -> tuple[dict[str, str], dict[str, str]]:
    """Return both of the above, read once: students by user, and names by user."""
    known = [*_known(folders)]
    students = {download.user: student for student, download in known}
    return students, {download.user: download.name for _, download in known if download.name}


def _known(folders: ResultFolders) -> Iterator[tuple[str, DownloadEntry]]:
    """Yield student and place in the class download of everything that was stored from one."""
    for path in sorted(folders.arrivals.glob("*.json")):
        with contextlib.suppress(OSError, *_UNREADABLE):
            download = _download(json.loads(path.read_text(encoding="utf-8")))
            if download and download.user:
                yield path.stem, download


def note(
    target: Path, download: DownloadEntry | None, findings: Sequence[Finding], digest: str = "", *,
    group: GroupWork | None = None, refused: bool = False,
) -> None:  # fmt: skip
    """Write down what is known of a folder submitted/<student>/<assignment>. Raises OSError.

    `digest` is that of the submission as it arrived (`digest_of`): an instructor may change the folder afterwards.
    """
    arrival = {
        "download": download and asdict(download),
        "group": group and asdict(group),
        "findings": [asdict(finding) for finding in findings],
        "digest": digest,
    }
    path = _record_of(target, refused=refused)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(arrival, indent=2))


class Recorded(NamedTuple):
    """What was written down about a submission."""

    download: DownloadEntry | None = None
    findings: tuple[Finding, ...] = ()
    group: GroupWork | None = None


def recorded(folder: Path, *, refused: bool = False) -> Recorded:
    """Return what was written down about a folder submitted/<student>/<assignment>, or nothing."""
    try:
        data = json.loads(_record_of(folder, refused=refused).read_text(encoding="utf-8"))
        findings = tuple(map(_finding, data["findings"]))
        return Recorded(_download(data), findings, _group(data.get("group")))
    except (OSError, *_UNREADABLE):
        return Recorded()


def _download(arrival: dict[str, Any]) -> DownloadEntry | None:
    """Return what a record says of the class download; raises one of _UNREADABLE for a damaged one."""
    found = arrival["download"] if "download" in arrival else arrival["canvas"]  # so older versions call it
    if found is None:
        return None
    texts = {key: str(found[key]) for key in ("system", "name", "own_id", "submitted_at") if key in found}
    user, entries = str(found["user"]), tuple(map(str, found["entries"]))
    if "name" not in texts:
        texts["name"] = next((name.name for entry in entries for name in readings_of(entry, user)), "")
    return DownloadEntry(user, bool(found["late"]), entries, **texts)


def _group(found: dict[str, Any] | None) -> GroupWork | None:
    if found is None:
        return None
    return GroupWork(str(found["name"]), str(found["sender"]), tuple(map(str, found["members"])))


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
