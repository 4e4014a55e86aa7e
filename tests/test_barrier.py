"""Whatever breaks in a step costs the submission that it is about: all others are graded, entered and shown."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import fake_grading
import pytest
import small_course

from autograder import gradebook, running
from autograder.commands import feedback, grade
from autograder.commands.report import report as report_again
from autograder.course import assignment as assignments
from autograder.gradebook import scores
from autograder.gradebook.marks import marks
from autograder.grading import cache_key, grader
from autograder.intake import sources, storing
from autograder.intake import submission as intake_submission
from autograder.marking import class_pictures
from autograder.model.barrier import attempt
from autograder.model.errors import ConfigError, GraderFault
from autograder.nbgrader import formgrader_notebooks
from autograder.reports import class_page
from autograder.reports import feedback as feedback_pages

STUDENTS = ("ada", "bob", "cy")
BROKEN = "bob"
SAID = "\x1b[31mnobody\nforesaw this"  # an exception may quote what was submitted


@pytest.fixture(scope="module")
def registered(tmp_path_factory) -> Path:
    course = small_course.make(tmp_path_factory.mktemp("registered") / "course")
    small_course.register(course)
    fake_grading.hand_in(course / "inbox", STUDENTS, course)
    return course


@pytest.fixture
def course(registered: Path, tmp_path: Path, monkeypatch) -> Path:
    """A class of three that takes milliseconds to grade, at 0 of its own."""
    fake_grading.use(monkeypatch.setattr)
    return Path(shutil.copytree(registered, tmp_path / "course"))


def breaking(original: Callable[..., Any], error: Exception, about: Callable[..., str]) -> Callable[..., Any]:
    """Return a function that raises for one student, whom `about` finds among the arguments."""

    def broken(*args: Any, **kwargs: Any) -> Any:
        if about(*args, **kwargs) == BROKEN:
            raise error
        return original(*args, **kwargs)

    return broken


def first(entry: Any, *_: Any, **__: Any) -> str:
    return entry.student


def second(_: Any, entry: Any, *__: Any, **___: Any) -> str:
    return entry.student


STEPS: dict[str, tuple[Any, str, Callable[..., str]]] = {
    "reading": (intake_submission, "select", first),
    "storing": (storing, "_settle", first),
    "noting the draft": (class_pictures, "draw_ahead", first),
    "looking up": (cache_key.CacheKeys, "of", second),
    "putting the report together": (running.stream.Graded, "report", second),
    "assembling": (formgrader_notebooks, "written_answers", first),
    "recording": (scores.ScoreWriter, "record", lambda _, ready, *__: ready.report.student),
    "taking pictures": (class_pictures.Collection, "add", second),
}
ERRORS = [ValueError(SAID), RecursionError(SAID), MemoryError(), GraderFault("This is known to go wrong.")]


CASES = [*((step, ERRORS[0]) for step in STEPS), *(("assembling", error) for error in ERRORS[1:])]


@pytest.mark.parametrize(("step", "error"), CASES)
def test_a_step_that_breaks_costs_one_submission(course: Path, monkeypatch, capsys, step, error):
    """The others have their scores in results, gradebook and grades.csv; the one is named, and nobody's run ends."""
    grade.grade(course, [course / "inbox"])
    undisturbed = tables(course)
    shutil.rmtree(course / "results")
    shutil.rmtree(course / ".autograder")
    place, name, about = STEPS[step]
    monkeypatch.setattr(place, name, breaking(getattr(place, name), error, about))
    capsys.readouterr()

    code = grade.grade(course, [course / "inbox"])

    assert code in (0, 1)
    found = tables(course)
    for table, before in undisturbed.items():
        assert {key: found[table].get(key) for key in before if key != BROKEN} == {
            key: value for key, value in before.items() if key != BROKEN
        }
    said = capsys.readouterr().out + (course / "results" / "hw4" / f"{BROKEN}.json").read_text()
    assert "fault of the grader" in said or "This is known to go wrong." in said
    assert "\x1b" not in said


def tables(course: Path) -> dict[str, dict[str, Any]]:
    """Return what is known of each student in each place."""
    assignment = assignments.load(course)
    with (course / "report" / "hw4" / "grades.csv").open(encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    entered = marks(small_course.db_url(course, course), assignment)
    return {
        "results": {report.student: report.total for report in running.Store(course, "hw4").all()},
        "grades.csv": rows,
        "gradebook": {student: {key: mark.machine for key, mark in m.items.items()} for student, m in entered.items()},
    }


NO_TIME = "2" * 31 + "m45"  # at which dateutil raises what no other text makes it raise


@pytest.mark.parametrize("command", ["grade", "report", "feedback"])
def test_a_time_that_is_none_ends_nothing(course: Path, command: str):
    """In nbgrader's own submitted/, timestamp.txt may be a student's."""
    grade.grade(course, [course / "inbox"])
    stamp = course / "submitted" / BROKEN / "hw4" / gradebook.TIMESTAMP_FILE
    stamp.write_text(NO_TIME)
    undisturbed = tables(course)
    run = {
        "grade": lambda: grade.grade(course, [course / "submitted"]),
        "report": lambda: report_again(course),
        "feedback": lambda: feedback.feedback(course),
    }

    assert run[command]() in (0, 1)
    assert stamp.read_text() == NO_TIME
    assert tables(course) == undisturbed


@pytest.mark.parametrize("error", [ValueError(SAID), RecursionError(SAID), PermissionError(13, "Permission denied")])
def test_a_time_that_cannot_be_looked_for_is_not_known(course: Path, monkeypatch, error: Exception):
    monkeypatch.setattr(Path, "is_symlink", raising(error))

    assert gradebook.submitted_at(course) is None


LAYOUTS = {
    "folder": lambda inbox: [inbox],
    "paths": lambda inbox: sorted(inbox.iterdir()),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("function", ["zip_folder", "walk"])
def test_to_list_a_submission_breaks_it_alone(course: Path, monkeypatch, layout, function: str):
    """Whose everything is, is found out before anything is read; where the id is only inside, each zip is opened."""
    inbox = course / "inbox"
    (inbox / f"{BROKEN}_HW4.zip").rename(inbox / f"{BROKEN}_15_915_submission.zip")
    working = getattr(sources, function)

    def broken(opened: Any, *args: Any) -> Any:
        if BROKEN in str(getattr(opened, "name", "")) or BROKEN in str(args):
            raise ValueError(SAID)
        return working(opened, *args)

    monkeypatch.setattr(sources, function, broken)
    code = grade.grade(course, layout(inbox))

    reports = {report.student: report for report in running.Store(course, "hw4").all()}
    assert code == 1
    assert all(item.score is not None for student in ("ada", "cy") for item in reports[student].items)
    (other,) = reports.keys() - {"ada", "cy"}
    assert other.startswith(BROKEN)
    assert "fault of the grader" in reports[other].findings[-1].text


@pytest.mark.parametrize("place", [(intake_submission, "select"), (cache_key.CacheKeys, "of"), (grader, "awaiting")])
def test_what_could_not_be_graded_has_no_score(course: Path, monkeypatch, place):
    """It is a fault of ours: neither zero nor full, and a person looks."""
    module, name = place
    about = second if name in ("of", "awaiting") else first
    monkeypatch.setattr(module, name, breaking(getattr(module, name), ValueError(SAID), about))
    fake_grading_awaiting(monkeypatch)

    code = grade.grade(course, [course / "inbox"])

    reports = {report.student: report for report in running.Store(course, "hw4").all()}
    assert code == 1
    assert [item.score for item in reports[BROKEN].items] == [None] * len(reports[BROKEN].items)
    assert all(item.score is not None for item in reports["ada"].items)


def fake_grading_awaiting(monkeypatch) -> None:
    """Let the stand-in look at the written answers as the grader does."""
    fake = fake_grading.grade

    def grade(submission, course, plan, seed):
        grader.awaiting(assignments.load(course.folder), submission)
        return fake(submission, course, plan, seed)

    monkeypatch.setattr(running.worker, "grade", grade)


@pytest.mark.parametrize(
    ("place", "name"), [(class_page, "student_view"), (class_page, "section"), (feedback_pages, "student_page")]
)
def test_a_page_that_cannot_be_made_costs_one_student(course: Path, monkeypatch, capsys, place: ModuleType, name):
    """The class report shows the others and says what is wrong; feedback names whose page is missing."""
    grade.grade(course, [course / "inbox"])
    working = getattr(place, name)

    def broken(report, *args):
        if report.student == BROKEN and report.items:
            raise ValueError(SAID)
        return working(report, *args)

    monkeypatch.setattr(place, name, broken)
    capsys.readouterr()

    codes = report_again(course), feedback.feedback(course)

    page, said = (course / "report" / "hw4" / "index.html").read_text(), capsys.readouterr().out
    assert all(f">{student}<" in page for student in STUDENTS)
    assert codes[1] == 1
    assert all((course / "feedback" / "hw4" / student / "index.html").is_file() for student in ("ada", "cy"))
    if place is feedback_pages:
        assert f"No page could be written: The page of {BROKEN} failed by a fault of the grader (ValueError" in said
        assert not (course / "feedback" / "hw4" / BROKEN).exists()
    else:
        assert "fault of the grader" in page


def test_what_concerns_the_class_is_no_submissions_fault():
    """A wrong setting and a full disk stop the run, as one sentence."""
    for error in (ConfigError("no"), OSError(28, "No space left on device")):
        with pytest.raises(type(error)):
            attempt("Doing it", raising(error), str)

    assert "OSError" in attempt("Reading it", raising(OSError(5, "Input/output error")), str, reads=True)


def raising(error: Exception) -> Callable[..., str]:
    def work(*_: object) -> str:
        raise error

    return work
