"""Every page has a name by which Canvas attaches it to its student, whatever the student and the file are called."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from canvas_files import Canvas, User
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.lms.canvas_names import canvas_name, possible_canvas_names
from autograder.lms.canvas_zip import Return, read_by_canvas
from autograder.model.submission import DownloadEntry


def returned(user: User, *, hidden: bool = False) -> Return:
    """Return the page of a student as it goes back, after intake has read the names of the download."""
    canvas = Canvas(user, hidden_names=hidden)
    number = f"anon_{user.anonymous_id}" if hidden else str(user.number)
    return Return("ann", Path("ann.html"), DownloadEntry(number, user.late, tuple(canvas.entries())))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Doe, Ann", "ann_HW4.zip"), ("O'Neil-Smith, Ann", "ann_HW4-1.zip"), ("van_der_Berg, Ann", "HW4.zip"),
        ("李明", "作业.zip"), ("12345", "HW4.zip"), ("Doe, Ann_2", "HW4.zip"), ("anon", "HW4.zip"), ("!", "HW4.zip"),
        ("1_2_3", "4_5_6.zip"), ("Doe, Ann", "7_8.zip"), ("LATE", "LATE_HW4.zip"), ("Doe, Ann", "links.zip"),
        ("Doe, Ann", "my_link.zip"), ("Doe, Ann", "a/b:c*.zip"), ("Doe, Ann", "x" * 180 + ".zip"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("late", [False, True])
def test_the_page_comes_back_to_its_student(name: str, file: str, late: bool):
    user = User(11, name, files={901: (file, b"")}, late=late)
    entry = returned(user).entry

    assert Canvas(user, User(12, "Roe, Bob")).taken_back([entry]) == ({11: [entry]}, [])


NAME = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20)
ODD = st.lists(
    st.sampled_from(["_", "LATE", "anon", "link", "-", "1", "23", ".zip", "a", " ", "text.html"]), max_size=9
)


@given(NAME | ODD.map("".join), NAME | ODD.map("".join), st.booleans(), st.booleans())
def test_any_name_of_student_and_file(name: str, file: str, late: bool, hidden: bool):
    """Canvas's own names are kept wherever Canvas can read them itself."""
    letters = re.sub(r"[^A-Za-z0-9_]", "", name).lower()  # of which Canvas makes the name of the file
    assume(hidden or not letters.startswith("anon_"))  # passes for a student whose name is hidden
    user = User(11, name, files={901: (f"{file}.zip", b"")}, late=late, anonymous_id="aB3x9")
    canvas = Canvas(user, User(12, "Roe, Bob", anonymous_id="zzzzz"), hidden_names=hidden)
    (original,) = canvas.entries()
    entry = returned(user, hidden=hidden).entry

    assert canvas.taken_back([entry]) == ({11: [entry]}, [])
    if canvas.taken_back([original])[0]:
        assert entry == original


@pytest.mark.parametrize("entry", ["doeann_11_text.html", "doeann_LATE_11_link.html", "anon_aB3x9_text.html"])
def test_what_was_typed_into_canvas_has_no_file_to_answer(entry: str):
    found = canvas_name(entry)
    assert found is not None

    assert read_by_canvas(entry) is None
    assert not Return("ann", Path("ann.html"), DownloadEntry(found.user, found.late, (entry,))).is_taken_back


def test_the_zip_of_several_files_is_answered():
    user = User(11, "Doe, Ann", files={901: ("links.ipynb", b""), 902: ("ann_HW4.zip", b"")})

    assert returned(user).entry == "doeann_11_902_ann_HW4.zip"


def test_a_number_at_the_end_of_a_name_can_be_told_from_the_users():
    entry = "doeann_2_11_901_7_x.zip"
    first = canvas_name(entry)

    assert first is not None
    assert first.user == "2"
    assert [name.user for name in possible_canvas_names(entry)] == ["2", "11"]
    assert possible_canvas_names("anon_aB3x9_901_11_902_x.zip") == []
    assert [name.user for name in possible_canvas_names("anon_11_901_102_5_x.zip")] == ["11"]
