"""How often does a marker press a key, and how long wait? The same answers and marks, at the desk and in formgrader.

    python bench/marking.py [--students N ...] [--quick]

Nobody thinks here: the figures are what the tools themselves cost. Then the desk's server is asked for pages and sent
marks in classes of a few hundred and a few thousand students.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import class_of_answers
import desk_marking
import desk_requests
import formgrader_marking
import marking_server
import written_class
from class_of_answers import Student
from marking_server import Pace, Task
from playwright.sync_api import sync_playwright

from autograder.desk.class_desk import ClassDesk

COURSE_DIR = Path(__file__).resolve().parents[1]
NAME = "hw4"
QUESTIONS = ("defenses", "cbow_rare_words", "plot_reading")  # one of two on a sheet, and one in a long notebook
MARKED, QUICK_MARKED = 10, 3  # students; every question of each
SIZES, QUICK_SIZES = (300, 3_000), (60,)
VIEWPORT = {"width": 1440, "height": 900}
COMMENTED = 3  # every third answer gets one of the comments
COMMENTS = (
    "Name the quantity that your reason rests on: how many updates, and of what size?",
    "Right idea, but say which of the two papers you take it from.",
    "Too long: only the first three sentences were read.",
)


@dataclass(frozen=True)
class Marked:
    """The same answers, marked in both."""

    desk: Pace
    formgrader: Pace


def answering(count: int) -> list[Student]:
    """Return students who have written an answer to each of the questions."""
    everybody = class_of_answers.students(10 * count)
    return [each for each in everybody if all(each.answer(question) for question in QUESTIONS)][:count]


def tasks(students: Sequence[Student], desk: ClassDesk) -> list[Task]:
    """Return what each answer is to get: the same text, the same mark and comment."""
    found = []
    for question in QUESTIONS:
        item, rubric = desk.assignment.item(question), desk.assignment.rubrics[question]
        for student in students:
            ticks, chance = student.ticks[question], zlib.crc32(student.answer(question).encode())
            comment = COMMENTS[chance // COMMENTED % len(COMMENTS)] if chance % COMMENTED == 0 else ""
            found.append(Task(student.id, question, item.notebook, ticks, rubric.score(ticks), comment))
    return found


def marked(out: Path, students: Sequence[Student]) -> Marked:
    """Mark the answers of a graded class in a real browser, in two copies of it."""
    copy = out.with_name("for formgrader")
    shutil.copytree(out, copy)
    config = copy / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8").replace(repr(str(out)), repr(str(copy))), encoding="utf-8")
    with closing(ClassDesk.load(COURSE_DIR, out, NAME)) as desk:
        wanted = tasks(students, desk)
        key_of = {student.id: desk.key(student.id) for student in students}

        def mates_of(task: Task) -> Sequence[str]:
            return desk.order(task.item).group_of(task.student).students

        with sync_playwright() as playwright:
            program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=False)
            page = browser.new_context(viewport=VIEWPORT).new_page()
            with marking_server.running(out, NAME) as server:
                at_desk = desk_marking.mark(page, server, wanted, key_of.__getitem__, mates_of)
            with marking_server.running(copy, NAME) as server:
                in_formgrader = formgrader_marking.mark(page, server, wanted)
            browser.close()
    return Marked(at_desk, in_formgrader)


def main() -> None:
    """Print a table for people and, as the last line, one JSON object."""
    parser = argparse.ArgumentParser(description="Measure marking at the desk and in formgrader.")
    parser.add_argument("--students", type=int, nargs="+", default=SIZES, metavar="N", help="sizes of class (300 3000)")
    parser.add_argument("--quick", action="store_true", help="few answers, a small class: about a minute")
    options = parser.parse_args()
    sizes = QUICK_SIZES if options.quick else tuple(options.students)
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as space:
        students = answering(QUICK_MARKED if options.quick else MARKED)
        found = marked(written_class.graded(students, Path(space, "marked")), students)
        answers = found.desk.answers
        print(f"{answers} answers ({found.desk.decisions} decisions at the desk), no thinking")
        print(f"{'':12}{'keys an answer':>16}{'s of waiting an answer':>26}")
        for name, pace in (("desk", found.desk), ("formgrader", found.formgrader)):
            print(f"{name:12}{pace.keys_per_answer:16.1f}{pace.wait_s_per_answer:26.3f}")
        print(f"\n{'students':>10}{'request':>14}{'median ms':>12}{'p95 ms':>10}")
        p95_ms: dict[int, float] = {}
        for size in sizes:
            out = written_class.graded(class_of_answers.students(size), Path(space, str(size)), one_plot=True)
            times = desk_requests.measured(out, NAME)
            for kind, times_ms in times.items():
                median_ms, p95 = (desk_requests.share(times_ms, part) for part in (0.5, 0.95))
                print(f"{size:10,}{kind:>14}{median_ms:12.1f}{p95:10.1f}")
            p95_ms[size] = max(desk_requests.share(times_ms, 0.95) for times_ms in times.values())
    print(json.dumps({
        "students": max(sizes), "answers": answers, "decisions": found.desk.decisions,
        "keys_per_answer": round(found.desk.keys_per_answer, 2),
        "wait_s_per_answer": round(found.desk.wait_s_per_answer, 4),
        "formgrader_keys_per_answer": round(found.formgrader.keys_per_answer, 2),
        "formgrader_wait_s_per_answer": round(found.formgrader.wait_s_per_answer, 3),
        "p95_ms": round(max(p95_ms.values()), 1),
        "p95_ms_by_students": {str(size): round(ms, 1) for size, ms in p95_ms.items()},
        "ratio_vs_formgrader": round(found.formgrader.wait_s_per_answer / found.desk.wait_s_per_answer, 1),
        "cores": os.cpu_count(),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
