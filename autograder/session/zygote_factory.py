"""Start the process of a zygote: by loading the libraries, or forked from a factory that has loaded them for all."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .guarded_tempdir import GuardedTempdir

SESSION_DIR = Path(__file__).resolve().parent
START_S = 300  # importing TensorFlow takes 3 s, over a slow network drive a minute
THREAD_SETTINGS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS",
)  # fmt: skip

# The weights of a network fill 8 MB: without these, each copy comes as fresh pages from the kernel and goes back.
MEMORY_SETTINGS = {
    "MALLOC_MMAP_THRESHOLD_": str(64 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
    "MALLOC_TOP_PAD_": str(16 * 2**20),
    # Memory comes in pages of 2 MiB where the kernel can: that spares a process with both networks 10,000 page faults.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}  # fmt: skip


class ZygoteFactory(contextlib.AbstractContextManager):
    """Loads the libraries once for all zygotes of this machine, which it forks for whoever holds `requests`.

    It knows nothing of the course, and never forks a student process. The zygotes live on without it.
    """

    def __init__(self, libraries: Sequence[str] = ()) -> None:
        """Start one that has these libraries, beside NumPy, matplotlib and IPython; requests wait until it is ready."""
        self._folder = GuardedTempdir("autograder-factory-")
        self.requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = _start(self._folder, subprocess.DEVNULL, theirs, libraries)

    def __exit__(self, *exc: object) -> None:
        end(self._process, self.requests, self._folder)


class ForkedZygote:
    """A zygote that a factory forked, with what is used here of the methods of subprocess.Popen."""

    def __init__(self, pid: int) -> None:
        """Hold the process by a descriptor: somebody else reaps it, and then its id may be another one's."""
        self.pid = pid
        self._descriptor = os.pidfd_open(pid)
        weakref.finalize(self, os.close, self._descriptor)

    def poll(self) -> int | None:
        """Return None while the process runs."""
        return self._ended_within(0)

    def wait(self, timeout: float | None = None) -> None:
        """Wait for the end."""
        if self._ended_within(timeout) is None:
            raise subprocess.TimeoutExpired("zygote", timeout or 0)

    def kill(self) -> None:
        """Kill the process."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def _ended_within(self, timeout_s: float | None) -> int | None:
        readable, _, _ = select.select([self._descriptor], [], [], timeout_s)
        return 0 if readable else None


def begin(
    folder: GuardedTempdir, log: Path, factory: socket.socket | None
) -> tuple[ForkedZygote | subprocess.Popen[bytes], socket.socket]:
    """Start a zygote, which holds the folder as well; return it with our end of its control socket."""
    with log.open("wb") as file:
        if factory is not None:
            with contextlib.suppress(OSError):
                return _begin_forked(folder, file.fileno(), factory)
        ours, theirs = socket.socketpair()
        with theirs:
            return _start(folder, file.fileno(), theirs), ours


def _begin_forked(folder: GuardedTempdir, log: int, factory: socket.socket) -> tuple[ForkedZygote, socket.socket]:
    """Let the factory fork a zygote. Raises OSError when it is gone."""
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            descriptors = [theirs.fileno(), log, folder.holder.fileno()]
            socket.send_fds(factory, [os.fsencode(folder.path)], descriptors)
        ours.settimeout(START_S)
        return ForkedZygote(receive(ours)["pid"]), ours
    except OSError:
        ours.close()
        raise


def _start(
    folder: GuardedTempdir, log: int, channel: socket.socket, libraries: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    descriptors = [channel.fileno(), folder.holder.fileno()]
    return subprocess.Popen(
        [sys.executable, "-I", "-B", str(SESSION_DIR / "zygote.py"), *map(str, descriptors), *libraries],
        pass_fds=descriptors, env=_clean_environment(folder.path), cwd=folder.path,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True,
    )  # fmt: skip


def end(process: ForkedZygote | subprocess.Popen[bytes], channel: socket.socket, folder: GuardedTempdir) -> None:
    """Close the channel, on which the process ends; remove its folder."""
    channel.close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    folder.close()


def receive(control: socket.socket) -> dict[str, Any]:
    """Return one JSON line."""
    data = b""
    while not data.endswith(b"\n"):
        chunk = control.recv(65536)
        if not chunk:
            raise ConnectionResetError("it closed the connection")
        data += chunk
    return json.loads(data)


def _clean_environment(folder: Path) -> dict[str, str]:
    """Return an environment without any of the grader's variables."""
    settings = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(Path.home()),  # matplotlib keeps its font list there; students get their scratch folder instead
        "KERAS_HOME": str(folder),  # not the instructor's keras.json
        "IPYTHONDIR": str(folder),  # nor their profile
        "MPLBACKEND": "Agg",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "JOBLIB_MULTIPROCESSING": "0",  # scikit-learn's loops in this process: a student's may not start others
        **MEMORY_SETTINGS,
    }
    # One core a submission: workers do not fight over cores, and processor time is fair.
    return settings | dict.fromkeys(THREAD_SETTINGS, "1")
