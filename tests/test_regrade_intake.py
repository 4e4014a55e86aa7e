"""Regrade requests in files: whatever a form or a student makes of them, one bad row costs no other."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import small_course
from hypothesis import given
from hypothesis import strategies as st

from autograder.course import assignment as assignments
from autograder.intake.asked_requests import MOST_CHARS, Asked, Reading
from autograder.intake.class_lookup import ClassLookup
from autograder.intake.regrade_requests import RequestReader
from autograder.intake.request_replies import Reply, read_reply
from autograder.intake.request_table import read_table
from autograder.lms.find_student import Students
from autograder.lms.roster import Member, Roster
from autograder.model.assignment import Assignment
from autograder.model.result_folders import ResultFolders

CLASS = (
    Member("ann", "Doe, Ann", "101", ("4711",), email="ann.doe@school.edu"),
    Member("bob", "Müller, Jörg", "102", email="bob@school.edu"),
    Member("cyd", "Cyd Lee", "103"),
    Member("cyd2", "Lee, Cyd", "104"),
)


@pytest.fixture(scope="module")
def assignment(tmp_path_factory) -> Assignment:
    return assignments.load(small_course.make(tmp_path_factory.mktemp("intake") / "course"))


@pytest.fixture(scope="module")
def lookup(assignment: Assignment) -> ClassLookup:
    return ClassLookup(assignment, Students(CLASS))


def pairs(reading: Reading) -> list[tuple[str, str, str]]:
    """Return what was taken, without where it stood."""
    return [(asked.student, asked.item, asked.reason) for asked in reading.asked]


FORMS = {
    "the columns of the manual": "student,item,reason\nann,attacks,Why?\n",
    "names of a form, other order": "Timestamp;Why do you ask?;Email Address;Which question is it?\n"
    "1/2/26;Why?;ANN.DOE@school.edu;Attacks (10 points)\n",
    "another language, by what stands in it": "Zeit\tGrund\tName\tAufgabe\n1.2.26\tWhy?\tAnn Doe\tATTACKS\n",
    "number, address and name agree": "ID|Email|Name|Item|Comments\n4711|ann.doe@school.edu|Doe, Ann|attacks|Why?\n",
    "an address of a course without addresses": "Username,Question,Reason\ncyd2@anywhere.edu,attacks,Why?\n",
    "as our pages write a person": 'student,item,reason\n"Müller, Jörg (bob)",attacks,Why?\n',
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_column_is_known_by_its_name_or_by_what_stands_in_it(lookup: ClassLookup, text: str, encoding: str):
    """In any order, with any separator, in any encoding that spreadsheets save."""
    reading = read_table(text.encode(encoding), "form.csv", lookup)

    assert reading.problems == []
    assert [(item, reason) for _, item, reason in pairs(reading)] == [("attacks", "Why?")]
    assert {asked.student for asked in reading.asked} <= {"ann", "bob", "cyd2"}


def test_each_bad_row_is_named_and_costs_no_other(lookup: ClassLookup):
    """The line, what is wrong, and what to do."""
    text = (
        "student,email,item,reason\n"
        "zed,,attacks,x\n"
        "ann,,nothing,x\n"
        "ann,,attacks,\n"
        ",,attacks,x\n"
        "Cyd Lee,,attacks,x\n"
        "ann,bob@school.edu,attacks,x\n"
        'ann,,"attacks" and,x\n'
        '"bob",,"attacks, leaky_relu","two\nlines"\n'
        "\n"
        "ann,,attacks,fine\n"
    )
    reading = read_table(text.encode(), "list.csv", lookup)

    assert pairs(reading) == [
        ("bob", "attacks", "two\nlines"),
        ("bob", "leaky_relu", "two\nlines"),
        ("ann", "attacks", "fine"),
    ]
    assert [asked.source for asked in reading.asked][-1] == "'list.csv', line 12"
    expected = {2: "no student 'zed'", 3: "no item 'nothing'", 4: "no reason", 5: "names no student"}
    expected |= {6: "may be", 7: "names two students", 8: "quotes"}
    for line, words in expected.items():
        (said,) = [text for text in reading.problems if text.startswith(f"'list.csv', line {line}")]
        assert words in said
    assert len(reading.problems) == len(expected)


def test_what_is_no_list_is_refused_in_a_sentence(lookup: ClassLookup):
    """Nothing in it is taken for a request."""
    for data in (b"", b"\xff\xfe", b"\0\0\0", b"hello", b"a,b,c\n1,2,3\n", b'"', b"," * 5000):
        reading = read_table(data, "list.csv", lookup)

        assert reading.asked == []
        assert len(reading.problems) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"student,item,reason" + b"," * 600_000, "split it"),
        (b"student,item,reason\n" + b"\n" * 600_000, "split it"),
        (b"student,item,reason\n" + b'"\n' * 600_000, "split it"),
        (b"student,item,reason\n" + b'"a"b\n' * 100_000, "quotes are not closed"),
        (b"student,item,reason\n" + b"nobody,attacks,x\n" * 20_000, "no student 'nobody'"),
    ],
    ids=["columns", "rows", "quotes", "fewer quotes", "nobody"],
)
def test_a_list_that_is_made_to_be_slow_is_read_or_refused(lookup: ClassLookup, data: bytes, words: str):
    """Nobody waits for it."""
    reading = read_table(data, "list.csv", lookup)

    assert reading.asked == []
    assert words in reading.problems[0]
    assert words in reading.problems[-1]


def test_an_address_that_is_not_the_students_asks_for_nobody(lookup: ClassLookup):
    """A form says who was signed in; what its other columns say, anybody can type."""
    rows = ("email,student,item,reason", "mallory@evil.org,ann,attacks,x", "ann@evil.org,,attacks,x")
    reading = read_table("\n".join([*rows, "cyd@evil.org,cyd,attacks,x"]).encode(), "list.csv", lookup)

    assert pairs(reading) == [("cyd", "attacks", "x")]
    assert [sentence.split(":")[0] for sentence in reading.problems] == ["'list.csv', line 2", "'list.csv', line 3"]


CELLS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12), separator=st.sampled_from(",;\t"))
def test_whatever_stands_in_a_row_the_good_ones_are_taken(lookup: ClassLookup, rows, separator: str):
    """Every row of a well-formed file is taken or named, and the requests among them are found."""
    good = [("ann", "attacks", "Why?"), ("bob", "leaky_relu", "Why?")]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator)
    writer.writerows([("student", "item", "reason"), good[0], *rows, good[1]])
    reading = read_table(file.getvalue().encode("utf-8"), "list.csv", lookup)

    assert set(good) <= set(pairs(reading))
    written = [row for row in rows if any(cell.replace("\0", "").strip() for cell in row)]
    assert len(reading.problems) + len({asked.source for asked in reading.asked}) >= len(written)


@given(data=st.binary(max_size=400))
def test_no_bytes_break_the_reading(lookup: ClassLookup, assignment: Assignment, data: bytes):
    """Neither as a list nor as a mail nor as a page."""
    for reading in (
        read_table(b"student,item,reason\nann,attacks,x\n" + data, "x.csv", lookup),
        read_reply(Reply("ann.eml", b"From: ann.doe@school.edu\n" + data), assignment, lookup),
        read_reply(Reply("ann.html", data, frozenset(["ann"])), assignment, lookup),
    ):
        assert all(isinstance(asked, Asked) for asked in reading.asked)
        assert all("\n" not in sentence for sentence in reading.problems)


def test_a_reason_of_any_size_is_short_and_harmless(lookup: ClassLookup):
    """No control characters, no endless text; what it says as HTML or as a formula is escaped where it is shown."""
    said = "\x1b[31m<script>x</script>=cmd|' /C calc'!A0\u202e" + "x" * 100_000
    reading = read_table(f'student,item,reason\nann,attacks,"{said}"\n'.encode(), "list.csv", lookup)

    (asked,) = reading.asked
    assert len(asked.reason) <= MOST_CHARS
    assert "\x1b" not in asked.reason
    assert "\u202e" not in asked.reason


BLOCK = "Regrade request\nHomework: hw4\nItem: {item}\nReason: {reason}\n"


def reply(assignment: Assignment, lookup: ClassLookup, text: str, name: str = "ann.txt", *senders: str) -> Reading:
    """Read a reply of ann's."""
    return read_reply(Reply(name, text.encode(), frozenset(senders or ("ann",))), assignment, lookup)


def test_the_block_of_the_feedback_page_is_read(assignment: Assignment, lookup: ClassLookup):
    """Between a greeting and a signature, with what the mail program quotes, and several of them."""
    text = (
        "Dear all,\n\n> Regrade request\n> Item: leaky_relu\n> Reason: old\n\n**Regrade request**\n"
        "- **Item:** Attacks\n- **Reason:** I name both,\nand why.\n\nItem: leaky_relu\nReason: The slope.\n-- \nAnn\n"
    )

    taken = pairs(reply(assignment, lookup, text))
    assert taken == [("ann", "attacks", "I name both,\nand why."), ("ann", "leaky_relu", "The slope.")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BLOCK.format(item="attacks", reason="x").replace("Item", "Student: bob\nItem"), "asks for another student"),
        (BLOCK.format(item="attacks", reason="x").replace("hw4", "hw3"), "not about hw4"),
        (BLOCK.format(item="essay", reason="x"), "no item 'essay'"),
        (BLOCK.format(item="attacks", reason=""), "no reason"),
        (BLOCK.format(item="", reason=""), "no block"),
        ("I want more points.", "no block"),
    ],
)
def test_what_a_reply_lacks_is_said(assignment: Assignment, lookup: ClassLookup, text: str, words: str):
    """Nobody asks for somebody else, or about another homework."""
    reading = reply(assignment, lookup, text)

    assert reading.asked == []
    assert words in reading.problems[0]
    assert len(reading.problems) == 1


MAIL = "From: {sender}\nDate: Mon, 04 May 2026 10:00:00 +0200\nContent-Type: text/{kind}; charset=utf-8\n\n{body}"


@pytest.mark.parametrize(
    ("sender", "student"),
    [
        ("Ann <ann.doe@school.edu>", "ann"),
        ("Ann <ann@elsewhere.org>", ""),
        ('"ann.doe@school.edu" <mallory@elsewhere.org>', ""),
        ("ann.doe@school.edu, bob@school.edu", ""),
        ("(" * 5000, ""),
    ],
)
def test_the_sender_of_a_mail_is_an_address_of_the_roster(
    assignment: Assignment, lookup: ClassLookup, sender: str, student: str
):
    """In full: what stands before the @, or as a name, anybody can choose."""
    body = "<div>Regrade request<br>Item:&nbsp;attacks<br>Reason: I <b>do</b> name both.</div><script>Item: x</script>"
    mail = MAIL.format(sender=sender, kind="html", body=body)
    reading = read_reply(Reply("mail.eml", mail.encode()), assignment, lookup)

    assert pairs(reading) == ([(student, "attacks", "I do name both.")] if student else [])
    assert len(reading.problems) == (not student)
    assert all(asked.sent_at == 1777881600 for asked in reading.asked)


@pytest.mark.parametrize(
    "mail",
    [
        b"From: " + b"(" * 1_900_000 + b"\n\n",
        b"From: " + b"a@b," * 400_000 + b"\n\n",
        b"From: ann.doe@school.edu\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 300_000,
        b"From: ann.doe@school.edu\nFrom: bob@school.edu\n\nItem: attacks\nReason: x\n",
    ],
    ids=["a comment without end", "a list of addresses", "parts without end", "two senders"],
)
def test_a_mail_that_is_made_to_be_slow_says_nothing(assignment: Assignment, lookup: ClassLookup, mail: bytes):
    """The library would read each of the first three for minutes."""
    reading = read_reply(Reply("mail.eml", mail), assignment, lookup)

    assert (reading.asked, len(reading.problems)) == ([], 1)


@pytest.mark.parametrize(
    "head",
    [
        "From: " + "a," * 500_000,
        "From: <" + '"' * 10**6,
        "Date: " + "(" * 10**6,
        "Content-Type: text/plain; " + 'a*0*="x";' * 10**5,
    ],
)
def test_a_mail_with_a_huge_header_is_read(assignment: Assignment, lookup: ClassLookup, head: str):
    """Its beginning is; who sent it is in the name of the file."""
    mail = f"{head}\n\n{BLOCK.format(item='attacks', reason='Why?')}"
    reading = read_reply(Reply("ann.eml", mail.encode(), frozenset(["ann"])), assignment, lookup)

    assert pairs(reading) == [("ann", "attacks", "Why?")]


@pytest.mark.parametrize(
    "mail",
    [
        "From: a@b.c\n" * 50_000,
        'Content-Type: multipart/mixed; boundary="b"\n\n' + "--b\n\nx\n" * 200_000,
        "Content-Type: message/rfc822\n\n" * 30_000,
        "A: b\n\n" + "\n" * 10**6,
    ],
    ids=["headers", "parts", "letters in letters", "lines"],
)
def test_a_mail_of_too_many_parts_is_refused(assignment: Assignment, lookup: ClassLookup, mail: str):
    """In a sentence, before it is parsed."""
    reading = read_reply(Reply("ann.eml", mail.encode(), frozenset(["ann"])), assignment, lookup)

    assert reading.asked == []
    assert "too many headers, parts or lines" in reading.problems[0]


@pytest.fixture
def reader(assignment: Assignment, tmp_path: Path) -> Callable[[Path], Reading]:
    return RequestReader(assignment, Roster(CLASS), ResultFolders(tmp_path, "hw4"), ["ann", "bob", "cyd"]).read


def test_a_class_download_says_whose_each_reply_is(reader, tmp_path: Path):
    """Folder or zip; the end of a name, which a student chooses, makes nobody's request another's."""
    block = BLOCK.format(item="attacks", reason="Why?")
    files = {"doeann_101_9001_bob.txt": block, "mullerjorg_102_9002_request.html": f"<pre>{block}</pre>"}
    files |= {"strange_999_9003_ann.txt": block, "leecyd_103_9004_list.csv": "student,item,reason\nann,attacks,x\n"}
    folder = tmp_path / "replies"
    folder.mkdir()
    with zipfile.ZipFile(tmp_path / "replies.zip", "w") as archive:
        for name, text in files.items():
            (folder / name).write_text(text)
            archive.writestr(name, text)

    for path in (folder, tmp_path / "replies.zip"):
        reading = reader(path)
        assert [asked.student for asked in reading.asked] == ["ann", "bob"]
        assert len(reading.problems) == 2


def test_a_folder_for_each_student_and_files_by_id(reader, tmp_path: Path):
    """As Moodle gives it, or as an instructor saved mails."""
    block = BLOCK.format(item="attacks", reason="Why?")
    moodle, saved = tmp_path / "moodle", tmp_path / "saved"
    for name in ("Ann Doe_55_assignsubmission_onlinetext", "Jörg Müller_56_assignsubmission_file"):
        (moodle / name).mkdir(parents=True)
        (moodle / name / "onlinetext.html").write_text(f"<p>{block}</p>".replace("\n", "<br>"))
    saved.mkdir()
    (saved / "ann_request.txt").write_text(block)
    (saved / "Jörg Müller.md").write_text(block)
    (saved / "unknown.txt").write_text(block)
    (saved / "link.txt").symlink_to("/etc/passwd")

    assert [asked.student for asked in reader(moodle).asked] == ["ann", "bob"]
    assert {asked.student for asked in reader(saved).asked} == {"ann", "bob"}
    assert len(reader(saved).problems) == 2


def test_what_cannot_be_opened_is_said(reader, tmp_path: Path):
    """A missing file, a spreadsheet, a broken zip."""
    (tmp_path / "x.xlsx").write_bytes(b"PK")
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04")
    for name in ("none.csv", "x.xlsx", "x.zip"):
        reading = reader(tmp_path / name)

        assert (reading.asked, len(reading.problems)) == ([], 1)
