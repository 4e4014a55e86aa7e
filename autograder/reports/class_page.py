"""Write index.html and grades.csv of report/<assignment>: figures and views go in, one page comes out."""

from __future__ import annotations

import json
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
from ..model.person_names import folded, plain_letters
from ..model.plain_text import one_line, points, seconds
from ..model.report import Finding, Report
from ..model.submission_status import NAME_LIMIT, SENTENCE_LIMIT, SubmissionStatus, by_student
from .about_run import AboutRun
from .attention import attention, like_answers, like_code
from .class_figures import class_figures
from .class_scores import ClassMarks
from .class_words import agreement_rows, charts, explain_rows, item_groups, talk_rows
from .grades_csv import ENCODING as CSV_ENCODING
from .grades_csv import grades_csv
from .picture_tiles import odd_pictures, picture_tiles
from .student_section import Known, Section, section, total_seconds
from .student_view import StudentView, student_view

if TYPE_CHECKING:
    from ..marking.code_likeness import CodeGroup
    from ..marking.lookalikes import Group as LikeAnswers
    from ..model.assignment import Assignment
    from ..model.lateness import Lateness

T = TypeVar("T")
_HERE = Path(__file__).parent
_STYLES = ("class_page.css", "class_students.css", "class_print.css")  # the last one changes what the others say
_SLOWEST = 3
_BUFFER = 500  # pieces of the template that are written at once


@dataclass(frozen=True)
class PageExtras:
    """What the page shows of a class in addition to its reports; see `render`."""

    given: ClassMarks = field(default_factory=ClassMarks)
    late: Mapping[str, Lateness] = field(default_factory=dict)
    people: Mapping[str, Member] = field(default_factory=dict)
    like_answers: tuple[LikeAnswers, ...] = ()
    code_alike: tuple[CodeGroup, ...] = ()
    pictures: ClassPictures = field(default_factory=ClassPictures)
    absent: tuple[str, ...] = ()
    about: AboutRun | None = None
    open_requests: int = 0

    def known(self, student: str) -> Known:
        """Return what a student's own section needs."""
        late = self.late.get(student)
        penalty = f"{points(late.points)} points; no sum here contains it" if late and late.points else ""
        said = {"Handed in": late.words if late else "", "Late penalty": penalty}
        facts = {label: text for label, text in said.items() if text}
        return Known(self.given.marks.get(student, StudentMarks({})), self.given.ticks, facts)


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
    about: AboutRun | None = None,
    open_requests: int = 0,
) -> Path:
    """Write index.html and grades.csv into `out_dir` and return the path of the page.

    The same reports give the same bytes, in whatever order they come. Nothing in the page is loaded from anywhere, and
    the seed is not in it.

    `reports` has one for each submission, refused ones included; `given` is what people marked; who is `late`, and
    `people`, their names and sections, are by student; `absent` has the names of those in the roster who sent nothing;
    `about` says where the reports come from, and `open_requests` how many regrade requests wait for an answer.
    """
    marks, late, people = given.marks, late or {}, people or {}
    ordered = [without_marked(report, marks.get(report.student, StudentMarks({}))) for report in by_student(reports)]
    by_name = sorted(ordered, key=lambda report: folded(_name(report.student, people)))
    out_dir.mkdir(parents=True, exist_ok=True)
    page = out_dir / "index.html"
    hints = tuple(lookalikes), tuple(code_alike), pictures, tuple(absent)
    extras = PageExtras(given, late, people, *hints, about, open_requests)
    write_pieces(page, (text.encode() for text in page_texts(by_name, assignment, extras)))
    write_whole(out_dir / "grades.csv", grades_csv(ordered, assignment, marks, late=late, people=people), CSV_ENCODING)
    return page


def _name(student: str, people: Mapping[str, Member]) -> str:
    return (people[student].name if student in people else "") or student


def page_texts(reports: Sequence[Report], assignment: Assignment, extras: PageExtras = PageExtras()) -> Iterator[str]:
    """Return the HTML of the page in pieces, for reports that are already in order.

    That of ten thousand students has 57 MB, and takes 440 MB of memory when it is put together before it is written.
    """

    def shown(position: int, show: Callable[[Report], T]) -> T:
        """Show a report, or that the page cannot be made of it: every item is open."""
        report = reports[position]

        def broken(sentence: str) -> T:
            return show(Report(report.student, (), findings=(Finding(Level.ERROR, sentence),)))

        return attempt("Showing the result", lambda: show(report), broken)

    def view_of(position: int) -> StudentView:
        def view(report: Report) -> StudentView:
            known = extras.given.marks.get(report.student, StudentMarks({}))
            return student_view(report, assignment, known, extras.people.get(report.student))

        return shown(position, view)

    def section_of(position: int) -> Section:
        return shown(position, lambda report: section(report, assignment, extras.known(report.student)))

    students = [view_of(position) for position in range(len(reports))]
    positions = {report.student: position for position, report in enumerate(reports)}
    figures = class_figures(reports, assignment, extras.given, late=extras.late)
    style, script = "".join(map(_asset, _STYLES)), _asset("class_page.js")
    stream = _template().stream(
        assignment=assignment,
        letters=json.dumps(dict(plain_letters()), ensure_ascii=False),
        about=extras.about or AboutRun("", assignment.title),
        figures=figures,
        charts=charts(figures),
        need_person=sum(student.status.needs_person for student in students),
        explain=explain_rows(figures),
        talk=talk_rows(figures, positions),
        item_groups=item_groups(figures, assignment),
        formulas=any(entry.formulas for entry in figures.items),
        agreement=agreement_rows(figures, assignment),
        attention=attention(reports, assignment, extras.late),
        short_answers=like_answers((group for group in extras.like_answers if not group.is_write_up), positions),
        write_ups=like_answers((group for group in extras.like_answers if group.is_write_up), positions),
        like_code=like_code(extras.code_alike, positions),
        picture_sections=[
            (entry, tiles) for entry in extras.pictures.sections if (tiles := picture_tiles(entry, positions))
        ],
        odd_pictures=odd_pictures(extras.pictures.odd, positions, assignment.headings),
        open_requests=extras.open_requests,
        absent=[one_line(name, NAME_LIMIT) for name in extras.absent],
        students=students,
        section_of=section_of,
        statuses=Counter(student.status for student in students),
        sections=sorted(Counter(s.person.section for s in students if s.person.section).items()),
        SubmissionStatus=SubmissionStatus,
        run=_run(reports, students),
        style=Markup(style),  # our own files and their hashes: the only text on the page that is not escaped
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
    return templates.get_template("class_page.html.j2")
