"""Scores go back into Canvas's own file: each into the right row, and no other byte changes."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.formats.csv_cells import Table
from autograder.lms.canvas_gradebook import CanvasGradebook
from autograder.lms.canvas_scores import Filled, fill, find_column
from autograder.model.assignment import Assignment
from autograder.model.errors import ConfigError
from autograder.model.final_score import FinalScore

# As lib/gradebook_exporter.rb of Canvas writes it: with the SIS columns, a custom column, an assignment that is posted
# by hand, calculated columns, students in several sections, and the test student at the end.
EXPORT = '''\
Student,ID,SIS User ID,SIS Login ID,Section,Notes,hw3 (4410),hw4 (4411),"Quiz, one (4412)",Current Points,Final Grade
,,,,,,,Manual Posting,,,
    Points Possible,,,,,,100.00,100.00,10.00,(read only),(read only)
"Lovelace, Ada",101,s1,ada,18739-A,"=1+1, ""sic""\nnew line",90.50,,EX,90.50,A
"O'Neil, Ben",102,s2,ben@andrew.cmu.edu,18739-A and 18739-B,,,12.00,N/A,,
"=""=cmd|x""",103,s3,chloe,"18739-A, 18739-B, and 18739-C",\N{CAT FACE WITH TEARS OF JOY},,,7.25,,
李明,104,s4,dan,18739-B,,1.00,EX,,,
"Ångström, Erin",105,s5,erin,18739-B,,,N/A,,,
"Frank, Jr., Frank",106,,,18739-B,,,,,,
"Student, Test",199,,5f4dcc3b5aa765d61d8327deb882cf99aabbccdd,18739-A,,,,,,
'''


HW4 = Assignment("hw4", (), (), Path(), (), {}, {}, title="Homework 4: GANs and words")
LAB = Assignment("lab1", (), (), Path(), (), {}, {}, title="Lab 1: Regression")


def exported(tmp_path: Path, data: str | bytes = EXPORT) -> CanvasGradebook:
    path = tmp_path / "gradebook.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return CanvasGradebook(path)


def score(student: str, points: float = 50.0, user: str = "", **more) -> FinalScore:
    return FinalScore(student, points, canvas_user=user, **more)


def filled(gradebook: CanvasGradebook, *scores: FinalScore, **options) -> Filled:
    return fill(gradebook, find_column(gradebook, HW4), scores, **options)


def test_each_score_is_in_its_row_and_nothing_else_changes(tmp_path: Path):
    """By Canvas's number, by the login, and by the login without its domain."""
    done = filled(
        exported(tmp_path), score("x", 87.5, "101"), score("ben", 46.666), score("chloe", 100), score("y", 0, "106")
    )
    expected = EXPORT
    for old, new in (
        (",90.50,,EX,", ",90.50,87.50,EX,"), (",12.00,N/A", ",46.67,N/A"), (",,,7.25", ",,100.00,7.25"),
        (",106,,,18739-B,,,,", ",106,,,18739-B,,,0.00,"),
    ):  # fmt: skip
        expected = expected.replace(old, new)

    assert done.data.decode() == expected
    assert done.students == ("x", "ben", "chloe", "y")
    assert [person.name for person in done.without_score] == ["李明", "Ångström, Erin"]
    assert done.without_row == done.not_final == done.kept == ()


def test_excused_and_not_assigned_stay(tmp_path: Path):
    """A number would undo the first; Canvas takes none for the second."""
    done = filled(exported(tmp_path), score("dan"), score("erin"))

    assert done.data.decode() == EXPORT
    assert [person.login for person in done.kept] == ["dan", "erin"]


def test_who_is_not_final_stays_as_it_was_and_is_named(tmp_path: Path):
    """Answers to mark, faults, refusals, unknown lateness; a partial score on demand, but never over a fault."""
    open_scores = [
        score("ada", unmarked=2), score("ben", faults=1), score("chloe", is_refused=True),
        score("y", user="106", late_unknown=True),
    ]  # fmt: skip
    done = filled(exported(tmp_path), *open_scores)

    assert done.data.decode() == EXPORT
    assert {entry.student: entry.why_open for entry in done.not_final} == {
        "ada": "2 answers to mark", "ben": "1 item without a score after a grader fault", "chloe": "refused",
        "y": "late, and the penalty is not known yet",
    }  # fmt: skip
    assert filled(exported(tmp_path), *open_scores, partial=True).students == ("ada",)


def test_nobody_gets_the_row_of_another(tmp_path: Path):
    """A Canvas user who claims another's id by the name of a file; one whom the file does not list; a tie."""
    done = filled(exported(tmp_path), score("ada", 99, "666"), score("ben", 1, "102"), score("ben2", 2, "102"))
    strangers = filled(exported(tmp_path), score("zoe"), score("amy", 1, "102"), score("bob", 2, "102"))

    assert [entry.student for entry in done.without_row] == ["ada", "ben2"]
    assert done.students == ("ben",)
    assert [entry.student for entry in strangers.without_row] == ["amy", "bob", "zoe"]
    assert strangers.data.decode() == EXPORT


def test_a_student_with_a_row_for_each_section_gets_the_score_in_all(tmp_path: Path):
    """As older exports have it; also where only one of the rows has the login."""
    data = "Student,ID,SIS Login ID,Section,hw4 (7)\nAnn,1,ann,A,\nAnn,1,,B,\nBob,2,bob,A,\n"
    done = filled(exported(tmp_path, data), score("ann", 5), score("ann_1", 4, "1"))

    assert done.data.decode() == data.replace("A,\nAnn", "A,4.00\nAnn").replace("B,", "B,4.00")
    assert [entry.student for entry in done.without_row] == ["ann"]
    assert "B,5.00" in filled(exported(tmp_path, data), score("ann", 5)).data.decode()


def test_numbers_that_excel_has_shortened_are_no_numbers(tmp_path: Path):
    """Their students are found by the login."""
    data = "Student,ID,SIS Login ID,Section,hw4 (7)\nAnn,1.06E+16,ann,A,\nBob,1.06E+16,bob,A,\n"
    done = filled(exported(tmp_path, data), score("bob", 5, "10600000000000106"))

    assert done.data.decode() == data.replace("bob,A,", "bob,A,5.00")


def test_hidden_names_are_matched_by_the_login_that_files_are_named_after(tmp_path: Path):
    """The mark in place of the number says nothing about the row."""
    done = filled(exported(tmp_path), score("ada", user="aB3x9"), score("anon_zzzzz", user="zzzzz"))

    assert done.students == ("ada",)


def test_points_taken_off_are_in_the_score_and_never_below_zero(tmp_path: Path):
    done = filled(exported(tmp_path), score("ada", 50, penalty=20), score("chloe", 10, penalty=20))

    assert "90.50,30.00,EX" in done.data.decode()
    assert ",0.00,7.25" in done.data.decode()


VARIANTS = {
    "as_canvas_writes_it": EXPORT.encode(),
    "byte_order_mark": EXPORT.encode("utf-8-sig"),
    "windows_line_ends": EXPORT.replace("\n", "\r\n").encode(),
    "old_line_ends": EXPORT.replace("\n", "\r").encode(),
    "no_last_line_end": EXPORT.rstrip("\n").encode(),
    "blank_lines": EXPORT.replace("\n    Points", "\n\n    Points").encode() + b"\n\n,,,\n",
    "saved_by_excel": re.sub("[^\0-\xff]", "?", EXPORT).encode("cp1252"),
    "first_and_last_names": EXPORT.replace("Student,ID", "LastName,FirstName,ID").replace("hw3", "hw3").encode(),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_files_that_programs_have_saved_in_their_own_way(name: str, tmp_path: Path):
    """Encoding, byte-order mark and line ends stay; only the digits are new."""
    data = VARIANTS[name]
    if name == "first_and_last_names":
        data = re.sub(rb'(?m)^(,|    Points Possible,|"[A-Z\xc3].*?",|\xe6.*?,)(?=[0-9,])', rb"\1,", data)
        data = data.replace(b'"=""=cmd|x""",103', b'"=""=cmd|x""",,103')
    gradebook = exported(tmp_path, data)
    done = filled(gradebook, score("ada", 87.5))

    assert done.students == ("ada",)
    assert done.data.replace(b"90.50,87.50,EX", b"90.50,,EX") == data


def test_european_exports_keep_their_semicolons_and_commas(tmp_path: Path):
    german = "Student;ID;SIS Login ID;Section;hw4 (7);Current Score\n    Points Possible;;;;100,00;(read only)\n"
    german += '"Müller; Ann";1;ann;A;;91,5\nRoe, Bob;2;bob;A;"1,00";\n'
    done = filled(exported(tmp_path, german), score("ann", 87.5), score("bob", 66.666))

    assert done.data.decode() == german.replace("A;;91,5", "A;87,50;91,5").replace('"1,00"', '"66,67"')


def test_a_decimal_comma_between_commas_is_quoted(tmp_path: Path):
    dutch = 'Student,ID,SIS Login ID,Section,hw4 (7)\n    Points Possible,,,,"100,00"\n"Roe, Bob",2,bob,A,\n'

    assert filled(exported(tmp_path, dutch), score("bob", 5)).data.decode() == f'{dutch[:-1]}"5,00"\n'


def header(*columns: str) -> str:
    quoted = ",".join(f'"{column}"' for column in columns)
    return f"Student,ID,SIS Login ID,Section,{quoted}\n    Points Possible,,,,{',' * (len(columns) - 1)}\nAnn,1,ann,A\n"


@pytest.mark.parametrize(
    ("columns", "chosen"),
    [
        (["hw3 (1)", "hw4 (2)", "hw40 (3)"], "2"),
        (["HW4 (2)", "hw4 late forms (3)"], "2"),
        (["Homework 3: x (1)", "Homework 4: GANs, word2vec (2)"], "2"),
        (["HW-04 GANs (2)", "My hw4 notes (3)"], "2"),
        (["hw4 (part two) (2)"], "2"),
        (["hw4 Current Score (2026)", "hw4 (2)"], "2"),
    ],
)
def test_the_column_is_found_by_the_name_of_the_homework(columns: list[str], chosen: str, tmp_path: Path):
    assert find_column(exported(tmp_path, header(*columns)), HW4).assignment_id == chosen


@pytest.mark.parametrize(
    "columns",
    [
        ["Lab 1: Regression (2)", "lab1 bonus (3)"],
        ["lab1 (2)", "Regression (3)"],
        ["LAB-01: fitting lines (2)", "Lab 10 (3)", "Lab 2 (4)"],
        ["Regression (2)", "Collaboration (3)"],
        ["lab 1 (regression) (2)", "Lab (3)"],
    ],
)
def test_the_column_is_found_by_name_or_title(columns: list[str], tmp_path: Path):
    assert find_column(exported(tmp_path, header(*columns)), LAB).assignment_id == "2"


def test_a_name_without_a_number_is_found(tmp_path: Path):
    final = Assignment("final_project", (), (), Path(), (), {}, {}, title="final_project")

    assert find_column(exported(tmp_path, header("Final Project (2)", "finals (3)")), final).assignment_id == "2"


@pytest.mark.parametrize("wanted", ["GANs (2)", "gans", "2"])
def test_a_column_of_any_name_can_be_chosen(wanted: str, tmp_path: Path):
    assert find_column(exported(tmp_path, header("hw4 (1)", "GANs (2)")), HW4, wanted).title == "GANs"


@pytest.mark.parametrize(
    ("columns", "wanted", "sentence"),
    [
        (["hw4 a (1)", "hw4 b (2)"], "", '2 columns .* are named hw4: .* with --column .*"hw4 a .1.", "hw4 b .2."'),
        (["GANs (1)"], "", 'No column .* is named hw4: .*"GANs .1."'),
        (["hw4 (1)"], "hw5", 'No column .* is named "hw5"'),
        (["Notes"], "", "has no column of an assignment"),
    ],
)
def test_without_one_column_that_fits_nothing_is_written(columns, wanted, sentence, tmp_path: Path):
    with pytest.raises(ConfigError, match=sentence) as caught:
        find_column(exported(tmp_path, header(*columns)), HW4, wanted)

    assert len(str(caught.value).splitlines()) == 1


def test_a_read_only_column_is_refused(tmp_path: Path):
    data = "Student,ID,SIS Login ID,Section,hw4 (1)\n    Points Possible,,,,(read only)\nAnn,1,ann,A,\n"
    with pytest.raises(ConfigError, match="read only"):
        find_column(exported(tmp_path, data), HW4)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"hello", b"name,score\nann,1\n", b"Student,Section\n", b'Student,ID\n"Ann,1\n', b"\0" * 100,
        b'Student,ID\n"Ann"x,1\n', EXPORT.encode("utf-16"), b"PK\x03\x04" + bytes(50),
    ],
)  # fmt: skip
def test_what_is_no_export_of_canvas_is_refused_in_one_sentence(data: bytes, tmp_path: Path):
    with pytest.raises(ConfigError, match="is not a gradebook exported from Canvas") as caught:
        exported(tmp_path, data)

    assert len(str(caught.value).splitlines()) == 1


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path):
    with pytest.raises(ConfigError, match="cannot be read"):
        CanvasGradebook(tmp_path / "missing.csv")


# --- any file at all ---

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


def quoted(text: str, separator: str, always: bool) -> str:
    return '"' + text.replace('"', '""') + '"' if always or re.search(f'[{separator}"\r\n]', text) else text


@st.composite
def gradebooks(draw) -> tuple[bytes, str, list[str], int]:
    """Draw the bytes of an export, its separator, the ids of its students, and the index of the column."""
    separator = draw(st.sampled_from(",;\t"))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    always_quoted = draw(st.booleans())
    before, after = draw(st.lists(TEXT, max_size=3)), draw(st.lists(TEXT, max_size=3))
    columns = ["Student", "ID", "SIS Login ID", "Section", *before, "hw4 (77)", *after]
    index = 4 + len(before)
    ids = draw(st.lists(st.integers(1, 10**18).map(str), unique=True, max_size=8))
    rows = [columns]
    if draw(st.booleans()):
        rows.append(["Manual Posting" if i == index else "" for i in range(len(columns))])
    rows.append(["    Points Possible", "", "", "", *("" for _ in before), "100.00", *("(read only)" for _ in after)])
    for number, canvas_id in enumerate(ids):
        row = [draw(TEXT).replace("Points Possible", ""), canvas_id, f"login{number}", draw(TEXT)]
        own = draw(st.sampled_from(["", "12.00"]))
        rows.append([*row, *(draw(TEXT) for _ in before), own, *(draw(TEXT) for _ in after)])
    text = "".join(separator.join(quoted(cell, separator, always_quoted) for cell in row) + end for row in rows)
    if draw(st.booleans()):
        text = text.removesuffix(end)
    return (b"\xef\xbb\xbf" if draw(st.booleans()) else b"") + text.encode(), separator, ids, index


def read_rows(data: bytes, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator))


@given(gradebooks(), st.data())
def test_in_any_file_only_the_chosen_cells_change(tmp_path_factory, drawn, data):
    """Read by Python's own reader, all other cells are the same; put back, all bytes are."""
    content, separator, ids, index = drawn
    gradebook = exported(tmp_path_factory.mktemp("export"), content)
    marked = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    scores = {canvas_id: data.draw(st.integers(0, 10000)) / 100 for canvas_id in marked}
    done = filled(gradebook, *(score(f"s{user}", points, user) for user, points in scores.items()))
    before, after = read_rows(content, separator), read_rows(done.data, separator)

    assert len(done.students) == len(marked)
    assert len(before) == len(after)
    for old, new in zip(before, after, strict=True):
        if len(old) > index and old[1] in scores:
            assert new[index] == f"{scores[old[1]]:.2f}"
            new[index] = old[index]
        assert new == old
    table = Table(done.data, separator)
    pairs = [(old, new) for old, new in zip(gradebook.table.rows, table.rows, strict=True) if len(new) > index]
    undone = {new[index]: gradebook.table.text(old[index]) for old, new in pairs if table.text(new[1]) in scores}
    assert table.replaced(undone) == content


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_one_error(data: bytes):
    """Nothing else is raised, and a table put back together is the same bytes."""
    try:
        table = Table(data, ",")
    except ValueError:
        return

    assert table.replaced({}) == data
    assert all(cell.start <= cell.end for row in table.rows for cell in row)
