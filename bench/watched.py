"""Run a command and measure it with all its descendants: wall time, processor time, memory over time."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PR_SET_CHILD_SUBREAPER = 36
FIRST_LOOK_S = 0.5
LOOKING_SHARE = 0.02  # of one core at most: adding up the pages of a TensorFlow process takes 10 ms
MIB = 2**20


@dataclass(frozen=True)
class Memory:
    """What was resident at one moment, in MiB; a page that several processes share counts once."""

    at_s: float
    all_mib: float
    first_mib: float  # of the command's own process


@dataclass(frozen=True)
class Usage:
    """What a command used."""

    wall_s: float
    core_s: float
    memory: tuple[Memory, ...]
    output: str
    code: int

    @property
    def peak_mib(self) -> float:
        """Most memory that all processes had together."""
        return max((look.all_mib for look in self.memory), default=0.0)

    def growth_mib(self, of_first: bool = False) -> float:
        """Return by how much the last third of the run held more memory than the middle third, on average."""
        sizes = [look.first_mib if of_first else look.all_mib for look in self.memory]
        third = len(sizes) // 3
        return sum(sizes[-third:]) / third - sum(sizes[third : 2 * third]) / third if third else 0.0


def run(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> Usage:
    """Run a command in a folder until it and all that it has started have ended.

    The kernel adds up the processor time of every descendant, however short its life: each is waited for by its
    parent, and those that lose theirs by this process.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started, used_s = time.monotonic(), _children_s()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )  # fmt: skip
    memory: list[Memory] = []
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, memory, over))
    watch.start()
    output, _ = process.communicate()
    wall_s = time.monotonic() - started
    over.set()
    watch.join()
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    return Usage(wall_s, _children_s() - used_s, tuple(memory), output, process.returncode)


def _children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _watch(pid: int, memory: list[Memory], over: threading.Event) -> None:
    """Look at the memory of a process and its descendants now and then."""
    started, pause_s = time.monotonic(), FIRST_LOOK_S
    while not over.wait(pause_s):
        used_s = time.thread_time()
        with contextlib.suppress(psutil.Error):
            first = psutil.Process(pid)
            sizes = [_resident_mib(process) for process in (first, *first.children(recursive=True))]
            memory.append(Memory(time.monotonic() - started, sum(sizes), sizes[0]))
        pause_s = max(FIRST_LOOK_S, (time.thread_time() - used_s) / LOOKING_SHARE)


def _resident_mib(process: psutil.Process) -> float:
    try:
        return process.memory_full_info().pss / MIB
    except psutil.Error:
        return 0.0
