"""Try the test cells of an assignment before its release: each has to pass with the solution and to fail without.

Both are run as a student's notebook is graded, so that what is said here is what an evening of grading would show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..handin import cell_plan, notebook_file
from ..handin.problems import Unusable
from ..model.assignment import Assignment
from ..model.errors import ConfigError, GraderFault
from ..session.launcher import Zygote, layer_problems
from ..session.tested_notebook import TestedNotebook, TestOutcome, TestPlan
from . import test_cell_problems, test_reference

ACCEPT = (
    'accept it as it is by the line `accepted_tests = ["its id"]` in assignment.toml, a file beside the notebook that '
    "you make if there is none"
)
NOTHING_RELEASED = (
    "Nothing was released, because test cells do not pass with your own solution: correct each, or "
    f"{ACCEPT}; then a person grades its item."
)
CANNOT_FAIL = f"Students who write nothing earn these points: correct each of these test cells, or {ACCEPT}."


@dataclass(frozen=True)
class Problem:
    """What is wrong with one test cell, with what to do about it.

    Attributes:
        notebook: The notebook of the cell.
        test: The id of the cell.
        text: One sentence.
        grades_nobody: Whether no student's solution could be graded by the cell; else untouched notebooks earn points.
    """

    notebook: str
    test: str
    text: str
    grades_nobody: bool

    def __str__(self) -> str:
        """Return the line that the instructor reads."""
        return f"{self.notebook}, test cell {self.test}: {self.text}"


def problems(assignment: Assignment, released: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Return what is wrong with the test cells of an assignment; nothing is started where it has none.

    `released` has the notebooks as students get them. Cells that assignment.toml accepts as they are, are left out.

    Raises:
        ConfigError: The cells could not be tried here.
    """
    notebooks = [name for name in assignment.notebooks if assignment.tests(name) and name in released]
    if not notebooks:
        return ()
    weak = any(layer_problems().values())  # the instructor's own code needs no confinement
    try:
        with Zygote(
            assignment.kit_dir,
            weak=weak,
            libraries=assignment.libraries,
            files=assignment.given_files,
            kit_without=assignment.ungraded,
        ) as zygote:
            found = [problem for name in notebooks for problem in _of(assignment, name, released[name], zygote)]
    except GraderFault as error:
        raise ConfigError(f"The test cells could not be tried: {error}") from error
    return tuple(problem for problem in found if problem.test not in assignment.accepted_tests)


def _of(assignment: Assignment, name: str, released: bytes, zygote: Zygote) -> Iterator[Problem]:
    tests = assignment.tests(name)
    reference = test_reference.reference(assignment, name, zygote)
    for test in tests:
        if test.id in reference.faults:
            yield Problem(name, test.id, reference.faults[test.id], True)
    untouched = _untouched(assignment, name, released, reference, zygote)
    for test in tests:
        text = test_cell_problems.with_untouched(test, untouched[test.id])
        if text and test.id not in reference.faults:
            yield Problem(name, test.id, text, False)


def _untouched(
    assignment: Assignment, name: str, released: bytes, reference: test_reference.Reference, zygote: Zygote
) -> dict[str, TestOutcome]:
    """Return the outcome of each test cell with a notebook in which nothing is written."""
    try:
        plan = cell_plan.plan(assignment.asked_notebooks[name], notebook_file.read(released))
    except Unusable as error:
        raise GraderFault(f"the released notebook {name} could not be graded ({error})") from error
    tests = TestPlan(
        assignment.tests(name), plan.tests_at, reference.names, assignment.libraries, reference.sources, reference.given
    )
    with TestedNotebook(zygote, plan.cells, tests) as notebook:
        return notebook.run()
