"""What does the coordinator itself cost, and does it grow with the class? Ten thousand small submissions.

python bench/coordinator.py [--count N] [--homework small|kit] [--quick]

The grader is a stand-in that takes milliseconds; collecting, storing, Dask, gradebook, formgrader's notebooks and the
report are real. Memory is that of the coordinator's process alone.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

COURSE_DIR = Path(__file__).resolve().parents[1]
TESTS = COURSE_DIR / "tests"
sys.path.insert(0, str(TESTS))
import fake_grading  # noqa: E402
import small_course  # noqa: E402

LOOK_S = 0.1
GRADED = re.compile(r"graded (\d+) of (\d+)")


@dataclass(frozen=True)
class Look:
    """The coordinator at some moment: submissions that are done, processor time, resident memory."""

    done: int
    core_s: float
    memory_mib: float


class Watch(threading.Thread):
    """Looks at the coordinator ten times a second, and knows how many submissions it said were done."""

    def __init__(self, process: subprocess.Popen) -> None:
        """Begin at once."""
        super().__init__()
        self.looks: list[Look] = []
        self._process, self._coordinator, self._done = process, psutil.Process(process.pid), 0
        self.start()

    def listen(self) -> None:
        """Read what the coordinator says until it ends."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if match := GRADED.search(line):
                self._done = int(match[1])

    def run(self) -> None:
        """Look until the coordinator has ended."""
        with contextlib.suppress(psutil.Error):
            while self._process.poll() is None:
                with self._coordinator.oneshot():
                    times, memory = self._coordinator.cpu_times(), self._coordinator.memory_info().rss
                self.looks.append(Look(self._done, times.user + times.system, memory / 2**20))
                time.sleep(LOOK_S)


def grade(course: Path, inbox: Path, out: Path, jobs: int) -> list[Look]:
    """Run `autograder grade` with the stand-in."""
    options = ["--out", str(out), "--jobs", str(jobs)]
    command = [sys.executable, str(TESTS / "fake_grading.py"), "grade", str(inbox), *options]
    environment = {**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{COURSE_DIR}"}
    with subprocess.Popen(
        command, cwd=course, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        watch = Watch(process)
        watch.listen()
        watch.join()
    if process.returncode not in (0, 1):
        raise SystemExit("The run failed.")
    return watch.looks


def firsts(found: list[Look]) -> list[Look]:
    """Return the first look at each number of submissions, but for none."""
    return [look for before, look in itertools.pairwise(found) if look.done > before.done]


def figures(found: list[Look], count: int) -> dict[str, float]:
    """Return what the looks say; those before the last submission was done are the grading, the others the report."""
    tenths, reporting = firsts(found), [look for look in found if look.done == count]
    core_s, done = tenths[-1].core_s - tenths[0].core_s, tenths[-1].done - tenths[0].done
    slope = statistics.linear_regression([look.done for look in tenths], [look.memory_mib for look in tenths]).slope
    return {
        "submissions": count,
        "core_s_per_submission": round(core_s / done, 4),
        "memory_mib_at_first_tenth": round(tenths[0].memory_mib),
        "memory_mib_at_last_tenth": round(tenths[-1].memory_mib),
        "memory_kib_per_submission": round(1024 * slope, 2),
        "report_core_s": round(reporting[-1].core_s - reporting[0].core_s, 1),
        "report_peak_mib": round(max(look.memory_mib for look in reporting)),
    }


def main() -> None:
    """Print a table for people and, as the last line, one JSON object."""
    parser = argparse.ArgumentParser(description="Measure the coordinator of a large class.")
    parser.add_argument("--count", type=int, default=10_000, metavar="N", help="submissions (10,000)")
    parser.add_argument("--homework", choices=("small", "kit"), default="small", help="the kit's own, or a small one")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="workers (2)")
    parser.add_argument("--quick", action="store_true", help="300 submissions, in less than a minute")
    options = parser.parse_args()
    count = 300 if options.quick else options.count
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as name:
        folder = Path(name)
        course = small_course.make(folder / "course") if options.homework == "small" else COURSE_DIR
        inbox = fake_grading.hand_in(folder / "inbox", (f"s{number:05}" for number in range(count)), course)
        found = grade(course, inbox, folder / "out", options.jobs)
    print("    done   core s   memory MiB")
    for look in firsts(found):
        print(f"{look.done:8} {look.core_s:8.1f} {look.memory_mib:12.0f}")
    print(json.dumps({"homework": options.homework, **figures(found, count)}))


if __name__ == "__main__":
    main()
