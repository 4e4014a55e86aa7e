"""Write feedback/<assignment>/<student>/index.html for every student, and the zip for Canvas."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import cache, partial
from pathlib import Path

import jinja2
from markupsafe import Markup

from ..formats.html_page import content_policy, environment
from ..formats.whole_files import write_whole
from ..gradebook.marks import StudentMarks
from ..gradebook.regrade_requests import RequestsByItem
from ..intake import VALID_ID
from ..lms.canvas_zip import Return, write_zip
from ..marking.class_answers import ClassAnswers
from ..model.barrier import attempt
from ..model.errors import GraderFault
from ..model.plain_text import one_line, points
from ..model.report import Report
from ..model.result_folders import ResultFolders
from ..model.submission import DownloadEntry, GroupWork
from ..model.submission_status import NAME_LIMIT
from .about_run import AboutRun
from .student_page import Homework, StudentPage, StudentWork, student_page

PAGE_FILE = "index.html"
JPEG = "image/jpeg"

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Written:
    """What was written, and what of it is not final."""

    folder: Path
    zip: Path
    pages: int
    open_items: int  # answers that wait for a person, over all students
    open_pages: int  # students with at least one of them
    loose: tuple[str, ...]  # students whose page Canvas will show under the name of a file that is not a web page
    left_out: tuple[str, ...]  # students whose page is not in the zip, because Canvas would ignore it
    failed: tuple[str, ...]  # who has no page by a fault of the grader, and what broke


@dataclass(frozen=True)
class ClassWork:
    """What is known of everybody in a class beside reports and marks; every mapping is by student."""

    names: Mapping[str, str] = field(default_factory=dict)  # as people call them
    groups: Mapping[str, GroupWork] = field(default_factory=dict)
    canvas: Mapping[str, DownloadEntry] = field(default_factory=dict)  # places in Canvas's download
    requests: Mapping[str, RequestsByItem] = field(default_factory=dict)
    answers: ClassAnswers | None = None
    code: Callable[[str], Mapping[str, str] | None] = lambda student: None  # by item; it reads what was handed in

    def of(self, report: Report) -> StudentWork:
        """Return what one student handed in, nothing of a refused submission. Never raises for what that holds."""
        student, known = report.student, self.answers
        group = self.groups.get(student)
        others = [member for member in group.members if member != student] if group else []
        who = StudentWork(self.names.get(student, ""), tuple(self.names.get(member) or member for member in others))
        if report.refused:
            return who
        is_known = known is not None and student in known.students
        code = attempt(f"Reading the code of {student}", lambda: self.code(student), lambda sentence: None, reads=True)
        return replace(
            who,
            answers=known.of_student(student) if known and is_known else {},
            code=code,
            picture=lambda file: _picture(known, student, file),
            requests=self.requests.get(student, {}),
        )


def _picture(answers: ClassAnswers | None, student: str, file: str) -> bytes | None:
    served = answers.file(student, file) if answers is not None else None
    return served.data if served is not None and served.kind == JPEG else None


def write(
    reports: Sequence[Report], marks: Mapping[str, StudentMarks], homework: Homework, folders: ResultFolders, *,
    about: AboutRun, work: ClassWork,
) -> Written:  # fmt: skip
    """Write the pages of all students and the zip; pages that are there already are replaced.

    The zip holds what Canvas takes back, or all pages where nothing came from Canvas.

    The same reports, marks and submissions give the same bytes. Nothing in a page is loaded from anywhere.

    `marks` are by student.
    """
    returns: list[Return] = []
    failed: list[str] = []
    open_counts: list[int] = []

    def write_page(report: Report) -> None:
        if not VALID_ID.fullmatch(report.student):
            raise GraderFault(f"{report.student!r} cannot be the name of a folder.")
        given = marks.get(report.student, StudentMarks({}))
        view = student_page(report, given, homework, work.of(report))
        html = page_text(view, about)
        folder = folders.feedback / report.student
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / PAGE_FILE, html)
        returns.append(Return(report.student, folder / PAGE_FILE, work.canvas.get(report.student)))
        open_counts.append(view.open_items)

    for report in sorted(reports, key=lambda report: report.student):
        name = one_line(report.student, NAME_LIMIT)
        attempt(f"The page of {name}", partial(write_page, report), failed.append)
    taken = [entry for entry in returns if entry.is_taken_back or not work.canvas]
    write_zip(taken, folders.feedback_zip)
    loose = tuple(entry.student for entry in taken if entry.is_loose)
    left_out = tuple(entry.student for entry in returns if entry not in taken)
    open_pages = sum(count > 0 for count in open_counts)
    return Written(
        folders.feedback,
        folders.feedback_zip,
        len(returns),
        sum(open_counts),
        open_pages,
        loose,
        left_out,
        tuple(failed),
    )


def page_text(page: StudentPage, about: AboutRun) -> str:
    """Return the HTML of one page; `about` says where the results come from."""
    style = (_HERE / "student_page.css").read_text(encoding="utf-8")
    return _template().render(
        page=page,
        about=about,
        graded=_graded(page, about),
        style=Markup(style),  # our own file, and its hash below
        policy=Markup(content_policy(style, pictures=True)),
    )


def _graded(page: StudentPage, about: AboutRun) -> str:
    """Return when the page's results were made and by what, as text on one line."""
    zone = about.graded_at.tzinfo if about.graded_at else UTC
    graded = day(page.graded_at, zone)
    marked = f"{about.marked_at:%d %B %Y}".lstrip("0") if about.marked_at and page.parts else ""
    parts = [
        f"Graded on {graded}" if graded else "",
        f"marks as of {marked}" if marked else "",
        f"autograder {about.version}" if about.version else "",
    ]
    return ", ".join(filter(None, parts))


def day(time: str, zone: tzinfo | None) -> str:
    """Return the day of a time in ISO 8601, in words; "" where it says none."""
    try:
        at = datetime.fromisoformat(time)
    except ValueError:
        return ""
    return f"{(at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(zone):%d %B %Y}".lstrip("0")


@cache
def _template() -> jinja2.Template:
    templates = environment(_HERE)
    templates.filters["points"] = points
    return templates.get_template("student_page.html.j2")
