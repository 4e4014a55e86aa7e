"""What a confined process may use, and the measurement that shows when it uses more."""

from __future__ import annotations

import math
import os
import sys
import time
from pathlib import Path

import psutil

from ..handin.run_limits import Limits
from ..model.report import Verdict
from . import scratch

LOOK_S = 0.02  # a process that fills memory as fast as it can gets about 100 MiB further between two looks
SCRATCH_LOOK_S = 0.2
SCRATCH_LOOK_SHARE = 0.1  # of the grader's time at most, however many files there are
CPUCLOCK_SCHED = 2  # Linux makes the number of a process's clock of its id and this (clock_getcpuclockid(3))


class LimitPassed(Exception):
    """A process used more than it may; the text says what."""

    def __init__(self, message: str, verdict: Verdict, pid: int = 0) -> None:
        super().__init__(message)
        self.verdict, self.pid = verdict, pid


class Watch:
    """Looks at a working process and raises LimitPassed when it uses too much.

    With the watch of a process that works for this one, it looks at both, and the time that the other one waited for a
    core does not count here either.
    """

    def __init__(
        self, process: psutil.Process, limits: Limits, cpu_s: float, folder: Path, helper: Watch | None = None
    ) -> None:
        self._helper = helper
        self._process, self._limits, self._folder = process, limits, folder
        self._cpu_limit_s = cpu_s
        self._cpu_before_s = cpu_seconds(process)
        self._started, self._waited_s = time.monotonic(), 0.0
        self._waits_before_s: float | None = None  # found out by the first look, since most requests end before it
        self._next_look = self._next_scratch_look = time.monotonic() + LOOK_S

    def wall_s(self) -> float:
        """Return the time since the start, without what the two processes have waited for a core to run on."""
        if self._waits_before_s is not None:
            waited_s = self._waits_s() - self._waits_before_s
            self._waited_s = max(self._waited_s, waited_s)  # nobody knows it any more when the process is gone
        return max(0.0, time.monotonic() - self._started - self._waited_s)

    def _waits_s(self) -> float:
        pids = [self._process.pid, *([] if self._helper is None else [self._helper._process.pid])]
        return sum(waited_seconds(f"/proc/{pid}") for pid in pids) + waited_seconds("/proc/thread-self")

    def look(self) -> None:
        """Compare time, memory, threads and scratch folder with the limits; most calls return at once."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_S
        if self._helper is not None:
            self._helper.look()
        try:
            self._compare(now)
        except LimitPassed as limit:
            limit.pid = self._process.pid
            raise

    def _compare(self, now: float) -> None:
        if self._waits_before_s is None:
            self._waits_before_s = self._waits_s()
        if self.wall_s() > self._cpu_limit_s * self._limits.wall_factor:
            raise LimitPassed(f"it took longer than {self._cpu_limit_s:.3g} s", Verdict.TIMEOUT)
        try:
            used_s = cpu_seconds(self._process) - self._cpu_before_s
            memory_mib = self._process.memory_info().rss // 2**20
            threads = thread_count(self._process)
        except psutil.Error:
            return  # it is dying; the channel will say so
        if used_s > self._cpu_limit_s:
            raise LimitPassed(f"it took longer than {self._cpu_limit_s:.3g} s", Verdict.TIMEOUT)
        if memory_mib > self._limits.memory_mib:
            raise LimitPassed(f"it used more than {self._limits.memory_mib} MiB of memory", Verdict.MEMORY)
        if threads > self._limits.threads:
            raise LimitPassed(f"it started more than {self._limits.threads} threads", Verdict.FORBIDDEN)
        if now > self._next_scratch_look:
            self._look_at_scratch(now)

    def _look_at_scratch(self, now: float) -> None:
        limit_bytes = self._limits.scratch_mib * 2**20
        size = scratch.measure(self._folder, limit_bytes)
        if math.isinf(size):
            raise LimitPassed(f"it nested folders more than {scratch.MAX_DEPTH} deep", Verdict.FORBIDDEN)
        if size > limit_bytes:
            raise LimitPassed(f"it wrote more than {self._limits.scratch_mib} MiB of files", Verdict.FORBIDDEN)
        done = time.monotonic()
        self._next_scratch_look = done + max(SCRATCH_LOOK_S, (done - now) / SCRATCH_LOOK_SHARE)


def thread_count(process: psutil.Process) -> int:
    """Return the number of threads; psutil takes it from a text in which the process may write its own name."""
    try:
        return len(os.listdir(f"/proc/{process.pid}/task"))
    except OSError:
        return process.num_threads()


def waited_seconds(task: str) -> float:
    """Return how long a thread was ready to run and had no core, in seconds; 0 where the system does not say."""
    try:
        with open(f"{task}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):  # another system, a kernel without these figures, the end of the thread
        return 0.0


def cpu_seconds(process: psutil.Process) -> float:
    """Return the processor time that a process has used so far, in seconds; 0 when it is gone."""
    if sys.platform == "linux":  # its clock is read a hundred times faster than /proc, and twice for every request
        try:
            return time.clock_gettime(~process.pid << 3 | CPUCLOCK_SCHED)
        except OSError:
            return 0.0
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system
