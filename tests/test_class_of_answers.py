"""The class that the benchmarks of marking use: real submissions, with answers of which the true marks are known."""

from __future__ import annotations

import random
import re
import sys
from itertools import combinations
from pathlib import Path

import class_of_answers
import nbformat
import pytest
from answer_pairs import are_one_group
from class_of_answers import Student

from autograder import intake
from autograder.assignments.hw4 import demo
from autograder.course.mark_schemes import rubric_of
from autograder.handin.filled_sheet import is_empty
from autograder.marking import answers
from autograder.marking.cell_matching import GivenNotebook

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))
import marking_groups

COUNT = 120
# Words that `word_choice` leaves out or takes for another one are not changed.
WORD_OR_SIGN = re.compile(
    r"(?<![\\\w'])((?!(?:the|that|also|actually|each|every|one|centre|center|while|whereas|because|since|thus|hence)\b)"
    r"[a-z]{3,}|\d+|[+=<^])(?![\w'])"
)


@pytest.fixture(scope="module")
def students() -> list[Student]:
    return class_of_answers.students(COUNT)


@pytest.fixture(scope="module")
def measured(students, assignment):
    """Return the figures and the groups of each item."""
    return {item.id: marking_groups.measured(item.id, students, assignment) for item in assignment.person_items}


def test_what_the_answers_earn_are_rows_of_the_rubrics(students, assignment):
    """And every row but the cap for mini data is earned by somebody."""
    for item in assignment.person_items:
        rows = {row.id for row in rubric_of(item, assignment).rows}
        said = class_of_answers.sentences()[item.id]
        texts = [*said["whole"], *said["part"], *said.get("formula", {}).get("wrong", [])]
        ticks = {tick.rstrip("ab") for text in texts for tick in text["ticks"]} | {
            *said.get("formula", {}).get("ticks", ())
        }

        assert ticks <= rows
        assert len(rows - ticks) <= (item.id == "plot_reading")


def test_a_larger_class_begins_with_the_same_students(students):
    """So figures of classes of two sizes can be compared."""
    assert class_of_answers.students(20) == students[:20]


def test_intake_finds_what_the_students_wrote(students, assignment, course_dir, tmp_path):
    """In sheets and in the notebook, as it was written."""
    builder = demo.Builder(assignment, course_dir / "release" / assignment.name)
    given = {
        name: GivenNotebook(nbformat.reads(builder.untouched(name), as_version=4)) for name in assignment.notebooks
    }
    for student in students[:8]:
        sent = demo.packed(student.id, class_of_answers.files(student, assignment, builder))
        (tmp_path / f"{student.id}_HW4.zip").write_bytes(sent)
    for student, submission in zip(students, intake.collect([tmp_path], assignment), strict=False):
        found = answers.written_answers(submission, assignment, given).texts

        assert submission.student == student.id
        assert ("derivation" in submission.files) is student.has_pdf
        for item, text in found.items():
            assert is_empty(text) == (not student.answer(item))
            assert is_empty(text) or text.split() == student.answer(item).split()


def test_no_group_holds_two_answers_that_deserve_different_marks(students, measured):
    """Of hundreds of pairs in groups; copies that were changed in one word that matters are among the answers."""
    twisted = [student for student in students if any(each.copied == "twisted" for each in student.written.values())]
    for item_id, (_, found) in measured.items():
        ticks = {student.id: student.ticks[item_id] for student in students}
        pairs = [pair for group in found for pair in combinations(group.students, 2)]

        assert [pair for pair in pairs if ticks[pair[0]] != ticks[pair[1]]] == []
    total = marking_groups.summed([row for row, _ in measured.values()])

    assert twisted
    assert total.pairs > 100
    assert total.decisions < 0.9 * total.answers


def test_copies_in_another_dress_are_no_second_decision(students, measured):
    """Nor those with typing errors."""
    by_id = {student.id: student for student in students}
    seen = 0
    for item, (_, found) in measured.items():
        where = {name: group.students for group in found for name in group.students}
        for student in students:
            written = student.written[item]
            copied = written.copied in ("verbatim", "dressed", "slips") and written.source in where
            if copied and item != "plot_reading" and not student.has_pdf and not by_id[written.source].has_pdf:
                seen += 1
                assert written.source in where[student.id]
    assert seen > 5


def test_whatever_is_changed_in_an_answer_makes_another_one_of_it(students):
    """One word, number or sign, or two of them swapped: all but what the lists of `word_choice` name."""
    rng = random.Random(1)
    texts = [student.answer(item) for student in students for item in student.written]
    texts = [text for text in texts if len(WORD_OR_SIGN.findall(text)) > 4 and text not in class_of_answers.NO_ANSWER]
    for text in rng.sample(texts, 300):
        parts = WORD_OR_SIGN.split(text)  # every second one is a word or a sign
        one, other = rng.sample(range(1, len(parts), 2), 2)
        for change in ({one: "okapi"}, {one: ""}, {one: f"{parts[one]} not "}, {one: parts[other], other: parts[one]}):
            changed = "".join(change.get(place, part) for place, part in enumerate(parts))

            assert changed == text or not are_one_group(text, changed), (text, changed)
