"""Whose an upload is: a name that can be read in two ways takes nobody's place, and nobody counts twice."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from canvas_files import Canvas, User
from handed_in import (
    ASSIGNMENT,
    PART_1,
    Files,
    by_student,
    check_complete,
    check_sentence,
    handed_in,
    notes,
    packed,
    placed,
)

from autograder import intake
from autograder.handin.names import safe_id
from autograder.intake import KnownStudents
from autograder.lms import roster as rosters
from autograder.model.errors import ConfigError
from autograder.model.result_folders import ResultFolders
from autograder.model.submission import Submission


def taken_in(tmp_path: Path, entries: Files, known: KnownStudents = KnownStudents()) -> dict[str, Submission]:
    placed(tmp_path, {"submissions.zip": packed(entries)})
    return {found.student: found for found in intake.each([tmp_path / "submissions.zip"], ASSIGNMENT, known)}


def course(tmp_path: Path, *users: User) -> KnownStudents:
    """Return what an instructor knows by the gradebook that Canvas exports for these users."""
    (tmp_path / "gradebook.csv").write_bytes(Canvas(*users).gradebook())
    found = rosters.read(tmp_path / "gradebook.csv")
    return KnownStudents(found.by_user, found.students, found.names, found.test_users)


def work(student: str, marker: bytes = b"") -> dict[int, tuple[str, bytes]]:
    return {901: (f"{student}_HW4.zip", packed(handed_in(student, marker=marker)))}


BOB = User(2, "Roe, Bob", "bob")
BOBS_UPLOAD = {"roebob_2_950_bob_HW4.zip": packed(handed_in("bob"))}


def test_a_name_that_ends_in_the_number_of_another_takes_no_place(tmp_path: Path):
    """The roster says what each is called, and so which of the two numbers is the user's."""
    ann = User(11, "Doe, Ann_2", "ann", files=work("ann"))
    (entry,) = Canvas(ann).entries()
    found = taken_in(tmp_path, {**Canvas(ann).entries(), **BOBS_UPLOAD}, course(tmp_path, ann, BOB))

    assert entry == "doeann_2_11_901_ann_HW4.zip"
    assert set(found) == {"ann", "bob"}
    check_complete(found["ann"])
    check_complete(found["bob"])
    assert found["ann"].download == intake.DownloadEntry("11", False, (entry,))
    assert intake.own_name(found["ann"]) == "doeann_2_11"


@pytest.mark.parametrize("with_bobs", [True, False])
@pytest.mark.parametrize("name_in_roster", ["Roe, Bob_2", "Evil"])
def test_who_is_called_like_another_and_his_number_takes_no_place(name_in_roster: str, with_bobs: bool, tmp_path: Path):
    """In some courses students choose their names, also after the roster was exported."""
    evil = User(11, "Roe, Bob_2", "evil", files={901: ("x.zip", packed(handed_in("x", marker=b"forged")))})
    known = course(tmp_path, User(11, name_in_roster, "evil"), BOB)
    found = taken_in(tmp_path, {**Canvas(evil).entries(), **(BOBS_UPLOAD if with_bobs else {})}, known)
    (unclear,) = set(found) - {"bob"}

    assert ("bob" in found) == with_bobs
    if with_bobs:
        check_complete(found["bob"])
    check_sentence(found[unclear].problem)
    assert "'roebob_2_11_901_x.zip' is from Canvas user 2 (bob) or from Canvas user 11 (evil)" in str(
        found[unclear].problem
    )
    assert found[unclear].download is None, "what is written about it goes back to neither of the two"


@pytest.mark.parametrize("with_roster", [True, False])
def test_a_name_that_is_not_that_of_the_number_is_not_believed(with_roster: bool, tmp_path: Path):
    """Whoever has that number; the other one is in no roster yet, or there is none."""
    ann = User(11, "Doe, Ann_2", files=work("ann"))
    known = course(tmp_path, BOB) if with_roster else KnownStudents()
    found = taken_in(tmp_path, {**Canvas(ann).entries(), **BOBS_UPLOAD}, known)

    assert len(found) == 2
    check_complete(found["bob"])
    (refused,) = (entry for entry in found.values() if entry.student != "bob")
    assert "user 2" in str(refused.problem)
    assert "user 11" in str(refused.problem)
    assert known.users == {} or "(bob)" in str(refused.problem)


def test_a_file_whose_name_begins_with_a_number_is_its_senders(tmp_path: Path):
    """The roster says that nobody has the other number; without one, a finding names both."""
    bob = User(2, "Roe, Bob", "bob", files={903: ("18739_hw4.zip", packed(handed_in("bob")))})
    sure = taken_in(tmp_path / "a", Canvas(bob).entries(), course(placed(tmp_path / "a", {"x": b""}), bob))["bob"]
    (guess,) = taken_in(tmp_path / "b", Canvas(bob).entries()).values()

    check_complete(sure)
    assert notes(sure, "warning") == ""
    assert "can also mean user 903, who is not in the roster" in notes(sure, "info")
    assert guess.problem is None
    assert "was graded for Canvas user 2; the name can also mean user 903: give a roster" in notes(guess, "warning")


def test_earlier_downloads_tell_readings_apart_too(tmp_path: Path):
    submitted = tmp_path / "out" / "submitted"
    for found in taken_in(tmp_path, {**BOBS_UPLOAD, "doeann_11_951_ann_HW4.zip": packed(handed_in("ann"))}).values():
        intake.store(found, submitted, ASSIGNMENT)
    folders = ResultFolders(submitted.parent, "hw4")
    known = KnownStudents(intake.known_users(folders), names=intake.known_names(folders))
    again = {"doeann_2_11_960_ann_HW4.zip": packed(handed_in("ann")), "roebob_2_970_5_x.zip": packed(handed_in("bob"))}
    found = taken_in(tmp_path / "again", again, known)

    assert known.names == {"2": "roebob", "11": "doeann"}
    assert {entry.download.user for entry in found.values() if entry.download} == {"2"}
    (unclear,) = (entry for entry in found.values() if entry.problem)
    assert "Canvas user 11 (ann)" in str(unclear.problem)


def test_text_typed_into_canvas_is_not_laid_at_anothers_door(tmp_path: Path):
    ann = User(11, "Doe, Ann_2", "ann", text=True)
    found = taken_in(tmp_path, {**Canvas(ann).entries(), **BOBS_UPLOAD}, course(tmp_path, ann, BOB))

    check_complete(found["bob"])
    assert "typed into Canvas" in str(found["ann"].problem)


def test_texts_of_several_in_doubt_stay_apart(tmp_path: Path):
    """Each of them is named; under one id the later would take the place of the earlier."""
    users = [User(number, f"Roe, Bob_{2 + number % 2}", f"evil{number}", text=True) for number in range(11, 15)]
    known = course(tmp_path, BOB, User(3, "Poe, Cy", "cy"), *(User(n, f"x{n}", f"evil{n}") for n in range(11, 15)))
    found = taken_in(tmp_path, {**BOBS_UPLOAD, **Canvas(*users).entries()}, known)

    assert sum(entry.problem is not None for entry in found.values()) == 4
    check_complete(found["bob"])


NAMES = ["andré", "ANDRÉ", "ａｎｄｒé", "an\u200bdré", "\u2066andré\u2069", "andre\u0301", "andré\ufe0f"]


@pytest.mark.parametrize("name", NAMES)
def test_one_name_in_two_forms_is_one_student(name: str, tmp_path: Path):
    """As a Mac and a Windows machine, a phone and a web page write it."""
    again = unicodedata.normalize("NFD", name)
    placed(tmp_path, {"andré_HW4.zip": packed(handed_in("andré"))})
    found = by_student(placed(tmp_path, {f"{again}_HW4-1.zip": packed(handed_in("andré", marker=b" "))}))

    assert set(found) == {safe_id("andré")}
    check_complete(found[safe_id("andré")], marker=b" ")


def test_wide_letters_are_letters(tmp_path: Path):
    assert set(by_student(placed(tmp_path, {"ｂｏｂ_ＨＷ４.zip": packed(handed_in()), "amy_HW4.zip": b""}))) == {
        "amy",
        "bob",
    }


def test_two_logins_that_differ_only_in_form_stay_two_students(tmp_path: Path):
    users = (User(1, "Doe, Ann", "andré"), User(2, "Roe, Ann", "andre\u0301"))
    (tmp_path / "gradebook.csv").write_bytes(Canvas(*users).gradebook())
    members = rosters.read(tmp_path / "gradebook.csv").members

    assert {member.user for member in members} == {"1", "2"}
    assert len({member.student for member in members}) == 2


def test_what_canvas_own_test_student_sent_is_graded_for_nobody(tmp_path: Path):
    """By its name, and by its number, since Canvas translates the name."""
    trial = User(199, "Student, Test", "5f4dcc3b5aa765d61d8327deb882cf99aabbccdd", files=work("x"))
    renamed = User(198, "test, Étudiant", "6f4dcc3b5aa765d61d8327deb882cf99aabbccdd", files=work("y"))
    known = course(tmp_path, BOB, trial, renamed)
    placed(tmp_path, {"submissions.zip": packed({**BOBS_UPLOAD, **Canvas(trial, renamed).entries()})})

    with intake.Inbox([tmp_path / "submissions.zip"], ASSIGNMENT, known) as inbox:
        assert inbox.students == ["bob"]
        assert inbox.trials == ("studenttest_199_901_x_HW4.zip", "testétudiant_198_901_y_HW4.zip")
    with intake.Inbox([tmp_path / "submissions.zip"], ASSIGNMENT) as inbox:
        assert [trial.partition("_")[0] for trial in inbox.trials] == ["studenttest"]


def test_a_download_of_trials_alone_is_nothing_to_grade(tmp_path: Path):
    trial = User(199, "Student, Test", files=work("x"))

    with pytest.raises(ConfigError, match="test student"):
        taken_in(tmp_path, Canvas(trial).entries())


def test_the_test_student_is_remembered_with_the_roster(tmp_path: Path):
    trial = User(199, "test, Étudiant", "5f4dcc3b5aa765d61d8327deb882cf99aabbccdd")
    (tmp_path / "gradebook.csv").write_bytes(Canvas(BOB, trial).gradebook())
    read = rosters.find(tmp_path / "gradebook.csv", tmp_path, {})
    assert read is not None
    rosters.remember(read, tmp_path)

    assert rosters.find(None, tmp_path, {}) == read
    assert read.test_users == {"199"}


def test_a_group_upload_says_that_it_may_be_one(tmp_path: Path):
    """Canvas puts the group's name in the place of the name, and one member's number; with a roster and without."""
    entries = {
        "projectgroup7_2_901_HW4.zip": packed(handed_in("bob")),
        "thelosses_11_902_ann_HW4.zip": packed(handed_in("ann")),
    }
    found = taken_in(
        tmp_path / "a", entries, course(placed(tmp_path / "a", {"x": b""}), BOB, User(11, "Doe, Ann", "ann"))
    )
    without = taken_in(tmp_path / "b", entries)

    check_complete(found["bob"])
    assert "Canvas calls the sender of 'projectgroup7_2_901_HW4.zip' 'projectgroup7', the roster says 'Roe, Bob'." in (
        notes(found["bob"], "warning")
    )
    assert "give the list of the groups (--groups CSV)" in notes(found["ann"], "warning")
    assert "this is group work" in notes(without["bob"], "warning")
    assert "group" not in notes(without["ann"])


def test_a_partner_named_in_a_file_name_is_not_passed_over(tmp_path: Path):
    """Neither of whom sent the file, nor of two whose ids make up its name; who sent something needs no word."""
    known = course(
        tmp_path, BOB, *(User(number, name, name) for number, name in ((11, "ann"), (12, "cy"), (13, "dan")))
    )
    found = taken_in(
        tmp_path,
        {
            "roebob_2_901_bob_ann_HW4.zip": packed(handed_in("bob")),
            "cy_12_902_cy_bob_HW4.zip": packed(handed_in("cy")),
        },
        known,
    )
    placed(tmp_path / "zips", {"ann_dan_HW4.zip": packed(handed_in("ann")), "cy_HW4.zip": packed(handed_in("cy"))})
    (pair,) = (f for f in intake.each([tmp_path / "zips"], ASSIGNMENT, known) if f.student not in known.students)

    assert "'bob_ann_HW4.zip' also names ann, who sent nothing." in notes(found["bob"], "warning")
    assert "also names" not in notes(found["cy"])
    assert pair.student == "ann_dan"
    assert "also names ann, dan, who sent nothing" in notes(pair, "warning")


def test_honest_canvas_uploads_bring_up_no_doubt(tmp_path: Path):
    users = [
        User(
            number, name, login, files={900 + number: (f"{login}_HW4.zip", packed(handed_in(login)))}, late=number == 3
        )
        for number, name, login in ((1, "O'Neil, Ben", "ben"), (2, "Müller-Lüdenscheidt, Cy", "cy"), (3, "李明", "dan"))
    ]
    found = taken_in(tmp_path, Canvas(*users).entries(), course(tmp_path, *users))

    assert {student: notes(entry, "warning") for student, entry in found.items()} == {"ben": "", "cy": "", "dan": ""}
    assert "Canvas marks it as late." in notes(found["dan"], "info")


def test_one_file_of_a_group_is_a_submission(tmp_path: Path):
    (found,) = taken_in(tmp_path, {"team3_12_901_hw4_partI.ipynb": PART_1}).values()

    assert found.notebooks == {"hw4_partI": PART_1}
