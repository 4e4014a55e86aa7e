"""The reference run: the instructor's own notebook against its test cells, before a student's is graded."""

import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode

from ..course import given_names
from ..course.source_notebook import grade_id
from ..handin import cell_plan, notebook_file
from ..handin.asked import Role
from ..handin.problems import Unusable
from ..model.assignment import Assignment
from ..model.errors import GraderFault
from ..session.launcher import Zygote
from ..session.notebook_process import CellOutcome
from ..session.tested_notebook import TestedNotebook, TestOutcome, TestPlan
from . import test_cell_problems

REPEATS = 1  # when somebody else killed its process
MOST_KEPT = 32  # notebooks of one zygote; an assignment has up to ten

_one_at_a_time = threading.Lock()
_known: weakref.WeakKeyDictionary[Zygote, dict[str, tuple[NotebookNode, "Reference"]]] = weakref.WeakKeyDictionary()


@dataclass(frozen=True)
class Reference:
    """What the test cells of one notebook do with the instructor's solution.

    Attributes:
        names: What the notebook says of names.
        sources: What gives an object that stays in the student's process, in any of the cells.
        given: For data of given cells, whether the process that runs tests makes them itself.
        faults: For each test cell that does not give all its points, why, and what to do.
        scores: Test cells whose last value is a number: their points.
    """

    names: Mapping[str, Any]
    sources: frozenset[str]
    given: Mapping[str, bool]
    faults: Mapping[str, str]
    scores: frozenset[str]


def reference(assignment: Assignment, notebook: str, zygote: Zygote) -> Reference:
    """Return the reference run of a notebook; it is made once for a zygote, as long as the notebook stays the same.

    Raises:
        GraderFault: The processes do not work, or the notebook cannot be run at all.
    """
    source = assignment.source_notebook(notebook)
    with _one_at_a_time:
        kept = _known.setdefault(zygote, {})
        key = f"{assignment.source_dir}/{notebook}"
        if key not in kept or kept[key][0] is not source:
            made = _run(assignment, notebook, zygote)
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[key] = source, made
        return kept[key][1]


def _run(assignment: Assignment, notebook: str, zygote: Zygote) -> Reference:
    names = given_names.read(assignment.source_notebook(notebook))
    outcomes, broken = run_solution(assignment, notebook, zygote, names)
    given: dict[str, bool] = {}
    for outcome in outcomes.values():
        given |= {name: is_made and given.get(name, True) for name, is_made in outcome.given.items()}
    tests = assignment.tests(notebook)
    statements = [statement for _, statement, *_ in names["imports"]]
    unnamed = test_cell_problems.unnamed_libraries(statements, assignment.libraries)
    problems = {
        test.id: test_cell_problems.with_solution(test, outcomes[test.id], unnamed=unnamed, broken=broken)
        for test in tests
    }
    return Reference(
        names=names,
        sources=frozenset(source for outcome in outcomes.values() for source in outcome.sources),
        given=given,
        faults={test_id: problem for test_id, problem in problems.items() if problem},
        scores=frozenset(test.id for test in tests if outcomes[test.id].is_score),
    )


def run_solution(
    assignment: Assignment, notebook: str, zygote: Zygote, names: Mapping[str, Any]
) -> tuple[dict[str, TestOutcome], tuple[CellOutcome, ...]]:
    """Return the outcome of each test cell with the instructor's solution, and what of the notebook could not run.

    Raises:
        GraderFault: Somebody ended the processes, or the notebook cannot be run at all.
    """
    asked = assignment.asked_notebooks[notebook]
    try:
        plan = cell_plan.plan(asked, notebook_file.read(_without_tests(assignment, notebook)))
    except Unusable as error:
        raise GraderFault(f"The instructor's own notebook {notebook} cannot be graded: {error}") from error
    tests = TestPlan(assignment.tests(notebook), plan.tests_at, names, assignment.libraries)
    killed_at: set[str] = set()
    for _ in range(1 + REPEATS):
        with TestedNotebook(zygote, plan.cells, tests, killed_before=killed_at) as solution:
            outcomes = solution.run()
        if solution.killed_at is None:
            return outcomes, solution.outcomes
        killed_at.add(solution.killed_at)
    raise GraderFault("The processes of the reference run were ended from outside: grade again.")


def _without_tests(assignment: Assignment, notebook: str) -> bytes:
    """Return the instructor's notebook with graded cells as students get them."""
    asked = assignment.asked_notebooks[notebook]
    released = {cell.id: cell.source for cell in asked.cells if cell.role is Role.GRADED}
    copy = nbformat.from_dict(assignment.source_notebook(notebook))
    for cell in copy.cells:
        if grade_id(cell) in released:
            cell.source = released[grade_id(cell)]
        if cell.cell_type == "code":
            cell.outputs = []
    return nbformat.writes(copy).encode()
