"""When `autograder grade` ran, on which files, and by which version: a line at the begin of a run and one at its end.

The record is for people. A damaged line is skipped, and a record that cannot be written stops no run.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from .. import __version__
from ..formats.whole_files import write_whole
from ..model.plain_text import one_line

FILE = "runs.jsonl"
MOST_FILES = 50  # of one run that are named; a shell may give thousands
NAME_LIMIT = 120  # characters of a file's name
READ_AT_MOST = 4 * 2**20  # bytes at the end of the record: some 8,000 runs


@dataclass(frozen=True)
class Run:
    """One run of `autograder grade`.

    Attributes:
        begun: When it began: ISO 8601 with the time zone of the machine.
        files: What was graded: the names of the paths that were given, without their folders.
        version: Of the autograder.
        options: Those of the command line that say what was graded and how, by name.
        ended: When it was finished; "" for a run that was stopped.
        submissions: How many it went through.
    """

    begun: str
    files: tuple[str, ...] = ()
    version: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    ended: str = ""
    submissions: int = 0


class RunLog:
    """The runs over one assignment."""

    def __init__(self, hidden: Path) -> None:
        """Nothing is written before the first run. `hidden` is `ResultFolders.hidden`."""
        self.path = hidden / FILE

    @contextlib.contextmanager
    def running(self, paths: Sequence[Path], options: Mapping[str, str | Path | bool | None]) -> Iterator[Counter]:
        """Note a run that begins, and its end unless it is stopped; give what counts its submissions."""
        files = tuple(_name(path) for path in paths[:MOST_FILES])
        said = {
            name: _name(value) if isinstance(value, Path) else str(value) for name, value in options.items() if value
        }
        run, counter = Run(_now(), files, __version__, said), Counter()
        self._add(run)
        yield counter
        self._add(replace(run, ended=_now(), submissions=counter.submissions))

    def all(self) -> list[Run]:
        """Return the runs, the latest last; none where nothing can be read."""
        found: dict[str, Run] = {}
        for line in self._lines():
            with contextlib.suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
                run = _run(json.loads(line))
                found[run.begun] = run
        return list(found.values())

    def forget(self, student: str) -> None:
        """Remove the runs that name a student, in an option or in the name of a file. Raises OSError."""
        named = re.compile(rb"(?<![a-z0-9])" + re.escape(student.encode()) + rb"(?![a-z0-9])", re.IGNORECASE)
        lines = self._lines()
        left = [line for line in lines if not named.search(line)]
        if len(left) < len(lines):
            write_whole(self.path, b"\n".join(left))

    def _lines(self) -> list[bytes]:
        with contextlib.suppress(OSError), self.path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - READ_AT_MOST))
            return file.read(READ_AT_MOST).splitlines()
        return []

    def _add(self, run: Run) -> None:
        with contextlib.suppress(OSError):  # what is stored of students matters more, and has its own message
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"\n{json.dumps(asdict(run))}")  # after half a line, too


@dataclass
class Counter:
    """Counts the submissions of a run."""

    submissions: int = 0


def _name(path: Path) -> str:
    """Return the name of a path without its folders; of `.` and `..` that of the folder."""
    return one_line(path.resolve().name if path.name in ("", "..") else path.name, NAME_LIMIT)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="microseconds")  # two runs of one moment would be one


def _run(data: dict[str, object]) -> Run:
    """Return what a line says. Raises ValueError for a time that is none, or of no time zone."""
    run = Run(**data)  # type: ignore[arg-type]
    for time in filter(None, (run.begun, run.ended)):
        if datetime.fromisoformat(time).tzinfo is None:
            raise ValueError("a time without its zone")
    files = tuple(one_line(name, NAME_LIMIT) for name in run.files)
    return replace(run, files=files, version=one_line(run.version, 20), submissions=int(run.submissions))
