"""What a page says of where it comes from: course, when it was graded and marked, from which files, by which version.

All of it is read from what is stored, so the same results give the same page, on any machine and in any time zone.
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from .. import gradebook
from ..course.course_settings import CourseSettings
from ..gradebook.mark_times import last_marked_at
from ..model.assignment import Assignment
from ..model.plain_text import one_line
from ..model.report import Report
from ..model.result_folders import ResultFolders
from ..running.run_log import Run, RunLog

LIMIT = 120  # characters of the course's id
MOST_NAMED = 3  # files in the line for people


@dataclass(frozen=True)
class AboutRun:
    """Where a page comes from; times are in the time zone of the machine that graded, as the record has it.

    Attributes:
        course: `c.CourseDirectory.course_id`, "" where the course has none. An instructor's text, to be escaped.
        title: Of the assignment.
        graded_at: When the newest of the results was graded; None where no result says so.
        marked_at: The newest mark that was given at the desk; None without one.
        source: Names of the files that were graded: of the last run over the class, and of runs after it. File names
            come from anybody and have to be escaped. Empty for results without a record.
        version: Of the autograder that graded last; "" for results without a record.
    """

    course: str
    title: str
    graded_at: datetime | None = None
    marked_at: datetime | None = None
    source: tuple[str, ...] = ()
    version: str = ""

    @property
    def sentence(self) -> str:
        """When it was graded and marked, from what and by what, as text on one line; "" where nothing is known."""
        files = ", ".join(self.source[:MOST_NAMED])
        if len(self.source) > MOST_NAMED:
            files += f" and {len(self.source) - MOST_NAMED} more"
        parts = [
            f"Graded {in_words(self.graded_at)}" if self.graded_at else "",
            f"from {files}" if files else "",
            f"by autograder {self.version}" if self.version else "",
        ]
        graded = " ".join(filter(None, parts))
        marked = f"last mark {in_words(self.marked_at)}" if self.marked_at else ""
        return "; ".join(filter(None, (graded, marked))) + "." * bool(graded or marked)


def about_run(
    reports: Iterable[Report], assignment: Assignment, settings: CourseSettings, folders: ResultFolders
) -> AboutRun:
    """Return where the results in these folders come from. Never raises for a record that is missing or damaged."""
    entries, runs = list(reports), RunLog(folders.hidden).all()
    zone = _zone(runs)
    times = [time for entry in entries if (time := _time(entry.graded_at))]
    marked_at = last_marked_at(gradebook.url(settings, folders.out), assignment.name)
    return AboutRun(
        one_line(settings.nbgrader.CourseDirectory.get("course_id", ""), LIMIT),
        assignment.title,
        max(times).astimezone(zone) if times else None,
        marked_at.astimezone(zone) if marked_at else None,
        _source(runs, len(entries)),
        runs[-1].version if runs else "",
    )


def in_words(time: datetime) -> str:
    """Return a time with its zone, to the minute: 2026-05-09 23:59 UTC-04:00."""
    return f"{time:%Y-%m-%d %H:%M} {time.tzname() or ''}".strip()


def _source(runs: Sequence[Run], students: int) -> tuple[str, ...]:
    """Return the files of the last run over the class and of all runs after it; without one, those of the last run."""
    whole = [
        number for number, run in enumerate(runs) if 2 * run.submissions >= students and "student" not in run.options
    ]
    counting = runs[whole[-1] :] if whole else runs[-1:]
    return tuple(dict.fromkeys(name for run in counting for name in run.files))


def _zone(runs: Sequence[Run]) -> tzinfo:
    return datetime.fromisoformat(runs[-1].begun).tzinfo or UTC if runs else UTC


def _time(text: str) -> datetime | None:
    with contextlib.suppress(ValueError, TypeError):
        time = datetime.fromisoformat(text)
        return time if time.tzinfo else time.replace(tzinfo=UTC)
    return None
