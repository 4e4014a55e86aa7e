"""Finished results on disk, stored at once, and which of them are still valid.

`ResultFolders.results` is for people and programs. The folder graded/ of `ResultFolders.hidden` holds the same results
by notebook, with the cache key of each.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..formats.whole_files import write_whole
from ..grading.cache_key import WRITTEN, CacheKey
from ..handin.problems import Level
from ..model.assignment import Assignment
from ..model.error_lines import on_one_line
from ..model.errors import ConfigError
from ..model.report import Awaiting, Finding, Report
from ..model.result_folders import HIDDEN_FOLDER, ResultFolders
from ..model.submission import Submission
from .changes import Change, ChangeLog
from .run_log import RunLog

# Of JSON that is not ours, or damaged.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)

Plan = Mapping[str, frozenset[str]]  # what to grade: ids of items by notebook


@dataclass(frozen=True)
class Graded:
    """What is known of one submission: a report for each notebook, and the cache keys of all that may be used again."""

    parts: Mapping[str, Report] = field(default_factory=dict)  # without findings of the submission as a whole
    awaiting: tuple[Awaiting, ...] = ()
    cache_keys: Mapping[str, CacheKey] = field(default_factory=dict)

    def stale(self, keys: Mapping[str, CacheKey], assignment: Assignment) -> Plan | None:
        """Return what has to be graded for these cache keys; {} if only the written answers, None if nothing."""
        changed = {key for key, value in keys.items() if self.cache_keys.get(key) != value}
        plan: dict[str, set[str]] = {}
        for item in assignment.auto_items:
            if item.id in changed:
                plan.setdefault(item.notebook, set()).add(item.id)
        return {name: frozenset(ids) for name, ids in plan.items()} if changed else None

    def updated(self, fresh: Graded, keys: Mapping[str, CacheKey]) -> Graded:
        """Return this with newly graded parts in their places; a result with a fault of ours is not used again."""
        parts = dict(self.parts)
        for name, part in fresh.parts.items():
            older = parts[name].items if name in parts else ()
            items = {item.id: item for item in (*older, *part.items)}
            parts[name] = replace(part, items=tuple(items.values()))
        scored = {item.id for part in parts.values() for item in part.items if item.score is not None}
        good = {key: value for key, value in keys.items() if key in scored or key == WRITTEN}
        return Graded(parts, fresh.awaiting, good)

    def report(self, submission: Submission, assignment: Assignment, seed: str) -> Report:
        """Put the report of the whole submission together."""
        parts = [self.parts[name] for name in assignment.notebooks if name in self.parts]
        items = {item.id: item for part in parts for item in part.items}
        notes = [Finding(Level.INFO, f"{item.id}: {note}.") for item in items.values() for note in item.notes]
        names = dict.fromkeys(name for part in parts for name in part.timings_s)
        return Report(
            student=submission.student,
            items=tuple(items[item.id] for item in assignment.auto_items if item.id in items),
            awaiting_person=self.awaiting,
            findings=(*submission.findings, *(finding for part in parts for finding in part.findings), *notes),
            seed=seed,
            sandbox=next((part.sandbox for part in parts if part.sandbox), ()),
            timings_s={name: round(sum(part.timings_s.get(name, 0.0) for part in parts), 3) for name in names},
            versions={name: version for part in parts for name, version in part.versions.items()},
            graded_at=max((part.graded_at for part in parts), default=""),
        )

    def to_json(self) -> str:
        """Return the stored form."""
        data = {
            "parts": {name: part.to_data() for name, part in self.parts.items()},
            "awaiting": [vars(entry) for entry in self.awaiting],
            "cache_keys": {key: vars(value) for key, value in self.cache_keys.items()},
        }
        return json.dumps(data)

    @classmethod
    def from_json(cls, text: str) -> Graded:
        """Read the stored form. Raises one of UNREADABLE when the text is none."""
        data: dict[str, Any] = json.loads(text)
        return cls(
            {name: Report.from_data(part) for name, part in data["parts"].items()},
            tuple(Awaiting(**entry) for entry in data["awaiting"]),
            {key: CacheKey(**value) for key, value in data["cache_keys"].items()},
        )


class Store:
    """The results of an assignment, in the folders that `autograder grade` writes to."""

    def __init__(self, out_dir: Path, assignment: str) -> None:
        """Nothing is written before the first result."""
        folders = ResultFolders(out_dir, assignment)
        self._out, self._results, self._hidden = folders.out, folders.results, folders.hidden
        self._graded = self._hidden / "graded"
        self.work = self._hidden / "work"  # whatever a run needs for a while; a killed one leaves it to the next
        self.change_log = ChangeLog(self._hidden / "changes.jsonl")
        self.run_log = RunLog(self._hidden)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other runs out of the folder. Raises ConfigError when there is one."""
        self._hidden.mkdir(parents=True, exist_ok=True)
        with alone(self._out):
            shutil.rmtree(self.work, ignore_errors=True)
            yield
            shutil.rmtree(self.work, ignore_errors=True)

    def seed(self) -> str:
        """Return the seed of this course, made once, so that a regrade feeds the checks the same inputs."""
        path = self._hidden / "seed"
        if not path.exists():
            _write(path, secrets.token_hex(16))
        try:
            return path.read_text(encoding="ascii").strip()
        except ValueError as error:
            raise ConfigError(f"{path} is damaged: remove it; everything will be regraded.") from error

    def graded(self, student: str) -> Graded:
        """Return what is known of a student's submission; nothing when that cannot be read."""
        with contextlib.suppress(OSError, *UNREADABLE):
            return Graded.from_json((self._graded / f"{student}.json").read_text(encoding="utf-8"))
        return Graded()

    def report(self, student: str) -> Report | None:
        """Return the latest report of a student, None when there is none that can be read."""
        with contextlib.suppress(OSError, *UNREADABLE):
            return Report.from_json((self._results / f"{student}.json").read_text(encoding="utf-8"))
        return None

    def keep(self, report: Report, graded: Graded | None = None, changes: Sequence[Change] = ()) -> None:
        """Store a report, what it was made from if that is new, and what differs from the report before."""
        with _writing(self.change_log.path):
            self.change_log.add(changes)
        if graded is not None:
            _write(self._graded / f"{report.student}.json", graded.to_json())
        _write(self._results / f"{report.student}.json", report.to_json())

    def all(self) -> list[Report]:
        """Return the reports of all students, by name. Raises ValueError naming a file that cannot be read."""
        reports = []
        for path in sorted(self._results.glob("*.json")):
            try:
                reports.append(Report.from_json(path.read_text(encoding="utf-8")))
            except UNREADABLE as error:
                reason = on_one_line(f"{type(error).__name__}: {error}").rstrip(".")
                raise ValueError(
                    f"{path} is not a report ({reason}): remove it and grade that student again."
                ) from error
        return reports


@contextlib.contextmanager
def alone(out: Path) -> Iterator[None]:
    """Keep other runs out of a folder, as its assignments share a gradebook; a killed run keeps nobody out.

    Raises ConfigError when there is one.
    """
    hidden = out / HIDDEN_FOLDER
    hidden.mkdir(parents=True, exist_ok=True)
    with (hidden / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConfigError(
                f"Another `autograder grade` writes to {out}: wait for it, or use another --out."
            ) from error
        yield


def _write(path: Path, text: str) -> None:
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}). Fix this and run the command again: results are saved."
        ) from error
