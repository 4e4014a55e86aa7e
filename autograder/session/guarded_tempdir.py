"""A temporary folder that is removed even when the processes that use it are killed."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from . import scratch

GUARD = Path(__file__).resolve().parent / "tempdir_guard.py"


class GuardedTempdir:
    """A folder below the system's for temporary files, and the process that removes it.

    It stays as long as somebody has `holder`: this process until it closes it or ends, and whoever inherits it.
    """

    def __init__(self, prefix: str) -> None:
        """Make it. Raises OSError when that is impossible."""
        self.holder, theirs = socket.socketpair()
        command = [sys.executable, "-I", "-S", "-B", str(GUARD), tempfile.gettempdir(), prefix]
        with theirs:
            self._guard = subprocess.Popen(
                command, stdin=theirs.fileno(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env={}, start_new_session=True,
            )  # fmt: skip
        assert self._guard.stdout is not None
        assert self._guard.stderr is not None
        with self._guard.stdout as said, self._guard.stderr as problem:
            path = said.read()
            if not path:
                self.holder.close()
                words = problem.read().decode(errors="replace").strip().splitlines()
                self._guard.wait()
                raise OSError(f"no temporary folder could be made ({words[-1] if words else 'its guard was killed'})")
        self.path = Path(os.fsdecode(path))

    @property
    def guard_pid(self) -> int:
        """Id of the process that removes the folder."""
        return self._guard.pid

    def close(self) -> None:
        """Remove the folder, once nobody else has it, also when the guard was killed."""
        self.holder.close()
        self._guard.wait()
        scratch.remove(self.path)
