"""How many decisions settle all written answers of a class, and whether any two of one group deserve different marks.

python bench/marking_groups.py [--students N] [--seed N]

The class is that of tests/class_of_answers.py, where the true ticks of each answer are known from how it was made. A
pair is two answers of one group; it is mixed if their true ticks differ. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations, pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import answer_pairs
import class_of_answers
from class_of_answers import Student

from autograder.course import assignment as assignments
from autograder.course import sheets
from autograder.course.mark_schemes import rubric_of
from autograder.grading import formulas
from autograder.handin.filled_sheet import is_empty
from autograder.marking import answer_groups
from autograder.marking.answer_groups import Compared, Group
from autograder.marking.answers import question_of
from autograder.model.assignment import Assignment

COURSE_DIR = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Row:
    """The groups of one item."""

    item: str
    answers: int
    beforehand: int  # empty ones, settled before anybody looks
    groups: int  # of two and more
    grouped: int  # answers in them
    single: int
    pairs: int  # in groups
    mixed: int  # pairs with different true ticks
    mixed_score: int  # pairs with a different number of true points
    as_before: int  # decisions that are the same as the one before, in the order of marking
    as_before_by_name: int  # the same with the groups in the order of the names of their first students
    seconds: float

    @property
    def decisions(self) -> int:
        """How often a marker decides."""
        return self.groups + self.single


def compared(item_id: str, students: Sequence[Student], assignment: Assignment) -> dict[str, Compared]:
    """Return what is compared of all answers to an item, as the desk does it: the empty ones left out."""
    item, found = assignment.item(item_id), {}
    for student in students:
        text = student.answer(item_id)
        if item.notebook in assignment.sheets:
            sheet = assignment.sheet(item.notebook)
            filled = class_of_answers.sheet_of(student, assignment, sheet.name)
            text = sheets.read_filled(sheet, filled).answers[item_id]
        asks_formula = bool(student.written[item_id].formula) or "```formula" in text
        on_paper = student.id if asks_formula and student.has_pdf else ""
        beside = student.id if item_id == "plot_reading" else on_paper  # a plot and a PDF that nobody else has
        if is_empty(text) and not on_paper:
            continue
        said = formulas.examine({item_id: text}, [item_id], assignment)[item_id] if asks_formula else None
        found[student.id] = Compared(text, beside, str(said.formula) if said else "", said.diagnosis if said else "")
    return found


def measured(item_id: str, students: Sequence[Student], assignment: Assignment) -> tuple[Row, list[Group]]:
    """Return the figures of an item, and its groups."""
    answers = compared(item_id, students, assignment)
    question = question_of(assignment.item(item_id), assignment)
    begun = time.perf_counter()
    found = answer_groups.groups(answers, question)
    seconds = time.perf_counter() - begun
    ticks = {student.id: student.ticks[item_id] for student in students}
    several = [group for group in found if len(group.students) > 1]
    pairs = [pair for group in several for pair in combinations(group.students, 2)]
    rubric = rubric_of(assignment.item(item_id), assignment)
    scores = {student: rubric.score(ticked) for student, ticked in ticks.items()}
    row = Row(
        item_id,
        len(students),
        len(students) - len(answers),
        len(several),
        sum(len(group.students) for group in several),
        len(found) - len(several),
        len(pairs),
        sum(ticks[one] != ticks[other] for one, other in pairs),
        sum(scores[one] != scores[other] for one, other in pairs),
        _repeated(found, ticks),
        _repeated(sorted(found, key=lambda group: group.students), ticks),
        seconds,
    )
    return row, found


def _repeated(found: Sequence[Group], ticks: Mapping[str, frozenset[str]]) -> int:
    return sum(ticks[one.students[0]] == ticks[other.students[0]] for one, other in pairwise(found))


def table(rows: Sequence[Row]) -> str:
    """Return the figures for people."""
    head = (
        "item               answers  beforehand  groups  of answers  single  decisions  as before (by name)"
        "   pairs  mixed  points      s"
    )
    lines = [
        f"{row.item:18} {row.answers:7} {row.beforehand:11} {row.groups:7} {row.grouped:11} {row.single:7}"
        f" {row.decisions:10} {row.as_before:10} {row.as_before_by_name:9} {row.pairs:7} {row.mixed:6}"
        f" {row.mixed_score:7} {row.seconds:6.2f}"
        for row in rows
    ]
    return "\n".join([head, *lines])


def summed(rows: Sequence[Row]) -> Row:
    """Return the figures of all items."""
    fields: Mapping[str, float] = {
        name: sum(asdict(row)[name] for row in rows) for name in asdict(rows[0]) if name != "item"
    }
    return Row("all", **fields)  # type: ignore[arg-type]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How many decisions settle all written answers of a class.")
    parser.add_argument("--students", type=int, default=300, metavar="N", help="students (300)")
    parser.add_argument("--seed", type=int, default=class_of_answers.SEED, metavar="N")
    options = parser.parse_args()
    assignment = assignments.load(COURSE_DIR, "hw4")
    students = class_of_answers.students(options.students, options.seed)
    rows = [measured(item.id, students, assignment)[0] for item in assignment.person_items]
    total = summed(rows)
    print(table([*rows, total]))
    different, same = (list(answer_pairs.pairs(part)) for part in ("different", "same"))
    wrong = {part: len(answer_pairs.failures(part)) for part in ("different", "same")}
    print(f"\nPairs by hand: {len(different)} different, {wrong['different']} of them in one group;")
    print(f"{len(same)} that should be one group, {wrong['same']} of them apart.")
    print(json.dumps({
        "students": options.students, "answers": total.answers, "decisions": total.decisions,
        "beforehand": total.beforehand, "groups": total.groups, "single": total.single,
        "mixed_share": total.mixed / max(total.pairs, 1), "mixed_score_share": total.mixed_score / max(total.pairs, 1),
        "as_before_share": total.as_before / total.decisions,
        "as_before_by_name_share": total.as_before_by_name / total.decisions,
        "pairs_different": len(different), "pairs_wrongly_one": wrong["different"],
        "pairs_same": len(same), "pairs_apart": wrong["same"], "seconds": round(total.seconds, 2),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
