"""A stand-in for the grader that takes milliseconds: a score from the bytes of the notebook, and a line in a log.

`python fake_grading.py ...` is `autograder ...` with it; Dask workers need only find this file. In a test, `use` puts
it in place.
"""

from __future__ import annotations

import os
import random
import sys
import time
import zipfile
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.course import assignment as assignments
from autograder.grading import check_run
from autograder.grading.cache_key import digest
from autograder.model.report import Awaiting, CheckResult, ItemResult, Report, Verdict
from autograder.running import worker
from autograder.running.results import Graded

LOG, GATE, DEADLY = "FAKE_GRADING_LOG", "FAKE_GRADING_GATE", "FAKE_GRADING_DEADLY"
SENTENCE = "Right code does this. Seen: something else"


load = lru_cache(assignments.load)


def grade(submission, course, plan, seed):
    """Grade as the notebook's bytes say, as soon as the gate is open."""
    note("begins", submission.student)
    if GATE in os.environ:
        wait_at(Path(os.environ[GATE]), submission.student)
    if submission.student in os.environ.get(DEADLY, "").split():
        os._exit(1)
    assignment = load(worker.folder_of(course), course.assignment)
    parts = {
        name: Report(
            submission.student,
            tuple(result(assignment.item(item_id), submission) for item_id in sorted(ids)),
            timings_s={"total": 0.5, "student_cpu": 0.25},
        )
        for name, ids in plan.items()
    }
    note("ends", submission.student)
    return Graded(parts, tuple(Awaiting(item.id, item.points) for item in assignment.person_items)).to_json()


def result(item, submission):
    """Return a score that depends on the item and on the notebook it stands in, and on nothing else."""
    chance = random.Random(digest([item.id, digest(submission.notebooks.get(item.notebook, b""))]))
    passed = chance.random() < 0.5
    verdict = Verdict.PASSED if passed else Verdict.FAILED
    check = CheckResult("test_it", verdict, seen="" if passed else SENTENCE)
    return ItemResult(item.id, item.points if passed else 0.0, item.points, verdict, (check,))


def note(what, student):
    """Write a line to the log, whole, whoever else writes."""
    path = os.environ.get(LOG)
    if path:
        with Path(path).open("a") as log:
            log.write(f"{what} {student}\n")


def open_gate(path: Path, begun: int) -> None:
    """Let the first gradings of the log end, up to this number; later ones wait where the file is named as GATE."""
    path.with_suffix(".new").write_text(str(begun))
    path.with_suffix(".new").rename(path)


def wait_at(gate: Path, student: str) -> None:
    """Return when the gate is open for the last grading of this student that began."""
    lines = Path(os.environ[LOG]).read_text().splitlines()
    begun = [line.removeprefix("begins ") for line in lines if line.startswith("begins ")]
    place = len(begun) - begun[::-1].index(student)
    while int(gate.read_text()) < place:
        time.sleep(0.005)


def log_of(path: Path) -> tuple[dict[str, int], set[str]]:
    """Return how often each student's grading began, and who was finished."""
    lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
    begun = [student for what, student in lines if what == "begins"]
    return {student: begun.count(student) for student in begun}, {student for what, student in lines if what == "ends"}


def hand_in(folder: Path, students: Iterable[str], course: Path) -> Path:
    """Write a zip for each student, with the released notebooks, which name their author; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = {path.name: path.read_text() for path in sorted((course / "source" / "hw4").glob("*.ipynb"))}
    for student in students:
        with zipfile.ZipFile(folder / f"{student}_HW4.zip", "w") as archive:
            for name, text in sources.items():
                signed = text.replace('"metadata": {', f'"metadata": {{"author": "{student}",', 1)
                archive.writestr(f"{student}_HW4/{student}_{name}", signed)
    return folder


def use(replace: Callable[[ModuleType, str, Any], object] = setattr) -> None:
    """Put this in the place of the grader; no hidden check has a part in it."""
    replace(worker, "grade", grade)
    replace(check_run, "collect", lambda assignment: [])


if __name__ == "__main__":
    import fake_grading  # under its own name, by which Dask's workers find it

    from autograder import cli

    fake_grading.use()
    sys.exit(cli.main(sys.argv[1:]))
