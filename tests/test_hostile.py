"""The hostile corpus, each trick graded in the real confinement: nothing gained, nothing read, nothing left behind."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import hostile_cases
import numpy as np
import pytest

from autograder.grading import check_run
from autograder.grading.grader import grade
from autograder.model.assignment import Assignment
from autograder.model.errors import SubmissionError
from autograder.model.report import Report, Verdict
from autograder.model.submission import Submission
from autograder.reports import format_students, render
from autograder.session.launcher import Zygote
from autograder.session.student import Student
from autograder.session.wire import DTYPES, Handle, Stub, Tensor

CASES = hostile_cases.cases()
FEWEST_CASES, FEWEST_OF_A_CLASS = 80, 8
LONGEST_TEXT = 1500  # characters of a message; the page and the table shorten it further
LONG_AGO = 1_000_000_000  # an access time that lies before the last change: the first read would renew it
ODDITIES = (
    None, True, False, 0, 1, -1, 2**64 - 1, -(2**63), 0.5, float("nan"), float("inf"), 1e308, "", "x" * 1000,
    "<script>", "nan", b"", b"abc", Handle(0, "function"), Handle(-1, "nameless object"), Handle(2**63, "<b>"),
)  # fmt: skip
SHAPES_OF_A_MODEL = [[784, 256], [256], [256, 256], [256], [256, 1], [1]]


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the instructor's that students would like to read."""
    path = tmp_path_factory.mktemp("instructor") / "canary.txt"
    path.write_text(f"HW4-CANARY-{secrets.token_hex(8)}\n")
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_nothing_is_gained(case: hostile_cases.Case, assignment: Assignment, zygote: Zygote, canary: Path) -> None:
    """Every item has just the points that its honest part earns; secrets stay unread, and no trace stays behind."""
    mark, mode, secret = secrets.token_hex(6), os.stat(canary).st_mode, canary.read_text().strip()
    names = {"CANARY": canary, "MARK": mark, "KEY": hostile_cases.key(mark)}
    pids = {"GRADER_PID": os.getpid(), "ZYGOTE_PID": zygote.pid}
    submission = hostile_cases.submission(case, assignment, names | pids)
    os.utime(canary, (LONG_AGO, LONG_AGO + 1))

    report = grade(submission, assignment, "hostile", zygote, limits=case.limits, only=set(case.expected["items"]))

    check_items(report, case)
    assert os.stat(canary).st_atime == LONG_AGO, "somebody has read the canary"
    assert (canary.read_text().strip(), os.stat(canary).st_mode) == (secret, mode)
    assert secret not in report.to_json()
    assert hostile_cases.traces(mark) == []
    assert hostile_cases.children(zygote.pid) == []
    assert [path.name for path in zygote.folder.iterdir() if path.name.startswith("scratch")] == []
    assert zygote.alive


def check_items(report: Report, case: hostile_cases.Case) -> None:
    """Compare the items of a report with expect.toml; every text is one line that a terminal only prints."""
    seen = {item.id: (item.verdict.value, item.score, item.reason) for item in report.items}
    expected = case.expected["items"]
    assert {item: (entry["verdict"], entry["score"]) for item, entry in expected.items()} == {
        item: entry[:2] for item, entry in seen.items()
    }, seen
    for item, entry in expected.items():
        assert entry.get("says", "") in seen[item][2]
    texts = [check.message for item in report.items for check in item.checks] + [f.text for f in report.findings]
    assert all(text.isprintable() and len(text) < LONGEST_TEXT for text in texts)


def test_there_are_enough_tricks_of_every_class() -> None:
    """Each class has several cases, and no case expects more of a trick than nothing at all."""
    classes = Counter(case.folder.parent.name for case in CASES)

    assert sum(classes.values()) >= FEWEST_CASES
    assert min(classes.values()) >= FEWEST_OF_A_CLASS
    assert {path.parent for path in hostile_cases.HOSTILE.rglob("*.py")} == {case.folder for case in CASES}


def grade_quickly(case: hostile_cases.Case, assignment: Assignment, zygote: Zygote) -> Report:
    submission = hostile_cases.submission(case, assignment, {"MARK": "mark", "CANARY": "/nowhere/canary.txt"})
    return grade(submission, assignment, "hostile", zygote, limits=case.limits, only=set(case.expected["items"]))


class Tags(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.active: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "img", "object", "embed", "svg", "base", "form", "meta", "link"}:
            self.active.append(tag)
        self.active += [
            f"{tag} {name}"
            for name, value in attributes
            if name.startswith("on") or (name != "title" and "javascript:" in str(value))  # a title is only shown
        ]


def test_text_of_students_stays_text(assignment: Assignment, zygote: Zygote, tmp_path: Path) -> None:
    """A page full of markup has the same active parts as an empty one, and no cell of the table is a formula."""
    shown = [case for case in CASES if case.folder.parent.name == "shown_text"]
    reports = [grade_quickly(case, assignment, zygote) for case in shown]
    honest = [replace(reports[0], items=(), findings=())]

    page = render(reports, assignment, tmp_path / "hostile")
    plain = render(honest, assignment, tmp_path / "honest")

    assert Counter(Tags(page.read_text()).active) == Counter(Tags(plain.read_text()).active)
    rows = list(csv.reader(io.StringIO((page.parent / "grades.csv").read_text(encoding="utf-8-sig"))))
    cells = [cell for row in rows for cell in row if not cell.replace(".", "", 1).isdigit()]
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))] == []
    assert format_students(reports, assignment).replace("\n", "").isprintable()


class Babbler(Student):
    """A student process that answers anything, at random: what a patched agent could send."""

    def __init__(self, random: Random, zygote: Zygote) -> None:
        super().__init__(zygote, ())
        self._random = random

    def start(self) -> None: ...

    def close(self) -> None: ...

    def defined(self, names: Sequence[str]) -> set[str]:
        return set(names)

    def picture(self, file_id: str = "") -> np.ndarray:
        size = self._random.choice([(0, 0), (1, 1), (300, 300), (0, 300)])
        return np.full((*size, 3), self._random.randrange(256), np.uint8)

    def _ask(self, request: str, cpu_s: float | None = None, /, **fields: Any) -> Any:
        random = self._random
        for argument in fields.get("args", []):
            if isinstance(argument, Stub) and random.random() < 0.5:
                for method in argument.methods.values():
                    with contextlib.suppress(Exception):
                        method(*[self._anything() for _ in range(random.randrange(6))])
        if random.random() < 0.1:
            raise SubmissionError(
                "no", random.choice([v for v in Verdict if v not in (Verdict.PASSED, Verdict.GRADER_FAULT)])
            )
        if fields.get("keep") and random.random() < 0.8:
            return Handle(random.randrange(9), "Sequential")
        if fields.get("return_args"):
            return [self._anything(), [self._anything() for _ in range(random.randrange(9))]]
        if request in ("call_each", "invoke_each") and random.random() < 0.8:
            return [self._outcome() for _ in fields["calls"]]
        if request == "try_model" and random.random() < 0.8:
            shapes = SHAPES_OF_A_MODEL if random.random() < 0.8 else self._anything()
            return [self._anything(), shapes]
        if request == "differentiate_model" and random.random() < 0.8:
            return [random.choice([None, self._array()]) for _ in SHAPES_OF_A_MODEL]
        if request == "apply_gradients" and random.random() < 0.8:
            return [[random.choice([np.zeros(4), self._array()])] for _ in fields["gradients"]]
        if request.endswith(("gradient", "gradients")):
            return [random.choice([None, self._array()]) for _ in range(random.choice([1, 2, 6]))]
        return random.choice([self._anything, lambda: (Handle(1, "Adam"), Handle(2, "Adam"))])()

    def _outcome(self) -> list[Any]:
        return [self._anything(), self._random.choice([None, None, self._anything()])]

    def _anything(self, depth: int = 0) -> Any:
        kind = self._random.randrange(10)
        if kind < 4:
            return self._array()
        if kind < 7 or depth > 3:
            return self._random.choice(ODDITIES)
        inner = [self._anything(depth + 1) for _ in range(self._random.randrange(5))]
        return self._random.choice([list, tuple, lambda entries: dict(enumerate(entries))])(inner)

    def _array(self) -> np.ndarray:
        shape = self._random.choice(
            [(), (0,), (1,), (4,), (1, 1), (0, 3), (16, 1), (16, 784), (6, 4), (2, 2, 2), (784, 256)]
        )
        values = [self._random.choice([0, 1, -1, 0.5, 1e300, 5e-324, np.nan, np.inf, -np.inf]) for _ in range(7)]
        with np.errstate(all="ignore"):
            array = np.resize(values, shape).astype(self._random.choice(sorted(DTYPES)))
        return array.view(Tensor) if self._random.random() < 0.5 else array


@pytest.mark.parametrize("seed", [*range(18), 1105, 1213])
def test_no_answer_breaks_a_check(assignment: Assignment, zygote: Zygote, seed: int) -> None:
    """Whatever a student process answers, every check ends in a verdict about the student, none in a fault of ours."""
    babbler = Babbler(Random(seed), zygote)

    submission = Submission("babbler", files={"word_vectors": b"png"})
    results = check_run.run(assignment, lambda item_id: babbler, submission, str(seed))

    faults = [check for checks in results.values() for check in checks if check.verdict is Verdict.GRADER_FAULT]
    assert faults == []
    assert sum(check.verdict is Verdict.PASSED for checks in results.values() for check in checks) < len(results) / 2
