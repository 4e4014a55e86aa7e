"""What do nbgrader's test cells cost outside the student's process? Time them beside stock nbgrader's.

    python bench/test_cells.py [--submissions N] [--sample N] [--jobs N] [--quick]

The notebook has the first 20 test cells of the example course in `tests/`; half of the class answers right, half with
slips. Figures of both graders are of the whole command, from its start to its end.
Then one test cell at a time, in the processes that grade: one that asks for next to nothing, again and again; one that
asks 20,000 times; one that hands over the same large array again and again, and one that changes it each time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import stock_nbgrader
import watched
from nbgrader.preprocessors import ClearSolutions

from autograder.commands.doctor import usable_cores
from autograder.course import given_names
from autograder.handin.cell_plan import Cell
from autograder.handin.run_limits import Limits
from autograder.model.assignment import TestCell
from autograder.session.launcher import Zygote
from autograder.session.tested_notebook import TestedNotebook, TestOutcome, TestPlan

COURSE_DIR = Path(__file__).resolve().parents[1]
sys.path.append(str(COURSE_DIR / "tests"))

import course_notebooks  # noqa: E402 - it lies with the tests

SCRIPTS = COURSE_DIR / "tests" / "nbgrader_course"
NAME, CELLS = "cells", 20
SUBMISSIONS, SAMPLE = 200, 6
QUICK_SUBMISSIONS, QUICK_SAMPLE = 12, 2
CALLS, MANY_CALLS, LARGE_CALLS = 2_000, 20_000, 100
KIT = "from autograder.commands import nbgrader_hooks\nnbgrader_hooks.install(c)\n"
SOLUTION = """
def same(x):
    return x


def total(x):
    return float(x.sum())


def add_one(x):
    x += 1
"""
LARGE = "import numpy as np\nx = np.ones(10**6)\n"
# One test cell each; `{calls}` is filled in.
SINGLE_CELLS = {
    "one request": (CALLS, "for number in range({calls}):\n    assert same(number) == number"),
    "20,000 requests": (MANY_CALLS, "for number in range({calls}):\n    assert same(number) == number"),
    "a list of 100": (CALLS, "x = list(range(100))\nfor _ in range({calls}):\n    assert same(x) == x"),
    "8 MB, the same": (LARGE_CALLS, f"{LARGE}for _ in range({{calls}}):\n    assert total(x) == 1e6"),
    "8 MB, changed": (LARGE_CALLS, f"{LARGE}for _ in range({{calls}}):\n    add_one(x)\nassert x[5] == {{calls}} + 1"),
}  # fmt: skip


def first_cells(script: str, count: int) -> str:
    """Return a script up to its test cell of that number."""
    kept, tests = [], 0
    for cell in course_notebooks.cells(script):
        kept.append(f"# %% {cell.kind} {cell.name} {cell.points:g}".removesuffix(" 0").rstrip() + f"\n{cell.source}\n")
        tests += cell.kind == "test"
        if tests == count:
            return "\n".join(kept)
    raise SystemExit(f"The example course has only {tests} test cells in this notebook, not {count}.")


def make_course(course_dir: Path, submissions: int, *, is_stock: bool) -> None:
    """Write a course folder with a class, for stock nbgrader or with the lines that load this kit."""
    script = first_cells((SCRIPTS / "source" / "patterns" / "data.py").read_text(encoding="utf-8"), CELLS)
    source = course_notebooks.notebook(script)
    path = course_dir / "source" / NAME / "data.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(source, path)
    (path.parent / "assignment.toml").write_text('libraries = ["pandas"]\n', encoding="utf-8")
    settings = stock_nbgrader.CONFIG + ("" if is_stock else KIT)
    (course_dir / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    released, _ = ClearSolutions().preprocess(nbformat.from_dict(source), {})
    names = {cell.name for cell in course_notebooks.cells(script)}
    for number in range(submissions):
        kind = ("right_otherwise", "slips")[number % 2]
        answers = (SCRIPTS / "submitted" / kind / "patterns" / "data.py").read_text(encoding="utf-8")
        folder = course_dir / "submitted" / f"student{number:03}" / NAME
        folder.mkdir(parents=True)
        own = [cell for cell in course_notebooks.cells(answers) if not cell.name or cell.name in names]
        text = "\n".join(f"# %% {cell.kind} {cell.name}".rstrip() + f"\n{cell.source}\n" for cell in own)
        text += f"\n# %% given\n# by student {number}\n"
        nbformat.write(course_notebooks.answer(released, text), folder / "data.ipynb")


def stock(folder: Path, sample: int) -> watched.Usage:
    """Grade a class with `nbgrader autograde`, in a kernel for each notebook."""
    make_course(folder, sample, is_stock=True)
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": programs, "PYTHONPATH": ""}
    for command in ("generate_assignment", "autograde"):
        usage = watched.run([sys.executable, "-m", "nbgrader", command, NAME], folder, environment)
        if usage.code != 0:
            raise SystemExit(f"nbgrader {command} ended with {usage.code}:\n{usage.output[-2000:]}")
    return usage


def ours(folder: Path, submissions: int, jobs: int) -> tuple[watched.Usage, int]:
    """Grade a class with `autograder grade`; return what it used, and how many points it gave."""
    make_course(folder, submissions, is_stock=False)
    command = [sys.executable, "-m", "autograder.cli", "grade", "submitted", "--jobs", str(jobs)]
    usage = watched.run(command, folder, {**os.environ, "PYTHONPATH": str(COURSE_DIR)})
    reports = [json.loads(path.read_text(encoding="utf-8")) for path in (folder / "results" / NAME).glob("*.json")]
    if usage.code not in (0, 1) or len(reports) != submissions:
        raise SystemExit(f"autograder grade ended with {usage.code}:\n{usage.output[-2000:]}")
    return usage, sum(report["total"] for report in reports)


def single_cell(zygote: Zygote, source: str) -> tuple[float, TestOutcome]:
    """Run one test cell behind a solution; return its seconds by the clock, without the start of its processes."""
    script = f"# %% solution functions\n{SOLUTION}\n# %% test empty 1\nsame(0)\n\n# %% test single 1\n{source}\n"
    notebook = course_notebooks.notebook(script)
    cells = [Cell("functions", SOLUTION)]
    tests = [TestCell(cell.name, 1.0, cell.source, NAME) for cell in course_notebooks.cells(script) if cell.points]
    seconds = []
    for count in (1, 2):  # without the cell, then with it
        plan = TestPlan(tests[:count], {test.id: 1 for test in tests}, given_names.read(notebook))
        process = TestedNotebook(zygote, cells, plan, Limits(test_cell_cpu_s=120.0, notebook_cpu_s=300.0))
        started = time.perf_counter()
        try:
            outcomes = process.run()
        finally:
            process.close()
        seconds.append(time.perf_counter() - started)
    return seconds[1] - seconds[0], outcomes["single"]


def single_cells() -> dict[str, tuple[int, float, TestOutcome]]:
    """Return requests, seconds and outcome of each of the single cells."""
    found = {}
    with Zygote(None) as zygote:
        for name, (calls, source) in SINGLE_CELLS.items():
            seconds, outcome = single_cell(zygote, source.format(calls=calls))
            if not outcome.ended:
                raise SystemExit(f"The cell '{name}' did not pass: {outcome.error or outcome.lost or outcome.refused}")
            found[name] = (calls, seconds, outcome)
    return found


def requests_per_cell() -> float:
    """Return how many requests a test cell of the example makes, on average, with the instructor's solutions."""
    script = first_cells((SCRIPTS / "source" / "patterns" / "data.py").read_text(encoding="utf-8"), CELLS)
    notebook = course_notebooks.notebook(script)
    cells, tests, at = [], [], {}
    for cell in course_notebooks.cells(script):
        if cell.kind == "test":
            at[cell.name] = len(cells)
            tests.append(TestCell(cell.name, cell.points, cell.source, NAME))
        elif cell.kind in ("given", "solution"):
            cells.append(Cell(cell.name or f"given-{len(cells)}", cell.source))
    with Zygote(None) as zygote:
        process = TestedNotebook(zygote, cells, TestPlan(tests, at, given_names.read(notebook)))
        try:
            outcomes = process.run()
        finally:
            process.close()
    return sum(outcome.requests for outcome in outcomes.values()) / len(tests)


def main() -> None:
    """Run both graders one after the other, print a table and, as the last line, one JSON object."""
    parser = argparse.ArgumentParser(description="Time nbgrader's test cells outside the student's process.")
    parser.add_argument("--submissions", type=int, metavar="N", help=f"size of the class ({SUBMISSIONS})")
    parser.add_argument("--sample", type=int, metavar="N", help=f"submissions for stock nbgrader ({SAMPLE})")
    parser.add_argument("--jobs", type=int, default=usable_cores(), metavar="N", help="worker processes (all cores)")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SUBMISSIONS} submissions, a minute at most")
    options = parser.parse_args()
    count = options.submissions or (QUICK_SUBMISSIONS if options.quick else SUBMISSIONS)
    sample = options.sample or (QUICK_SAMPLE if options.quick else SAMPLE)
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as space:
        folders = [Path(space) / name for name in ("stock", "ours")]
        for folder in folders:
            folder.mkdir()
        theirs = stock(folders[0], sample)
        usage, points = ours(folders[1], count, options.jobs)
    wall_s, core_s = usage.wall_s / count, usage.core_s / count
    their_wall_s, their_core_s = theirs.wall_s / sample, theirs.core_s / sample
    print(f"A notebook with {CELLS} test cells; {count} submissions here, {options.jobs} workers; {sample} there.")
    print(f"{'':18}{'wall s each':>12}{'core s each':>12}")
    print(f"{'autograder grade':18}{wall_s:>12.3f}{core_s:>12.3f}")
    print(f"{'stock nbgrader':18}{their_wall_s:>12.3f}{their_core_s:>12.3f}")
    print(f"{'ratio':18}{their_wall_s / wall_s:>12.1f}{their_core_s / core_s:>12.1f}")
    singles = single_cells()
    print(f"\n{'one test cell':18}{'calls':>8}{'requests':>10}{'s':>8}{'us a request':>14}")
    for name, (calls, seconds, outcome) in singles.items():
        each_us = seconds / max(1, outcome.requests) * 1e6
        print(f"{name:18}{calls:>8}{outcome.requests:>10}{seconds:>8.2f}{each_us:>14.0f}")
    values = {
        "submissions": count,
        "points": points,
        "wall_s": wall_s,
        "core_s_per_submission": core_s,
        "ratio_vs_nbgrader": their_wall_s / wall_s,
        "core_ratio_vs_nbgrader": their_core_s / core_s,
        "requests_per_cell": requests_per_cell(),
        "us_per_request": singles["one request"][1] / singles["one request"][2].requests * 1e6,
        "s_of_20000_requests": singles["20,000 requests"][1],
        "ms_per_large_array": singles["8 MB, the same"][1] / LARGE_CALLS * 1e3,
        "ms_per_changed_large_array": singles["8 MB, changed"][1] / LARGE_CALLS * 1e3,
    }
    print(json.dumps({name: round(value, 3) for name, value in values.items()}))


if __name__ == "__main__":
    main()
