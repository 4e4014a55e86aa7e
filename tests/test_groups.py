"""Work that several students hand in together: it is graded once, and every member has the grade."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import download_files as files
import fake_grading
import pytest
import small_course
from canvas_files import Canvas, User
from download_files import Sent
from handed_in import check_sentence, packed, placed
from nbgrader import api

from autograder import intake, running
from autograder.cli import main
from autograder.commands import feedback, grade, report
from autograder.gradebook.marks import Mark, StudentMarks, shared
from autograder.lms import groups
from autograder.model.errors import ConfigError
from autograder.model.report import Report
from autograder.model.result_folders import ResultFolders
from autograder.model.submission import GroupWork

PLAIN = b"group,student\nTeam 1,ann\nTeam 1,bob\nTeam 1,cy\nTeam 2,dan\n"
SCORED = ("leaky_relu", "sample_noise", "softmaxCostAndGradient")
Rows = Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    return small_course.make(tmp_path_factory.mktemp("course"))


@pytest.fixture(autouse=True)
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Grade in milliseconds, by the bytes of the notebooks; return where each grading is noted."""
    fake_grading.use(monkeypatch.setattr)
    monkeypatch.setenv(fake_grading.LOG, str(tmp_path / "log"))
    return tmp_path / "log"


def graded(course: Path, out: Path, *paths: Path, lists: bytes | None = None, **options) -> Rows:
    """Grade by the command; return the rows of grades.csv by student."""
    if lists is not None:
        (out.parent / "groups.csv").write_bytes(lists)
        options["groups"] = out.parent / "groups.csv"
    grade.grade(course, paths, out, jobs=1, weak=True, **options)
    return rows_of(out)


def rows_of(out: Path) -> Rows:
    with (out / "report" / "hw4" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def report_of(out: Path, student: str) -> Report:
    found = running.Store(out, "hw4").report(student)
    assert found is not None
    return found


def said_of(out: Path, student: str) -> str:
    return " ".join(finding.text for finding in report_of(out, student).findings)


def work(course: Path, owner: str, marker: str = "", **answers: str) -> bytes:
    """Return a zip of the notebooks of the course, which differ by who wrote them, and of its sheets with answers."""
    texts = {path.name: path.read_text() for path in sorted((course / "source" / "hw4").glob("*.ipynb"))}
    by = f'"metadata": {{"by": "{owner}{marker}",'
    files = {f"{owner}_{name}": text.replace('"metadata": {', by, 1).encode() for name, text in texts.items()}
    sheets = small_course.sheets(course, **answers) if answers else {}
    return packed(files | {f"answers/{name}.md": text.encode() for name, text in sheets.items()})


def check_same_grade(out: Path, rows: Rows, *members: str) -> None:
    first = members[0]
    for member in members:
        assert [rows[member][item] for item in SCORED] == [rows[first][item] for item in SCORED]
        assert [rows[member][key] for key in ("total", "possible", "days_late")] == [
            rows[first][key] for key in ("total", "possible", "days_late")
        ]
        assert report_of(out, member).items == report_of(out, first).items


def test_every_member_has_the_grade_of_what_one_sent(course: Path, tmp_path: Path, log: Path):
    placed(tmp_path / "zips", {"bob_HW4.zip": work(course, "bob"), "eve_HW4.zip": work(course, "eve")})
    rows = graded(course, tmp_path / "out", tmp_path / "zips", lists=PLAIN)

    assert rows.keys() == {"ann", "bob", "cy", "eve"}, "of Team 2 nobody sent anything, and Eve is in no group"
    check_same_grade(tmp_path / "out", rows, "ann", "bob", "cy")
    assert rows["eve"]["findings"] == ""
    assert "Group work of 'Team 1' (ann, bob, cy), sent by bob." in said_of(tmp_path / "out", "cy")
    assert rows["ann"]["findings"] == rows["cy"]["findings"] == rows["bob"]["findings"] == ""
    begun = [line.split()[1] for line in log.read_text().splitlines() if line.startswith("begins")]
    assert sorted(begun) == ["ann", "eve"], "it is graded once, under the first of the members"


def test_a_mark_for_one_member_is_in_the_rows_of_all(course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The report counts it as the feedback does; where the gradebook cannot be read it says so, and is written."""
    placed(
        tmp_path / "zips",
        {f"{name}_HW4.zip": work(course, name, attacks=f"Words of {name}.") for name in ("bob", "eve")},
    )
    out = tmp_path / "out"
    before = graded(course, out, tmp_path / "zips", lists=PLAIN)
    with api.Gradebook(f"sqlite:///{out}/gradebook.db") as book:
        grade_of_bob = book.find_grade("attacks", "adversarial", "hw4", "bob")
        grade_of_bob.manual_score, grade_of_bob.needs_manual_grade = 7.5, False
        book.db.commit()
    code = report.report(course, out)
    marked = rows_of(out)
    (out / "gradebook.db").unlink()
    capsys.readouterr()

    assert report.report(course, out) == 1
    assert "The report counts no marks of people: There is no gradebook" in capsys.readouterr().err
    assert code == 0
    assert [marked[member]["attacks"] for member in ("ann", "bob", "cy", "eve")] == ["7.5", "7.5", "7.5", ""]
    assert float(marked["cy"]["total"]) == float(before["cy"]["total"]) + 7.5
    assert float(marked["cy"]["possible"]) == float(before["cy"]["possible"]) + 10
    left = rows_of(out)
    assert {student: row["total"] for student, row in left.items()} == {
        student: row["total"] for student, row in before.items()
    }


def test_the_group_is_remembered_and_stays_one(course: Path, tmp_path: Path, log: Path):
    """Later runs, of one student, of everything anew, and of submitted/, need no list."""
    placed(tmp_path / "zips", {"bob_HW4.zip": work(course, "bob")})
    out = tmp_path / "out"
    before = graded(course, out, tmp_path / "zips", lists=PLAIN)

    def times_graded() -> int:
        count = len(log.read_text().splitlines()) // 2 if log.exists() else 0
        log.unlink(missing_ok=True)
        return count

    assert times_graded() == 1
    assert graded(course, out, tmp_path / "zips") == before
    assert times_graded() == 0
    assert graded(course, out, tmp_path / "zips", fresh=True) == before
    assert times_graded() == 1
    assert graded(course, out, tmp_path / "zips", student="cy", fresh=True) == before
    assert times_graded() == 1
    assert graded(course, out, out / "submitted") == before
    assert graded(course, out, out / "submitted", fresh=True) == before
    assert times_graded() == 1
    placed(tmp_path / "zips", {"bob_HW4.zip": work(course, "bob", "new")})
    after = graded(course, out, tmp_path / "zips", student="ann")
    check_same_grade(out, after, "ann", "bob", "cy")
    assert times_graded() == 1


def test_of_what_several_members_sent_the_latest_counts(course: Path, tmp_path: Path):
    users = [
        User(11, "Doe, Ann", "ann", {901: ("ann_HW4.zip", work(course, "ann"))}),
        User(12, "Roe, Bob", "bob", {950: ("bob_HW4.zip", work(course, "bob"))}, late=True),
    ]
    (tmp_path / "submissions.zip").write_bytes(Canvas(*users).download())
    rows = graded(course, tmp_path / "out", tmp_path / "submissions.zip", lists=PLAIN)

    assert rows.keys() == {"ann", "bob", "cy"}
    check_same_grade(tmp_path / "out", rows, "ann", "bob", "cy")
    assert {rows[member]["days_late"] for member in rows} == {"?"}, "the group is late"
    for member in rows:
        said = rows[member]["findings"]
        assert "'roebob_LATE_12_950_bob_HW4.zip', the later one, counts, not 'doeann_11_901_ann_HW4.zip'" in said


CANVAS_GROUPS = (
    b"name,canvas_user_id,user_id,login_id,sections,group_name,canvas_group_id,group_id\n"
    b"Ann Doe,11,s11,ann,A,Project Group 12,7,\nBob Roe,12,s12,bob,A,Project Group 12,7,\nEve Low,13,s13,eve,A,,,\n"
)


@pytest.mark.parametrize("with_roster", [True, False])
@pytest.mark.parametrize("file", ["bob_HW4.zip", "ours.zip"])
def test_a_group_of_canvas(file: str, with_roster: bool, course: Path, tmp_path: Path, capsys):
    """One upload, under the name of the group and the number of one member; scores and feedback are for all."""
    ann, bob, eve = User(11, "Doe, Ann", "ann"), User(12, "Roe, Bob", "bob"), User(13, "Low, Eve", "eve")
    sent = [
        User(12, "Project Group 12", "", {901: (file, work(course, "" if file == "ours.zip" else "bob"))}, late=True),
        User(13, "Low, Eve", "eve", {902: ("eve_HW4.zip", work(course, "eve"))}),
    ]
    (tmp_path / "submissions.zip").write_bytes(Canvas(*sent).download())
    (tmp_path / "gradebook.csv").write_bytes(Canvas(ann, bob, eve).gradebook())
    options = {"roster": tmp_path / "gradebook.csv"} if with_roster else {}
    out = tmp_path / "out"
    rows = graded(course, out, tmp_path / "submissions.zip", lists=CANVAS_GROUPS, **options)

    assert rows.keys() == {"ann", "bob", "eve"}
    check_same_grade(out, rows, "ann", "bob")
    assert (rows["ann"]["days_late"], rows["eve"]["days_late"]) == ("?", "0")
    assert "sent by bob" in said_of(out, "ann")
    assert intake.known_users(ResultFolders(out, "hw4")) == {"11": "ann", "12": "bob", "13": "eve"}

    capsys.readouterr()
    feedback.feedback(course, out)
    assert {path.name for path in (out / "feedback" / "hw4").iterdir()} == {"ann", "bob", "eve"}
    export = ["export", "canvas", "--template", str(tmp_path / "gradebook.csv"), "--out", str(out), "--partial"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course)
        main(export)
    exported = (out / "hw4_grades_for_canvas.csv").read_text()
    scores = {row["SIS Login ID"]: row["hw4 (4411)"] for row in csv.DictReader(exported.splitlines())}
    assert float(scores["ann"]) == float(scores["bob"]) == report_of(out, "ann").total


MOODLE_GROUPS = (
    b"First name,Last name,Email address,Groups\nAnn,Doe,ann@a.edu,Group A\nBob,Roe,bob@a.edu,Group A\n"
    b"Cy,Low,cy@a.edu,Group B\n"
)


@pytest.mark.parametrize("build", [files.moodle, files.brightspace, files.blackboard])
@pytest.mark.parametrize("named_after", ["", "bob", "cy"])
def test_a_group_that_the_system_names_in_the_place_of_a_student(build, named_after: str, course: Path, tmp_path: Path):
    """The members of that group have the grade, whoever the files are named after: Cy is in another group."""
    group = Sent("Group A", "Group", "A", 77, {"ours.zip": work(course, named_after)})
    other = Sent("eve", "Eve", "Low", 78, {"eve_HW4.zip": work(course, "eve")})
    (tmp_path / "download.zip").write_bytes(packed(build(group, other)))
    rows = graded(course, tmp_path / "out", tmp_path / "download.zip", lists=MOODLE_GROUPS)

    assert rows.keys() == {"ann", "bob", "eve"}
    check_same_grade(tmp_path / "out", rows, "ann", "bob")


def test_older_versions_of_moodle_have_a_copy_for_each_member(course: Path, tmp_path: Path):
    copies = [Sent(login, f"Group A-{name}", last, number, {"ours.zip": work(course, "")})
              for login, name, last, number in (("ann", "Ann", "Doe", 501), ("bob", "Bob", "Roe", 502))]  # fmt: skip
    (tmp_path / "download.zip").write_bytes(packed(files.moodle(*copies)))
    (tmp_path / "list.csv").write_bytes(MOODLE_GROUPS)
    options = {"roster": tmp_path / "list.csv"}
    rows = graded(course, tmp_path / "out", tmp_path / "download.zip", lists=MOODLE_GROUPS, **options)

    assert rows.keys() == {"ann", "bob"}
    check_same_grade(tmp_path / "out", rows, "ann", "bob")
    assert rows["ann"]["findings"] == rows["bob"]["findings"] == ""


def test_gradescope_names_all_who_sent_it(course: Path, tmp_path: Path):
    bob = Sent("bob", "Bob", "Roe", 2, {})
    ann = Sent("ann", "Ann", "Doe", 1, {"hw4.zip": work(course, "ann")}, others=(bob,))
    eve = Sent("eve", "Eve", "Low", 3, {"hw4.zip": work(course, "eve")})
    (tmp_path / "download.zip").write_bytes(packed(files.gradescope(ann, eve)))
    rows = graded(course, tmp_path / "out", tmp_path / "download.zip")

    assert rows.keys() == {"ann", "bob", "eve"}
    check_same_grade(tmp_path / "out", rows, "ann", "bob")
    assert "Group work of 'Ann Doe and Bob Roe' (ann, bob), sent by ann." in said_of(tmp_path / "out", "bob")


def test_nobody_gets_into_a_group_by_a_name(course: Path, tmp_path: Path):
    """In Canvas students may choose what they are called; a member is one by the list alone."""
    evil = User(66, "Project Group 12", "evil", {901: ("x.zip", work(course, ""))})
    (tmp_path / "submissions.zip").write_bytes(Canvas(evil).download())
    rows = graded(course, tmp_path / "out", tmp_path / "submissions.zip", lists=CANVAS_GROUPS)

    assert rows.keys() == {"projectgroup12_66"}
    assert "give the list of the groups" in rows["projectgroup12_66"]["findings"]


def test_a_refused_submission_of_a_group_is_refused_for_every_member(course: Path, tmp_path: Path):
    placed(tmp_path / "zips", {"bob_HW4.zip": b"nothing", "eve_HW4.zip": work(course, "eve")})
    rows = graded(course, tmp_path / "out", tmp_path / "zips", lists=PLAIN)

    assert {rows[member]["status"] for member in ("ann", "bob", "cy")} == {rows["bob"]["status"]}
    assert all(report_of(tmp_path / "out", member).refused for member in ("ann", "bob", "cy"))


def test_what_a_person_marks_for_one_member_counts_for_all():
    group = {member: GroupWork("Team 1", "bob", ("ann", "bob", "cy")) for member in ("ann", "bob", "cy")}
    marks = {
        "ann": StudentMarks({"attacks": Mark(open=True), "code": Mark(machine=3.0)}),
        "bob": StudentMarks({"attacks": Mark(person=7.0, comment="Good."), "code": Mark(machine=3.0)}),
        "cy": StudentMarks({"attacks": Mark(person=2.0), "code": Mark(machine=3.0)}),
        "eve": StudentMarks({"attacks": Mark(open=True)}),
    }
    found = {**marks, **shared(marks, group)}

    assert found["ann"].items["attacks"] == Mark(person=7.0, comment="Good.")
    assert found["cy"].items["attacks"] == Mark(person=2.0), "a mark of the member's own counts first"
    assert found["ann"].items["code"] == Mark(machine=3.0)
    assert found["eve"].items["attacks"].open


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "student\nann\n", "group,student\n,ann\n", "group,student\n"])
def test_a_list_without_groups_is_refused_in_one_line(text: str, tmp_path: Path):
    (tmp_path / "groups.csv").write_text(text)

    with pytest.raises(ConfigError) as raised:
        groups.read(tmp_path / "groups.csv")
    check_sentence(str(raised.value).replace(str(tmp_path), ""))


def test_groups_that_cannot_be_read_again_are_no_groups(course: Path, tmp_path: Path):
    placed(tmp_path / "zips", {"bob_HW4.zip": work(course, "bob")})
    out = tmp_path / "out"
    graded(course, out, tmp_path / "zips", lists=PLAIN)
    (out / ".autograder" / "hw4" / "groups.json").write_text("[{}]")
    shutil.rmtree(out / "results")

    assert graded(course, out, tmp_path / "zips").keys() == {"bob"}
