"""Temporary folders: gone when nobody holds them any more, however that came about."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from waiting import wait_until

from autograder.session.guarded_tempdir import GuardedTempdir

HOLDER = """
import os, sys, tempfile
sys.path.insert(0, {course!r})
from autograder.session.guarded_tempdir import GuardedTempdir
tempfile.tempdir = {parent!r}
folder = GuardedTempdir("kept-")
os.makedirs(folder.path / "a" / "b")
if os.fork() == 0:
    os.read(0, 1)  # it holds the folder as well
    os._exit(0)
print(folder.guard_pid, folder.path, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture(autouse=True)
def parent(tmp_path, monkeypatch) -> Path:
    """The system's folder for temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_the_last_holder_takes_the_folder_along(parent, course_dir):
    """A killed process leaves it to the one that inherited it."""
    command = [sys.executable, "-c", HOLDER.format(course=str(course_dir), parent=str(parent))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
        guard, folder = killed.stdout.readline().strip().split(maxsplit=1)
        assert killed.wait() == -signal.SIGKILL
        with pytest.raises(psutil.TimeoutExpired):
            psutil.Process(int(guard)).wait(0.2)
        assert sorted(Path(folder).iterdir()) == [Path(folder) / "a"]
        killed.stdin.close()
        wait_until(lambda: list(parent.iterdir()) == [])


def test_a_folder_whose_keeper_was_killed_is_removed_when_it_is_closed(parent):
    """Both would have to be killed to leave it."""
    folder = GuardedTempdir("kept-")
    (folder.path / "file").write_text("")
    os.kill(folder.guard_pid, signal.SIGKILL)
    folder.close()

    assert list(parent.iterdir()) == []


def test_others_pass_through_a_folder_without_seeing_what_is_in_it():
    """A folder inside may be that of a process with another user id."""
    folder = GuardedTempdir("kept-")
    mode = folder.path.stat().st_mode
    folder.close()

    assert stat.S_IMODE(mode) == 0o711


def test_a_folder_that_cannot_be_made_is_one_sentence(parent, monkeypatch):
    """As the guard says it."""
    monkeypatch.setattr("tempfile.tempdir", str(parent / "none"))

    with pytest.raises(OSError, match=r"no temporary folder could be made \(.*No such file or directory.*none"):
        GuardedTempdir("kept-")


def test_a_keeper_that_is_killed_at_once_is_one_sentence(monkeypatch):
    """It has made nothing then."""
    monkeypatch.setattr("autograder.session.guarded_tempdir.GUARD", os.devnull)

    with pytest.raises(OSError, match="its guard was killed"):
        GuardedTempdir("kept-")
