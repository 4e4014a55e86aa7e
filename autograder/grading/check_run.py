"""Run the hidden checks of one submission with pytest, in this process, and turn outcomes into verdicts."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import itertools
import os
import threading
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Literal

import numpy as np
import pytest

from ..course import hidden_side
from ..model.assignment import Assignment
from ..model.errors import ConfigError, GraderFault, SubmissionError
from ..model.plain_text import one_line
from ..model.report import CheckResult, Verdict
from ..model.submission import Submission
from ..session.student import Student

CANARIES = Path(__file__).with_name("canary.py")
SETTINGS = Path(__file__).with_name("pytest.ini")
# A function that loops for ever would otherwise cost its time limit in each of its checks.
STOPPED = frozenset({Verdict.TIMEOUT, Verdict.MEMORY})
STOPS_BEFORE_GIVING_UP = 2
MAX_SEEN = 1000  # characters; what was seen may hold text of the student's
# No plugin, cache, configuration or terminal of the surrounding project has a say in a grade.
UNUSED_PLUGINS = (
    "cacheprovider terminal logging capture faulthandler junitxml doctest unittest debugging threadexception "
    "unraisableexception stepwise pastebin setuponly setupplan monkeypatch recwarn tmpdir legacypath subtests "
    "skipping warnings"
).split()
PYTEST_ARGUMENTS = [
    str(CANARIES), "--assert=plain", "--import-mode=importlib", "--noconftest", "--disable-plugin-autoload",
    "--strict-markers", "-c", str(SETTINGS), *(word for name in UNUSED_PLUGINS for word in ("-p", f"no:{name}")),
]  # fmt: skip
MOST_COLLECTIONS = 16  # assignments that one process grades; the tests have more than one

_one_at_a_time = threading.Lock()
_collections: dict[Path, _Checks] = {}  # by folder of the hidden side


@dataclass(frozen=True)
class CheckInfo:
    """One hidden check as written: its item, weight and sentence, and what it depends on."""

    name: str
    item: str
    weight: float
    sentence: str
    module: str  # of the hidden side, such as checks.check_<item>
    takes_submission: bool  # it looks at more than the notebook


@dataclass(frozen=True)
class _Run:
    """One submission that the checks are run for, and the outcome of each."""

    student_for: Callable[[str], Student]
    submission: Submission
    seed: str
    results: dict[str, list[CheckResult]] = field(default_factory=dict)


class _Checks:
    """The hidden checks as pytest collected them: it gives them their fixtures and notes the outcome of each.

    They are collected once in a process, because that takes as long as running them.
    """

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self.infos: dict[pytest.Item, CheckInfo] = {}  # of the checks that items have
        self.problem = ""
        self._canaries: dict[pytest.Item, CheckInfo] = {}  # each has in place of an item what must become of it
        self._notes: list[str] = []
        self._run: _Run
        self._check: pytest.Item  # the one that runs; pytest's own `request` would take 0.2 ms of each

    def run(self, run: _Run, only: Collection[str] | None) -> None:
        """Run the checks of the items in `only`, or all, for one submission."""
        self._perform(run, [check for check, info in self.infos.items() if only is None or info.item in only])

    def try_canaries(self) -> None:
        """Raise GraderFault unless what must fail here fails, and what must pass passes."""
        rehearsal = _Run(_nobody, Submission("canary"), "canary")
        self._perform(rehearsal, list(self._canaries))
        for must_be, results in rehearsal.results.items():
            for result in results:
                if result.verdict != must_be:
                    raise GraderFault(
                        f"The hidden checks do not work here, so no score counts: {result.name} must come out as "
                        f"{must_be} and came out as {result.verdict.value}. Install the autograder again."
                    )

    def _perform(self, run: _Run, chosen: list[pytest.Item]) -> None:
        self._run = run
        for check, following in itertools.zip_longest(chosen, chosen[1:]):
            self._check = check
            self._notes.clear()
            check.ihook.pytest_runtest_protocol(item=check, nextitem=following)
        if sum(map(len, run.results.values())) != len(chosen):
            raise GraderFault("Some hidden checks gave no result.")

    def _info_of(self, check: pytest.Item) -> CheckInfo:
        return self._canaries[check] if check in self._canaries else self.infos[check]

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "item(id, weight=1): the item that a check belongs to")
        config.addinivalue_line("markers", "canary(verdict): no item's check; its expected outcome")

    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
        if module_path == CANARIES:
            return None
        made: _CheckFile = _CheckFile.from_parent(parent, path=module_path)
        made.assignment = self._assignment
        return made

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        try:
            infos = {check: _info(check, self._assignment) for check in items}
            self._canaries = {check: info for check, info in infos.items() if check.path == CANARIES}
            self.infos = {check: info for check, info in infos.items() if check.path != CANARIES}
            if not {Verdict.PASSED.value, Verdict.FAILED.value} <= {info.item for info in self._canaries.values()}:
                raise GraderFault(f"{CANARIES.name} lacks a check that must pass or one that must fail.")
        except GraderFault as fault:
            self.problem = str(fault)
            items.clear()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.problem:
            last_line = (report.longreprtext.strip().splitlines() or ["no message"])[-1]
            self.problem = f"{report.nodeid}: {last_line.removeprefix('E').strip()}."

    @pytest.fixture(name="student")
    def student(self) -> Student:
        """The notebook that holds the check's item, live in its confined process."""
        item_id = self._info_of(self._check).item
        stopped = [result for result in self._run.results.get(item_id, []) if result.verdict in STOPPED]
        if len(stopped) >= STOPS_BEFORE_GIVING_UP:
            sentence = f"Not tried: the code of this item was stopped {STOPS_BEFORE_GIVING_UP} times."
            raise SubmissionError(sentence, stopped[-1].verdict)
        return self._run.student_for(item_id)

    @pytest.fixture(name="note")
    def note(self) -> Callable[[str], None]:
        """Takes a note for the student on what a check accepts; an empty text is none."""
        return self._notes.append

    @pytest.fixture(name="submission")
    def submission(self) -> Submission:
        """The whole submission, for items that are files."""
        return self._run.submission

    @pytest.fixture(name="rng")
    def rng(self) -> np.random.Generator:
        """Random numbers that depend on the run's seed and on the check alone."""
        digest = hashlib.sha256(f"{self._run.seed}:{self._check.name}".encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16], "big"))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Note the outcome. pytest's own report holds a traceback, which nobody reads and which takes 20 ms to draw."""
        error = call.excinfo.value if call.excinfo else None
        if call.when == "call" or (call.when == "setup" and error is not None):
            info = self._info_of(item)
            # A notebook that cannot be had is told alone: the check's own sentence has nothing to do with it.
            sentence = info.sentence if call.when == "call" else ""
            if isinstance(error, AssertionError) and call.when == "setup":  # pytest's own: no check has begun
                error = GraderFault(f"The check {info.name} could not be run ({error}).")
            self._run.results.setdefault(info.item, []).append(check_result(info, error, sentence, self._notes))
        assert call.when != "collect"
        outcome: Literal["passed", "failed"] = "passed" if error is None else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)


class _CheckFile(pytest.Module):
    """A file of checks, imported as part of the hidden side: pytest would give files of one name one module."""

    assignment: Assignment

    def _getobj(self) -> ModuleType:
        try:
            module = hidden_side.module(self.assignment, _module_name(self.path, self.assignment))
        except ConfigError as error:
            raise self.CollectError(str(error)) from error
        assert module is not None
        return module


def _collected(assignment: Assignment) -> _Checks:
    """Return the checks as they were collected. Raises GraderFault when they cannot be."""
    folder = assignment.hidden_dir
    if folder not in _collections:
        if len(_collections) >= MOST_COLLECTIONS:
            _collections.clear()
        _collections[folder] = _collect(assignment)
    checks = _collections[folder]
    if checks.problem:
        raise GraderFault(f"The hidden checks cannot be collected. {checks.problem}")
    return checks


def _collect(assignment: Assignment) -> _Checks:
    """Collect the checks; what goes wrong is kept as well: to try again for each submission would take longer."""
    checks, folder = _Checks(assignment), hidden_side.checks_dir(assignment)
    arguments = [str(folder), *PYTEST_ARGUMENTS] if folder.is_dir() else PYTEST_ARGUMENTS
    with _no_settings_of_pytest():
        code = pytest.main([*arguments, "--rootdir", str(CANARIES.parent), "--collect-only"], plugins=[checks])
    if code != 0:
        checks.problem = checks.problem or f"pytest exit code {int(code)}."
    return checks


@contextlib.contextmanager
def _no_settings_of_pytest() -> Iterator[None]:
    """Hide PYTEST_ADDOPTS, PYTEST_PLUGINS and the like: they could remove or change checks."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PYTEST_")}
    try:
        yield
    finally:
        os.environ.update(kept)


def _nobody(item_id: str) -> Student:
    raise SubmissionError("There is no student.")


def collect(assignment: Assignment) -> list[CheckInfo]:
    """Return the hidden checks of an assignment, none where it has none.

    Raises GraderFault when they cannot be collected, or do not work here.
    """
    with _one_at_a_time:
        checks = _collected(assignment)
        checks.try_canaries()
    return list(checks.infos.values())


def items_with_files(assignment: Assignment) -> frozenset[str]:
    """Return the ids of the items with checks that look at more than the notebook."""
    return frozenset(check.item for check in _collected(assignment).infos.values() if check.takes_submission)


def check_coverage(assignment: Assignment) -> None:
    """Raise ConfigError when an item that checks grade has none, nor a test in its cell, or a check names no item."""
    items = {item.id for item in assignment.auto_items}
    tested = {test.id for name in assignment.notebooks for test in assignment.tests(name)}
    checked = {check.item for check in collect(assignment)}
    folder = hidden_side.checks_dir(assignment).relative_to(assignment.course_dir)
    for item_id in sorted(items - checked - tested):
        raise ConfigError(
            f"Nothing grades the item {item_id}, as its graded cell holds no test: write one there, or write "
            f"{folder}/check_{item_id}.py."
        )
    for item_id in sorted(checked - items):
        raise ConfigError(f"A check in {folder} grades the item {item_id}, which no notebook of {assignment.name} has.")


def run(
    assignment: Assignment, student_for: Callable[[str], Student], submission: Submission, seed: str,
    only: Collection[str] | None = None,
) -> dict[str, list[CheckResult]]:  # fmt: skip
    """Run the checks, of the items in `only` if given, and return their results by item.

    `student_for` gives the live notebook that holds an item; each check reports the SubmissionError that it may raise.
    The random inputs come from `seed`.

    Raises:
        GraderFault: pytest itself could not run the checks, or what must fail here does not.
    """
    current = _Run(student_for, submission, seed)
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numbers of students overflow and are complex; the check says what is wrong
        checks = _collected(assignment)
        try:
            checks.try_canaries()  # each time, in this very process: they take 2 ms, a submission a hundred times that
            checks.run(current, only)
        except BaseException as error:
            del _collections[assignment.hidden_dir]  # pytest stopped midway and would not go on from there
            if isinstance(error, Exception) and not isinstance(error, GraderFault):
                raise GraderFault(f"The hidden checks could not be run ({type(error).__name__}: {error}).") from error
            raise
    return current.results


def _module_name(path: Path, assignment: Assignment) -> str:
    return ".".join(path.relative_to(assignment.hidden_dir).with_suffix("").parts)


def _info(node: pytest.Item, assignment: Assignment) -> CheckInfo:
    mark = node.get_closest_marker("canary" if node.path == CANARIES else "item")
    if mark is None:
        raise GraderFault(f"The check {node.name} names no item.")
    sentence = " ".join((inspect.getdoc(getattr(node, "function", None)) or "").split())
    takes_submission = "submission" in getattr(node, "fixturenames", ())
    weight = float(mark.kwargs.get("weight", 1))
    module = "" if node.path == CANARIES else _module_name(node.path, assignment)
    return CheckInfo(node.name, mark.args[0], weight, sentence, module, takes_submission)


def check_result(info: CheckInfo, error: BaseException | None, sentence: str, notes: Iterable[str]) -> CheckResult:
    """Return the result of a check that ended with this exception, or with none."""
    if error is None:
        note = one_line(next(filter(None, notes), ""), MAX_SEEN)
        return CheckResult(info.name, Verdict.PASSED, info.weight, note=note)
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
    return CheckResult(info.name, verdict, info.weight, sentence, one_line(seen, MAX_SEEN))
