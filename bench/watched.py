"""Run a command and measure it with all its descendants: wall time, processor time, memory."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

CPU_LOOK_S = 0.1  # what a process uses after the last look at it is lost
MEMORY_LOOK_S = 1.0  # adding up the pages of a TensorFlow process takes milliseconds


@dataclass(frozen=True)
class Usage:
    """What a command used."""

    wall_s: float
    core_s: float
    peak_mib: int  # of all processes together, shared pages counted once
    own_peak_mib: int  # of the first process alone
    output: str
    code: int


def run(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> Usage:
    """Run a command in a folder until it ends."""
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )  # fmt: skip
    watch = _Watch(process.pid)
    thread = threading.Thread(target=watch.look_until_it_ends)
    thread.start()
    output, _ = process.communicate()
    wall_s = time.monotonic() - started
    thread.join()
    return Usage(wall_s, watch.core_s, watch.peak_mib, watch.own_peak_mib, output, process.returncode)


class _Watch:
    """Adds up what a process and its descendants use.

    Many student processes live for half a second only. Their time is taken from the zygote, which is told of it when
    they end; of all other processes the last look counts.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._used_s: dict[tuple[int, float], float] = {}
        self.peak_mib = self.own_peak_mib = 0

    @property
    def core_s(self) -> float:
        return sum(self._used_s.values())

    def look_until_it_ends(self) -> None:
        next_memory = 0.0
        while True:
            try:
                root = psutil.Process(self._pid)
                processes = [root, *root.children(recursive=True)]
                if root.status() == psutil.STATUS_ZOMBIE:
                    return
            except psutil.NoSuchProcess:
                return
            zygotes = {process.pid for process in processes if _is_zygote(process)}
            for process in processes:
                self._look_at(process, zygotes)
            if time.monotonic() > next_memory:
                next_memory = time.monotonic() + MEMORY_LOOK_S
                sizes = [_memory_mib(process) for process in processes]
                self.peak_mib, self.own_peak_mib = max(self.peak_mib, sum(sizes)), max(self.own_peak_mib, sizes[0])
            time.sleep(CPU_LOOK_S)

    def _look_at(self, process: psutil.Process, zygotes: set[int]) -> None:
        try:
            if process.ppid() in zygotes:
                return
            times, key = process.cpu_times(), (process.pid, process.create_time())
        except psutil.Error:
            return
        used_s = times.user + times.system
        if process.pid in zygotes:
            used_s += times.children_user + times.children_system
        self._used_s[key] = used_s


def _is_zygote(process: psutil.Process) -> bool:
    try:
        command, parent = process.cmdline(), process.parent()
        is_one = any(word.endswith("zygote.py") for word in command)
        return is_one and not (parent is not None and parent.cmdline() == command)
    except psutil.Error:
        return False


def _memory_mib(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss // 2**20
    except (psutil.Error, AttributeError):
        return 0
