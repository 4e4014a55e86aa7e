"""Does a right solution ever lose a point by chance? Grade the perfect submission under many seeds.

python bench/seeds.py [--count N]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from autograder import intake
from autograder.assignments.hw4 import demo
from autograder.course import assignment as assignments
from autograder.grading.grader import grade
from autograder.nbgrader import release
from autograder.session.launcher import Zygote

COURSE_DIR = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print what was lost under which seed and, as the last line, one JSON object."""
    parser = argparse.ArgumentParser(description="Grade the perfect submission under many seeds.")
    parser.add_argument("--count", type=int, default=200, help="how many seeds")
    count = parser.parse_args().count
    assignment = assignments.load(COURSE_DIR, "hw4")
    with tempfile.TemporaryDirectory() as folder:
        released = Path(folder) / "release"
        release.build(COURSE_DIR, released, "hw4")
        perfect = Path(folder) / "ada_HW4.zip"
        perfect.write_bytes(demo.CLASS[0].make(demo.Builder(assignment, released)))
        (submission,) = intake.collect([perfect], assignment)
    full = 0
    hidden = [COURSE_DIR / name for name in ("source", "answers")]
    with Zygote(assignment.kit_dir, hidden, libraries=assignment.libraries, kit_without=assignment.ungraded) as zygote:
        for number in range(count):
            report = grade(submission, assignment, f"seed-{number}", zygote)
            full += report.total == report.max
            for item in report.items:
                if item.score != item.max:
                    print(f"seed-{number}: {item.id} {item.score}: {item.reason}", flush=True)
    print(json.dumps({"gradings": count, "full": full}))


if __name__ == "__main__":
    main()
