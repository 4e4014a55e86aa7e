"""Builds what students get, or compares it with what is committed: `autograder release`."""

from pathlib import Path

from ..course import assignment as assignments
from ..grading import check_run, release_check
from ..nbgrader import due_date
from ..nbgrader import release as releases

DONE, NEEDS_PERSON, NOT_DONE = 0, 1, 2
MOST_REPEATS = 10  # are listed


def release(course_dir: Path, name: str = "", *, check: bool = False) -> int:
    """Build release/<name>/; return the exit code.

    With `check` nothing is changed, and it says how the committed release differs from what the sources give.
    Either way each test cell is tried with the instructor's solution, and with the notebook as students get it.
    Raises ConfigError when the sources cannot be released, or the release would give something away.
    """
    assignment = assignments.load(course_dir, name)
    check_run.check_coverage(assignment)
    problems = release_check.problems(assignment, releases.as_released(assignment))
    for problem in problems:
        print(problem)
    if any(problem.grades_nobody for problem in problems):
        print(release_check.NOTHING_RELEASED)
        return NOT_DONE
    done = _check(course_dir, assignment.name) if check else _build(course_dir, assignment.name)
    if problems and done != NOT_DONE:
        print(release_check.CANNOT_FAIL)
        return NEEDS_PERSON
    return done


def _build(course_dir: Path, name: str) -> int:
    target = course_dir / "release" / name
    repeats = releases.build(course_dir, target, name)
    due = due_date.stated_in(target)
    print(f"Released to {target}")
    print(f"It is due {due}." if due else "It shows no due date: set c.LatePolicy.due in nbgrader_config.py for one.")
    for repeat in repeats[:MOST_REPEATS]:
        print(f"Look once: {repeat}")
    if len(repeats) > MOST_REPEATS:
        print(f"{len(repeats) - MOST_REPEATS} more cells repeat a solution.")
    if repeats:
        print(releases.MAY_REPEAT)
    return NEEDS_PERSON if repeats else DONE


def _check(course_dir: Path, name: str) -> int:
    differences = releases.check(course_dir, name)
    for difference in differences:
        print(difference)
    if differences:
        print(f"release/{name} is not up to date: run `autograder release` and commit the result.")
        return NOT_DONE
    print(f"release/{name} is what the sources build.")
    return DONE
