"""Write feedback/<assignment>/<student>/index.html for every student, and the zip for Canvas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import jinja2
from markupsafe import Markup

from ..formats.html_page import content_policy, environment
from ..formats.whole_files import write_whole
from ..gradebook.marks import StudentMarks
from ..intake import VALID_ID
from ..lms.canvas_zip import Return, write_zip
from ..marking import model_answers as model
from ..model.assignment import Assignment
from ..model.barrier import attempt
from ..model.errors import GraderFault
from ..model.plain_text import one_line, points
from ..model.report import Report
from ..model.result_folders import ResultFolders
from ..model.submission import DownloadEntry
from ..model.submission_status import NAME_LIMIT
from .student_page import StudentPage, student_page

PAGE_FILE = "index.html"

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


def write(
    reports: Sequence[Report], marks: Mapping[str, StudentMarks], assignment: Assignment, folders: ResultFolders, *,
    canvas: Mapping[str, DownloadEntry], model_answers: bool = False,
) -> Written:  # fmt: skip
    """Write the pages of all students and the zip; pages that are there already are replaced.

    The zip holds what Canvas takes back, or all pages where nothing came from Canvas.

    The same reports and marks give the same bytes. Nothing in a page is loaded from anywhere.

    `marks` and `canvas`, the place of a submission in Canvas's download, are by student.
    """
    shown_answers = model.model_answers(assignment) if model_answers else {}
    returns: list[Return] = []
    failed: list[str] = []
    open_counts: list[int] = []

    def write_page(report: Report) -> None:
        if not VALID_ID.fullmatch(report.student):
            raise GraderFault(f"{report.student!r} cannot be the name of a folder.")
        view = student_page(report, marks.get(report.student, StudentMarks({})), assignment, shown_answers)
        html = page_text(view, assignment.title)
        folder = folders.feedback / report.student
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / PAGE_FILE, html)
        returns.append(Return(report.student, html, canvas.get(report.student)))
        open_counts.append(view.open_items)

    for report in sorted(reports, key=lambda report: report.student):
        name = one_line(report.student, NAME_LIMIT)
        attempt(f"The page of {name}", partial(write_page, report), failed.append)
    taken = [entry for entry in returns if entry.is_taken_back or not canvas]
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


def page_text(page: StudentPage, homework: str) -> str:
    """Return the HTML of one page; `homework` is the title of the assignment."""
    style = (_HERE / "student_page.css").read_text(encoding="utf-8")
    return _template().render(
        page=page,
        homework=homework,
        style=Markup(style),  # our own file, and its hash below; with the model answers all that is not escaped
        policy=Markup(content_policy(style)),
    )


@cache
def _template() -> jinja2.Template:
    templates = environment(_HERE)
    templates.filters["points"] = points
    return templates.get_template("student_page.html.j2")
