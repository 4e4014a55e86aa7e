"""From Canvas's bulk download to scores and feedback that Canvas takes back, each to the right student."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import small_course
from canvas_files import Canvas, User
from handed_in import packed
from nbgrader import api

from autograder import assignment as assignments
from autograder import gradebook
from autograder.cli import main
from autograder.feedback.marks import marks

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


def hw4(course, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command with a grader that takes no time."""
    program = [sys.executable, str(Path(__file__).with_name("fake_grading.py")), *arguments]
    path = os.pathsep.join([str(small_course.PROJECT), str(Path(__file__).parent)])
    environment = os.environ | {"PYTHONPATH": path}
    return subprocess.run(
        program, cwd=course.course_dir, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def mark_everything(course, out: Path) -> None:
    """Mark every answer as a person would in formgrader."""
    with api.Gradebook(gradebook.url(course.course_dir, out)) as book:
        for submission in book.assignment_submissions(course.name):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    if grade.auto_score is None:
                        grade.manual_score, grade.needs_manual_grade = PERSON, False
        book.db.commit()


def expected_scores(course, out: Path) -> dict[str, float]:
    """Return the sums in the gradebook by student."""
    found = marks(gradebook.url(course.course_dir, out), course)
    return {student: sum(mark.score + mark.extra for mark in entry.items.values()) for student, entry in found.items()}


def people(course) -> list[User]:
    def user(number: int, name: str, login: str, file: str, **more) -> User:
        return User(number, name, login, {number + 800: (file, homework(course, login, str(number)))}, **more)

    loose = {904: ("hw4_partI.ipynb", b"{}"), 905: ("hw4_partII.ipynb", b"[]")}
    return [
        user(101, "Lovelace, Ada", "ada", "ada_HW4.zip"),
        user(102, "O'Neil-Smith, Ben", "ben@andrew.cmu.edu", "ben_HW4-2.zip", late=True),
        user(103, "van_der_Berg, Chloe", "chloe", "chloe_HW4 (1).zip"),
        User(104, "李明", "dan", loose),
        user(105, "Ångström, Erin", "erin", "my: homework?.zip"),
        user(10600000000000106, "Frank, Jr., Frank", "frank", "frank_HW4.zip", sections="18739-A and 18739-B"),
        User(108, "Nobody, Ned", "ned"),
        User(199, "Student, Test", "5f4dcc3b5aa765d61d8327deb882cf99aabbccdd"),
    ]


@pytest.fixture(scope="module")
def graded(course, tmp_path_factory):
    """Grade the class and mark all of it; return Canvas and the folder of the results."""
    folder = tmp_path_factory.mktemp("canvas")
    canvas = Canvas(*people(course))
    (folder / "submissions.zip").write_bytes(canvas.download())
    paths = [str(folder / "submissions.zip"), "--out", str(folder / "out")]
    done = hw4(course, "grade", *paths, "--jobs", "1", "--sandbox", "weak")
    assert done.returncode < 2, done.stderr
    mark_everything(course, folder / "out")
    return canvas, folder / "out"


@pytest.fixture
def in_course(course, monkeypatch):
    monkeypatch.chdir(course.course_dir)


def canvas_number(out: Path, student: str) -> int:
    """Return what Canvas calls a student, as it was written down when the submission came in."""
    entry = json.loads((out / ".hw4" / "arrivals" / f"{student}.json").read_text())
    return int(entry["canvas"]["user"])


def test_every_score_comes_back_to_its_student(course, graded, in_course, tmp_path, capsys):
    """And apart from those cells, the file is the same bytes."""
    canvas, out = graded
    template = tmp_path / "gradebook.csv"
    template.write_bytes(canvas.gradebook(scores={108: "3.00"}))
    code = main(["export", "canvas", "--template", str(template), "--out", str(out)])
    said = capsys.readouterr().out
    scores = {canvas_number(out, student): f"{score:.2f}" for student, score in expected_scores(course, out).items()}

    assert code == 0
    assert set(scores) == {101, 102, 103, 104, 105, 10600000000000106}
    assert len(set(scores.values())) > 3
    assert (out / "grades_for_canvas.csv").read_bytes() == canvas.gradebook(scores={108: "3.00"} | scores)
    assert "Scores of 6 students entered" in said
    assert "In the file, but nothing was graded: Nobody, Ned." in said
