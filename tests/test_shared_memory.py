"""A machine without shared memory, as some containers are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import fake_grading
import pytest
import small_course
from waiting import DEADLINE_S

TESTS = Path(__file__).resolve().parent
# In a mount namespace of its own /dev/shm is another one; nothing outside changes.
OWN = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
WITHOUT = [*OWN, 'mount -t tmpfs -o ro none /dev/shm && exec "$@"', "sh"]
SMALL = [*OWN, 'mount -t tmpfs -o size=16k none /dev/shm && exec "$@"', "sh"]


def available() -> bool:
    """Whether this system lets us try it."""
    return shutil.which("unshare") is not None and subprocess.run([*WITHOUT, "true"], check=False).returncode == 0


@pytest.fixture
def course(tmp_path) -> Path:
    """A course with three submissions."""
    if not available():
        pytest.skip("no mount namespaces for this user")
    made = small_course.make(tmp_path / "course", libraries="[]")
    fake_grading.hand_in(made / "inbox", ["ada", "ben", "cem"], made)
    return made


def grade(course: Path, jobs: int, machine: list[str] = WITHOUT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TESTS / "fake_grading.py"), "grade", "inbox", "--jobs", str(jobs), "--sandbox=weak"]
    environment = os.environ | {"PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"}
    return subprocess.run(
        [*machine, *command], cwd=course, env=environment, capture_output=True, text=True, timeout=DEADLINE_S,
        check=False,
    )  # fmt: skip


def test_several_workers_are_refused_in_one_sentence(course):
    """It names what is missing and what to do; nothing is graded."""
    run = grade(course, jobs=2)

    assert run.returncode == 2
    assert run.stderr.strip().splitlines()[-1] == (
        "autograder: Several workers need shared memory, which this machine does not provide (Read-only file system): "
        "make /dev/shm writable, or give it room, or grade with `--jobs 1`."
    )
    assert "Traceback" not in run.stderr
    assert not list(course.glob("results/hw4/*.json"))


def test_several_workers_are_refused_where_it_is_too_small(course):
    """It is not called a fault of the workers, which would be tried again and again."""
    run = grade(course, jobs=2, machine=SMALL)

    assert run.returncode == 2
    assert "which this machine does not provide (16 KiB free): make /dev/shm writable" in run.stderr
    assert not list(course.glob("results/hw4/*.json"))


def test_one_worker_needs_none(course):
    """With `--jobs 1` everybody gets a report."""
    run = grade(course, jobs=1)

    assert run.returncode in (0, 1), run.stderr
    assert sorted(path.stem for path in course.glob("results/hw4/*.json")) == ["ada", "ben", "cem"]
