"""Grade submissions by nbgrader as it comes: its own Execute in a kernel, and no settings of this kit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from nbgrader.api import Gradebook

CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "stock"\nc.ExecutePreprocessor.timeout = 60\n'
# What a course adds to its settings to be graded by this kit.
KIT = "from autograder.commands import nbgrader_hooks\nnbgrader_hooks.install(c)\n"
Scores = dict[tuple[str, str, str], float | None]  # of student, notebook and cell; None where a person has to look


def run(command: str, assignment: str, course_dir: Path) -> None:
    """Run one command of nbgrader's in a course folder; raise AssertionError with its last words when it fails."""
    (course_dir / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": programs, "PYTHONPATH": ""}
    ended = subprocess.run(
        [sys.executable, "-m", "nbgrader", command, assignment],
        cwd=course_dir, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr[-3000:]


def scores(assignment: str, course_dir: Path) -> Scores:
    """Return what nbgrader's gradebook has for each graded cell of code and words."""
    with Gradebook(f"sqlite:///{course_dir / 'gradebook.db'}") as gradebook:
        return {
            (submission.student.id, notebook.name, grade.name): grade.auto_score
            for submission in gradebook.assignment_submissions(assignment)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
