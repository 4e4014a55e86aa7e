"""A notebook with its test cells: the student's cells run in one process, the tests in another, in their order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..handin.cell_plan import Cell
from ..handin.run_limits import Limits
from ..model.assignment import TestCell
from ..model.errors import GraderFault, SubmissionError
from ..model.report import Verdict
from . import wire
from .launcher import Zygote
from .notebook_process import NotebookProcess
from .process import Process
from .test_process import TestProcess, TestProcessBroke

BROKE_TWICE = "the process that runs the tests broke down, twice, at what this code gave it"


@dataclass(frozen=True)
class TestOutcome:
    """What came of one test cell: what the process that ran it says, or why there is no such answer.

    Attributes:
        ended: Whether the cell ran to its end, and nothing in it was refused.
        points: What the cell's last value says; None where it says nothing.
        is_score: Whether the last value is a number, and so the points.
        error: Type, kinds, text and place of the exception that ended the cell.
        refused: The sentence about what a student's object was asked that nobody would believe.
        sentence: What the cell checks, in the instructor's words.
        seen: What was seen instead.
        sources: What gave an object that stays in the student's process, such as `call:squares`.
        given: For data of given cells, whether the test process made them itself.
        requests: How often the student's process was asked.
        hint: What the test process takes this outcome for, in the words of `Verdict` or others.
        lost: Why the cell did not come to an end of its own.
    """

    __test__ = False  # pytest would take the name for a class of tests

    ended: bool = False
    points: float | None = None
    is_score: bool = False
    error: Mapping[str, Any] | None = None
    refused: str = ""
    sentence: str = ""
    seen: str = ""
    sources: frozenset[str] = frozenset()
    given: Mapping[str, bool] = field(default_factory=dict)
    requests: int = 0
    hint: str = ""
    lost: SubmissionError | GraderFault | None = None


@dataclass(frozen=True)
class TestPlan:
    """The test cells of one notebook and what they need; of the reference run, `sources` and `given` are None.

    Attributes:
        tests: The test cells, in the notebook's order.
        at: How many cells run before each test cell.
        names: What the instructor's notebook says of names, as the test process reads it.
        libraries: What the assignment names.
        sources: What may give an object that stays in the student's process.
        given: For data of given cells, whether the test process makes them itself.
    """

    __test__ = False

    tests: Sequence[TestCell]
    at: Mapping[str, int]
    names: Mapping[str, Any]
    libraries: Sequence[str] = ()
    sources: frozenset[str] | None = None
    given: Mapping[str, bool] | None = None


class TestedNotebook(NotebookProcess):
    """The cells of one notebook and the test cells between them.

    Two processes: the student's, and one that runs the tests and asks it. They come and go together. When one is gone,
    both are replaced, and everything before is replayed, tests too, since they may have changed what names stand for.
    The first outcome of a test is its outcome.
    """

    __test__ = False

    def __init__(
        self, zygote: Zygote, cells: Sequence[Cell], plan: TestPlan, limits: Limits = Limits(), *,
        killed_before: Iterable[str] = (), modules: Mapping[str, bytes] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(zygote, cells, limits, killed_before=frozenset(killed_before), modules=modules)
        self._plan = plan
        self._recorded: dict[str, TestOutcome] = {}
        self._deadly_tests: set[str] = set()
        self._broken_once: set[str] = set()  # tests in which the process that runs them ended
        self._tester: TestProcess | None = None
        self._was_stopped = False

    def run(self) -> dict[str, TestOutcome]:
        """Return the outcome of each test cell by its id; never raises for a fault of the submission or of ours."""
        try:
            self.start()
        except (SubmissionError, GraderFault) as error:
            for test in self._plan.tests:
                self._recorded.setdefault(test.id, TestOutcome(lost=error))
        return dict(self._recorded)

    @property
    def cpu_s(self) -> float:
        """Processor time of all processes of this notebook, in seconds."""
        now_s = self._tester.spent_s() if self._tester is not None else 0.0
        return super().cpu_s + now_s

    def close(self) -> None:
        """End both processes."""
        if self._tester is not None:
            tester, self._tester = self._tester, None
            self._end(tester)  # the time by the clock is that of the student's process, too
        super().close()

    def _run_cells(self) -> bool:
        for index in range(len(self._cells) + 1):
            for test in self._plan.tests:
                if min(self._plan.at[test.id], len(self._cells)) == index and not self._run_test(test):
                    return False
            if index < len(self._cells) and not self._run_cell(index):
                return False
        return True

    def _run_test(self, test: TestCell) -> bool:
        """Run one test cell, unless it has ended a process before; return whether both processes have survived it."""
        if test.id in self._deadly_tests:
            return True
        try:
            answer = self._guarded(f"test {test.id}", lambda: self._asked_of_both(test))
        except (SubmissionError, GraderFault) as error:
            if self.killed_at is not None:
                raise
            if isinstance(error, TestProcessBroke):
                if test.id not in self._broken_once:  # by chance, perhaps
                    self._broken_once.add(test.id)
                    return False
                if self._plan.sources is not None:  # the instructor's solution does not do that to it
                    error = SubmissionError(BROKE_TWICE, Verdict.ERROR)
            if isinstance(error, SubmissionError) and error.verdict is Verdict.TIMEOUT:
                error, self._was_stopped = self._whose_time(error), True
            self._deadly_tests.add(test.id)
            self._recorded.setdefault(test.id, TestOutcome(lost=error))
            return False
        self._recorded.setdefault(test.id, outcome_of(answer))
        return True

    def _whose_time(self, error: SubmissionError) -> SubmissionError:
        """Return the error of a test that was stopped: that of the notebook, when the time for all of it is used up."""
        try:
            self._left_s()
        except SubmissionError as used_up:
            return used_up
        return error

    def _asked_of_both(self, test: TestCell) -> dict[str, Any]:
        student = self._process
        assert student is not None
        if self._tester is None:
            self._tester = self._started_for(student)
        limit_s = self._limits.next_test_cell_cpu_s if self._was_stopped else self._limits.test_cell_cpu_s
        limit_s = min(limit_s, self._left_s())
        request = {"id": test.id, "source": test.source, "points": test.points, "visible": list(test.visible_lines)}
        request["sources"] = None if self._plan.sources is None else sorted(self._plan.sources)
        request["given"] = None if self._plan.given is None else dict(self._plan.given)
        with student.answering_tests(limit_s) as watch:
            answer = self._tester.run("run_test", limit_s, {"test": request}, watch)
            if answer.get("lost"):  # whatever the test made of that
                raise wire.WireError(_text(answer["lost"]))
            return answer

    def _started_for(self, student: Process) -> TestProcess:
        tester = TestProcess(self._zygote, self._limits, student)
        setup = {"names": dict(self._plan.names), "libraries": list(self._plan.libraries)}
        tester.run("setup", self._limits.test_cell_cpu_s, setup)
        return tester


def outcome_of(answer: Mapping[str, Any]) -> TestOutcome:
    """Return the answer of a test process in its checked form; a fault of ours where it has no such form."""
    error, points, sources, given = (answer.get(name) for name in ("error", "points", "sources", "given"))
    is_known = (
        isinstance(answer.get("ended"), bool)
        and (error is None or isinstance(error, dict))
        and (points is None or (type(points) in (int, float) and math.isfinite(points)))
        and isinstance(sources, list)
        and isinstance(given, dict)
    )
    if not is_known:
        return TestOutcome(lost=GraderFault("A process that runs tests broke: its answer is of no known form."))
    refused = _text(answer.get("refused"))
    return TestOutcome(
        ended=answer["ended"] and error is None and not refused,
        points=points,
        is_score=answer.get("value") == "number",
        error=error,
        refused=refused,
        sentence=_text(answer.get("sentence")),
        seen=_text(answer.get("seen")),
        sources=frozenset(map(str, sources or ())),
        given={str(name): value is True for name, value in (given or {}).items()},
        requests=_number(answer.get("requests")),
        hint=_text(answer.get("verdict_hint")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if type(value) is int else 0
