"""The class downloads of Moodle, Blackboard, Brightspace and Gradescope: the right work under the right id."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import download_files as files
import fake_grading
import pytest
import small_course
from canvas_files import Canvas, User
from download_files import TIME, Sent
from handed_in import (
    ASSIGNMENT,
    PART_1,
    PART_2,
    by_student,
    check_complete,
    check_sentence,
    handed_in,
    notes,
    packed,
    placed,
)

from autograder import intake
from autograder.commands import grade
from autograder.formats.members import disk_folder
from autograder.intake import KnownStudents
from autograder.intake.people import people
from autograder.lms import brightspace, roster
from autograder.lms.downloads import download_of
from autograder.model.result_folders import ResultFolders
from autograder.model.submission import Submission

LATER = TIME + timedelta(days=2)


@dataclass(frozen=True)
class System:
    """One form of a download, and the list of the class that goes with it."""

    build: Callable[..., dict[str, bytes]]
    roster: Callable[..., bytes]
    name: str
    options: Mapping[str, object] = None  # type: ignore[assignment]
    resubmits: bool = True  # the download holds what was replaced
    has_times: bool = True
    list_has_times: bool = False  # in its place

    def download(self, *sent: Sent) -> dict[str, bytes]:
        return self.build(*sent, **(self.options or {}))


SYSTEMS = {
    "moodle": System(
        files.moodle, files.moodle_worksheet, "Moodle", resubmits=False, has_times=False, list_has_times=True
    ),
    "moodle older": System(
        files.moodle, files.moodle_participants, "Moodle", {"older": True}, resubmits=False, has_times=False
    ),
    "moodle flat": System(
        files.moodle, files.moodle_participants, "Moodle", {"flat": True}, resubmits=False, has_times=False
    ),
    "blackboard": System(files.blackboard, files.blackboard_grades, "Blackboard"),
    "blackboard without texts": System(
        files.blackboard, files.blackboard_grades, "Blackboard", {"title": "gradebook_18739_HW4", "with_texts": False}
    ),
    "brightspace": System(files.brightspace, files.brightspace_grades, "Brightspace"),
    "brightspace flat": System(
        files.brightspace, files.brightspace_grades, "Brightspace", {"flat": True, "form": "%d %B, %Y %I:%M %p"}
    ),
    "gradescope": System(files.gradescope, files.gradescope_roster, "Gradescope", resubmits=False),
}
EACH = pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)


def work(student: str, marker: bytes = b"") -> dict[str, bytes]:
    return {f"{student}_HW4.zip": packed(handed_in(student, marker=marker))}


ANN = Sent("ann", "Ann", "Doe", 501, work("ann"))
BEN = Sent("ben", "Ben", "O'Neil-Smith", 502, work("ben"), LATER)
LOOSE = {name: data for name, data in handed_in("cy", "").items() if "/" not in name}
CY = Sent("cy", "Cy", "Müller", 503, LOOSE)
EVE = Sent("eve", "Eve", "Roe", 504, work("ann", b"forged"))
TWIN_1 = Sent("jdoe1", "Jo", "Twin", 505, work("jdoe1", b" 1"))
TWIN_2 = Sent("jdoe2", "Jo", "Twin", 506, work("jdoe2", b" 2"))
NAMELESS = {"hw4_partI.ipynb": PART_1, "hw4_partII.ipynb": PART_2}
DAN = Sent("dan", "Dan", "van_der Berg", 507, {"my homework.zip": packed(NAMELESS)})
CLASS = (ANN, BEN, CY, EVE, TWIN_1, TWIN_2, DAN)


def taken_in(tmp_path: Path, system: System, *sent: Sent, people: tuple[Sent, ...] = ()) -> dict[str, Submission]:
    """Take a download in; with `people`, a list of them is the roster."""
    (tmp_path / "download.zip").write_bytes(packed(system.download(*sent)))
    known = KnownStudents()
    if people:
        (tmp_path / "list.csv").write_bytes(system.roster(*people))
        course = roster.read(tmp_path / "list.csv")
        assert course.students == {person.login for person in people}
        more = course.people, course.other_ids, course.sent
        known = KnownStudents(course.by_user, course.students, course.names, course.test_users, *more)
    found = list(intake.each([tmp_path / "download.zip"], ASSIGNMENT, known))
    assert len({submission.student for submission in found}) == len(found) == len({entry.number for entry in sent})
    return {submission.student: submission for submission in found}


@EACH
def test_with_a_list_of_the_class_everybody_has_the_id_in_it(system: System, tmp_path: Path):
    found = taken_in(tmp_path, system, *CLASS, people=CLASS)

    assert found.keys() == {entry.login for entry in CLASS}
    check_complete(found["ann"])
    check_complete(found["ben"])
    check_complete(found["jdoe1"], b" 1")
    check_complete(found["jdoe2"], b" 2")
    assert found["dan"].notebooks == found["cy"].notebooks == {"hw4_partI": PART_1, "hw4_partII": PART_2}
    check_complete(found["eve"], b"forged")
    assert "ann" in notes(found["eve"], "warning")
    assert all(found[entry.login].is_known for entry in (ANN, BEN, CY, EVE, DAN))
    assert "roster" not in "".join(notes(submission) for submission in found.values())


@EACH
def test_without_a_list_the_id_inside_counts_and_else_what_the_system_says(system: System, tmp_path: Path):
    found = taken_in(tmp_path, system, *CLASS)

    check_complete(found["ben"])
    check_complete(found["jdoe1"], b" 1")
    check_complete(found["jdoe2"], b" 2")
    tells_logins = system.name in ("Blackboard", "Gradescope")
    own_ids = ("ann", "eve", "dan") if tells_logins else ("anndoe_501", "everoe_504", "danvan")
    ann, eve, dan = (next(student for student in found if student.startswith(name)) for name in ("ann", "eve", "dan"))
    assert (ann, eve, dan if tells_logins else dan[:6]) == own_ids
    assert found.keys() == {ann, eve, dan, "ben", "cy", "jdoe1", "jdoe2"}
    check_complete(found[ann])
    check_complete(found[eve], b"forged")
    assert "id ann" in notes(found[eve], "warning").replace("'", "")


@EACH
def test_the_place_in_the_download_and_the_time_are_kept(system: System, tmp_path: Path):
    found = taken_in(tmp_path, system, ANN, BEN, people=CLASS)
    download = found["ben"].download

    assert download is not None
    assert (download.system, download.late) == (system.name, system.list_has_times)
    assert download.submitted_at[:19] == ("2024-03-03T12:30:00" if system.has_times or system.list_has_times else "")


@pytest.mark.parametrize("name", [name for name, system in SYSTEMS.items() if system.resubmits])
def test_what_was_replaced_does_not_count(name: str, tmp_path: Path):
    again = replace(ANN, files={"ann_HW4.zip": packed(handed_in("ann", marker=b" new"))}, at=LATER)
    found = taken_in(tmp_path, SYSTEMS[name], again, ANN, BEN, people=CLASS)

    check_complete(found["ann"], b" new")
    assert found["ann"].download.submitted_at.startswith("2024-03-03")


def test_of_several_attempts_in_blackboard_the_last_counts_as_a_whole(tmp_path: Path):
    later = replace(ANN, files={"hw4_partI.ipynb": PART_1}, at=LATER)
    empty = replace(ANN, files={}, at=LATER + timedelta(hours=1), text=True)
    found = taken_in(tmp_path, SYSTEMS["blackboard"], ANN, later, empty, people=CLASS)

    assert found["ann"].notebooks == {"hw4_partI": PART_1}
    assert "There are 3 attempts: the last that has a file counts." in notes(found["ann"])


@pytest.mark.parametrize("name", ["moodle", "moodle older", "moodle flat", "blackboard"])
def test_text_typed_into_a_system_is_answered_in_one_sentence(name: str, tmp_path: Path):
    typed, both = Sent("joe", "Joe", "Text", 510, {}, text=True), replace(ANN, text=True)
    found = taken_in(tmp_path, SYSTEMS[name], typed, both, BEN, people=(*CLASS, typed))

    system = SYSTEMS[name].name
    assert found["joe"].problem == (
        f"Text or a link typed into {system} cannot be graded: upload <Andrew ID>_HW4.zip as a file."
    )
    check_complete(found["ann"])


@EACH
def test_a_download_given_file_by_file_is_the_download(system: System, tmp_path: Path):
    placed(tmp_path / "unpacked", system.download(*CLASS))
    folder = next(
        (path.parent for path in (tmp_path / "unpacked").rglob("submission_metadata.yml")), tmp_path / "unpacked"
    )
    at_once, one_by_one = by_student(folder), by_student(*sorted(folder.iterdir()))

    assert len(at_once) == len(CLASS)
    assert {name: (s.notebooks, s.download) for name, s in one_by_one.items()} == {
        name: (s.notebooks, s.download) for name, s in at_once.items()
    }


def test_a_number_of_the_school_in_the_files_is_known_by_the_list(tmp_path: Path):
    """Where only the files say who of two students of one name it is."""
    sent = [replace(TWIN_1, files=work("s506", b" 2"), number=901), replace(TWIN_2, files=work("s505"), number=902)]
    found = taken_in(tmp_path, SYSTEMS["brightspace"], *sent, people=CLASS)

    check_complete(found["jdoe2"], b" 2")
    check_complete(found["jdoe1"])


def test_of_two_students_with_one_name_nobody_is_guessed(tmp_path: Path):
    (found,) = taken_in(
        tmp_path, SYSTEMS["brightspace"], replace(TWIN_1, files={"a.zip": packed(NAMELESS)}), people=CLASS
    ).values()

    assert found.student == "jotwin_505"
    assert "several students with the name 'Jo Twin' (jdoe1, jdoe2): find out who sent it" in notes(found, "warning")


def test_another_name_in_the_system_than_in_the_list_is_nobodys(tmp_path: Path):
    sent = replace(ANN, first="Annie", number=930)
    (found,) = taken_in(tmp_path, SYSTEMS["brightspace"], sent, people=CLASS).values()

    assert found.student == "anniedoe_930"
    assert "Nobody in the roster has this id." in notes(found, "warning")
    assert "uses the id ann, which belongs to another student on Brightspace" in notes(found, "warning")


def test_a_login_of_the_system_is_known_by_any_list(tmp_path: Path):
    """Gradescope beside a gradebook of Canvas."""
    canvas = Canvas(User(11, "Doe, Ann", "ann"), User(12, "O'Neil-Smith, Ben", "ben@andrew.edu"))
    (tmp_path / "gradebook.csv").write_bytes(canvas.gradebook())
    course = roster.read(tmp_path / "gradebook.csv")
    known = KnownStudents(course.by_user, course.students, course.names, course.test_users, course.people)
    (tmp_path / "download.zip").write_bytes(packed(files.gradescope(replace(ANN, files=work("ben")), BEN)))
    found = {s.student: s for s in intake.each([tmp_path / "download.zip"], ASSIGNMENT, known)}

    assert found.keys() == {"ann", "ben"}
    assert all(submission.is_known for submission in found.values())


@EACH
def test_a_list_is_remembered_for_the_next_run(system: System, tmp_path: Path):
    (tmp_path / "list.csv").write_bytes(system.roster(*CLASS))
    course = roster.find(tmp_path / "list.csv", tmp_path, {})
    assert course is not None
    roster.remember(course, tmp_path)

    assert roster.find(None, tmp_path, {}) == course


@EACH
def test_a_list_tells_the_names_of_everybody(system: System, tmp_path: Path):
    """In two parts, as nbgrader wants them."""
    (tmp_path / "list.csv").write_bytes(system.roster(*CLASS))
    found = people(roster.read(tmp_path / "list.csv"), ResultFolders(tmp_path, "hw4"), ["ann", "Ben", "nobody"])

    assert [found[student].first_and_last for student in ("ann", "Ben")] == [(p.first, p.last) for p in (ANN, BEN)]
    assert found["nobody"] == roster.Member("nobody", "")


@pytest.mark.parametrize(
    ("column", "is_one"),
    [
        ("Section", True), ("Sections", True), ("Section Membership", True), ("section_name", True),
        ("Child Course ID", True), ("Lab section", True), ("Intersections", False), ("Group", False),
    ],
)  # fmt: skip
def test_a_section_is_known_by_its_column(column: str, is_one: bool, tmp_path: Path):
    """As the systems call it, and any column with that word in its name."""
    (tmp_path / "list.csv").write_text(f'Username,{column},Email\nann,"Lab 2, Tuesday",ann@example.edu\n')
    course = roster.read(tmp_path / "list.csv")
    roster.remember(course, tmp_path)
    ann = course.members[0]

    assert (ann.section, ann.email) == ("Lab 2, Tuesday" * is_one, "ann@example.edu")
    assert roster.find(None, tmp_path, {}) == course


def test_canvas_tells_the_section_in_one_row_or_in_several(tmp_path: Path):
    """A row for each section is one student."""
    data = 'Student,ID,SIS Login ID,Section,hw4 (7)\n"Doe, Ann",1,ann@b.edu,A,\n"Doe, Ann",1,ann@b.edu,B,\n'
    (tmp_path / "list.csv").write_text(data + '"Roe, Bob",2,bob,"A, B, and C",\n')
    ann, bob = roster.read(tmp_path / "list.csv").members

    assert (ann.section, ann.email, ann.first_and_last) == ("A and B", "ann@b.edu", ("Ann", "Doe"))
    assert (bob.section, bob.email) == ("A, B, and C", "")


def test_who_sent_something_before_keeps_the_id_when_a_list_comes(tmp_path: Path):
    """So that marks are not lost; the name tells who it was."""
    (tmp_path / "list.csv").write_bytes(files.brightspace_grades(*CLASS))
    known = {"brightspace:501": "anndoe_501", "brightspace:505": "jotwin_505"}
    names = {"brightspace:501": "Ann Doe", "brightspace:505": "Jo Twin"}
    course = roster.find(tmp_path / "list.csv", tmp_path, known, names)

    assert course is not None
    assert course.by_user == {"brightspace:501": "anndoe_501"}
    assert {"anndoe_501", "jdoe1", "jdoe2"} <= course.students


def test_moodle_shows_the_group_before_the_name_in_older_versions(tmp_path: Path):
    sent = replace(ANN, first="Group A-Ann")
    found = taken_in(tmp_path, SYSTEMS["moodle flat"], sent, BEN, people=CLASS)

    assert found.keys() == {"ann", "ben"}


def test_the_number_of_a_group_in_moodle_is_no_participant(tmp_path: Path):
    """Groups and participants are counted apart, so that a group may have the number of somebody."""
    group = Sent("", "Group", "A", ANN.number, {"work.zip": packed(NAMELESS)})
    found = taken_in(tmp_path, SYSTEMS["moodle"], group, BEN, people=CLASS)

    assert found.keys() == {"groupa_501", "ben"}


def test_an_underscore_in_a_login_of_blackboard_is_no_part_of_the_title(tmp_path: Path):
    sent = Sent("j_doe_7", "Jo", "Doe", 520, {"work.zip": packed(NAMELESS)})
    found = taken_in(tmp_path, System(files.blackboard, files.blackboard_grades, "", {"title": "My_HW_4"}), sent, ANN)

    assert found.keys() == {"j_doe_7", "ann"}


def test_a_text_of_blackboard_cannot_be_forged_by_a_display_name(tmp_path: Path):
    """The login in the name of the file must be the one in its first line."""
    sent = Sent("eve", "Ann", "Doe (ann) x", 521, work("x"))
    found = taken_in(tmp_path, SYSTEMS["blackboard"], sent, BEN)

    assert {entry.download.user for entry in found.values()} == {"blackboard:eve", "blackboard:ben"}


FORGED = [
    "x_5_assignsubmission_file_ann_HW4.zip",
    "HW 4_ann_attempt_2024-03-01-12-30-00_ann_HW4.zip",
    "HW 4_ann_attempt_2024-03-01-12-30-00.txt",
    "501-7 - Ann Doe - Mar 1, 2024 1230 PM - ann_HW4.zip",
    "annx_501_901_ann_HW4.zip",
    "submission_metadata.yml",
]


@pytest.mark.parametrize("forged", FORGED)
@EACH
def test_a_name_like_that_of_another_system_makes_nobody_another(system: System, forged: str, tmp_path: Path):
    """Even in the download of a class of one, where every entry is that student's."""
    sent = Sent("eve", "Eve", "Roe", 504, {forged: packed(NAMELESS), "hw4_partI.ipynb": PART_1})
    (entry,) = taken_in(tmp_path, system, sent).values()

    assert entry.download is not None
    assert entry.download.system == system.name
    assert entry.download.user in ("moodle:504", "blackboard:eve", "brightspace:504", "gradescope:eve@example.edu")


@pytest.mark.parametrize("forged", FORGED)
def test_a_name_like_that_of_another_system_stays_canvass(forged: str, tmp_path: Path):
    user = User(66, "Roe, Eve", "eve", {901: (forged, packed(NAMELESS)), 902: ("hw4_partI.ipynb", PART_1)})
    (tmp_path / "submissions.zip").write_bytes(Canvas(user).download())
    (entry,) = by_student(tmp_path / "submissions.zip").values()

    assert entry.download is not None
    assert (entry.download.system, entry.download.user) == ("Canvas", "66")


@pytest.mark.parametrize("text", ["[", "- 1", "a: !!python/object/apply:os.system ['true']", "{" * 5000, ""])
def test_metadata_of_gradescope_that_cannot_be_read_end_in_one_line(text: str, tmp_path: Path):
    placed(tmp_path / "export", {"submission_metadata.yml": text.encode(), "submission_1/hw4_partI.ipynb": PART_1})

    with pytest.raises(Exception, match=r"submission_metadata\.yml") as raised:
        by_student(tmp_path / "export")
    check_sentence(str(raised.value))


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Mar 1, 2024 1230 PM", TIME),
        ("Feb 11, 2016 205 AM", datetime(2016, 2, 11, 2, 5)),
        ("1 March, 2024 12:30 PM", TIME),
        ("2024-03-01 1230", TIME),
        ("1 mars 2024 1230", None),
    ],
)
def test_dates_of_brightspace(text: str, when: datetime | None):
    entry = brightspace.entry_of(f"12-34 - Ann - Doe - {text} - a - b.zip")

    assert entry is not None
    assert (entry.name, entry.file, entry.submitted_at) == ("Ann - Doe", "a - b.zip", when)
    assert brightspace.date_of(text) == when


@pytest.mark.parametrize(
    "name", ["hw4", "12 - Ann - x", "12-34 - Ann", "12-34 - Ann - hw 4.zip", "a-b - c - Mar 1, 2024"]
)
def test_no_names_of_brightspace(name: str):
    assert brightspace.entry_of(name) is None


def test_a_folder_of_zips_is_no_download(tmp_path: Path):
    placed(tmp_path, {"ann_HW4.zip": b"", "ben_HW4.zip": b"", "notes.txt": b""})

    assert download_of(disk_folder(tmp_path).list()) is None


# From the download to the rows of grades.csv.


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """Return a course with a deadline between the submissions in time and the late one."""
    folder = small_course.make(tmp_path_factory.mktemp("course"))
    config = folder / "nbgrader_config.py"
    policy = 'c.LatePolicy.percent_per_day = 10\nc.LatePolicy.due = "2024-03-02 12:31:00-05:00"\n'
    config.write_text(f"{config.read_text()}\n{policy}")
    return folder


@pytest.fixture(scope="module", autouse=True)
def quick_grading():
    """Grade in milliseconds, by the bytes of the notebooks."""
    with pytest.MonkeyPatch.context() as patch:
        fake_grading.use(patch.setattr)
        yield


@pytest.fixture(scope="module")
def expected(course: Path, quick_grading: None, tmp_path_factory) -> dict[str, dict[str, str]]:
    """Return the rows of the class when each zip is named after its student."""
    folder = tmp_path_factory.mktemp("named")
    placed(folder / "zips", {f"{login}_HW4.zip": finished(course, login) for login in a_class(course)})
    return graded(course, folder / "out", [folder / "zips"])


def graded(course: Path, out: Path, paths: list[Path], **options) -> dict[str, dict[str, str]]:
    """Grade by the command; return the rows of grades.csv by student."""
    grade.grade(course, paths, out, jobs=1, weak=True, **options)
    with (out / "report" / "hw4" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["student"] for row in rows}) == len(rows)
    assert {path.stem for path in (out / "results" / "hw4").glob("*.json")} == {row["student"] for row in rows}
    return {row["student"]: row for row in rows}


def finished(course: Path, student: str, named: str | None = None) -> bytes:
    """Return a zip of the notebooks of the course, which differ from student to student; `named` is the id in it."""
    owner = student if named is None else named
    texts = {path.name: path.read_text() for path in sorted((course / "source" / "hw4").glob("*.ipynb"))}
    signed = {
        f"{owner}_HW4/{owner}_{name}": text.replace(
            '"metadata": {', f'"metadata": {{"author": "{student}",', 1
        ).encode()
        for name, text in texts.items()
    }
    return packed(signed)


def a_class(course: Path) -> dict[str, Sent]:
    """Return one student of each kind: in time, late, with another's id, with a zip that names nobody, twins."""

    def sent(login: str, name: str, number: int, file: str, named: str | None = None, **more) -> Sent:
        first, last = name.split(" ", 1)
        return Sent(login, first, last, number, {file: finished(course, login, named)}, **more)

    return {
        "ann": sent("ann", "Ann Doe", 501, "ann_HW4.zip"),
        "ben": sent("ben", "Ben O'Neil-Smith", 502, "ben_HW4 (1).zip", at=LATER),
        "eve": sent("eve", "Eve Müller", 503, "ann_HW4.zip", "ann"),
        "dan": sent("dan", "Dan van der Berg", 504, "my homework.zip", "dan"),
        "jdoe1": sent("jdoe1", "Jo Twin", 505, "jdoe1_HW4.zip"),
        "jdoe2": sent("jdoe2", "Jo Twin", 506, "jdoe2_HW4.zip"),
    }


@pytest.mark.parametrize("with_list", [True, False], ids=["with a list", "without a list"])
@EACH
def test_a_class_ends_in_the_right_rows(system: System, with_list: bool, course: Path, expected, tmp_path: Path):
    """Each row has the score of the notebooks of that student, and lateness where the download has times."""
    people = a_class(course)
    (tmp_path / "download.zip").write_bytes(packed(system.download(*people.values())))
    (tmp_path / "list.csv").write_bytes(system.roster(*people.values()))
    options = {"roster": tmp_path / "list.csv"} if with_list else {}
    rows = graded(course, tmp_path / "out", [tmp_path / "download.zip"], **options)
    own = {} if with_list or system.name in ("Blackboard", "Gradescope") else {"ann": "anndoe_501", "eve": None}
    ids = {login: own.get(login, login) for login in people}
    ids["eve"] = ids["eve"] or next(student for student in rows if student.startswith("evem"))

    assert rows.keys() == set(ids.values())
    items = [item for item in rows[ids["ann"]] if item in ("leaky_relu", "sample_noise", "softmaxCostAndGradient")]
    assert items
    for login, student in ids.items():
        assert [rows[student][item] for item in items] == [expected[login][item] for item in items]
    assert len({tuple(rows[student][item] for item in items) for student in ids.values()}) > 1
    assert rows["ben"]["days_late"] == ("1" if system.has_times or (with_list and system.list_has_times) else "0")
    assert {rows[student]["days_late"] for login, student in ids.items() if login != "ben"} == {"0"}
    assert "ann" in rows[ids["eve"]]["findings"]
