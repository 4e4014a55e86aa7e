"""One notebook of a submission: read, planned, and run for its hidden checks and its test cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from ..course import hidden_side
from ..handin import cell_outcomes, cell_plan, notebook_file
from ..handin.notebook_file import NotebookFile
from ..handin.problems import Level, Unusable, for_student
from ..handin.run_limits import Limits
from ..model.assignment import Assignment
from ..model.errors import GraderFault, SubmissionError
from ..model.plain_text import one_line
from ..model.report import CheckResult, Finding, Verdict
from ..model.submission import Submission
from ..session.launcher import Zygote
from ..session.notebook_process import NotebookProcess
from ..session.student import Student
from ..session.tested_notebook import TestedNotebook, TestOutcome, TestPlan
from . import check_run, student_versions, test_cells, test_reference

MAX_FAULT = 300  # characters of a fault of ours that costs no score
UNKNOWN_NAME = re.compile(r"name '(\w{1,200})' is not defined")
MOST_CELLS_LISTED = 20  # of a notebook, among those that failed; the kit's has about 30 cells of code


class GradedNotebook:
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
        self._plan: cell_plan.Plan | None = None
        self._tested: TestedNotebook | None = None
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
        plan = self._planned()
        wanted = sorted(self._pngs) if self._items & check_run.items_with_files(self._assignment) else []
        pictures = {file_id: self._submission.files[file_id] for file_id in wanted}
        return Student(
            self._zygote, plan.cells, self._limits, killed_before=self._killed_before, pictures=pictures,
            modules=self._submission.modules,
        )  # fmt: skip

    def _planned(self) -> cell_plan.Plan:
        """Return which cells run. Raises SubmissionError when the notebook is not there or cannot be read."""
        if self._plan is not None:
            return self._plan
        data = self._submission.notebooks.get(self._name)
        if data is None:
            raise SubmissionError(f"There is no notebook {self._name} in the submission.", Verdict.NOT_ATTEMPTED)
        try:
            self._submitted = notebook_file.read(data)
        except Unusable as error:
            raise SubmissionError(str(error)) from error
        self._plan = cell_plan.plan(self._asked, self._submitted)
        self._versions = student_versions.difference(self._asked, self._submitted, self._zygote.versions)
        return self._plan

    def run_tests(self, only: Collection[str] | None) -> dict[str, CheckResult]:
        """Run the test cells, up to the last one of the items in `only` if given; return the result of each."""
        tests = self._assignment.tests(self._name)
        wanted = [test for test in tests if only is None or test.id in only]
        if not wanted:
            return {}
        tests = tests[: tests.index(wanted[-1]) + 1]
        try:
            plan = self._planned()
            found = test_reference.reference(self._assignment, self._name, self._zygote)
        except (SubmissionError, GraderFault) as error:
            if isinstance(error, SubmissionError):
                self._unusable = error
            return {test.id: test_cells.result(test, TestOutcome(lost=error)) for test in wanted}
        planned = TestPlan(
            tests, plan.tests_at, found.names, self._assignment.libraries, found.sources, found.given
        )  # fmt: skip
        self._tested = TestedNotebook(
            self._zygote, plan.cells, planned, self._limits, killed_before=self._killed_before,
            modules=self._submission.modules,
        )  # fmt: skip
        with self._tested:
            outcomes = self._tested.run()
        return {
            test.id: test_cells.result(
                test,
                self._explained(outcomes[test.id]),
                found.faults.get(test.id, ""),
                is_score=test.id in found.scores,
            )
            for test in wanted
        }

    def _explained(self, outcome: TestOutcome) -> TestOutcome:
        """Return the outcome with why a name is not defined, where a cell that did not run would define it."""
        unknown = UNKNOWN_NAME.match(str((outcome.error or {}).get("text")))
        if outcome.hint != Verdict.NOT_ATTEMPTED.value or unknown is None or self._tested is None:
            return outcome
        reason = cell_outcomes.why_not_defined(unknown[1], "", self._tested.outcomes)
        if reason is None:
            return outcome
        return replace(outcome, seen=f"`{unknown[1]}` is not defined. {reason.text}", hint=reason.verdict.value)

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
        for note in self._plan.notes if self._plan is not None else ():
            yield Finding(Level.WARNING, f"{self._name}{note.where and ', '}{note.where}: {note.text}")
        if self._versions:
            yield Finding(Level.INFO, f"{self._name}: {self._versions}")
        if self._unusable is not None and self._unusable.verdict is not Verdict.NOT_ATTEMPTED:
            yield Finding(Level.WARNING, f"Nothing in {self._name} could be graded: {self._unusable}")
        started = self._started_processes()
        everything = started[0].outcomes if started else ()
        skipped = self._plan.skipped_names if self._plan is not None else frozenset()
        outcomes = cell_outcomes.reportable(self._asked, everything, skipped)
        for outcome in outcomes[:MOST_CELLS_LISTED]:
            yield Finding(Level.INFO, f"{self._name}: {outcome.text}")
        if len(outcomes) > MOST_CELLS_LISTED:
            yield Finding(
                Level.INFO, f"{self._name}: {len(outcomes) - MOST_CELLS_LISTED} more cells raised or were stopped."
            )

    def _started_processes(self) -> list[NotebookProcess]:
        return [started for started in (self._student, self._tested) if started is not None]

    @property
    def cpu_s(self) -> float:
        """Processor time that the student's code and its tests have used, in seconds."""
        return sum(started.cpu_s for started in self._started_processes())

    @property
    def killed_at(self) -> str | None:
        """Where somebody else killed a process, None where nobody did."""
        return next((each.killed_at for each in self._started_processes() if each.killed_at is not None), None)
