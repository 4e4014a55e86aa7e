"""How fast is a class graded? Time `autograder grade` on a made class, and other graders on the same notebooks.

    python bench/grading.py [--submissions N] [--jobs N] [--sample N] [--quick]

Figures are of the whole command: start, collecting, grading, gradebook, report, end.
Other graders need ten seconds a submission, so they get a sample of those that they survive.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import made_class
import stock_nbgrader
import stock_otter
import watched

from autograder.commands.doctor import usable_cores
from autograder.course import assignment as assignments
from autograder.model.assignment import Assignment

COURSE_DIR = Path(__file__).resolve().parents[1]
SUBMISSIONS, SAMPLE = 300, 8
QUICK_SUBMISSIONS, QUICK_SAMPLE = 20, 1
SMALL_SHARE = 10  # the slope is taken between a tenth of the class and all of it
NOT_FOR_OTHERS = ("looping", "saved half", "one part missing", "untouched")  # nothing to grade, or the end of their run


@dataclass(frozen=True)
class Run:
    """One `autograder grade` over a class."""

    submissions: int
    usage: watched.Usage
    students_s: float  # processor time of the students' own processes

    @property
    def core_s(self) -> float:
        """Processor seconds a submission."""
        return self.usage.core_s / self.submissions

    @property
    def wall_s(self) -> float:
        """Seconds by the clock a submission."""
        return self.usage.wall_s / self.submissions


@dataclass(frozen=True)
class Other:
    """Another grader on a sample of the class, figures by the submission."""

    name: str
    submissions: int
    wall_s: float
    core_s: float
    peak_mib: float

    @classmethod
    def of(cls, name: str, submissions: int, usages: Sequence[watched.Usage]) -> Other:
        """Add up the commands that graded the sample."""
        wall_s, core_s = sum(usage.wall_s for usage in usages), sum(usage.core_s for usage in usages)
        return cls(
            name, submissions, wall_s / submissions, core_s / submissions, max(usage.peak_mib for usage in usages)
        )  # fmt: skip


def autograder_grade(inbox: Path, out: Path, jobs: int) -> Run:
    """Grade a class as an instructor does."""
    command = [sys.executable, "-m", "autograder.cli", "grade", str(inbox), "--out", str(out), "--jobs", str(jobs)]
    usage = watched.run(command, COURSE_DIR, {**os.environ, "PYTHONPATH": str(COURSE_DIR)})
    if usage.code not in (0, 1):
        raise SystemExit(f"autograder grade ended with {usage.code}:\n{usage.output[-2000:]}")
    reports = [json.loads(path.read_text(encoding="utf-8")) for path in (out / "results" / "hw4").glob("*.json")]
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


def sample_of(inbox: Path, made: Mapping[str, str], count: int) -> dict[str, dict[str, bytes]]:
    """Return the notebooks of the first submissions that other graders survive."""
    fit = [student for student, kind in made.items() if kind not in NOT_FOR_OTHERS][:count]
    return {student: notebooks_in(inbox / f"{student}_HW4.zip", student) for student in fit}


def others(folder: Path, assignment: Assignment, chosen: Mapping[str, Mapping[str, bytes]]) -> list[Other]:
    """Grade a sample of the class with the other graders that are installed."""
    (folder / "nbgrader").mkdir()
    found = [Other.of("nbgrader", len(chosen), [stock_nbgrader.run(folder / "nbgrader", assignment, chosen)])]
    if not stock_otter.IS_INSTALLED:
        print("otter-grader is not installed here, so it is not timed.", flush=True)
        return found
    (folder / "otter").mkdir()
    return [*found, Other.of("otter", len(chosen), stock_otter.run(folder / "otter", assignment, chosen))]


def table(runs: Sequence[Run], found: Sequence[Other]) -> str:
    """Return the figures for people."""
    rows = [("", "submissions", "wall s each", "core s each", "peak MiB", "ratio")]
    full = runs[-1]
    for run in runs:
        rows.append(_row("autograder grade", run.submissions, run.wall_s, run.core_s, run.usage.peak_mib, 1.0))
    for other in found:
        ratio = other.wall_s / full.wall_s
        rows.append(_row(f"stock {other.name}", other.submissions, other.wall_s, other.core_s, other.peak_mib, ratio))
    return "\n".join(f"{name:16}{count:>12}{a:>14}{b:>14}{c:>12}{d:>8}" for name, count, a, b, c, d in rows)


def _row(name: str, count: int, wall_s: float, core_s: float, peak_mib: float, ratio: float) -> tuple[str, ...]:
    return name, f"{count}", f"{wall_s:.3f}", f"{core_s:.3f}", f"{peak_mib:.0f}", f"{ratio:.1f}"


def figures(small: Run, full: Run, found: Sequence[Other]) -> dict[str, float]:
    """Return what the last line says."""
    more = full.submissions - small.submissions
    values = {
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
    }
    for other in found:
        values[f"{other.name}_sample"] = other.submissions
        values[f"ratio_vs_{other.name}"] = other.wall_s / full.wall_s
        values[f"core_ratio_vs_{other.name}"] = other.core_s / full.core_s
    return values


def main() -> None:
    """Make the class, run the graders one after the other, print a table and, as the last line, one JSON object."""
    parser = argparse.ArgumentParser(description="Time `autograder grade` and other graders on the same class.")
    parser.add_argument("--submissions", type=int, metavar="N", help=f"size of the class ({SUBMISSIONS})")
    parser.add_argument("--jobs", type=int, default=usable_cores(), metavar="N", help="worker processes (all cores)")
    parser.add_argument("--sample", type=int, metavar="N", help=f"submissions for other graders ({SAMPLE})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SUBMISSIONS} submissions, a minute at most")
    options = parser.parse_args()
    count = options.submissions or (QUICK_SUBMISSIONS if options.quick else SUBMISSIONS)
    sample = options.sample or (QUICK_SAMPLE if options.quick else SAMPLE)
    assignment = assignments.load(COURSE_DIR, "hw4")
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as space:
        folder = Path(space)
        made = made_class.make(folder / "inbox", count)
        print(f"A class of {count}, {options.jobs} workers; other graders get {sample} of them.", flush=True)
        found = others(folder, assignment, sample_of(folder / "inbox", made, sample))
        tenth = part_of(folder / "inbox", folder / "tenth", max(2, count // SMALL_SHARE))
        small = autograder_grade(tenth, folder / "out-small", options.jobs)
        full = autograder_grade(folder / "inbox", folder / "out", options.jobs)
    print(table([small, full], found))
    values = figures(small, full, found)
    print(f"In all {values['overhead_ratio']:.2f} times the processor time of the students' own processes.")
    print(
        f"A submission takes {values['cost_ratio_to_tenth_of_class']:.2f} times what it takes in a tenth of the class."
    )
    print(json.dumps({name: round(value, 3) for name, value in values.items()}))


if __name__ == "__main__":
    main()
