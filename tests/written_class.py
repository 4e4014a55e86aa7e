"""A class whose written answers are real and whose code nobody runs: for the marking desk, in milliseconds a student.

`python written_class.py grade ...` is `autograder grade ...` with full points for every item that checks grade.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import class_of_answers
import fake_grading
from class_of_answers import Student

from autograder.assignments.hw4 import demo
from autograder.course import assignment as assignments
from autograder.grading import check_run, grader
from autograder.model.report import CheckResult, ItemResult, Report, Verdict
from autograder.nbgrader import release
from autograder.running import worker
from autograder.running.results import Graded

ROOT = Path(__file__).resolve().parents[1]
PASSED = (CheckResult("test_it", Verdict.PASSED),)


def grade(submission, course, plan, seed):
    """Give full points for code, and check the formulas as the grader does."""
    assignment = fake_grading.load(worker.folder_of(course), course.assignment)
    parts = {
        name: Report(
            submission.student,
            tuple(ItemResult(id, assignment.item(id).points, assignment.item(id).points, Verdict.PASSED, PASSED)
                  for id in sorted(ids)),
        )
        for name, ids in plan.items()
    }  # fmt: skip
    return Graded(parts, grader.awaiting(assignment, submission)).to_json()


def hand_in(students: Iterable[Student], folder: Path, *, one_plot: bool = False) -> Path:
    """Write the zip of each student, and return the folder; `one_plot`: all drew the same, which takes less time."""
    assignment = assignments.load(ROOT, "hw4")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as space:
        released = Path(space) / "release"
        release.build(ROOT, released, "hw4")
        builder = demo.Builder(assignment, released)
        for student in students:
            files = class_of_answers.files(student, assignment, builder)
            if one_plot:
                files |= {"word_vectors.png": builder.plot}
                files |= {"derivation.pdf": class_of_answers.pdf("one")} if student.has_pdf else {}
            (folder / f"{student.id}_HW4.zip").write_bytes(demo.packed(student.id, files))
    return folder


def graded(students: Iterable[Student], out: Path, *, one_plot: bool = False) -> Path:
    """Hand in and grade into `out`, and return it. Raises RuntimeError with what was said when that failed."""
    with tempfile.TemporaryDirectory() as inbox:
        hand_in(students, Path(inbox), one_plot=one_plot)
        command = [sys.executable, __file__, "grade", inbox, "--out", str(out), "--assignment", "hw4"]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"}
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"{run.stdout}\n{run.stderr}")
    return out


def use() -> None:
    """Put this in the place of the grader; no hidden check has a part in it."""
    worker.grade = grade
    check_run.collect = lambda assignment: []


if __name__ == "__main__":
    import written_class  # under its own name, by which Dask's workers find it

    from autograder import cli

    written_class.use()
    sys.exit(cli.main(sys.argv[1:]))
