"""What everything scores: one row for each item of each solution of the corpus, each mutant and each seed.

    python bench/verdicts.py [--quick] [--write]

The rows are compared with bench/verdicts.csv, where the last ones are kept. Whoever changes how something is graded
writes them anew with --write: the difference of that file is what the change did to scores.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import mutation

from autograder import intake
from autograder.assignments.hw4 import demo
from autograder.course import assignment as assignments
from autograder.grading.grader import grade
from autograder.model.assignment import Assignment
from autograder.model.report import Report, Verdict
from autograder.nbgrader import release
from autograder.session.launcher import Zygote

COURSE_DIR = Path(__file__).resolve().parents[1]
TABLE = Path(__file__).with_suffix(".csv")
SEEDS = 200
QUICK_SHARE = 8  # --quick takes every eighth row
COLUMNS = ("kind", "name", "item", "verdict", "score", "lost")

sys.path.insert(0, str(COURSE_DIR / "tests"))
import corpus_cases  # noqa: E402 - the tests are no package

Row = tuple[str, ...]


def rows(assignment: Assignment, zygote: Zygote, share: int) -> Iterator[Row]:
    """Yield the rows, of which only every `share`-th solution, mutant and seed is graded."""
    for case in [*corpus_cases.cases("right"), *corpus_cases.cases("wrong")][::share]:
        item_id = case.expected["item"]
        report = grade(corpus_cases.submission(case, assignment), assignment, "corpus", zygote, only={item_id})
        yield from _rows("corpus", f"{case.folder.parent.parent.name}/{case.folder.name}", report)
    for item in assignment.auto_items:
        if item.id == "word_vectors":
            continue
        source = mutation.solution_cell(assignment.source_notebook(item.notebook), item).source
        for number, mutant in list(enumerate(mutation.mutants(source)))[::share]:
            sent = mutation.submission(assignment, item, mutant.source)
            report = grade(sent, assignment, mutation.SEED, zygote, only={item.id})
            yield from _rows("mutant", f"{number} line {mutant.line}: {mutant.change}", report)
    with tempfile.TemporaryDirectory() as folder:
        release.build(COURSE_DIR, Path(folder, "release"), "hw4")
        perfect = Path(folder, "ada_HW4.zip")
        perfect.write_bytes(demo.CLASS[0].make(demo.Builder(assignment, Path(folder, "release"))))
        (submission,) = intake.collect([perfect], assignment)
    for number in range(0, SEEDS, share):
        yield from _rows("seed", str(number), grade(submission, assignment, f"seed-{number}", zygote))


def _rows(kind: str, name: str, report: Report) -> Iterator[Row]:
    for item in report.items:
        lost = " ".join(sorted(check.name for check in item.checks if check.verdict is not Verdict.PASSED))
        yield kind, name, item.id, item.verdict.value, f"{item.score}", lost


def main() -> None:
    """Say which rows are not as before and, as the last line, one JSON object; exit code 1 if any is not."""
    parser = argparse.ArgumentParser(description="Compare what everything scores with what it scored before.")
    parser.add_argument("--quick", action="store_true", help="every eighth row only")
    parser.add_argument("--write", action="store_true", help="keep the rows as those to compare with")
    options = parser.parse_args()
    assignment = assignments.load(COURSE_DIR, "hw4")
    hidden = [COURSE_DIR / name for name in ("source", "answers")]
    with Zygote(assignment.kit_dir, hidden, libraries=assignment.libraries, kit_without=assignment.ungraded) as zygote:
        found = list(rows(assignment, zygote, QUICK_SHARE if options.quick else 1))
    if options.write:
        with TABLE.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *found])
    with TABLE.open(newline="", encoding="utf-8") as file:
        kept = {tuple(row[:3]): tuple(row) for row in csv.reader(file)}
    changed = [row for row in found if kept.get(row[:3]) != row]
    for row in changed:
        print(f"now    {', '.join(row)}\nbefore {', '.join(kept.get(row[:3], ('no such row',)))}")
    print(json.dumps({"rows": len(found), "changed": len(changed)}))
    if changed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
