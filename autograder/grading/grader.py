"""Grade one submission: run its notebooks in confined processes, run the hidden checks on them, return a report."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from .. import __version__
from ..course import hidden_side, sheets
from ..handin import cell_outcomes, cell_plan, notebook_file
from ..handin.notebook_file import NotebookFile
from ..handin.problems import Level, Line, Unusable, for_student
from ..handin.run_limits import Limits
from ..model.assignment import Assignment, GradedBy, Item
from ..model.errors import GraderFault, SubmissionError
from ..model.plain_text import one_line
from ..model.report import ONE_REASON, Awaiting, CheckResult, Finding, ItemResult, Report, Verdict
from ..model.submission import Submission
from ..session import cores
from ..session.launcher import Zygote
from ..session.student import Student
from . import check_run, formulas, student_versions

REPEATS = 1  # of a submission when somebody else killed its process
MAX_FAULT = 300  # characters of a fault of ours that costs no score
NUMBER = re.compile(r"-?\d[\d.,]*(?:e[-+]?\d+)?|\bnan\b|-?\binf\b")
MOST_CELLS_LISTED = 20  # of a notebook, among those that failed; the kit's has about 30 cells of code


def grade(
    submission: Submission, assignment: Assignment, seed: str, zygote: Zygote, *,
    limits: Limits = Limits(), only: Collection[str] | None = None,
) -> Report:  # fmt: skip
    """Return the report of one submission.

    Never raises for a fault in the submission.
    After a fault of ours the affected items have no score, and the report says so.
    When somebody else kills a student process, the submission is graded once more from the start; a process that ends
    at the same place again has died of what the student's code does there.

    The random inputs of the checks come from `seed`; `only` has the ids of the items to check, all by default.
    """
    started = time.monotonic()
    killed_at: set[str] = set()
    for _ in range(1 + REPEATS):
        notebooks = {
            name: _GradedNotebook(assignment, submission, name, zygote, limits, frozenset(killed_at))
            for name in assignment.notebooks
        }
        with cores.one():
            results = _run_checks(notebooks, submission, assignment, seed, only)
        killed = {notebook.killed_at for notebook in notebooks.values() if notebook.killed_at is not None}
        if not killed:
            break
        killed_at |= killed
    findings = [finding for notebook in notebooks.values() for finding in notebook.findings()]
    items = [item for item in assignment.auto_items if only is None or item.id in only]
    factor = zygote.machine_factor  # by which the limits in processor time were scaled
    return Report(
        student=submission.student,
        items=tuple(score(item, results.get(item.id, [])) for item in items),
        awaiting_person=awaiting(assignment, submission),
        findings=(*submission.findings, *findings),
        seed=seed,
        sandbox=zygote.layers,
        timings_s={
            "total": round(time.monotonic() - started, 3),
            "student_cpu": round(sum(notebook.cpu_s for notebook in notebooks.values()), 3),
        },
        versions={"kit": __version__, **zygote.versions, **({} if factor == 1 else {"machine_factor": f"{factor:g}"})},
        graded_at=now(),
    )


def _run_checks(
    notebooks: Mapping[str, _GradedNotebook], submission: Submission, assignment: Assignment, seed: str,
    only: Collection[str] | None,
) -> dict[str, list[CheckResult]]:  # fmt: skip
    def student_for(item_id: str) -> Student:
        return notebooks[assignment.item(item_id).notebook].student_for(item_id)

    try:
        results = check_run.run(assignment, student_for, submission, seed, only)
        for notebook in notebooks.values():
            notebook.look_further()
        return results
    except GraderFault as fault:
        return {
            item.id: [CheckResult("all", Verdict.GRADER_FAULT, 1, seen=str(fault))] for item in assignment.auto_items
        }
    finally:
        for notebook in notebooks.values():
            notebook.close()


def now() -> str:
    """Return the time as reports have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def awaiting(assignment: Assignment, submission: Submission) -> tuple[Awaiting, ...]:
    """Return the items that a person marks; those with a formula have the result of the formula check."""
    checked: dict[str, formulas.FormulaCheck] = {}
    for name in assignment.sheets:
        ids = [item.id for item in assignment.items if item.notebook == name and item.graded_by == GradedBy.FORMULA]
        if ids:
            answers = sheets.read_filled(assignment.sheet(name), submission.sheets.get(name, "")).answers
            checked |= formulas.examine(answers, ids, assignment)
    return tuple(
        Awaiting(item.id, item.points, **vars(checked[item.id]))
        if item.id in checked
        else Awaiting(item.id, item.points)
        for item in assignment.person_items
    )


def score(item: Item, checks: list[CheckResult]) -> ItemResult:
    """Return an item's score: its points times the share of the weight of its checks that passed."""
    verdicts = [check.verdict for check in checks]
    if not checks or Verdict.GRADER_FAULT in verdicts:
        faulty = tuple(checks) or (CheckResult("all", Verdict.GRADER_FAULT, 1, seen="No check of this item was run."),)
        return ItemResult(item.id, None, item.points, Verdict.GRADER_FAULT, faulty)
    weight = sum(check.weight for check in checks if check.verdict is Verdict.PASSED)
    points = round(item.points * weight / sum(check.weight for check in checks), 2)
    worst = next((verdict for verdict in verdicts if verdict is not Verdict.PASSED), Verdict.PASSED)
    if Verdict.PASSED not in verdicts and len(set(verdicts)) == 1 and (reason := _one_reason(checks)):
        checks = [reason]  # instead of the same for every check
    return ItemResult(item.id, points, item.points, worst, tuple(_with_pointer(check, item) for check in checks))


def _with_pointer(check: CheckResult, item: Item) -> CheckResult:
    """Return the check with a message that ends with where to look, if it is about the item's own code."""
    if check.verdict in (Verdict.PASSED, Verdict.NOT_ATTEMPTED) or not (check.sentence and check.seen):
        return check
    return replace(check, where=f'Look at "{item.heading}" in {item.notebook}.')


def _one_reason(checks: Sequence[CheckResult]) -> CheckResult | None:
    """Return one result for several that saw the same, whatever the numbers in it; None if they did not.

    The sentences of several checks would only hide the reason.
    """
    first = checks[0]
    if first.verdict is not Verdict.NOT_ATTEMPTED and len({NUMBER.sub("#", check.seen) for check in checks}) > 1:
        return None
    alone = first.verdict is Verdict.NOT_ATTEMPTED or len({check.sentence for check in checks}) == 1
    return CheckResult("all", first.verdict, 1, first.sentence if alone else ONE_REASON, first.seen)


class _GradedNotebook:
    """One notebook of the submission: read, planned and started when the first check asks for it."""

    def __init__(
        self, assignment: Assignment, submission: Submission, name: str, zygote: Zygote, limits: Limits,
        killed_before: frozenset[str],
    ) -> None:  # fmt: skip
        self._assignment, self._submission, self._name = assignment, submission, name
        self._asked = assignment.asked_notebooks[name]
        self._pngs = {file.id for file in assignment.files if file.kind == "png"} & submission.files.keys()
        self._items = {item.id for item in assignment.auto_items if item.notebook == name}
        self._functions = self._asked.functions
        self._zygote, self._limits, self._killed_before = zygote, limits, killed_before
        self._student: Student | None = None
        self._unusable: SubmissionError | None = None
        self._submitted: NotebookFile | None = None
        self._notes: tuple[Line, ...] = ()
        self._skipped_names: frozenset[str] = frozenset()
        self._versions = ""  # the sentence on those of the student that differ from the grader's
        self._further_findings: list[Finding] = []

    def student_for(self, item_id: str) -> Student:
        """Return the notebook. Raises SubmissionError when it cannot be had or lacks the item's function."""
        student = self._started(item_id)
        function = self._functions.get(item_id)
        names = list(self._functions.values())
        if function is None or function in student.once("defined functions", lambda: student.defined(names)):
            return student
        outcome = cell_outcomes.why_not_defined(function, f"{item_id}_solution", student.outcomes)
        if outcome is not None:
            raise SubmissionError(f"`{function}` is not defined. {outcome.text}", outcome.verdict)
        raise SubmissionError(f"The notebook {self._name} defines no `{function}`.", Verdict.NOT_ATTEMPTED)

    def _started(self, item_id: str) -> Student:
        """Return the notebook with its cells run; what makes it unusable is found out once, and told every check."""
        if self._unusable is not None:
            raise SubmissionError(str(self._unusable), self._unusable.verdict)
        try:
            if self._student is None:
                self._student = self._read()
            self._student.start_for(item_id)
        except SubmissionError as error:
            self._unusable = error
            raise
        return self._student

    def _read(self) -> Student:
        data = self._submission.notebooks.get(self._name)
        if data is None:
            raise SubmissionError(f"There is no notebook {self._name} in the submission.", Verdict.NOT_ATTEMPTED)
        try:
            self._submitted = notebook_file.read(data)
        except Unusable as error:
            raise SubmissionError(str(error)) from error
        plan = cell_plan.plan(self._asked, self._submitted)
        self._notes, self._skipped_names = plan.notes, plan.skipped_names
        self._versions = student_versions.difference(self._asked, self._submitted, self._zygote.versions)
        wanted = sorted(self._pngs) if self._items & check_run.items_with_files(self._assignment) else []
        pictures = {file_id: self._submission.files[file_id] for file_id in wanted}
        return Student(
            self._zygote, plan.cells, self._limits, killed_before=self._killed_before, pictures=pictures,
            modules=self._submission.modules,
        )  # fmt: skip

    def look_further(self) -> None:
        """Let the hidden side add what a person may want to know; errors here cost no score."""
        if self._submitted is None:
            return
        student = self._student if self._unusable is None else None
        try:
            training = hidden_side.module(self._assignment, hidden_side.TRAINING)
            if training is not None:
                found = training.findings(self._name, self._submitted, student, self._assignment, self._submission)
                self._further_findings.extend(found)
        except Exception as error:
            text = f"{self._name}: the outputs of training could not be examined ({type(error).__name__}: {error})."
            self._further_findings.append(Finding(Level.WARNING, one_line(text, MAX_FAULT)))

    def close(self) -> None:
        """End the process."""
        if self._student is not None:
            self._student.close()

    def findings(self) -> Iterator[Finding]:
        """Yield what a person may want to know about the notebook."""
        yield from self._further_findings
        yield from for_student(self._about_the_cells())

    def _about_the_cells(self) -> Iterator[Finding]:
        yield from self._submitted.findings if self._submitted is not None else ()
        for note in self._notes:
            yield Finding(Level.WARNING, f"{self._name}{note.where and ', '}{note.where}: {note.text}")
        if self._versions:
            yield Finding(Level.INFO, f"{self._name}: {self._versions}")
        if self._unusable is not None and self._unusable.verdict is not Verdict.NOT_ATTEMPTED:
            yield Finding(Level.WARNING, f"Nothing in {self._name} could be graded: {self._unusable}")
        everything = self._student.outcomes if self._student is not None else ()
        outcomes = cell_outcomes.reportable(self._asked, everything, self._skipped_names)
        for outcome in outcomes[:MOST_CELLS_LISTED]:
            yield Finding(Level.INFO, f"{self._name}: {outcome.text}")
        if len(outcomes) > MOST_CELLS_LISTED:
            yield Finding(
                Level.INFO, f"{self._name}: {len(outcomes) - MOST_CELLS_LISTED} more cells raised or were stopped."
            )

    @property
    def cpu_s(self) -> float:
        """Processor time that the student's code has used, in seconds."""
        return self._student.cpu_s if self._student is not None else 0.0

    @property
    def killed_at(self) -> str | None:
        """Where somebody else killed the process, None where nobody did."""
        return self._student.killed_at if self._student is not None else None
