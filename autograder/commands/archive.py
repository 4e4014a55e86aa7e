"""Puts a term that is over into a folder of its own, and leaves the course ready for the next: `autograder archive`."""

import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import __version__, gradebook, running
from ..course import assignment as assignments
from ..course import course_settings
from ..course.archived import COPYING, FOLDER, MANIFEST, MOVING, is_archived
from ..course.course_settings import CONFIG_FILE, CourseSettings
from ..formats.moved_files import CHECKSUMS, copy_folder, move, write_checksums
from ..formats.whole_files import write_whole, written_whole
from ..gradebook import archiving
from ..gradebook.marks import StudentMarks, without_marked
from ..gradebook.regrade_requests import open_requests
from ..model.error_lines import file_sentence
from ..model.errors import ConfigError
from ..model.plain_text import counted, one_line
from ..model.result_folders import HIDDEN_FOLDER, ResultFolders
from ..reports.stored_class import marks_so_far, stored_reports

DONE, NEEDS_A_PERSON = 0, 1
VALID_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
# What belongs to a term, in the folder of the results; the first is moved last: it holds the lock of the folder.
MOVED = (HIDDEN_FOLDER, "submitted", "downloaded", "autograded", "feedback", "results", "report", "superseded")
MOVED_FILES = ("*_for_canvas.*", "grades.csv", "gradebook.db.*")  # exports of both programs; nbgrader's own backups
# What graded it, in the course folder: copied, because the next term begins with it.
COPIED = ("source", "answers", "release", "autograder/assignments", "requirements.lock", CONFIG_FILE)
NOT_COPIED = ("__pycache__", ".ipynb_checkpoints", "*.pyc")
GRADEBOOK = "gradebook.db"
NO_MARKS = StudentMarks({})


def archive(
    course_dir: Path, term: str, out: Path | None = None, *, unfinished: bool = False, tar: bool = False
) -> int:  # fmt: skip
    """Move everything of the term into archive/<term>/, with copies of what graded it; return the exit code.

    A run that was stopped is finished by the next. Until results are moved, nothing changes in the course.

    Args:
        course_dir: The folder of the course.
        term: The name of the folder.
        out: Where `autograder grade` put its results.
        unfinished: Archive although answers wait for marks, or regrade requests for an answer.
        tar: Write archive/<term>.tar.gz, too.

    Raises:
        ConfigError: The name cannot be used, somebody is at work in the folder, or a disk does not take the files.
    """
    _refuse_name(term)
    ending = _Ending(course_dir, (out or course_dir).resolve(), term)
    try:
        if tar and is_archived(ending.target) and not ending.tar.exists():
            return _write_tar(ending)
        ending.refuse_taken()
        settings = course_settings.load(course_dir)
        with running.alone(ending.out):
            if not ending.moving.is_dir():
                _prepare(ending, settings, unfinished=unfinished)
            manifest = json.loads((ending.moving / MANIFEST).read_text(encoding="utf-8"))
            _move_all(ending, manifest)
            files = write_checksums(ending.moving)
            ending.moving.rename(ending.target)
        code = _tell(ending.target, manifest, settings)
        print(f"{counted(files, 'file')}; their digests are in {CHECKSUMS}.")
        return max(code, _write_tar(ending)) if tar else code
    except OSError as error:
        raise ConfigError(
            f"{file_sentence(error)} Nothing is lost: the next run goes on where this one stopped."
        ) from error


def _refuse_name(term: str) -> None:
    if not VALID_NAME.fullmatch(term) or term.endswith("."):
        raise ConfigError(
            f"{one_line(term, 60)!r} cannot be the name of a term: "
            "use letters, digits, dots and dashes, as in 2026-spring."
        )


@dataclass(frozen=True)
class _Ending:
    """A term that ends, and the folders that it goes through."""

    course_dir: Path
    out: Path
    term: str

    @property
    def target(self) -> Path:
        return self.out / FOLDER / self.term

    @property
    def copying(self) -> Path:
        return self.target.with_name(f"{COPYING}{self.term}")

    @property
    def moving(self) -> Path:
        return self.target.with_name(f"{MOVING}{self.term}")

    @property
    def tar(self) -> Path:
        return self.target.with_name(f"{self.term}.tar.gz")

    def refuse_taken(self) -> None:
        """Raise ConfigError where there is nothing to archive, or something of that name."""
        if is_archived(self.out):
            raise ConfigError(f"{self.out} is an archived term: run this in the folder of the course.")
        place = self.target.parent
        there = {path.name.casefold() for path in place.iterdir()} if place.is_dir() else set()
        if {self.target.name.casefold(), self.tar.name.casefold()} & there:
            raise ConfigError(f"{self.target} exists already: choose another name.")
        for other in place.glob(f"{MOVING}*"):
            if other != self.moving:
                name = other.name.removeprefix(MOVING)
                raise ConfigError(f"Archiving {name} was not finished: run `autograder archive {name}` first.")
        if not self.moving.is_dir() and not any((self.out / "results").glob("*/*.json")):
            raise ConfigError(f"There are no results in {self.out / 'results'}: there is nothing to archive.")


def _prepare(ending: _Ending, settings: CourseSettings, *, unfinished: bool) -> None:
    """Check that the term is over, and copy what graded it; nothing of the course is changed."""
    course_dir, out, copies = ending.course_dir, ending.out, ending.copying
    db_url = gradebook.url(settings, out)
    archiving.refuse_markers_at_work(db_url)
    classes = dict(_classes(course_dir, out))
    open_ones = [text for entry in classes.values() for text in entry.pop("open")]
    if open_ones and not unfinished:
        raise ConfigError(f"The term is not over: {'; '.join(open_ones)}. Finish that, or add --unfinished.")
    file = archiving.sqlite_file(db_url)
    if file is not None:
        archiving.close_file(file)
    shutil.rmtree(copies, ignore_errors=True)
    copies.mkdir(parents=True)
    try:
        for name in COPIED:
            if (course_dir / name).exists():
                copy_folder(course_dir / name, copies / name, NOT_COPIED)
        if file is None:
            archiving.copy_to_file(db_url, copies / GRADEBOOK)
        _set_aside(copies / CONFIG_FILE, course_dir, settings)
        manifest = _manifest(ending, settings, classes)
        write_whole(copies / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    except BaseException:
        shutil.rmtree(copies, ignore_errors=True)
        raise
    copies.rename(ending.moving)


def _manifest(ending: _Ending, settings: CourseSettings, classes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an archived term says of itself; a stopped run reads in it what is still to be moved."""
    file = archiving.sqlite_file(gradebook.url(settings, ending.out))
    return {
        "term": ending.term,
        "course": one_line(settings.nbgrader.CourseDirectory.get("course_id", ""), 120),
        "archived_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "autograder": __version__,
        "assignments": classes,
        "moved": sorted(_moved(ending.out), key=lambda name: (name == HIDDEN_FOLDER, name)),
        "roster": _roster_in(ending.course_dir, settings),
        "gradebook": os.path.relpath(file, ending.out) if file is not None else "",  # "": a server has it
    }


def _classes(course_dir: Path, out: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what was graded, by assignment, and what is open in it, in words."""
    for name in assignments.names(course_dir):
        folders = ResultFolders(out, name)
        if not any(folders.results.glob("*.json")):
            continue
        assignment, settings = assignments.load(course_dir, name), course_settings.load(course_dir, name)
        reports = stored_reports(folders)
        marks = marks_so_far(reports, assignment, settings, folders)
        unmarked = sum(len(without_marked(one, marks.get(one.student, NO_MARKS)).awaiting_person) for one in reports)
        asked = open_requests(gradebook.url(settings, out), assignment)
        counts = ((unmarked, "answer", "not marked"), (asked, "regrade request", "open"))
        yield (
            name,
            {
                "title": assignment.title,
                "students": len(reports),
                "graded_at": max((report.graded_at for report in reports), default=""),
                "open": [f"{name}: {counted(number, what)} {how}" for number, what, how in counts if number],
            },
        )


def _moved(out: Path) -> Iterator[str]:
    for name in (*MOVED, *(path.name for pattern in MOVED_FILES for path in out.glob(pattern))):
        path = out / name
        if path.is_symlink():
            raise ConfigError(f"{path} is a link, which cannot be archived: put what it points to in its place.")
        if path.exists():
            yield name


def _roster_in(course_dir: Path, settings: CourseSettings) -> str:
    """Return the roster that the settings name, from the course folder on; "" if there is none in it."""
    roster = settings.roster
    inside = roster is not None and roster.is_file() and roster.resolve().is_relative_to(course_dir.resolve())
    return roster.resolve().relative_to(course_dir.resolve()).as_posix() if roster is not None and inside else ""


def _set_aside(config: Path, course_dir: Path, settings: CourseSettings) -> None:
    """Let the settings of an archived term name its own gradebook and its own roster."""
    lines, roster = [], settings.roster
    if settings.db_url:
        here = "os.path.dirname(os.path.abspath(__file__))"
        lines += ["import os", f'c.CourseDirectory.db_url = "sqlite:///" + os.path.join({here}, "{GRADEBOOK}")']
    if roster is not None and roster.is_file() and not _roster_in(course_dir, settings):
        copy_folder(roster, config.with_name(f"roster{roster.suffix}"))
        lines.append(f'c.Canvas.roster = "roster{roster.suffix}"')
    if lines:
        text = config.read_text(encoding="utf-8")
        write_whole(config, "\n".join([text.rstrip("\n"), "", "# Of the archived term:", *lines, ""]))


def _move_all(ending: _Ending, manifest: Mapping[str, Any]) -> None:
    """Move what is not yet there; what was moved before stays where it is."""
    out, moving = ending.out, ending.moving
    if manifest["gradebook"]:
        file = Path(os.path.normpath(out / manifest["gradebook"]))
        archiving.close_file(file)
        move(file, moving / GRADEBOOK)
    if manifest["roster"]:
        (moving / manifest["roster"]).parent.mkdir(parents=True, exist_ok=True)
        move(ending.course_dir / manifest["roster"], moving / manifest["roster"])
    for name in manifest["moved"]:
        move(out / name, moving / name)


def _write_tar(ending: _Ending) -> int:
    """Write an archived term as one file, beside its folder; return the exit code."""
    with written_whole(ending.tar) as file, tarfile.open(fileobj=file, mode="w:gz") as tar:
        tar.add(ending.target, arcname=ending.term)
    print(f"As one file: {ending.tar}")
    return DONE


def _tell(target: Path, manifest: Mapping[str, Any], settings: CourseSettings) -> int:
    """Say what was archived, and what is to be done for the next term; return the exit code."""
    for name, entry in manifest["assignments"].items():
        print(f"Archived {name}: {counted(entry['students'], 'student')}.")
    print(f"The term is in {target}.")
    print(f"Every command still works on it: autograder report --out {FOLDER}/{target.name}")
    print(f"Before the next term, look through {CONFIG_FILE}: due dates, and what it says of single students.")
    if settings.roster is not None:
        print(f"c.Canvas.roster of {CONFIG_FILE} names {settings.roster.name}: put the list of the new class there.")
    if manifest["gradebook"]:
        return DONE
    print(
        "The archived term has a copy of its gradebook; the rows are still on the server. Set c.CourseDirectory.db_url "
        f"of {CONFIG_FILE} to a new database before you grade again, or the terms mix."
    )
    return NEEDS_A_PERSON
