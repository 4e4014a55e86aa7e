"""What `python -m handin --check` finds when it runs a notebook is what the grader finds.

Of the corpora each kind is here, sampled so that the same cases come every time; situations are compared where they
are graded. Hostile code runs in the confined process of the grader alone: the check has no confinement, because
students run their own code by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import corpus_cases
import pytest
from agreement import assert_agreement, found_in
from test_garbage import GARBAGE

from autograder.course.asked import asked_for
from autograder.grading.grader import grade
from autograder.handin.asked import Asked
from autograder.handin.check import Run
from autograder.model.assignment import Assignment
from autograder.session.launcher import Zygote

pytestmark = pytest.mark.long

ONE_IN = 8  # of the cases of an item


def sample(names: Iterable[str]) -> list[str]:
    """Return at least one of the names, the same in each run."""
    ranked = sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return ranked[: max(1, len(ranked) // ONE_IN)]


def sampled() -> Iterator[pytest.param]:
    for kind in ("right", "wrong"):
        cases = {case.id: case for case in corpus_cases.cases(kind)}
        for item in sorted({case.expected["item"] for case in cases.values()}):
            for name in sample(key for key, case in cases.items() if case.expected["item"] == item):
                yield pytest.param(cases[name], id=name)


@pytest.fixture(scope="module")
def asked(assignment: Assignment) -> Asked:
    return asked_for(assignment)


@pytest.mark.parametrize("case", [*sampled()])
def test_solutions(
    case: corpus_cases.Case, asked: Asked, assignment: Assignment, zygote: Zygote, fresh_run: Run
) -> None:
    """Right ones, wrong ones, and the stubs around them."""
    submission = corpus_cases.submission(case, assignment)

    assert_agreement(grade(submission, assignment, "agreement", zygote), found_in(submission, asked, fresh_run), asked)


@pytest.mark.parametrize("name", sample(f"{path.parent.name}/{path.stem}" for path in GARBAGE))
def test_garbage(name: str, asked: Asked, assignment: Assignment, zygote: Zygote, fresh_run: Run) -> None:
    item, _, stem = name.partition("/")
    source = (corpus_cases.CORPUS / "garbage" / item / f"{stem}.py").read_text(encoding="utf-8")
    submission = corpus_cases.only(item, source, assignment)

    assert_agreement(grade(submission, assignment, "agreement", zygote), found_in(submission, asked, fresh_run), asked)
