"""Does a grader whose checks cannot fail, or cannot pass, refuse to grade?

Each kind of broken checking is put into a scratch copy of the package, which then runs in a process of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import corpus_cases
import fake_grading
import pytest
import small_course

import autograder
from autograder.grading import check_run
from autograder.grading.grader import grade
from autograder.model.assignment import Assignment
from autograder.model.report import Verdict
from autograder.session.launcher import Zygote

PACKAGE = Path(autograder.__file__).resolve().parent
COLLECT = (
    "from pathlib import Path; from autograder.course.assignment import load; from autograder.grading import check_run;"
    f"print(check_run.__file__, len(check_run.collect(load(Path({str(PACKAGE.parent)!r})))))"
)


def copy_of_package(folder: Path, file: str = "", old: str = "", new: str = "") -> Path:
    """Return a folder with a copy of the package in which a piece of a file is another one."""
    copy = shutil.copytree(PACKAGE, folder / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    if file:
        text = (copy / file).read_text()
        assert text.count(old) == 1
        (copy / file).write_text(text.replace(old, new))
    return folder


def python(folder: Path, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python with the copy in the place of the package."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run([sys.executable, *words], env=environment, cwd=cwd or folder, capture_output=True, text=True)


def test_a_copy_that_nobody_touched_works(assignment: Assignment, tmp_path):
    """So it is the fault that is found below, not the copy."""
    done = python(copy_of_package(tmp_path), "-c", COLLECT)

    count = str(len(check_run.collect(assignment)))
    assert done.stdout.split() == [str(tmp_path / "autograder" / RUN), count]


COMPARE, RUN, CANARIES = "checking.py", "grading/check_run.py", "grading/canary.py"
ALWAYS = '    """Return whether shapes agree'
BROKEN = {
    "close says yes": (COMPARE, ALWAYS, f"    return True\n{ALWAYS}", "failed and came out as passed"),
    "close says no": (COMPARE, ALWAYS, f"    return False\n{ALWAYS}", "passed and came out as failed"),
    "close takes nan": (
        COMPARE, "not np.isfinite(array).all():\n        return False",
        "not np.isfinite(array).all():\n        return True", "failed and came out as passed",
    ),
    "close forgets shapes": (COMPARE, "array.shape != want.shape or not", "not", "failed"),
    "mismatch finds nothing": (
        COMPARE, "    if close(got, want, tolerance):\n        return", "    if True:\n        return",
        "failed and came out as passed",
    ),
    "errors get lost": (
        RUN, "call.excinfo.value if call.excinfo else None", "None", "failed and came out as passed",
    ),
    "an assertion passes": (
        RUN, "verdict, seen = Verdict.FAILED, str(error)", "verdict, seen = Verdict.PASSED, str(error)",
        "failed and came out as passed",
    ),
    "an error is a failure": (RUN, "error.verdict, str(error)", "Verdict.PASSED, str(error)", "as error"),
    "a fault is a failure": (
        RUN, 'sentence, verdict, seen = "", Verdict.GRADER_FAULT, str(error)',
        'sentence, verdict, seen = "", Verdict.FAILED, str(error)', "grader_fault and came out as failed",
    ),
    "results get lost": (RUN, "self._run.results.setdefault", "{}.setdefault", "gave no result"),
    "no canary must pass": (
        CANARIES, '@pytest.mark.canary("passed")', '@pytest.mark.canary("failed")', "lacks a check that must pass",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_check_machinery_refuses(tmp_path, kind):
    """Whatever is broken: the helper that compares, the way from an error to a verdict, or the canary itself."""
    *change, says = BROKEN[kind]
    done = python(copy_of_package(tmp_path, *change), "-c", COLLECT)

    assert done.returncode != 0
    last_line = done.stderr.strip().splitlines()[-1]
    assert last_line.startswith("autograder.model.errors.GraderFault: ")
    assert says in last_line


@pytest.mark.parametrize("option", ["-O", "-OO"])
def test_asserts_that_are_left_out_refuse(tmp_path, option):
    """Also where nobody asked Python for its options first, such as in a program of one's own."""
    done = python(copy_of_package(tmp_path), option, "-c", COLLECT)

    assert "must come out as failed and came out as passed" in done.stderr.splitlines()[-1]


def test_a_run_with_broken_checks_is_refused_in_one_sentence(tmp_path):
    """Nothing is graded: the grader asks its own checks before the first submission."""
    package = copy_of_package(tmp_path / "package", *BROKEN["close says yes"][:3])
    course = small_course.make(tmp_path / "course")
    fake_grading.hand_in(course / "inbox", ["ada"], course)
    done = python(package, "-m", "autograder.cli", "grade", "inbox", "--sandbox=weak", cwd=course)

    assert done.returncode == 2
    assert done.stderr.startswith("autograder: The hidden checks do not work here, so no score counts: ")
    assert len(done.stderr.splitlines()) == 1
    assert not (course / "results").exists()


def test_checks_that_break_later_give_no_score(assignment: Assignment, zygote: Zygote, monkeypatch):
    """The canaries run before each submission, in the very process that grades it."""
    case = next(case for case in corpus_cases.cases("wrong") if case.expected["item"] == "leaky_relu")
    submission = corpus_cases.submission(case, assignment)
    check_run.collect(assignment)
    real = check_run.check_result
    monkeypatch.setattr(check_run, "check_result", lambda info, error, *rest: real(info, None, *rest))
    report = grade(submission, assignment, "seed", zygote, only={"leaky_relu"})

    assert (report.item("leaky_relu").score, report.item("leaky_relu").verdict) == (None, Verdict.GRADER_FAULT)
    assert "came out as passed" in report.item("leaky_relu").reason


def test_no_item_has_a_canary(assignment: Assignment):
    """They count nowhere: not among the checks, and so neither in a score nor in the table of checks."""
    names = {check.name for check in check_run.collect(assignment)}
    canaries = [line for line in (PACKAGE / CANARIES).read_text().splitlines() if line.startswith("def test_")]

    assert canaries
    assert not names & {line.removeprefix("def ").partition("(")[0] for line in canaries}
    assert {check.item for check in check_run.collect(assignment)} == {item.id for item in assignment.auto_items}
