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
from autograder.running import worker
from autograder.session.launcher import Zygote
from autograder.session.zygote_factory import ZygoteFactory

# No test asserts a time: a busy machine fails nothing.
settings.register_profile("kit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kit")

pytest_plugins = ["browser", "lab_runs"]

COURSE_DIR = Path(__file__).resolve().parents[1]

# What takes longest, from a minute or two on a quiet core down to a quarter of one. `make test` gives each file to one
# worker, which makes what its tests share once, and in this order, so that no worker has a long one left in the end.
LONGEST_FIRST = (
    "test_evening", "test_corpus", "test_odd_objects", "test_situations", "test_class_of_kinds", "test_hostile",
    "test_clusters", "test_handin", "test_cli", "test_interpreter", "test_own_homework", "test_killed_runs",
    "test_gan_kit", "test_check_agrees", "test_hostile_pages", "test_odd_models", "test_faults", "test_cache_key",
    "test_nbgrader", "test_pages_in_browser", "test_text_fuzz", "test_terminal", "test_session",
    "test_bounded_reading", "test_word2vec_answers", "test_word2vec_kit", "test_complaints", "test_one_line",
    "test_downloads_of_systems", "test_groups", "test_second_numpy", "test_lookalikes", "test_shared_memory",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first."""
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def course_dir() -> Path:
    return COURSE_DIR


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    return assignments.load(COURSE_DIR, "hw4")


@pytest.fixture(scope="session")
def factory(assignment: Assignment) -> Iterator[ZygoteFactory]:
    """What loads the libraries of the assignment, once for all zygotes that tests start."""
    with ZygoteFactory(assignment.libraries) as started:
        yield started


@pytest.fixture(scope="session")
def zygote(assignment: Assignment, factory: ZygoteFactory) -> Iterator[Zygote]:
    """A zygote as a class gets it: forked from a factory.

    It hides what grading hides, everything in the course folder but the virtual environment.
    """
    hidden = [path for path in COURSE_DIR.iterdir() if path.name != ".venv"]
    with Zygote(assignment.kit_dir, hidden, kit_without=assignment.ungraded, factory=factory.requests) as started:
        yield started


@pytest.fixture
def own_zygotes(factory: ZygoteFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What this process grades without workers runs in zygotes that are forked, and that end with the test."""
    monkeypatch.setattr(worker, "_factory", factory.requests)
    yield
    worker.close_all_zygotes()


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
