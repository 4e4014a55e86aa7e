"""Run the hidden checks of one submission with pytest, in this process, and turn outcomes into verdicts."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .assignment import Assignment
from .errors import ConfigError, GraderFault, SubmissionError
from .intake import Submission
from .report import SEEN, CheckResult, Verdict
from .session.replies import one_line
from .session.student import Student

CHECKS_DIR = Path(__file__).resolve().parent / "checks"
# A function that loops for ever would otherwise cost its time limit in each of its checks.
STOPPED = frozenset({Verdict.TIMEOUT, Verdict.MEMORY})
STOPS_BEFORE_GIVING_UP = 2
MAX_SEEN = 1000  # characters; what was seen may hold text of the student's
# No plugin, cache, configuration or terminal of the surrounding project has a say in a grade.
UNUSED_PLUGINS = (
    "cacheprovider terminal logging faulthandler hypothesispytest junitxml doctest unittest debugging "
    "threadexception unraisableexception timeout xdist xdist.looponfail"
).split()
PYTEST_ARGUMENTS = [
    str(CHECKS_DIR), "--assert=plain", "--import-mode=importlib", "--noconftest", "--capture=no",
    "--strict-markers", "--rootdir", str(CHECKS_DIR), "-c", str(CHECKS_DIR / "pytest.ini"),
    *(word for name in UNUSED_PLUGINS for word in ("-p", f"no:{name}")),
]  # fmt: skip


@dataclass(frozen=True)
class CheckInfo:
    """One hidden check as it is written: its item, weight and sentence."""

    name: str
    item: str
    weight: float
    sentence: str


class _Plugin:
    """Reads the marks of the checks; the base of collecting and of running them."""

    def __init__(self, only: Collection[str] | None = None) -> None:
        self._only = only
        self.checks: list[CheckInfo] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "item(id, weight=1): the item that a check belongs to")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._only is not None:
            items[:] = [item for item in items if _info(item).item in self._only]
        self.checks = [_info(item) for item in items]


class _Runner(_Plugin):
    """Gives the checks their fixtures and notes what became of each."""

    def __init__(self, student_for: Callable[[str], Student], submission: Submission, seed: str, only: Any) -> None:
        super().__init__(only)
        self._student_for, self._submission, self._seed = student_for, submission, seed
        self.results: dict[str, list[CheckResult]] = {}
        self.interrupted = False

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.interrupted = excinfo.errisinstance(KeyboardInterrupt)

    @pytest.fixture(name="student")
    def student(self, request: pytest.FixtureRequest) -> Student:
        """The notebook that holds the check's item, live in its confined process."""
        item_id = _info(request.node).item
        stopped = [result for result in self.results.get(item_id, []) if result.verdict in STOPPED]
        if len(stopped) >= STOPS_BEFORE_GIVING_UP:
            sentence = f"This was not tried: the code of this item had to be stopped {STOPS_BEFORE_GIVING_UP} times."
            raise SubmissionError(sentence, stopped[-1].verdict)
        return self._student_for(item_id)

    @pytest.fixture(name="submission")
    def submission(self) -> Submission:
        """The whole submission, for items that are files."""
        return self._submission

    @pytest.fixture(name="rng")
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """Random numbers that depend on the run's seed and on the check alone."""
        digest = hashlib.sha256(f"{self._seed}:{request.node.name}".encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16], "big"))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        yield
        if call.when == "call" or (call.when == "setup" and call.excinfo is not None):
            info = _info(item)
            error = call.excinfo.value if call.excinfo else None
            # A notebook that cannot be had is told alone: the check's own sentence has nothing to do with it.
            sentence = info.sentence if call.when == "call" else ""
            self.results.setdefault(info.item, []).append(_result(info, error, sentence))


def collect() -> list[CheckInfo]:
    """Return all hidden checks. Raises GraderFault when they cannot be collected."""
    plugin = _Plugin()
    code = pytest.main([*PYTEST_ARGUMENTS, "--collect-only"], plugins=[plugin])
    if code != 0:
        raise GraderFault(f"The hidden checks cannot be collected (pytest exit code {int(code)}).")
    return plugin.checks


def refuse_orphans(assignment: Assignment) -> None:
    """Raise ConfigError when an item graded by checks has none, or a check names no such item."""
    items = {item.id for item in assignment.auto_items}
    checked = {check.item for check in collect()}
    for item_id in sorted(items - checked):
        raise ConfigError(f"No hidden check grades the item {item_id}: write one in autograder/checks.")
    for item_id in sorted(checked - items):
        raise ConfigError(f"Hidden checks grade an item {item_id}, which no notebook has.")


def run(
    student_for: Callable[[str], Student], submission: Submission, seed: str, only: Collection[str] | None = None
) -> dict[str, list[CheckResult]]:
    """Run the checks, of the items in `only` if given, and return their results by item.

    Args:
        student_for: Gives the live notebook that holds an item; may raise SubmissionError, which each check reports.
        submission: What the student sent.
        seed: Where the random inputs come from.
        only: Ids of items.

    Raises:
        GraderFault: pytest itself could not run the checks.
    """
    runner = _Runner(student_for, submission, seed, only)
    code = pytest.main(PYTEST_ARGUMENTS, plugins=[runner])
    if runner.interrupted:
        raise KeyboardInterrupt  # pytest has swallowed it, and the next submission would be graded
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise GraderFault(f"The hidden checks could not be run (pytest exit code {int(code)}).")
    return runner.results


def _info(node: pytest.Item) -> CheckInfo:
    mark = node.get_closest_marker("item")
    if mark is None:
        raise GraderFault(f"The check {node.name} names no item.")
    sentence = " ".join((inspect.getdoc(getattr(node, "function", None)) or "").split())
    return CheckInfo(node.name, mark.args[0], float(mark.kwargs.get("weight", 1)), sentence)


def _result(info: CheckInfo, error: BaseException | None, sentence: str) -> CheckResult:
    if error is None:
        return CheckResult(info.name, Verdict.PASSED, info.weight)
    if isinstance(error, AssertionError):
        verdict, seen = Verdict.FAILED, str(error)
    elif isinstance(error, SubmissionError):
        verdict, seen = error.verdict, str(error)
        if verdict is Verdict.NOT_ATTEMPTED:
            sentence = ""
    elif isinstance(error, GraderFault):
        sentence, verdict, seen = "", Verdict.GRADER_FAULT, str(error)
    else:
        sentence, verdict = "", Verdict.GRADER_FAULT
        seen = f"The check {info.name} itself broke: {type(error).__name__}: {error}"
    message = SEEN.join(part for part in (sentence, one_line(seen, MAX_SEEN)) if part)
    return CheckResult(info.name, verdict, info.weight, message)
