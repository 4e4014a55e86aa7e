"""Does a release say when it is due, and does nothing change when that date does?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import small_course
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.assignment import load
from autograder.handin import due_line, notebook_file
from autograder.marking.cell_matching import GivenNotebook
from autograder.nbgrader import due_date, release

EAST = timezone(timedelta(hours=-4))
DUE = "Saturday, May 9, 2026, 11:59 pm (UTC-04:00)"
LATER = "Saturday, May 16, 2026, 11:59 pm (UTC-04:00)"
OPENING = "# Part I\n\nYou build a GAN."


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return small_course.make(tmp_path / "course")


def set_due(course: Path, day: int) -> None:
    config = course / "nbgrader_config.py"
    config.write_text(f'{config.read_text()}\nc.LatePolicy.due = "2026-05-{day:02d} 23:59:59-04:00"\n')


def texts(folder: Path, part: str) -> list[str]:
    cells = json.loads((folder / f"{part}.ipynb").read_text())["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (datetime(2026, 5, 9, 23, 59, 59, tzinfo=EAST), DUE),
        (datetime(2026, 1, 5, 12, 0, tzinfo=UTC), "Monday, January 5, 2026, 12:00 pm (UTC)"),
        (datetime(2026, 7, 1, 0, 5, tzinfo=ZoneInfo("UTC")), "Wednesday, July 1, 2026, 12:05 am (UTC)"),
        (
            datetime(2026, 5, 9, 23, 59, tzinfo=ZoneInfo("America/Los_Angeles")),
            "Saturday, May 9, 2026, 11:59 pm (America/Los_Angeles, UTC-07:00)",
        ),
        (
            datetime(2026, 11, 2, 9, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            "Monday, November 2, 2026, 9:30 am (UTC+05:30)",
        ),
    ],
)
def test_a_date_is_written_in_words_with_its_zone(due: datetime, words: str):
    """A reader anywhere knows the moment; and what is written is read again."""
    assert due_line.in_words(due) == words
    assert due_line.stated_in(due_line.with_line(OPENING, words)) == words


@given(st.text(alphabet="# \nab*", max_size=40))
def test_without_the_line_a_text_is_as_before(text: str):
    """Whatever the text, with a title or without."""
    assert due_line.without_line(due_line.with_line(text, DUE)).rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize(
    "text",
    [
        f"# Part I\n\n**Due:** {DUE} I was ill.\n\nYou build a GAN.",
        "**Due:** to the softmax, every word gets a gradient.",
        f"# Part I\n\nMine.\n\n**Due:** {DUE}\n",
    ],
)
def test_words_of_a_student_stay(text: str):
    """Only the line itself is taken out, and only from its own place."""
    assert due_line.without_line(text) == text


def test_a_release_says_when_it_is_due(course: Path):
    """In the README and in the first text of each notebook, below the title; in no other cell."""
    set_due(course, 9)
    release.build(course, course / "release" / "hw4")
    released = course / "release" / "hw4"

    assert f"\n**Due:** {DUE}\n" in (released / "README.md").read_text()
    for part in ("hw4_partI", "hw4_partII"):
        first, *others = texts(released, part)
        assert due_line.stated_in(first) == DUE
        assert not any("Due:" in source for source in others)


def test_without_a_date_nothing_is_said(course: Path):
    """A date that nobody set is no date."""
    release.build(course, course / "release" / "hw4")

    assert due_date.stated_in(course / "release" / "hw4") == ""
    assert not any(b"Due:" in path.read_bytes() for path in (course / "release" / "hw4").glob("*.*"))


def test_check_says_that_the_date_has_changed(course: Path):
    """It names both dates, so that the instructor knows why files differ."""
    set_due(course, 9)
    release.build(course, course / "release" / "hw4")
    assert release.check(course) == []
    set_due(course, 16)

    assert release.check(course)[-1] == (
        f"release/hw4 tells students that the homework is due {DUE}; c.LatePolicy.due in nbgrader_config.py is {LATER}."
    )


def test_an_old_date_is_no_change_of_a_student(course: Path):
    """Who downloaded the release before the date changed, or lost the metadata in Colab, wrote nothing in that cell."""
    set_due(course, 9)
    release.build(course, course / "release" / "hw4")
    data = (course / "release" / "hw4" / "hw4_partI.ipynb").read_bytes()
    cell = notebook_file.read(data).cells[0]
    given_cells = GivenNotebook(load(course).source_notebook("hw4_partI"))
    content = json.loads(data)
    del content["cells"][0]["metadata"]["nbgrader"]

    assert cell.source == OPENING
    assert notebook_file.is_as_released(cell)
    assert given_cells.added_words("opening", cell) == ""
    assert given_cells.match(notebook_file.read(json.dumps(content).encode()).cells)[0] == "opening"
