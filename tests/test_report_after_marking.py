"""`autograder report` after marking: tables and figures count what people gave, whatever way they gave it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import marked_class
import pytest
import small_course
from marked_class import MarkedClass
from nbgrader import api

from autograder import gradebook
from autograder.commands.report import report
from autograder.course import course_settings
from autograder.gradebook.desk_book import Decision, DeskBook, Marker
from autograder.model.report import Report
from autograder.model.result_folders import ResultFolders
from autograder.model.submission import GroupWork, Submission
from autograder.reports.class_figures import ClassFigures, class_figures
from autograder.reports.grades_csv import ENCODING
from autograder.reports.losses import LossKind
from autograder.reports.stored_class import class_marks, stored_reports

GROUP = GroupWork("Team 1", "ann", ("ann", "ben"))
ADA, BEN = Marker("Ada", "1"), Marker("Ben", "2")
STUDENTS = ("ann", "ben", "cem", "dan", "eve", "fay")


@pytest.fixture
def made(tmp_path: Path) -> MarkedClass:
    """Six students: two of a group, one refused, and of one code item a fault of ours."""
    sheet = marked_class.SHEET.format("Ours together.")
    together = {name: Submission(name, sheets={"adversarial": sheet}, group=GROUP) for name in GROUP.members}
    refused = {"fay": Submission("fay", problem="The zip cannot be opened: make it again.")}
    made = marked_class.make(tmp_path, {**together, "cem": "A distance.", "dan": "By Adam.", "eve": "", **refused})
    path = made.out / "results" / "hw4" / "dan.json"
    broken = small_course.report("dan", made.assignment, leaky_relu=None)
    path.write_text(broken.to_json())
    with api.Gradebook(db_url(made)) as book:
        grade = book.find_grade("leaky_relu", "hw4_partI", "hw4", "dan")
        grade.auto_score, grade.needs_manual_grade = None, True
        book.db.commit()
    return made


def db_url(made: MarkedClass) -> str:
    return gradebook.url(course_settings.load(made.course), made.out)


def mark(made: MarkedClass, item: str, student: str, ticks: str, marker: Marker = ADA, **more) -> None:
    """Decide at the desk; twice, blind, for a second mark."""
    share = {entry.id: 1.0 for entry in made.assignment.person_items}
    second = more.pop("second", False)
    with DeskBook(db_url(made), made.assignment, made.assignment.rubrics, second_share=share) as book:
        seen = {student: book.states(item, second=second)[student].revision}
        decision = Decision(frozenset(ticks.split()), **{"done": True, **more})
        book.save(item, [student], decision, marker, seen=seen, second=second)


def formgrader(made: MarkedClass, item: str, student: str, score: float) -> None:
    with api.Gradebook(db_url(made)) as book:
        grade = book.find_grade(item, made.assignment.item(item).notebook, "hw4", student)
        grade.manual_score, grade.needs_manual_grade = score, False
        book.db.commit()


def reported(made: MarkedClass, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, dict[str, str]], str]:
    """Run the command; return the rows of grades.csv by student, and what it printed."""
    report(made.course, made.out)
    text = (made.out / "report" / "hw4" / "grades.csv").read_text(ENCODING)
    return {row["student"]: row for row in csv.DictReader(io.StringIO(text))}, capsys.readouterr().out


def figures(made: MarkedClass) -> ClassFigures:
    folders = ResultFolders(made.out, "hw4")
    reports: list[Report] = stored_reports(folders)
    given = class_marks(reports, made.assignment, course_settings.load(made.course), folders)
    return class_figures(reports, made.assignment, given)


def test_before_marking_only_the_half_that_checks_grade_has_figures(made: MarkedClass, capsys):
    """Only who wrote nothing is final: an empty answer needs nobody and is 0."""
    rows, said = reported(made, capsys)
    found = figures(made)

    columns = ("attacks", "plot_reading", "total", "possible", "status")
    assert [rows["cem"][key] for key in columns] == ["", "0", "35", "90", "marks waiting"]
    assert [rows["fay"][key] for key in ("attacks", "possible", "status")] == ["0", "100", "refused"]
    assert (found.whole.counted, found.checks.counted, found.checks.faults) == (1, 4, 1)
    assert "Without a final score: 3 wait for marks, 1 is refused, 1 has a grader fault." in said


def test_all_that_people_gave_is_counted(made: MarkedClass, capsys):
    """At the desk with ticks, in formgrader without; for one member of a group; a fault of ours marked by hand."""
    mark(made, "attacks", "ann", "1")
    mark(made, "attacks", "dan", "1 2", adjustment=-1.0)
    formgrader(made, "attacks", "cem", 7.5)
    formgrader(made, "leaky_relu", "dan", 30.0)
    rows, said = reported(made, capsys)
    found = figures(made)
    attacks = next(entry for entry in found.items if entry.item.id == "attacks")

    assert {name: row["attacks"] for name, row in rows.items()} == dict(
        zip(STUDENTS, ("5", "5", "7.5", "9", "0", "0"), strict=True)
    )
    assert {row["total"] for name, row in rows.items() if name in ("ann", "ben")} == {"40"}
    assert (rows["dan"]["leaky_relu"], rows["dan"]["total"], rows["dan"]["status"]) == ("30", "59", "complete")
    assert {row["possible"] for row in rows.values()} == {"100"}
    assert (found.whole.counted, found.marked, found.answers) == (5, 15, 15)
    assert (attacks.full, attacks.some, attacks.not_attempted) == (0, 4, 1)
    assert (attacks.most_lost.kind, attacks.most_lost.students, attacks.most_lost.of) == (LossKind.POINT, 2, 3)
    assert attacks.most_lost.text == "Names the optimiser of each."
    assert "Not marked yet" not in said
    assert "all items" in said


def test_a_mark_that_is_not_finished_is_no_score(made: MarkedClass, capsys):
    """A tick is saved at once, but the answer counts when the marker says so."""
    mark(made, "attacks", "cem", "1", done=False)
    rows, said = reported(made, capsys)

    assert (rows["cem"]["attacks"], rows["cem"]["status"]) == ("", "marks waiting")
    assert "Not marked yet: 4 written answers." in said


def test_two_marks_are_compared(made: MarkedClass):
    """By item and pair of markers; an answer on which they differ is open until somebody settles it."""
    mark(made, "attacks", "cem", "1")
    mark(made, "attacks", "cem", "1 2", BEN, second=True)
    found = figures(made)

    assert [(pair.item, pair.first, pair.second, pair.answers, pair.equal) for pair in found.agreement] == [
        ("attacks", "Ada", "Ben", 1, 0)
    ]
    assert next(entry for entry in found.items if entry.item.id == "attacks").unmarked == 4


def test_without_a_gradebook_the_report_says_so_and_counts_the_checks(made: MarkedClass, capsys):
    """What people gave is unknown then, and no answer counts as marked."""
    (made.out / "gradebook.db").unlink()
    assert report(made.course, made.out) == 1
    captured = capsys.readouterr()

    assert "The report counts no marks of people: " in captured.err
    assert "items graded by checks" in captured.out


def test_one_student_is_a_class(tmp_path: Path, capsys):
    """With everything marked there is one final score."""
    made = marked_class.make(tmp_path, {"ann": "A distance."})
    mark(made, "attacks", "ann", "1 2")
    rows, said = reported(made, capsys)

    assert (rows["ann"]["total"], rows["ann"]["possible"], rows["ann"]["status"]) == ("45", "100", "complete")
    assert "45 / 100" in said


def test_late_points_have_columns_of_their_own(tmp_path: Path, capsys):
    """No score and no figure subtracts them."""
    settings = 'c.LatePolicy.percent_per_day = 10\nc.LatePolicy.days_late = {"ann": 2}\n'
    made = marked_class.make(tmp_path, {"ann": "A distance."}, settings)
    mark(made, "attacks", "ann", "1 2")
    rows, _ = reported(made, capsys)

    assert [rows["ann"][key] for key in ("total", "days_late", "late_penalty")] == ["45", "2", "20"]
    assert figures(made).whole.mean == 45
