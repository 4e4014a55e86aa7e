"""Fixtures that several tests share: the course folder, the assignment, one zygote; a browser comes from browser.py."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fresh_runs import served
from hypothesis import HealthCheck, settings

from autograder.course import assignment as assignments
from autograder.handin.check import Run
from autograder.model.assignment import Assignment
from autograder.session.launcher import Zygote
from autograder.session.zygote_factory import ZygoteFactory

# No test asserts a time: a busy machine fails nothing.
settings.register_profile("kit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kit")

pytest_plugins = ["browser"]

COURSE_DIR = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def course_dir() -> Path:
    return COURSE_DIR


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    return assignments.load(COURSE_DIR, "hw4")


@pytest.fixture(scope="session")
def zygote(assignment: Assignment) -> Iterator[Zygote]:
    """A zygote as a class gets it: forked from a factory.

    It hides what grading hides, everything in the course folder but the virtual environment.
    """
    hidden = [path for path in COURSE_DIR.iterdir() if path.name != ".venv"]
    kit, libraries = assignment.kit_dir, assignment.libraries
    with ZygoteFactory(libraries) as factory, Zygote(kit, hidden, factory=factory.requests) as started:
        yield started


@pytest.fixture(scope="session")
def fresh_run(assignment: Assignment) -> Iterator[Run]:
    """What runs the cells of a notebook as `python -m handin` does, which finds the kit beside itself."""
    sys.path.insert(0, str(COURSE_DIR / "source" / assignment.name))
    with served(assignment.libraries) as run:
        yield run


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Programs are started with the usual SIGINT; those of a test run in the background would ignore it."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)
