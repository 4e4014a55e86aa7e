"""Deletes everything that is stored of one student: `autograder forget`."""

import glob
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .. import gradebook, running
from ..course import assignment as assignments
from ..course import course_settings
from ..formats.members import shown
from ..formats.moved_files import CHECKSUMS, write_checksums
from ..gradebook import archiving, forgetting
from ..handin.names import listed
from ..intake import VALID_ID, recorded
from ..lms import groups as group_lists
from ..lms import roster as rosters
from ..model.errors import ConfigError
from ..model.plain_text import counted, one_line
from ..model.result_folders import HIDDEN_FOLDER, ResultFolders
from ..running.run_log import RunLog

DONE = 0
MOST_PARTNERS = 12
# Where something of a student lies, by the id; nbgrader has a folder for each in the first four.
OF_A_STUDENT = (
    "submitted/{id}", "downloaded/*/*/{id}", "autograded/{id}", "feedback/{id}", "feedback/*/{id}", "superseded/*/{id}",
    "results/*/{id}.json", f"{HIDDEN_FOLDER}/*/*/{{id}}.json",
)  # fmt: skip
# What has something of everybody in it, and is made anew by the next report, feedback or export.
MADE_ANEW = (
    "report/*",
    "*_for_canvas.*",
    "grades.csv",
    f"{HIDDEN_FOLDER}/*/pictures",
    f"{HIDDEN_FOLDER}/*/changes.jsonl",
)


def forget(course_dir: Path, student: str, out: Path | None = None, *, delete: bool = False) -> int:
    """Delete everything that is stored of a student, or only say what that is; return the exit code.

    A run that was stopped is finished by the next.

    Args:
        course_dir: The folder of the course, or of an archived term.
        student: The id.
        out: Where `autograder grade` put its results.
        delete: Delete it.

    Raises:
        ConfigError: Nothing is known of such a student, or somebody is at work in the folder.
    """
    out = (out or course_dir).resolve()
    if not VALID_ID.fullmatch(student):
        raise ConfigError(f"{one_line(student, 60)!r} cannot be the id of a student: take it from grades.csv.")
    settings = course_settings.load(course_dir)
    of_everybody = {ResultFolders(out, name).feedback for name in assignments.names(course_dir)}
    own = sorted({*_paths(out, OF_A_STUDENT, student)} - of_everybody)  # an assignment's name may be asked for
    db_url = gradebook.url(settings, out)
    if not delete:
        print("".join(f"{shown(str(path.relative_to(out)))}\n" for path in own), end="")
        print(f"These, the marks of {student} and the place in the roster would be deleted: add --delete to do so.")
        return DONE
    if not out.is_dir():
        raise ConfigError(f"There is no folder {out}: give the one of the results with --out.")
    with running.alone(out):
        archiving.refuse_markers_at_work(db_url)
        rows = forgetting.forget(db_url, student)
        names = _forget_lists(course_dir, out, student)
        if rows or own or names:
            for name in assignments.names(course_dir):
                RunLog(ResultFolders(out, name).hidden).forget(student)
            for path in (*_paths(out, MADE_ANEW, student), *own):  # a stopped run knows by the last that it is not over
                _remove(path)
            if (out / CHECKSUMS).exists():
                write_checksums(out)
    if not (rows or own or names):
        raise ConfigError(f"Nothing is stored of {student!r} in {out}: take the id from grades.csv.")
    print(f"Deleted of {student}: {counted(len(own), 'folder or file')}, {counted(rows, 'row')} of the gradebook.")
    print("Run `autograder report` and `autograder feedback` for pages without this student.")
    if together := _partners(course_dir, out, student):
        print(
            f"Handed in together with {listed(together, MOST_PARTNERS)}: what is stored of them still names {student}."
        )
    print("Not looked at: words of others, your downloads and lists, backups, archived terms (give each with --out).")
    return DONE


def _partners(course_dir: Path, out: Path, student: str) -> list[str]:
    """Return who handed something in together with a student: it is their work, too."""
    found = set[str]()
    for name in assignments.names(course_dir):
        for path in ResultFolders(out, name).arrivals.glob("*.json"):
            group = recorded(out / "submitted" / path.stem / name).group
            found.update([path.stem] if group and student in group.members else [])
    return sorted(found - {student})


def _paths(out: Path, patterns: tuple[str, ...], student: str) -> Iterator[Path]:
    for pattern in patterns:
        yield from out.glob(pattern.format(id=glob.escape(student)))


def _forget_lists(course_dir: Path, out: Path, student: str) -> int:
    """Take a student out of the roster and the groups that are kept; return in how many of them the id was."""
    found = 0
    roster = rosters.find(None, out, {})
    if roster is not None:
        members, former = ([one for one in part if one.student != student] for part in (roster.members, roster.former))
        if len(members) + len(former) < len(roster.members) + len(roster.former):
            rosters.remember(replace(roster, members=tuple(members), former=tuple(former)), out)
            found += 1
    for name in assignments.names(course_dir):
        folders = ResultFolders(out, name)
        groups = group_lists.find(None, folders)
        others = tuple(
            replace(group, members=tuple(one for one in group.members if one.student != student)) for group in groups
        )
        if others != groups:
            group_lists.remember(others, folders)
            found += 1
    return found


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
