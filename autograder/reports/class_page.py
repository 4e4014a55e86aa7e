"""Write index.html and grades.csv of report/<assignment>: figures and views go in, one page comes out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import jinja2
from markupsafe import Markup

from ..formats.html_page import content_policy, environment
from ..formats.whole_files import write_pieces, write_whole
from ..gradebook.marks import StudentMarks, without_marked
from ..handin.problems import Level
from ..lms.roster import Member
from ..marking.class_pictures import ClassPictures
from ..model.barrier import attempt
from ..model.plain_text import one_line, points, seconds
from ..model.report import Finding, Report
from ..model.submission_status import NAME_LIMIT, SENTENCE_LIMIT, SubmissionStatus, by_student
from .attention import attention, like_answers, like_code
from .class_figures import class_figures, counted_totals, headline, histogram, item_figures
from .class_scores import ClassMarks
from .drawing import draw_histogram
from .grades_csv import ENCODING as CSV_ENCODING
from .grades_csv import grades_csv
from .picture_tiles import odd_pictures, picture_tiles
from .student_view import Section, StudentView, section, student_view, total_seconds

if TYPE_CHECKING:
    from ..marking.code_likeness import CodeGroup
    from ..marking.lookalikes import Group as LikeAnswers
    from ..model.assignment import Assignment
    from ..model.lateness import Lateness

T = TypeVar("T")
_HERE = Path(__file__).parent
_SLOWEST = 3
_BUFFER = 500  # pieces of the template that are written at once
_HUMPS = re.compile(r"_?(?:[A-Z]?[^A-Z_]+|[A-Z_]+)")  # where a long item id may be broken: snake_case, camelCase


@dataclass(frozen=True)
class PageExtras:
    """What the page shows of a class in addition to its reports; see `render`."""

    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    like_answers: tuple[LikeAnswers, ...] = ()
    pictures: ClassPictures = field(default_factory=ClassPictures)
    absent: tuple[str, ...] = ()
    given: ClassMarks = field(default_factory=ClassMarks)  # what people marked
    late: Mapping[str, Lateness] = field(default_factory=dict)  # by student
    code_alike: tuple[CodeGroup, ...] = ()


def render(
    reports: Iterable[Report],
    assignment: Assignment,
    out_dir: Path,
    *,
    lookalikes: Iterable[LikeAnswers] = (),
    code_alike: Iterable[CodeGroup] = (),
    given: ClassMarks = ClassMarks(),
    late: Mapping[str, Lateness] | None = None,
    people: Mapping[str, Member] | None = None,
    pictures: ClassPictures = ClassPictures(),
    absent: Iterable[str] = (),
) -> Path:
    """Write index.html and grades.csv into `out_dir` and return the path of the page.

    The same reports give the same bytes, in whatever order they come. Nothing in the page is loaded from anywhere, and
    the seed is not in it.

    `reports` has one for each submission, refused ones included; `given` is what people marked; who is `late`, and
    `people`, their names and sections, are by student; `absent` has the names of those in the roster who sent nothing.
    """
    marks = given.marks
    ordered = [without_marked(report, marks.get(report.student, StudentMarks({}))) for report in by_student(reports)]
    info = {report.student: _facts(report.student, late or {}, people or {}) for report in ordered}
    out_dir.mkdir(parents=True, exist_ok=True)
    page = out_dir / "index.html"
    extras = PageExtras(info, tuple(lookalikes), pictures, tuple(absent), given, late or {}, tuple(code_alike))
    write_pieces(page, (text.encode() for text in page_texts(ordered, assignment, extras)))
    write_whole(out_dir / "grades.csv", grades_csv(ordered, assignment, marks, late=late, people=people), CSV_ENCODING)
    return page


def _facts(student: str, late: Mapping[str, Lateness], people: Mapping[str, Member]) -> dict[str, str]:
    person = people.get(student, Member(student, ""))
    said = {"Name": person.name, "Section": person.section}
    said["Handed in"] = late[student].words if student in late else ""
    return {label: text for label, text in said.items() if text}


def page_texts(reports: Sequence[Report], assignment: Assignment, extras: PageExtras = PageExtras()) -> Iterator[str]:
    """Return the HTML of the page in pieces, for reports that are already in order.

    That of ten thousand students has 57 MB, and takes 440 MB of memory when it is put together before it is written.
    """
    auto, items = assignment.auto_items, assignment.items

    def shown(position: int, show: Callable[[Report], T]) -> T:
        """Show a report, or that the page cannot be made of it: every item is open."""
        report = reports[position]

        def broken(sentence: str) -> T:
            return show(Report(report.student, (), findings=(Finding(Level.ERROR, sentence),)))

        return attempt("Showing the result", lambda: show(report), broken)

    def view_of(position: int) -> StudentView:
        return shown(position, lambda report: student_view(report, position, auto))

    def section_of(position: int) -> Section:
        return shown(position, lambda report: section(report, items, extras.facts.get(report.student, {})))

    students = [view_of(position) for position in range(len(reports))]
    totals = counted_totals(reports, auto)
    figures = headline(reports, auto)
    bars = histogram(totals, figures.possible)
    positions = {report.student: position for position, report in enumerate(reports)}
    style, script = _asset("class_page.css"), _asset("class_page.js")
    stream = _template().stream(
        assignment=assignment,
        auto_items=auto,
        headline=figures,
        figures=class_figures(reports, assignment, extras.given, late=extras.late),
        answers=len(assignment.person_items) * (figures.students - figures.refused),
        attention=attention(reports, auto, assignment.person_items),
        short_answers=like_answers((group for group in extras.like_answers if not group.is_write_up), positions),
        like_code=like_code(extras.code_alike, positions),
        write_ups=like_answers((group for group in extras.like_answers if group.is_write_up), positions),
        picture_sections=[
            (entry, tiles) for entry in extras.pictures.sections if (tiles := picture_tiles(entry, positions))
        ],
        odd_pictures=odd_pictures(extras.pictures.odd, positions),
        absent=[one_line(name, NAME_LIMIT) for name in extras.absent],
        histogram=draw_histogram(bars, figures.mean, figures.median) if bars else None,
        items=[item_figures(reports, item) for item in auto],
        students=students,
        section_of=section_of,
        statuses=Counter(student.status for student in students),
        SubmissionStatus=SubmissionStatus,
        run=_run(reports, students),
        style=Markup(style),  # our own two files and their hashes: the only text on the page that is not escaped
        script=Markup(script),
        policy=Markup(content_policy(style, script, pictures=True)),
    )
    stream.enable_buffering(_BUFFER)
    return stream


def _run(reports: Sequence[Report], students: Sequence[StudentView]) -> dict[str, Any]:
    """Return how the class was graded: time, confinement, and software."""
    times = [(total_seconds(report), position) for position, report in enumerate(reports) if report.timings_s]
    ranked = sorted(times, key=lambda entry: (-entry[0], entry[1]))
    confinements = Counter(one_line(", ".join(report.sandbox), 300) for report in reports)
    versions = {one_line(f"{name} {version}", 120) for report in reports for name, version in report.versions.items()}
    return {
        "total": seconds(sum(time for time, _ in ranked)) if ranked else "",
        "median": seconds(ranked[len(ranked) // 2][0]) if ranked else "",
        "slowest": [(students[position], seconds(time)) for time, position in ranked[:_SLOWEST]],
        "confinements": sorted(confinements.items(), key=lambda entry: (-entry[1], entry[0])),
        "versions": sorted(versions),
    }


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    templates = environment(_HERE)
    templates.filters["points"] = points
    templates.filters["sentence"] = lambda text: one_line(text, SENTENCE_LIMIT)
    templates.filters["humps"] = _HUMPS.findall
    return templates.get_template("class_page.html.j2")
