"""Releases, grades and reports a class of made submissions, as the hidden side bundles them: `autograder demo`."""

import shutil
import tempfile
from pathlib import Path

from ..course import assignment as assignments
from ..course import hidden_side
from ..model.errors import ConfigError
from ..nbgrader import release
from . import grade

DONE = 0


def demo(course_dir: Path, out: Path | None = None, *, name: str = "", jobs: int, weak: bool = False) -> int:
    """Release, make the class, grade it, write the report; return 0 when all of it worked.

    The module `demo` of the hidden side has a function `submissions(assignment, released)`, which yields for each
    submission the student, what it shows, and its zip; `released` is the folder of the release.

    What is in `out`, by default demo/ in the course folder, is removed before.

    Raises:
        ConfigError: The assignment has no demonstration, or a step failed.
    """
    assignment = assignments.load(course_dir, name)
    bundled = hidden_side.module(assignment, hidden_side.DEMO)
    if bundled is None:
        folder = assignment.hidden_dir.relative_to(assignment.course_dir) / hidden_side.DEMO
        raise ConfigError(f"{assignment.name} has no demonstration: it would be in {folder}.")
    out = (out or course_dir / "demo").resolve()
    shutil.rmtree(out, ignore_errors=True)
    count = 0
    with tempfile.TemporaryDirectory(prefix="autograder-demo-") as scratch:
        released = Path(scratch) / "release"
        release.build(course_dir, released, assignment.name)
        files = sum(path.is_file() for path in released.rglob("*"))
        print(f"Released the assignment: {files} files, no solution in them.")
        inbox = out / "inbox"
        inbox.mkdir(parents=True)
        for student, shows, data in bundled.submissions(assignment, released):
            (inbox / f"{student}_{assignment.name.upper()}.zip").write_bytes(data)
            print(f"  {student:18} {shows}")
            count += 1
    print(f"Grading these {count} submissions, each in a confined process ...")
    grade.grade(course_dir, [inbox], out, name=assignment.name, jobs=jobs, weak=weak)
    return DONE
