"""How fast is this machine, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import corpus_cases
import fake_grading
import pytest
import small_course

from autograder import cli
from autograder.grading.cache_key import CacheKeys
from autograder.grading.grader import grade
from autograder.handin.run_limits import Limits
from autograder.running import worker
from autograder.running.results import Graded
from autograder.session import confinement, machine
from autograder.session.launcher import Zygote


@pytest.mark.parametrize(
    ("times_as_long", "factor"), [(0.5, 1), (1, 1), (1.4, 1), (1.52, 1.5), (3, 3), (9.99, 10), (25, 10), (10**6, 10)]
)
def test_only_a_slower_machine_counts(times_as_long, factor):
    """A fast one has no lower limits, what is noise changes nothing, and there is an end."""
    assert machine.as_factor(times_as_long * machine.REFERENCE_S) == factor


def test_this_machine_is_measured_once():
    """All submissions that a process grades have the same limits."""
    assert 1 <= machine.factor() <= machine.MOST
    assert machine.factor() == machine.factor()


def test_the_limit_of_the_kernel_is_above_all_others():
    """On the slowest machine too: it ends a process without a word."""
    slowest = Limits().scaled(machine.MOST)

    assert max(slowest.notebook_cpu_s, slowest.cell_cpu_s, slowest.call_cpu_s) < confinement.CPU_SECONDS


def test_what_is_counted_is_not_scaled():
    """Memory, threads, files and calls are the same on every machine."""
    timed = {"cell_cpu_s": 40, "call_cpu_s": 10, "next_call_cpu_s": 4, "notebook_cpu_s": 120}
    timed |= {"test_cell_cpu_s": 20, "next_test_cell_cpu_s": 6}

    assert vars(Limits().scaled(2)) == vars(Limits()) | timed


@pytest.fixture
def slow_zygote(zygote: Zygote, monkeypatch) -> Zygote:
    monkeypatch.setattr(zygote, "machine_factor", 3.0)
    return zygote


def test_the_report_says_how_slow_the_machine_was(assignment, slow_zygote):
    """By a number that multiplied the limits; nothing is said where they are as they are written."""
    case = corpus_cases.cases("right")[0]
    submission, only = corpus_cases.submission(case, assignment), {case.expected["item"]}
    slow = grade(submission, assignment, "seed", slow_zygote, only=only)
    slow_zygote.machine_factor = 1.0
    usual = grade(submission, assignment, "seed", slow_zygote, only=only)

    assert slow.versions["machine_factor"] == "3"
    assert "machine_factor" not in usual.versions
    assert slow.items == usual.items


def test_results_are_good_on_every_machine(assignment, monkeypatch):
    """What was graded on a slow machine is not graded again on a fast one."""
    submission = corpus_cases.submission(corpus_cases.cases("right")[0], assignment)
    known = CacheKeys(assignment, "seed").of(submission)
    monkeypatch.setattr(machine, "factor", lambda: 3.0)

    assert CacheKeys(assignment, "seed").of(submission) == known


def test_the_terminal_says_that_limits_were_scaled(tmp_path, monkeypatch, capsys):
    """In one line, with the largest number, and only when there is one."""
    course, inbox = small_course.make(tmp_path / "course"), tmp_path / "inbox"
    fake_grading.use(monkeypatch.setattr)
    monkeypatch.chdir(course)

    def grade_slowly(*given: Any) -> str:
        graded = Graded.from_json(fake_grading.grade(*given))
        slow = {name: replace(part, versions={"machine_factor": "2.5"}) for name, part in graded.parts.items()}
        return replace(graded, parts=slow).to_json()

    said = []
    for student, grader in (("ada", fake_grading.grade), ("ben", grade_slowly)):
        monkeypatch.setattr(worker, "grade", grader)
        fake_grading.hand_in(inbox / student, [student], course)
        cli.main(["grade", str(inbox / student), "--jobs", "1", "--sandbox=weak"])
        said.append([line for line in capsys.readouterr().out.splitlines() if "slow" in line])

    assert said == [[], ["A machine was slow: it gave each submission up to 2.5 times the usual processor time."]]
