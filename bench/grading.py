"""How fast is a class graded? Time `hw4 grade` on a made class, and other graders on the same notebooks.

    python bench/grading.py [--submissions N] [--jobs N] [--sample N] [--quick]

Figures are of the whole command: start, collecting, grading, gradebook, report, end.
Stock nbgrader needs ten seconds a submission, so it gets a sample of those that it survives.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import made_class
import stock_nbgrader
import watched

from autograder import assignment as assignments
from autograder.assignment import Assignment
from autograder.doctor import usable_cores

COURSE_DIR = Path(__file__).resolve().parents[1]
SUBMISSIONS, SAMPLE = 300, 8
QUICK_SUBMISSIONS, QUICK_SAMPLE = 20, 1
SMALL_SHARE = 10  # the slope is taken between a tenth of the class and all of it
NOT_FOR_NBGRADER = ("looping", "saved half", "one part missing", "untouched")  # nothing to grade, or ends its run


@dataclass(frozen=True)
class Run:
    """One `hw4 grade` over a class."""

    submissions: int
    usage: watched.Usage
    students_s: float  # processor time of the students' own processes

    @property
    def core_s(self) -> float:
        """Processor seconds a submission."""
        return self.usage.core_s / self.submissions


def hw4_grade(inbox: Path, out: Path, jobs: int) -> Run:
    """Grade a class as an instructor does."""
    command = [sys.executable, "-m", "autograder.cli", "grade", str(inbox), "--out", str(out), "--jobs", str(jobs)]
    usage = watched.run(command, COURSE_DIR, {**os.environ, "PYTHONPATH": str(COURSE_DIR)})
    if usage.code not in (0, 1):
        raise SystemExit(f"hw4 grade ended with {usage.code}:\n{usage.output[-2000:]}")
    reports = [json.loads(path.read_text(encoding="utf-8")) for path in (out / "results").glob("*.json")]
    students_s = sum(report["timings_s"].get("student_cpu", 0.0) for report in reports)
    return Run(len(reports), usage, students_s)


def part_of(inbox: Path, folder: Path, count: int) -> Path:
    """Copy the first submissions of a class."""
    folder.mkdir()
    for path in sorted(inbox.iterdir())[:count]:
        shutil.copy(path, folder)
    return folder


def notebooks_in(path: Path, student: str) -> dict[str, bytes]:
    """Return the notebooks of a submission by their names without the student's."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".ipynb")]
        return {Path(name).stem.removeprefix(f"{student}_"): archive.read(name) for name in names}


def nbgrader(folder: Path, inbox: Path, made: dict[str, str], sample: int, assignment: Assignment) -> watched.Usage:
    """Grade a sample of the class with stock nbgrader."""
    fit = [student for student, kind in made.items() if kind not in NOT_FOR_NBGRADER][:sample]
    chosen = {student: notebooks_in(inbox / f"{student}_HW4.zip", student) for student in fit}
    course = folder / "nbgrader"
    course.mkdir()
    return stock_nbgrader.run(course, assignment, chosen)


def table(small: Run, full: Run, stock: watched.Usage, sample: int) -> str:
    """Return the figures for people."""
    rows = [("", "submissions", "wall s each", "core s each", "peak MiB")]
    for name, run in (("hw4 grade", small), ("hw4 grade", full)):
        wall = run.usage.wall_s / run.submissions
        rows.append((name, f"{run.submissions}", f"{wall:.3f}", f"{run.core_s:.3f}", f"{run.usage.peak_mib:.0f}"))
    wall, core = stock.wall_s / sample, stock.core_s / sample
    rows.append(("stock nbgrader", f"{sample}", f"{wall:.3f}", f"{core:.3f}", f"{stock.peak_mib:.0f}"))
    return "\n".join(f"{name:16}{count:>12}{a:>14}{b:>14}{c:>12}" for name, count, a, b, c in rows)


def figures(small: Run, full: Run, stock: watched.Usage, sample: int) -> dict[str, float]:
    """Return what the last line says."""
    more = full.submissions - small.submissions
    return {
        "submissions": full.submissions,
        "wall_s": full.usage.wall_s,
        "core_s_per_submission": full.core_s,
        "core_s_per_further_submission": (full.usage.core_s - small.usage.core_s) / more,
        "wall_s_per_further_submission": (full.usage.wall_s - small.usage.wall_s) / more,
        "cost_ratio_to_tenth_of_class": full.core_s / small.core_s,
        "overhead_ratio": full.usage.core_s / full.students_s,
        "students_core_s_per_submission": full.students_s / full.submissions,
        "peak_mib": full.usage.peak_mib,
        "growth_mib": full.usage.growth_mib(),
        "coordinator_growth_mib": full.usage.growth_mib(of_first=True),
        "nbgrader_sample": sample,
        "nbgrader_wall_s_per_submission": stock.wall_s / sample,
        "ratio_vs_nbgrader": stock.wall_s / sample / (full.usage.wall_s / full.submissions),
        "core_ratio_vs_nbgrader": stock.core_s / sample / full.core_s,
    }


def main() -> None:
    """Make the class, run the graders one after the other, print a table and, as the last line, one JSON object."""
    parser = argparse.ArgumentParser(description="Time `hw4 grade` and other graders on the same class.")
    parser.add_argument("--submissions", type=int, metavar="N", help=f"size of the class ({SUBMISSIONS})")
    parser.add_argument("--jobs", type=int, default=usable_cores(), metavar="N", help="worker processes (all cores)")
    parser.add_argument("--sample", type=int, metavar="N", help=f"submissions for stock nbgrader ({SAMPLE})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SUBMISSIONS} submissions, a minute at most")
    options = parser.parse_args()
    count = options.submissions or (QUICK_SUBMISSIONS if options.quick else SUBMISSIONS)
    sample = options.sample or (QUICK_SAMPLE if options.quick else SAMPLE)
    assignment = assignments.load(COURSE_DIR)
    with tempfile.TemporaryDirectory(prefix="hw4-bench-") as space:
        folder = Path(space)
        made = made_class.make(folder / "inbox", count)
        print(
            f"A class of {count}, {options.jobs} workers. Stock nbgrader gets {sample} of its submissions.", flush=True
        )
        if importlib.util.find_spec("otter") is None:
            print("otter-grader is not installed here, so it is not timed.", flush=True)
        stock = nbgrader(folder, folder / "inbox", made, sample, assignment)
        tenth = part_of(folder / "inbox", folder / "tenth", max(2, count // SMALL_SHARE))
        small = hw4_grade(tenth, folder / "out-small", options.jobs)
        full = hw4_grade(folder / "inbox", folder / "out", options.jobs)
    found = figures(small, full, stock, sample)
    print(table(small, full, stock, sample))
    for name in ("ratio_vs_nbgrader", "core_ratio_vs_nbgrader", "overhead_ratio", "cost_ratio_to_tenth_of_class"):
        print(f"{name.replace('_', ' ')}: {found[name]:.2f}")
    print(json.dumps({name: round(value, 3) for name, value in found.items()}))


if __name__ == "__main__":
    main()
