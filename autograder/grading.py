"""Grade one submission: its notebooks live in confined processes, the hidden checks ask them, a report comes out."""

from __future__ import annotations

import ast
import time
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cached_property

from nbformat import NotebookNode

from . import __version__, cell_plan, check_run, notebook_file
from .assignment import Assignment, Item
from .errors import GraderFault, SubmissionError
from .intake import Submission
from .report import SEEN, Awaiting, CheckResult, Finding, ItemResult, Report, Verdict
from .session.launcher import Zygote
from .session.student import Student
from .session.watch import Limits


def grade(
    submission: Submission, assignment: Assignment, seed: str, zygote: Zygote, *,
    limits: Limits = Limits(), only: Collection[str] | None = None,
) -> Report:  # fmt: skip
    """Return the report of one submission.

    Never raises for a fault in the submission.
    A fault of ours leaves the items it touches without a score and says so in the report.

    Args:
        submission: What the student sent, as intake read it.
        assignment: The homework.
        seed: Where the random inputs of the checks come from.
        zygote: Forks the student processes.
        limits: What each notebook may use.
        only: Ids of the items to check; all by default.
    """
    started = time.monotonic()
    live = {
        name: _LiveNotebook(assignment.source_notebook(name), submission.notebooks.get(name), name, zygote, limits)
        for name in assignment.notebooks
    }

    def student_for(item_id: str) -> Student:
        return live[assignment.item(item_id).notebook].student_for(item_id)

    findings = list(submission.findings)
    try:
        results = check_run.run(student_for, submission, seed, only)
    except GraderFault as fault:
        results = {item.id: [CheckResult("all", Verdict.GRADER_FAULT, 1, str(fault))] for item in assignment.auto_items}
    finally:
        for notebook in live.values():
            findings += notebook.close()
    items = [item for item in assignment.auto_items if only is None or item.id in only]
    return Report(
        student=submission.student,
        items=tuple(score(item, results.get(item.id, [])) for item in items),
        awaiting_person=awaiting(assignment),
        findings=tuple(findings),
        seed=seed,
        sandbox=zygote.layers,
        timings_s={
            "total": round(time.monotonic() - started, 3),
            "student_cpu": round(sum(notebook.cpu_s for notebook in live.values()), 3),
        },
        versions={"kit": __version__, **zygote.versions},
    )


def awaiting(assignment: Assignment) -> tuple[Awaiting, ...]:
    """Return the items that a person marks."""
    return tuple(Awaiting(item.id, item.points) for item in assignment.person_items)


def score(item: Item, checks: list[CheckResult]) -> ItemResult:
    """Return an item's score: its points times the share of the weight of its checks that passed."""
    verdicts = [check.verdict for check in checks]
    if not checks or Verdict.GRADER_FAULT in verdicts:
        faulty = tuple(checks) or (CheckResult("all", Verdict.GRADER_FAULT, 1, "No check of this item was run."),)
        return ItemResult(item.id, None, item.points, Verdict.GRADER_FAULT, faulty)
    weight = sum(check.weight for check in checks if check.verdict is Verdict.PASSED)
    points = round(item.points * weight / sum(check.weight for check in checks), 2)
    worst = next((verdict for verdict in verdicts if verdict is not Verdict.PASSED), Verdict.PASSED)
    if Verdict.PASSED not in verdicts and (len(set(verdicts)) == 1 and _says_one_thing(checks)):
        checks = [CheckResult("all", worst, 1, checks[0].message)]  # one line instead of the same for every check
    return ItemResult(item.id, points, item.points, worst, tuple(_with_pointer(check, item) for check in checks))


def _with_pointer(check: CheckResult, item: Item) -> CheckResult:
    """Return the check with a message that ends with where to look, if it is about the item's own code."""
    if check.verdict in (Verdict.PASSED, Verdict.NOT_ATTEMPTED) or SEEN not in check.message:
        return check
    return replace(check, message=f'{check.message.rstrip(".")}. Look at "{item.heading}" in {item.notebook}.')


def _says_one_thing(checks: list[CheckResult]) -> bool:
    return checks[0].verdict is Verdict.NOT_ATTEMPTED or len({check.message for check in checks}) == 1


class _LiveNotebook:
    """One notebook of the submission: read, planned and started when the first check asks for it."""

    def __init__(self, source: NotebookNode, data: bytes | None, name: str, zygote: Zygote, limits: Limits) -> None:
        self._source, self._data, self._name, self._zygote, self._limits = source, data, name, zygote, limits
        self._functions = functions_of(source)
        self._student: Student | None = None
        self._read_findings: tuple[Finding, ...] = ()
        self.cpu_s = 0.0

    def student_for(self, item_id: str) -> Student:
        """Return the live notebook. Raises SubmissionError when it cannot be had or lacks the item's function."""
        student = self._started
        function = self._functions.get(item_id)
        if function is None or student.defined([function]):
            return student
        for outcome in student.outcomes:
            if f"def {function}" in outcome.cell.source:
                raise SubmissionError(f"`{function}` is not defined. {outcome.text}", outcome.verdict)
        raise SubmissionError(f"The notebook {self._name} defines no `{function}`.", Verdict.NOT_ATTEMPTED)

    @cached_property
    def _started(self) -> Student:
        if self._data is None:
            raise SubmissionError(f"There is no notebook {self._name} in the submission.", Verdict.NOT_ATTEMPTED)
        try:
            submitted = notebook_file.read(self._data)
        except SubmissionError as error:
            self._read_findings = (Finding("warning", f"{self._name}: {error}"),)
            raise
        self._read_findings = submitted.findings
        self._student = Student(self._zygote, cell_plan.plan(self._source, submitted), self._limits)
        self._student.start()
        return self._student

    def close(self) -> Iterator[Finding]:
        """End the process; yield what a person may want to know about the notebook."""
        yield from self._read_findings
        if self._student is not None:
            self._student.close()
            self.cpu_s = self._student.cpu_s
            for outcome in self._student.outcomes:
                yield Finding("info", f"{self._name}: {outcome.text}")


def functions_of(source: NotebookNode) -> dict[str, str]:
    """Return the name of the function that each item's solution cell defines, by item id."""
    functions = {}
    for cell in source.cells:
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and meta.get("solution"):
            names = [node.name for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)]
            functions[meta["grade_id"].removesuffix("_solution")] = names[0]
    return functions
