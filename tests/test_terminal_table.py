"""The tables in the terminal: short, in 80 columns, and they count what people marked."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_class_report import (
    ASSIGNMENT,
    SENTENCE,
    Finding,
    Verdict,
    faulty,
    full,
    item,
    partly,
    passed,
    refused,
    report,
)  # fmt: skip

from autograder.gradebook.marks import Mark, StudentMarks
from autograder.lms.roster import Member
from autograder.model.report import ONE_REASON, SEEN
from autograder.reports import format_items, format_students
from autograder.reports.class_figures import class_figures
from autograder.reports.class_scores import ClassMarks
from autograder.reports.terminal_table import MOST_IN_NEED, WIDTH, display_width


def marked(**points: float | None) -> ClassMarks:
    """Return the marks of the written item by student; None is unmarked."""
    return ClassMarks(
        {
            student: StudentMarks({"grad_neg_v": Mark(person=value, open=value is None)})
            for student, value in points.items()
        }
    )


def test_every_student_has_points_and_a_reason() -> None:
    """One line a student: what lost most and its first lost check, or what a person must do."""
    warned = full("eve", findings=(Finding("warning", "The plot is blank."),))
    incomplete = replace(partly("fay"), findings=(*warned.findings, Finding("error", "A notebook is missing.")))
    people = {"ada": Member("ada", "Lovelace, Ada")}
    given = marked(ada=7.0, bea=3.5, cy=7.0, eve=None)
    lines = format_students(
        [refused("dee"), partly("bea"), full("ada"), warned, incomplete, faulty("cy")], ASSIGNMENT, given, people=people
    ).splitlines()

    assert lines == [
        "student                points  to mark  why",
        "bea                  6.5 / 13           grad_neg_v -3.5 (and 1 more)",
        "cy                     ? / 13           grader fault in Generator loss: the che…",
        "dee                    0 / 13           refused: The zip cannot be opened: make…",
        "eve                     6 / 6        1  full points so far, but: The plot is bl…",
        "fay                     3 / 6        1  A notebook is missing.",
        "Lovelace, Ada (ada)   13 / 13           full points",
    ]


def test_a_lost_check_says_what_happened() -> None:
    """The sentence of the check; where one thing cost all of them, that thing."""
    lost = item("leaky_relu", 0.0, Verdict.ERROR, f"{ONE_REASON}{SEEN}it ended itself.")
    lines = format_students([partly("bea"), report("ada", lost, passed("generator_loss"))], ASSIGNMENT).splitlines()

    assert lines[1:] == [
        "ada       3 / 6        1  Leaky ReLU -3: it ended itself.",
        f"bea       3 / 6        1  Generator loss -3: {SENTENCE}"[: WIDTH - 1] + "…",
    ]


def test_a_long_name_leaves_room_for_the_id() -> None:
    """Commands take the id."""
    people = {"jmueller": Member("jmueller", "Müller-Lüdenscheidt, Jörg Friedrich")}
    line = format_students([full("jmueller")], ASSIGNMENT, people=people).splitlines()[1]

    assert line.startswith("Müller-Lüden… (jmueller) ")


def test_of_a_large_class_only_those_are_listed_who_need_a_person() -> None:
    """The most urgent first; how many there are of each kind stands below."""
    class_ = [full(f"s{number:03}") for number in range(250)]
    class_ += [refused(f"r{number}") for number in range(30)] + [faulty("a"), faulty("z")]
    lines = format_students(class_, ASSIGNMENT).splitlines()

    assert [line.split()[0] for line in lines[1:4]] == ["a", "z", "r0"]
    assert len(lines) == MOST_IN_NEED + 2
    assert lines[-1] == ("282 students; who needs a person: 2 grader fault, 30 refused. The report has all of them.")


@given(st.lists(st.text(max_size=150), max_size=6), st.text(max_size=150))
@settings(max_examples=60, deadline=None)
def test_the_table_is_aligned_and_clean(texts: list[str], name: str) -> None:
    """Whatever the names and sentences, no line is too long, and the columns stand under each other."""
    people = {text: Member(text, name) for text in texts}
    lines = format_students([refused(text, f"x{text}") for text in texts], ASSIGNMENT, people=people).split("\n")

    assert len(lines) == 1 + len(texts)
    assert all(display_width(line) <= WIDTH for line in lines)
    assert not {unicodedata.category(char) for line in lines for char in line} & {"Cc", "Cf", "Cs"}
    assert len({display_width(line[: line.index(" / 13  ")]) for line in lines[1:]}) <= 1


def test_the_class_has_a_line_for_each_part_and_each_item() -> None:
    """Who is not final is in no mean of the whole, and is counted below."""
    class_ = [full("ada"), partly("bea"), faulty("cy"), refused("dee"), full("eve")]
    text = format_items(class_figures(class_, ASSIGNMENT, marked(ada=7.0, bea=0.0, cy=3.0)))

    assert text.splitlines() == [
        "points                  students      mean  median  middle half",
        "all items                      2  8.0 / 13       8  5.5 to 10.5",
        "items graded by checks         3   5.0 / 6       6     4.5 to 6",
        "items marked by people         3   3.3 / 7       3     1.5 to 5",
        "Without a final score: 1 waits for marks, 1 is refused, 1 has a grader fault.",
        "",
        "item               mean  full  some  none  open",
        "Leaky ReLU      3.0 / 3     4",
        "Generator loss  2.0 / 3     2           1     1",
        "grad_neg_v      3.3 / 7     1     1     1     1",
    ]


@pytest.mark.parametrize("class_", [[], [refused("dee")]])
def test_a_class_without_a_score_is_a_table(class_: list) -> None:
    """Nothing is counted, and nothing breaks."""
    lines = format_items(class_figures(class_, ASSIGNMENT)).splitlines()

    assert lines[1] == "all items                      0  - / 13"
    assert lines[-1].split() == ["grad_neg_v", "-", "/", "7"]
