"""From Canvas's bulk download to scores and feedback that Canvas takes back, each to the right student."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import small_course
from canvas_files import Canvas, User
from handed_in import packed
from nbgrader import api

from autograder import running
from autograder.cli import main
from autograder.course import assignment as assignments
from autograder.gradebook.marks import marks

PERSON = 4.5  # what a person gives for every answer


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return assignments.load(small_course.make(tmp_path_factory.mktemp("course")))


def homework(course, student: str, code: str, *, with_id: bool = True) -> bytes:
    """Return a zip whose two notebooks differ from everybody else's, so that the scores do."""
    prefix = f"{student}_" if with_id else ""
    text = course.course_dir.joinpath("source", "hw4", "hw4_partI.ipynb").read_text()
    changed = text.replace("return tf.maximum(x, alpha * x)", f"return {code!r}")
    return packed({f"{prefix}{name}.ipynb": changed.encode() for name in course.notebooks})


def run_autograder(course, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command with a grader that takes no time."""
    program = [sys.executable, str(Path(__file__).with_name("fake_grading.py")), *arguments]
    path = os.pathsep.join([str(small_course.PROJECT), str(Path(__file__).parent)])
    environment = os.environ | {"PYTHONPATH": path}
    return subprocess.run(
        program, cwd=course.course_dir, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def mark_everything(course, out: Path) -> None:
    """Mark every answer as a person would in formgrader."""
    with api.Gradebook(small_course.db_url(course.course_dir, out)) as book:
        for submission in book.assignment_submissions(course.name):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    if grade.auto_score is None:
                        grade.manual_score, grade.needs_manual_grade = PERSON, False
        book.db.commit()


def expected_scores(course, out: Path) -> dict[str, float]:
    """Return the sums in the gradebook by student."""
    found = marks(small_course.db_url(course.course_dir, out), course)
    return {student: sum(mark.score + mark.extra for mark in entry.items.values()) for student, entry in found.items()}


def people(course) -> list[User]:
    """Return a class with all the odd names that Canvas knows; the number says what to expect."""

    def user(number: int, name: str, login: str, file: str, **more) -> User:
        return User(number, name, login, {number + 800: (file, homework(course, login, str(number)))}, **more)

    loose = {904: ("hw4_partI.ipynb", b"{}"), 990: ("hw4_partII.ipynb", b"[]")}
    return [
        user(101, "Lovelace, Ada", "ada", "ada_HW4.zip"),
        user(102, "O'Neil-Smith, Ben", "ben@andrew.cmu.edu", "ben_HW4-2.zip", late=True),
        user(103, "van_der_Berg, Chloe", "chloe", "chloe_HW4 (1).zip"),
        User(104, "李明", "dan", loose),
        user(105, "Ångström, Erin", "erin", "my: homework?.zip"),
        user(10600000000000106, "Frank, Jr., Frank", "frank", "frank_HW4.zip", sections="18739-A and 18739-B"),
        user(107, "Hopper, Grace_102", "grace", "links.zip"),
        user(108, "4711", "heidi", "ada_HW4.zip"),
        user(109, "anon", "ivan", "8_9_ben_HW4.zip"),
        User(*TYPED, text=True),
        User(*ABSENT),
        user(199, "Student, Test", "5f4dcc3b5aa765d61d8327deb882cf99aabbccdd", "trial.zip"),
    ]


TYPED = (120, "Turing, Judy", "judy")
ABSENT = (121, "=Nobody, Ned", "ned")
GRADED = {
    101: "ada", 102: "ben", 103: "chloe", 104: "dan", 105: "erin", 10600000000000106: "frank", 107: "grace",
    108: "heidi", 109: "ivan",
}  # fmt: skip


@pytest.fixture(scope="module")
def graded(course, tmp_path_factory):
    """Grade the class with the roster and mark all of it; return Canvas, the folder of the results, what was said."""
    folder = tmp_path_factory.mktemp("canvas")
    canvas = Canvas(*people(course))
    (folder / "submissions.zip").write_bytes(canvas.download())
    (folder / "gradebook.csv").write_bytes(canvas.gradebook())
    options = ["--roster", str(folder / "gradebook.csv"), "--jobs", "1", "--sandbox", "weak"]
    done = run_autograder(course, "grade", str(folder / "submissions.zip"), "--out", str(folder / "out"), *options)
    assert done.returncode < 2, done.stderr
    mark_everything(course, folder / "out")
    return canvas, folder / "out", done.stdout


@pytest.fixture
def in_course(course, monkeypatch):
    monkeypatch.chdir(course.course_dir)


@pytest.fixture
def late_policy(course):
    """Switch a late policy on."""
    config = course.course_dir / "nbgrader_config.py"
    text = config.read_text()
    config.write_text(f"{text}\nc.LatePolicy.percent_per_day = 10\n")
    yield config
    config.write_text(text)


def export(out: Path, template: Path, data: bytes, *options: str) -> tuple[int, bytes]:
    template.write_bytes(data)
    code = main(["export", "canvas", "--template", str(template), "--out", str(out), *options])
    assert template.read_bytes() == data
    return code, (out / "hw4_grades_for_canvas.csv").read_bytes()


def test_the_roster_says_who_everybody_is_and_who_is_missing(graded):
    """By Canvas's numbers, whatever the files are called; what came in no file came all the same.

    The instructor's own trial is nobody's.
    """
    _, out, said = graded
    reports = {report.student for report in running.Store(out, "hw4").all()}

    assert reports == {*GRADED.values(), "judy"}
    assert "No submission from 1 of 11 students in the roster: =Nobody, Ned (ned)." in said
    assert "Not graded, because a test student sent it: 'studenttest_199_999_trial.zip'." in said


@pytest.mark.parametrize("separator", [",", ";"])
def test_every_score_comes_back_to_its_student(course, graded, in_course, tmp_path, capsys, separator):
    """And apart from those cells, the file is the same bytes."""
    canvas, out, _ = graded
    found = expected_scores(course, out)
    scores = {number: f"{found[student]:.2f}" for number, student in GRADED.items()}
    before = {121: "3.00", 101: "1.00"}
    code, data = export(out, tmp_path / "gradebook.csv", canvas.gradebook(separator, before))
    said = capsys.readouterr().out

    assert len(set(scores.values())) > 3
    assert data == canvas.gradebook(separator, before | scores)
    assert code == 1
    assert "Scores of 9 students entered" in said
    assert "Not final, so not changed (refused): Turing, Judy (judy)." in said
    assert "In the file, but nothing was graded: =Nobody, Ned." in said
    assert "Student, Test" not in said


def test_being_late_is_taken_off_when_somebody_says_by_how_much(
    course, graded, in_course, late_policy, tmp_path, capsys
):
    """Canvas's mark alone leaves the score open; nothing is graded again."""
    canvas, out, _ = graded
    whole = expected_scores(course, out)["ben"]
    code, data = export(out, tmp_path / "gradebook.csv", canvas.gradebook())
    said = capsys.readouterr().out
    assert code == 1
    assert "(late, and the penalty is not known yet): " in said
    assert score_of(data, 102) == ""

    assert main(["feedback", "--out", str(out)]) == 1
    assert "(ben): late, number of days unknown" in capsys.readouterr().out

    late_policy.write_text(late_policy.read_text() + 'c.LatePolicy.days_late = {"ben": 2}\n')
    _, data = export(out, tmp_path / "gradebook.csv", canvas.gradebook())
    assert float(score_of(data, 102)) == pytest.approx(max(0, whole - 20))
    main(["feedback", "--out", str(out)])
    page = (out / "feedback" / "hw4" / "ben" / "index.html").read_text()
    assert f"2 days late. {whole:g} points earned, 20 taken off." in page
    main(["report", "--out", str(out)])
    rows = csv.DictReader((out / "report" / "hw4" / "grades.csv").read_text("utf-8-sig").splitlines())
    assert {row["student"]: (row["days_late"], row["late_penalty"]) for row in rows}["ben"] == ("2", "20")


def test_what_does_not_fit_is_said_in_one_sentence(graded, in_course, late_policy, tmp_path, capsys):
    """A scale that is not ours, a misspelt student, a file that is not there, the file that the command writes."""
    canvas, out, _ = graded
    late_policy.write_text(late_policy.read_text() + 'c.LatePolicy.days_late = {"bne": 2, "ben": 0}\n')
    code, data = export(out, tmp_path / "gradebook.csv", canvas.gradebook(), "--column", "4410", "--partial")
    said = capsys.readouterr().out
    assert code == 1
    assert score_of(data, 101) == ""
    assert "Canvas counts this column out of 10.00 points; these scores are out of 100." in said
    assert "c.LatePolicy.days_late has no effect for one name: There is no student 'bne' here: did you mean" in said

    for template in (tmp_path / "missing.csv", out / "hw4_grades_for_canvas.csv", tmp_path):
        assert main(["export", "canvas", "--template", str(template), "--out", str(out)]) == 2
        said = capsys.readouterr().err.strip()
        assert said.startswith("autograder: /")
        assert len(said.splitlines()) == 1


def score_of(data: bytes, number: int) -> str:
    rows = list(csv.reader(data.decode().splitlines()))
    return next(row[rows[0].index("hw4 (4411)")] for row in rows if row[1] == str(number))


def test_every_page_comes_back_to_its_student(graded, in_course, capsys):
    """As Canvas reads the names in the zip; who sent no file is named."""
    canvas, out, _ = graded
    assert main(["feedback", "--out", str(out)]) == 0
    with zipfile.ZipFile(out / "hw4_feedback_for_canvas.zip") as pages:
        taken, ignored = canvas.taken_back(pages.namelist())
        for number, student in GRADED.items():
            (name,) = taken[number]
            content = pages.read(name)
            if name.endswith(".zip"):
                with zipfile.ZipFile(io.BytesIO(content)) as packed_page:
                    content = packed_page.read(f"{student}_feedback.html")
            assert content == (out / "feedback" / "hw4" / student / "index.html").read_bytes()

    assert (taken.keys(), ignored) == (GRADED.keys(), [])
    assert (
        "Sent no file through Canvas, so their page is not in the zip: Turing, Judy (judy)" in capsys.readouterr().out
    )


def test_a_later_download_changes_only_what_is_new(course, graded, in_course, tmp_path):
    """Somebody sends again, somebody else sends under the name of another: no other score moves."""
    _, out, _ = graded
    before = {report.student: report for report in running.Store(out, "hw4").all()}
    again = User(103, "van_der_Berg, Chloe", "chloe", {2001: ("chloe_HW4-1.zip", homework(course, "chloe", "new"))})
    stranger = User(666, "Mallory", "mallory", {2002: ("ada_HW4.zip", b"no zip at all")})
    (tmp_path / "later.zip").write_bytes(Canvas(again, stranger).download())
    done = run_autograder(
        course, "grade", str(tmp_path / "later.zip"), "--out", str(out), "--jobs", "1", "--sandbox", "weak"
    )
    after = {report.student: report for report in running.Store(out, "hw4").all()}

    assert done.returncode == 1, done.stderr
    assert after.keys() - before.keys() == {"mallory_666"}
    assert all(after[student] == before[student] for student in before.keys() - {"chloe"})
    assert "Nobody in the roster has this id." in [finding.text for finding in after["mallory_666"].findings]
    assert "ada_HW4.zip" in after["mallory_666"].refused
    assert "lovelace" not in after["mallory_666"].refused
