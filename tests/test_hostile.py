"""The hostile corpus, each trick graded in the real confinement: nothing gained, nothing read, nothing left behind."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
from collections import Counter
from pathlib import Path

import hostile_cases
import pytest

from autograder import class_report
from autograder.assignment import Assignment
from autograder.grading import grade
from autograder.report import Report
from autograder.session.launcher import Zygote

CASES = hostile_cases.cases()
FEWEST_CASES = 80
LONGEST_AGO = 1_000_000_000  # an access time; the first read after it would change it


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the instructor's that students would like to read."""
    path = tmp_path_factory.mktemp("instructor") / "canary.txt"
    path.write_text(f"HW4-CANARY-{secrets.token_hex(8)}\n")
    os.utime(path, (LONGEST_AGO, LONGEST_AGO + 1))
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_nothing_is_gained(case: hostile_cases.Case, assignment: Assignment, zygote: Zygote, canary: Path) -> None:
    """Every item has just the points that its honest part earns; secrets stay unread, and no trace stays behind."""
    mark, before, secret = secrets.token_hex(6), os.stat(canary), canary.read_text().strip()
    os.utime(canary, (LONGEST_AGO, LONGEST_AGO + 1))
    names = {"CANARY": canary, "MARK": mark, "KEY": hostile_cases.key(mark), "GRADER_PID": os.getpid()}
    hidden_names = {"ZYGOTE_PID": zygote.pid}
    submission = hostile_cases.submission(case, assignment, names | hidden_names)

    report = grade(submission, assignment, "hostile", zygote, limits=case.limits, only=set(case.expected["items"]))

    check_items(report, case)
    text = report.to_json()
    assert secret not in text
    assert os.stat(canary).st_atime == LONGEST_AGO, "somebody has read the canary"
    assert (canary.read_text().strip(), os.stat(canary).st_mode) == (secret, before.st_mode)
    assert hostile_cases.children(zygote.pid) == []
    assert sorted(path.name for path in zygote.folder.iterdir() if path.name.startswith("scratch")) == []
    assert hostile_cases.traces(mark) == []
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
    assert all(text.isprintable() for text in texts)
