"""Canvas's bulk download, with all its odd names, is read as Canvas means it; nobody passes for another."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from canvas_files import Canvas, User
from handed_in import (
    ASSIGNMENT,
    PART_1,
    PART_2,
    Files,
    by_student,
    check_complete,
    check_sentence,
    handed_in,
    notes,
    only,
    packed,
    placed,
)
from hypothesis import example, given
from hypothesis import strategies as st

from autograder import intake
from autograder.intake import KnownStudents
from autograder.lms.canvas_names import canvas_name, possible_canvas_names
from autograder.model.result_folders import ResultFolders
from autograder.model.submission import Submission


def canvas(tmp_path: Path, entries: Files) -> dict[str, Submission]:
    return by_student(placed(tmp_path, {"submissions.zip": packed(entries)}) / "submissions.zip")


def test_canvas_names_are_taken_apart(tmp_path: Path):
    found = canvas(
        tmp_path,
        {
            "doeamy_11_901_amy_HW4.zip": packed(handed_in("amy")),
            "o_neilbob_LATE_12_902_bob_HW4-2.zip": packed(handed_in("bob")),
            "müllercy_13_903_HW4.zip": packed(handed_in("cy")),
            "李明_14_904_hw4_partI.ipynb": PART_1,
            "latedan_15_905_homework.zip": packed({"hw4_partI.ipynb": PART_1}),
        },
    )

    assert set(found) == {"amy", "bob", "cy", "student_14", "latedan_15"}
    assert found["bob"].download == intake.DownloadEntry("12", True, ("o_neilbob_LATE_12_902_bob_HW4-2.zip",))
    assert "late" in notes(found["bob"], "info")
    assert found["amy"].download is not None
    assert not found["amy"].download.late
    assert found["latedan_15"].download is not None
    assert not found["latedan_15"].download.late


def test_canvas_with_hidden_names(tmp_path: Path):
    found = canvas(
        tmp_path,
        {
            "anon_aB3x9_901_HW4.zip": packed({"hw4_partI.ipynb": PART_1}),
            "LATE_anon_Qr5Tz_902_hw4.zip": packed({"hw4_partI.ipynb": PART_2}),
            "anon_zzzzz_903_bob_HW4.zip": packed(handed_in()),
        },
    )

    assert set(found) == {"anon_aB3x9", "anon_Qr5Tz", "bob"}
    assert found["anon_Qr5Tz"].download == intake.DownloadEntry("anon_Qr5Tz", True, ("LATE_anon_Qr5Tz_902_hw4.zip",))


def test_the_later_attachment_counts_and_both_are_named(tmp_path: Path):
    found = canvas(
        tmp_path,
        {
            "doebob_12_1000_bob_HW4-1.zip": packed(handed_in(marker=b" ")),
            "doebob_12_999_bob_HW4.zip": packed(handed_in()),
        },
    )

    check_complete(found["bob"], marker=b" ")
    later, earlier = "doebob_12_1000_bob_HW4-1.zip", "doebob_12_999_bob_HW4.zip"
    assert f"'{later}', the later one, counts, not '{earlier}'" in notes(found["bob"])
    assert found["bob"].download == intake.DownloadEntry("12", False, (later,))


def test_a_loose_file_replaces_only_itself(tmp_path: Path):
    found = canvas(
        tmp_path,
        {"doebob_12_1_bob_HW4.zip": packed(handed_in()), "doebob_12_2_bob_hw4_partI.ipynb": b"newer"},
    )

    assert found["bob"].notebooks == {"hw4_partI": b"newer", "hw4_partII": PART_2}
    assert "hw4_partI.ipynb was sent twice: the one in 'doebob_12_2_bob_hw4_partI.ipynb' counts" in notes(found["bob"])


@pytest.mark.parametrize(
    "entry", ["doebob_12_text.html", "doebob_LATE_12_link.html", "doebob_12_99_essay.docx", "doebob_12_99_HW4.rar"]
)
def test_what_canvas_users_sent_instead_is_refused_under_their_canvas_name(entry: str, tmp_path: Path):
    found = canvas(tmp_path, {entry: b"<p>Here it is</p>", "doeamy_11_9_amy_HW4.zip": packed(handed_in("amy"))})

    check_complete(found["amy"])
    check_sentence(found["doebob_12"].problem)


def test_text_typed_into_canvas_is_answered_in_its_own_words(tmp_path: Path):
    found = canvas(tmp_path, {"doebob_12_text.html": b"<p>Here it is</p>"})

    assert found["doebob_12"].problem == (
        "Text or a link typed into Canvas cannot be graded: upload <Andrew ID>_HW4.zip as a file."
    )


@pytest.mark.parametrize("file", ["bob_hw4_partI.ipynb", "hw4_partI-1.ipynb", "HW4 part 1 (2).ipynb"])
def test_one_file_alone_is_a_submission(file: str, tmp_path: Path):
    found = canvas(tmp_path, {f"doebob_12_901_{file}": PART_1, "doeamy_11_902_amy_HW4.zip": packed(handed_in("amy"))})
    bob = next(submission for submission in found.values() if submission.student != "amy")

    assert bob.notebooks == {"hw4_partI": PART_1}
    assert "hw4_partII.ipynb is missing" in notes(bob, "warning")


def test_a_group_is_the_one_whose_number_canvas_gives(tmp_path: Path):
    """Canvas puts the name of the group in the place of the student's, and one member's number."""
    found = canvas(tmp_path, {"projectgroup12_LATE_12_901_bob_HW4.zip": packed(handed_in())})

    assert found["bob"].download == intake.DownloadEntry("12", True, ("projectgroup12_LATE_12_901_bob_HW4.zip",))


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40)


@given(NAMES, NAMES, st.booleans(), st.booleans())
@example("x" * 255, "y" * 175, True, False)
@example("Doe, Ann_LATE", "LATE_1_2_x", True, False)
@example("1_2_3", "4_5", False, False)
def test_any_name_of_student_and_file_is_taken_apart(name: str, file: str, late: bool, hidden: bool):
    """As Canvas makes them; where a name ends in a number, the number that follows is among the two readings."""
    user = User(12, name, files={901: (f"{file}.zip", b"")}, late=late, anonymous_id="aB3x9")
    (entry,) = Canvas(user, hidden_names=hidden).entries()
    first = canvas_name(entry)
    readings = [first] if hidden else [first, *possible_canvas_names(entry)]
    right = [found for found in readings if found and found.user == ("anon_aB3x9" if hidden else "12")]

    assert right
    assert {(found.attachment, found.late, found.entry) for found in right} == {(901, late, entry)}
    if not re.search(r"(^|_)[0-9]+$|^anon$|_late$", re.sub(r"\W", "", name.lower())):
        assert first in right


def test_nobody_takes_the_place_of_another_by_the_name_of_a_file(tmp_path: Path):
    """Two Canvas users who claim one id are both graded, under what Canvas calls them."""
    forged = packed(handed_in("amy", marker=b"forged"))
    found = canvas(
        tmp_path,
        {
            "doeamy_11_1_amy_HW4.zip": packed(handed_in("amy")),
            "evil_66_9_amy_HW4.zip": forged,
            "evil2_67_9_doeamy_11_HW4.zip": packed(handed_in("x")),
        },
    )

    assert set(found) == {"doeamy_11", "evil_66", "evil2_67"}
    check_complete(found["doeamy_11"])
    assert "uses the id amy" in notes(found["evil_66"], "warning")
    assert "uses the id amy" in notes(found["doeamy_11"], "warning")


def test_names_inside_a_zip_do_not_beat_the_name_of_another_zip(tmp_path: Path):
    placed(tmp_path, {"amy_HW4.zip": packed(handed_in("amy")), "HW4.zip": packed(handed_in("amy", marker=b"forged"))})
    found = by_student(tmp_path)

    check_complete(found["amy"])
    assert "uses the id amy" in notes(found["HW4"], "warning")


def test_a_download_given_file_by_file_is_the_download(tmp_path: Path):
    """`autograder grade submissions/*`: the names in it are Canvas's, so that nobody takes the place of another."""
    zips = {"ann_11_911_ann_HW4.zip": packed(handed_in("ann")), "bob_LATE_12_912_ann_HW4.zip": packed(handed_in("ann"))}
    placed(tmp_path, zips)
    at_once, one_by_one = by_student(tmp_path), by_student(*sorted(tmp_path.iterdir()))

    assert one_by_one == at_once
    assert one_by_one.keys() == {"ann_11", "bob_12"}
    assert all(submission.download is not None for submission in one_by_one.values())


@pytest.mark.parametrize("own", ["amy_HW4.zip", "amy_11_911_amy_HW4.zip", "amy"])
@pytest.mark.parametrize("forged", ["bob.zip", "bob"])
def test_a_path_given_for_a_student_counts_before_what_stands_in_another(own: str, forged: str, tmp_path: Path):
    """`autograder grade inbox/*`: a zip of zips may be a class, or a student's who packs the names of others."""
    inside = {f"{name}_HW4.zip": packed(handed_in(name, marker=b" ")) for name in ("amy", "cy", "dan")}
    mine = handed_in("amy", "")
    placed(tmp_path, {f"{own}/{path}": data for path, data in mine.items()} if own == "amy" else {own: packed(mine)})
    placed(
        tmp_path,
        {forged: packed(inside)} if forged == "bob.zip" else {f"bob/{name}": data for name, data in inside.items()},
    )
    for path in tmp_path.rglob("*"):
        os.utime(path, (1, 1) if own in path.relative_to(tmp_path).parts else None)
    found = by_student(*sorted(tmp_path.iterdir()))

    check_complete(found["amy"])


def test_one_students_zip_never_becomes_a_class(tmp_path: Path):
    forged = {**handed_in("amy", marker=b"forged"), **handed_in("cy", marker=b"forged")}
    placed(tmp_path, {"alone/bob_HW4.zip": packed(forged), "class/bob_HW4.zip": packed(forged)})
    placed(tmp_path, {"class/amy_HW4.zip": packed(handed_in("amy"))})
    placed(tmp_path, {"canvas/bob_HW4.zip": packed({"amy_1_2_amy_HW4.zip": packed(handed_in("amy"))})})

    alone = only(tmp_path / "alone" / "bob_HW4.zip")
    assert alone.student == "bob"
    assert "work of several students" in str(alone.problem)
    found = by_student(tmp_path / "class")
    assert set(found) == {"amy", "bob"}
    check_complete(found["amy"])
    assert "several students" in str(only(tmp_path / "canvas" / "bob_HW4.zip").problem)


# What the instructor knows already: a roster, and whom earlier downloads have shown.

ROSTER = KnownStudents({"11": "amy", "12": "bob", "13": "cy"}, frozenset({"amy", "bob", "cy"}))


def known(tmp_path: Path, entries: Files, known_students: KnownStudents) -> dict[str, Submission]:
    placed(tmp_path, {"submissions.zip": packed(entries)})
    found = intake.each([tmp_path / "submissions.zip"], ASSIGNMENT, known_students)
    return {submission.student: submission for submission in found}


def test_the_roster_says_whose_a_canvas_number_is(tmp_path: Path):
    """Whatever the files are called; an id that is another's is nobody's to take."""
    found = known(
        tmp_path,
        {
            "doeamy_11_901_bob_HW4.zip": packed(handed_in("bob")),
            "roebob_12_902_my work.zip": packed(handed_in("zoe")),
            "evil_66_903_cy_HW4.zip": packed(handed_in("cy", marker=b"forged")),
        },
        ROSTER,
    )

    assert {student: entry.is_known for student, entry in found.items()} == {"amy": True, "bob": True, "evil_66": False}
    check_complete(found["amy"])
    check_complete(found["bob"])
    assert "uses the id cy, which belongs to another student on Canvas" in notes(found["evil_66"], "warning")
    assert "Nobody in the roster has this id." in notes(found["evil_66"], "warning")
    assert "roster" not in notes(found["amy"]) + notes(found["bob"])


def test_who_is_not_in_the_roster_is_graded_and_noted(tmp_path: Path):
    placed(tmp_path, {"amy_HW4.zip": packed(handed_in("amy")), "zoe_HW4.zip": packed(handed_in("zoe"))})
    found = {submission.student: submission for submission in intake.each([tmp_path], ASSIGNMENT, ROSTER)}

    check_complete(found["zoe"])
    assert "Nobody in the roster has this id." in notes(found["zoe"], "warning")
    assert found["amy"].findings == ()


def test_an_id_stays_with_the_user_who_had_it_first(tmp_path: Path):
    """A later download cannot take an id away, nor refuse its owner, by the name of a file."""
    submitted = tmp_path / "submitted"
    for submission in known(tmp_path, {"doeamy_11_1_amy_HW4.zip": packed(handed_in("amy"))}, KnownStudents()).values():
        intake.store(submission, submitted, ASSIGNMENT)
    known_students = KnownStudents(intake.known_users(ResultFolders(submitted.parent, "hw4")))
    forged = {"evil_66_9_amy_HW4.zip": b"not even a zip"}
    both = {**forged, "doeamy_11_8_final.zip": packed(handed_in("amy", marker=b" "))}

    assert known_students.users == {"11": "amy"}
    assert set(known(tmp_path, forged, known_students)) == {"evil_66"}
    found = known(tmp_path, both, known_students)
    assert set(found) == {"amy", "evil_66"}
    check_complete(found["amy"], marker=b" ")


def test_a_hidden_name_may_be_that_of_a_known_number(tmp_path: Path):
    """The mark and the number of one student cannot be compared."""
    hidden = {"anon_aB3x9_1_amy_HW4.zip": packed(handed_in("amy")), "anon_zzzzz_2_x.zip": packed(handed_in(folder=""))}
    found = known(tmp_path, hidden, ROSTER)

    assert set(found) == {"amy", "bob"}
    assert "roster" not in notes(found["amy"]) + notes(found["bob"])


def test_marks_that_differ_in_capitals_are_different_students(tmp_path: Path):
    entries = {
        f"anon_{mark}_{n}_HW4.zip": packed({"hw4_partI.ipynb": PART_1}) for n, mark in ((1, "aB3x9"), (2, "Ab3x9"))
    }

    assert set(canvas(tmp_path, entries)) == {"anon_aB3x9", "anon_Ab3x9"}


def test_a_user_who_changed_names_is_one_student(tmp_path: Path):
    found = canvas(
        tmp_path,
        {
            "doeamy_11_1_homework.zip": packed({"hw4_partI.ipynb": PART_1}),
            "roeamy_11_2_homework-1.zip": packed({"hw4_partI.ipynb": PART_2}),
        },
    )

    assert [submission.download for submission in found.values()] == [
        intake.DownloadEntry("11", False, ("roeamy_11_2_homework-1.zip",))
    ]


def test_the_roster_tells_a_number_in_a_name_from_the_users(tmp_path: Path):
    """And nobody gets at another by the numbers in the name of a file."""
    found = known(
        tmp_path,
        {
            "doeamy_2_11_901_amy_HW4.zip": packed(handed_in("amy")),
            "evil_66_903_12_904_HW4.zip": packed(handed_in("x", marker=b"forged")),
            "anon_aB3x9_905_13_906_HW4.zip": packed(handed_in("y", marker=b"forged")),
        },
        ROSTER,
    )

    assert not {"bob", "cy"} & set(found)
    check_complete(found["amy"])
    assert found["amy"].download == intake.DownloadEntry("11", False, ("doeamy_2_11_901_amy_HW4.zip",))
