"""The week of a term from the download to the next term: every page and table says the same of everybody, by name."""

from __future__ import annotations

import csv
import html
import re
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import fake_grading
import pytest
import small_course
import whole_gradebook
from canvas_files import Canvas, User
from handed_in import packed
from nbgrader import api

from autograder.cli import main
from autograder.commands import grade
from autograder.course import assignment as assignments
from autograder.gradebook.desk_book import Decision, DeskBook, Marker
from autograder.gradebook.request_writes import Answer
from autograder.model.assignment import Item
from autograder.model.report import CheckResult, ItemResult, Verdict
from autograder.model.submission import Submission
from autograder.reports.grades_csv import ENCODING

TERM = "2026-spring"
EVA, MAX = Marker("eva", "1"), Marker("max", "2")
SETTINGS = """
c.LatePolicy.due = "2026-05-08 23:59 America/New_York"
c.LatePolicy.percent_per_day = 10
c.LatePolicy.free_days = 1
c.LatePolicy.days_late = {"u03": 3, "Иванов, Пётр": 1}
"""
NAMES = (
    "Müller, Jörg", "Иванов, Пётр", "Suharto", "Wang, Wei", "Wang, Wei", "O'Brien, Seán", "van der Berg, Anna-Lena",
    "Nguyễn, Thị Minh", "山田, 太郎", "Al-Rashid, Fatima", "Kowalski, Łukasz", "García Márquez, José", "Doe, Ann",
    *(f"Roe, Number {number}" for number in range(12)),
)  # fmt: skip
IDS = tuple(f"u{number:02}" for number in range(25))
NAME = dict(zip(IDS, NAMES, strict=True))
MUELLER, WANG, LATE, AGAIN, REFUSED, ABSENT = "u00", "u04", "u03", "u13", "u23", "u24"
SENT = tuple(student for student in IDS if student != ABSENT)
GRADED = tuple(student for student in SENT if student != REFUSED)
BETTER = "Another answer: a distance and a loss."
ASKED = """\
Who,Question,Reason
"Müller, Jörg",attacks,I name both.
u04,leaky_relu,My slope is right.
"Wang, Wei",attacks,Me too.
"""


@dataclass(frozen=True)
class Course:
    """The folder in which everything happens."""

    folder: Path

    @property
    def db_url(self) -> str:
        """The gradebook."""
        return f"sqlite:///{self.folder / 'gradebook.db'}"

    def book(self) -> DeskBook:
        """Open the marks as a desk does."""
        assignment = assignments.load(self.folder)
        return DeskBook(self.db_url, assignment, assignment.rubrics)

    def bytes_of(self, *folders: str) -> dict[str, bytes]:
        """Return what stands in some folders, by path."""
        paths = [path for folder in folders for path in (self.folder / folder).rglob("*") if path.is_file()]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}

    def cells(self) -> dict[tuple[str, str], tuple]:
        """Return (auto score, manual score, extra credit, needs a person) of the gradebook by student and item."""
        submissions = whole_gradebook.dump(self.db_url)["hw4"]["submissions"]
        return {
            (student, item): grade
            for student, books in submissions.items()
            for book in books.values()
            for item, grade in book["grades"].items()
        }


@pytest.fixture
def course(tmp_path: Path, monkeypatch) -> Course:
    """A small homework with a late policy, whose code is graded by a stand-in."""
    folder = small_course.make(tmp_path / "course", libraries="[]")
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(SETTINGS)
    fake_grading.use(monkeypatch.setattr)
    monkeypatch.setattr(fake_grading, "result", result)
    monkeypatch.setattr(grade, "require_layers", lambda: None)
    monkeypatch.chdir(folder)
    return Course(folder)


def result(item: Item, submission: Submission) -> ItemResult:
    """Return a score that differs by student and item, and full points for who sends better work."""
    is_better = BETTER.encode() in submission.notebooks[item.notebook]
    passed = is_better or zlib.crc32(f"{submission.student} {item.id}".encode()) % 3 > 0
    verdict = Verdict.PASSED if passed else Verdict.FAILED
    check = CheckResult("test_it", verdict, seen="" if passed else "Something else.")
    return ItemResult(item.id, item.points if passed else 0.25, item.points, verdict, (check,))


def download(course: Course, students: Mapping[str, str]) -> None:
    """Write Canvas's download, and its gradebook as a list of the class; the text is the answer to a question."""
    users = [user(course.folder, number, student, students.get(student)) for number, student in enumerate(IDS)]
    canvas = Canvas(*users)
    (course.folder / "submissions.zip").write_bytes(canvas.download())
    (course.folder / "canvas.csv").write_bytes(canvas.gradebook())


def user(folder: Path, number: int, student: str, said: str | None) -> User:
    """Return a student of Canvas, who sent homework with this answer, or nothing."""
    section = "18739-A" if number % 2 else "18739-B"
    if said is None:
        return User(500 + number, NAME[student], student, sections=section)
    files = {f"{student}_HW4/answers/{name}.md": text.encode() for name, text in written(folder, student, said).items()}
    for path in sorted((folder / "source" / "hw4").glob("*.ipynb")):
        signed = path.read_text().replace('"metadata": {', f'"metadata": {{"author": "{student}: {said}",', 1)
        files[f"{student}_HW4/{student}_{path.name}"] = signed.encode()
    sent = b"no zip" if student == REFUSED else packed(files)
    late = NAME[student] == "Иванов, Пётр" or student == LATE
    return User(
        500 + number, NAME[student], student, {900 + number: (f"{student}_HW4.zip", sent)}, late, sections=section
    )


def written(folder: Path, student: str, said: str) -> dict[str, str]:
    return small_course.sheets(folder, attacks=said, grad_softmax_u=f"The steps of {student}.")


def mark_what_waits(course: Course) -> dict[str, list[str]]:
    """Mark every open answer, two markers in turns, and return who was asked for, by item."""
    asked: dict[str, list[str]] = {}
    with course.book() as book:
        for item in assignments.load(course.folder).person_items:
            waiting = [student for student, state in book.states(item.id).items() if state.is_open]
            rows = book.rubric(item.id).rubric.rows
            for number, student in enumerate(waiting):
                marker = (EVA, MAX)[number % 2]
                ticks = frozenset(row.id for row in rows[: number % (len(rows) + 1)])
                decision = Decision(ticks, adjustment=0 if ticks or not number else 0.5, reason="A start.", done=True)
                seen = {student: book.states(item.id)[student].revision}
                book.save(item.id, [student], decision, marker, seen=seen)
                book.release(item.id, marker)
            if waiting:
                asked[item.id] = waiting
    return asked


def publish(course: Course) -> None:
    """Write the report, the feedback and the scores for Canvas."""
    assert main(["report"]) in (0, 1)
    main(["feedback"])
    main(["export", "canvas", "--template", "canvas.csv"])


def check_everything_agrees(course: Course) -> dict[str, float]:
    """Compare table, report, feedback, export and gradebook for everybody; return the totals without penalty."""
    with (course.folder / "report" / "hw4" / "grades.csv").open(encoding=ENCODING, newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    with (course.folder / "hw4_grades_for_canvas.csv").open(encoding="utf-8-sig", newline="") as file:
        exported = {row["SIS Login ID"]: row["hw4 (4411)"] for row in csv.DictReader(file)}
    page, cells = (course.folder / "report" / "hw4" / "index.html").read_text(), course.cells()
    assert sorted(rows) == sorted(SENT)
    for student in GRADED:
        row, total = rows[student], float(rows[student]["total"])
        final = total - float(row["late_penalty"])
        scores = {item.id: row[item.id] for item in assignments.load(course.folder).items}

        assert (row["name"], row["possible"]) == (NAME[student], "100"), student
        assert total == pytest.approx(sum(map(float, scores.values())))
        for item, score in scores.items():
            auto, manual, _, open_ = cells[student, item]
            assert (float(score), open_) == (auto if manual is None else manual, False), (student, item)
        assert row_of_report(page, student) == (NAME[student], f"{total:g}")
        assert summary_of_feedback(course, student) == (shown_name(student), f"{final:g}")
        assert float(exported[student]) == pytest.approx(final), student
    assert exported[ABSENT] == exported[REFUSED] == ""
    assert "could not be graded" in feedback_page(course, REFUSED)
    return {student: float(rows[student]["total"]) for student in GRADED}


def row_of_report(page: str, student: str) -> tuple[str, str]:
    """Return name and total of a student in the table of the class report."""
    row = next(row for row in re.findall(r'(?s)<tr id="row-.*?</tr>', page) if f">{student}<" in row)
    name = re.search(r"<bdi>([^<]*)</bdi>", row)
    total = re.search(r'class="n total"[^>]*>([^<]*)<', row)
    return html.unescape(name[1]), total[1]


def summary_of_feedback(course: Course, student: str) -> tuple[str, str]:
    """Return the name and the points at the top of a student's page."""
    page = feedback_page(course, student)
    name = re.search(r"<h1><span>Feedback for</span> ([^<]*)</h1>", page)
    return html.unescape(name[1]), re.search(r'<p class="total"><b>([^<]*)</b> of 100 points', page)[1]


def feedback_page(course: Course, student: str) -> str:
    return (course.folder / "feedback" / "hw4" / student / "index.html").read_text()


def shown_name(student: str) -> str:
    """Return a name as a student reads it: without the comma of lists."""
    family, _, given = NAME[student].partition(", ")
    return f"{given} {family}".strip()


def answer_requests(course: Course) -> None:
    """Give the one all points of the rubric, and the other full points of the checks."""
    with course.book() as book:
        for asking in book.askings():
            place = (asking.student, asking.item)
            if asking.item == "attacks":
                given = Answer("You do.", decision=Decision(frozenset({"1", "2"}), done=True))
                seen = {asking.student: book.states(asking.item)[asking.student].revision}
            else:
                given, seen = Answer("It is.", points=12.0), {}
            book.answer(place, given, EVA, asked=asking.revision, seen=seen)


def test_a_week_of_the_term(course: Course, capsys):
    """Graded, marked by two, given back, asked again, sent again, archived, and a new class in the same folder."""
    answers = {student: f"Answer number {number}: a distance." for number, student in enumerate(SENT)}
    download(course, answers)
    assert main(["grade", "submissions.zip", "--roster", "canvas.csv", "--jobs", "1"]) == 1
    said = capsys.readouterr().out
    assert f"No submission from 1 of 25 students in the roster: {NAME[ABSENT]} ({ABSENT})." in said

    marked = mark_what_waits(course)
    assert {item: sorted(students) for item, students in marked.items()}["attacks"] == sorted(GRADED)
    publish(course)
    totals = check_everything_agrees(course)

    requests_change_two_marks(course, totals, capsys)
    a_resubmission_asks_for_what_changed(course, answers, capsys)
    the_next_term_knows_nobody(course, answers)


def requests_change_two_marks(course: Course, totals: Mapping[str, float], capsys) -> None:
    """Of three rows one names two people; nobody else's mark or page changes."""
    (course.folder / "asked.csv").write_text(ASKED, encoding="utf-8")
    cells, pages = course.cells(), course.bytes_of("feedback/hw4")
    capsys.readouterr()
    assert main(["requests", "asked.csv"]) == 1
    said = capsys.readouterr()
    assert "2 new regrade requests" in said.out
    assert "line 4: 'Wang, Wei' may be" in said.out + said.err
    answer_requests(course)
    publish(course)

    after = course.cells()
    assert {place for place in cells if cells[place] != after[place]} == {(MUELLER, "attacks"), (WANG, "leaky_relu")}
    now = check_everything_agrees(course)
    assert {student for student in GRADED if now[student] != totals[student]} == {MUELLER, WANG}
    new = course.bytes_of("feedback/hw4")
    changed = {path for path in pages if pages[path] != new[path]}
    assert changed == {f"feedback/hw4/{student}/index.html" for student in (MUELLER, WANG)}
    assert "You do." in feedback_page(course, MUELLER)
    assert main(["requests"]) == 0


def a_resubmission_asks_for_what_changed(course: Course, answers: dict[str, str], capsys) -> None:
    """One line in the list of changes, one answer at the desk."""
    answers[AGAIN] = BETTER
    download(course, answers)
    capsys.readouterr()
    main(["grade", "submissions.zip", "--roster", "canvas.csv", "--jobs", "1"])
    said = capsys.readouterr().out
    lines = [line for line in said.splitlines() if "sent again" in line]
    assert [AGAIN in line for line in lines] == [True], said
    assert mark_what_waits(course) == {"attacks": [AGAIN]}
    publish(course)
    check_everything_agrees(course)


def the_next_term_knows_nobody(course: Course, answers: Mapping[str, str]) -> None:
    """One student has an id of last year; the archived term says what it said."""
    before = course.bytes_of("report/hw4", "feedback/hw4")
    assert main(["archive", TERM]) == 0
    assert main(["report", "--out", f"archive/{TERM}"]) in (0, 1)
    assert course.bytes_of(f"archive/{TERM}/report/hw4") == {
        f"archive/{TERM}/{path}": data for path, data in before.items() if path.startswith("report/")
    }

    shutil.rmtree(course.folder / "__pycache__", ignore_errors=True)
    new = Canvas(user(course.folder, 0, MUELLER, "A new answer."))
    for name, data in {"submissions.zip": new.download(), "canvas.csv": new.gradebook()}.items():
        (course.folder / name).write_bytes(data)
    main(["grade", "submissions.zip", "--roster", "canvas.csv", "--jobs", "1"])
    publish(course)

    written_now = b"\n".join(course.bytes_of("report", "feedback", "results", "submitted", "autograded").values())
    for student in set(IDS) - {MUELLER}:
        assert f">{student}<".encode() not in written_now
    for words in ("Roe, Number 3", "Suharto", answers[MUELLER], "You do."):
        assert words.encode() not in written_now, words
    with api.Gradebook(course.db_url) as book:
        assert [student.id for student in book.students] == [MUELLER]
    assert course.cells()[MUELLER, "attacks"][3] is True
