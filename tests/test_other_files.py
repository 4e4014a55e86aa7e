"""Answers in formats that nothing reads are named with what to do, kept, and pointed out to whoever marks."""

from __future__ import annotations

import zlib
from pathlib import Path

import pdf_files
import pytest
from handed_in import ASSIGNMENT, PART_1, check_sentence, handed_in, notes, only, packed, placed, stored_names

from autograder import intake
from autograder.handin import other_files, pdf_title
from autograder.handin.names import same_letters
from autograder.marking.answers import files_to_open

NO_SHEETS = {path: data for path, data in handed_in().items() if "answers/" not in path}
ITEM = {sheet: next(item for item in ASSIGNMENT.sheet(sheet).items) for sheet in ASSIGNMENT.sheets}


def received(tmp_path: Path, files: dict[str, bytes]):
    return only(placed(tmp_path, {"bob_HW4.zip": packed(files)}) / "bob_HW4.zip")


def titled(title: bytes) -> bytes:
    return pdf_files.pages().replace(b"trailer\n<<", b"trailer\n<< /Info << /Title %s >>" % title)


def in_stream_of_objects(title: bytes) -> bytes:
    content = zlib.compress(b"1 0 << /Title %s /Producer (xdvipdfmx) >>" % title)
    return b"%%PDF-1.5\n7 0 obj\n<< /Type /ObjStm /N 1 /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


@pytest.mark.parametrize("ending", sorted(other_files.FORMATS))
def test_every_format_is_named_with_what_to_do(ending: str, tmp_path: Path):
    """In one sentence, as a warning; nothing is to be renamed."""
    submission = received(tmp_path, {**NO_SHEETS, f"bob_HW4/answers/adversarial{ending}": b"My answer."})
    told = [finding for finding in submission.findings if f"adversarial{ending}' is " in finding.text]

    assert [finding.level for finding in told] == ["warning"]
    check_sentence(told[0].text)
    assert told[0].for_student
    assert "rename" not in told[0].text
    assert other_files.FORMATS[ending].what in told[0].text


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("answers/adversarial.docx", "is a Word document, which is not read: copy its text into answers/adv"),
        ("adversarial learning (1).docx", "copy its text into answers/adversarial.md."),
        ("essay.docx", "copy its text into the answer sheet."),
        ("IMG_1.heic", "a photo in Apple's format, which is not read: put all pages into one PDF, derivation.pdf."),
        ("IMG_1.jpg", "a picture that no answer shows: show it in the answer sheet with a line ![](IMG_1.jpg)"),
        ("answers/cbow.gdoc", "is a link to a Google document, which is not read: download the file"),
        (".cbow.md.icloud", "is a placeholder of iCloud, without the content, which is not read"),
        ("cbow.pdf", "is a PDF of an answer sheet, which is not read: copy its text into answers/cbow.md."),
        ("parts.7z", "is an archive that is not opened, which is not read: pack the files themselves as a zip."),
    ],
)  # fmt: skip
def test_the_sentence_names_the_sheet_that_is_meant(path: str, says: str, tmp_path: Path):
    """By the name of the file, however it is spelled; a photo may also go into the PDF."""
    assert says in notes(received(tmp_path, {**NO_SHEETS, f"bob_HW4/{path}": b"My answer."}), "warning")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PK\x03\x04" + bytes(30), "a Word document"),
        (b"\xd0\xcf\x11\xe0" + bytes(30), "an old Word document"),
        (b"{\\rtf1 My answer.}", "an RTF document"),
        (b"%PDF-1.7 My answer.", "a PDF"),
        (b"\xff\xd8\xff" + bytes(30), "a picture"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><p>My answer.", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "a pointer of Git LFS"),
    ],
)
def test_a_sheet_that_is_something_else_is_named(data: bytes, what: str, tmp_path: Path):
    """It was given the right name, and is no text; it is kept for the marker, and said again when it is read again."""
    submission = received(tmp_path, {**NO_SHEETS, "bob_HW4/answers/cbow.md": data})
    folder = intake.store(submission, tmp_path / "submitted", ASSIGNMENT)
    again = intake.read_folder(folder, "bob", ASSIGNMENT)

    assert f"'cbow.md' is {what}" in notes(submission, "error")
    assert "cbow" not in submission.sheets
    assert (folder / "answers" / "cbow.md").read_bytes() == data
    assert again.others == submission.others == {"answers/cbow.md": data}
    assert files_to_open(_item("cbow"), submission, ASSIGNMENT, "") == ["answers/cbow.md"]


def _item(sheet: str):
    return type("Item", (), {"id": ITEM[sheet].id, "notebook": sheet})()


def test_an_empty_sheet_is_named(tmp_path: Path):
    """A cloud drive that has not loaded the file gives it no bytes."""
    assert "'answers/cbow.md' is empty (0 bytes)" in notes(
        received(tmp_path, {**handed_in(), "bob_HW4/answers/cbow.md": b""}), "warning"
    )


def test_files_for_a_person_are_kept_beside_the_others(tmp_path: Path):
    """Under their own names, within limits; reading the folder again says the same."""
    more = {"bob_HW4/answers/cbow.docx": b"word", "bob_HW4/IMG_1.jpg": b"photo", "bob_HW4/a:b.docx": b"odd name"}
    submission = received(tmp_path, {**NO_SHEETS, **more})
    folder = intake.store(submission, tmp_path / "submitted", ASSIGNMENT)
    again = intake.read_folder(folder, "bob", ASSIGNMENT)

    assert submission.others == {"answers/cbow.docx": b"word", "IMG_1.jpg": b"photo"}
    assert {"answers/cbow.docx", "IMG_1.jpg"} <= stored_names(folder)
    assert again.others == submission.others
    assert {finding.text for finding in again.findings} == {finding.text for finding in submission.findings}
    assert "a:b.docx' is a Word document" in notes(submission, "warning")


@pytest.mark.parametrize("ending", [".html", ".HTM", ".mht", ".mhtml", ".svg"])
def test_what_a_markers_browser_would_run_is_named_and_not_kept(ending: str, tmp_path: Path):
    """Nbgrader serves all files of a submission to whoever marks it, from the address of the gradebook."""
    submission = received(tmp_path, {**NO_SHEETS, f"bob_HW4/answers/cbow{ending}": b"<script>alert(1)</script>"})
    folder = intake.store(submission, tmp_path / "submitted", ASSIGNMENT)

    assert submission.others == {}
    assert not [name for name in stored_names(folder) if name.endswith(ending)]
    assert f"answers/cbow{ending}' is a " in notes(submission, "warning")


def test_no_more_is_kept_than_the_limit(tmp_path: Path):
    """Those in the folder of the answers first."""
    files = {f"bob_HW4/{number}.jpg": b"x" for number in range(other_files.MOST + 5)}
    submission = received(tmp_path, {**NO_SHEETS, **files, "bob_HW4/answers/cbow.docx": b"word"})

    assert len(submission.others) == other_files.MOST
    assert "answers/cbow.docx" in submission.others


def test_a_marker_is_told_which_file_to_open(tmp_path: Path):
    """The one of the item's sheet; one without a sheet's name where the answer is empty; never a plot."""
    files = {"bob_HW4/answers/cbow.docx": b"word", "bob_HW4/essay.odt": b"text", "bob_HW4/loss.png": b"plot"}
    submission = received(tmp_path, {**NO_SHEETS, **files})

    assert files_to_open(_item("cbow"), submission, ASSIGNMENT, "") == ["answers/cbow.docx", "essay.odt"]
    assert files_to_open(_item("cbow"), submission, ASSIGNMENT, "Words.") == ["answers/cbow.docx"]
    assert files_to_open(_item("debiasing"), submission, ASSIGNMENT, "") == ["essay.odt"]
    assert files_to_open(_item("debiasing"), submission, ASSIGNMENT, "Words.") == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("hw4_partI.pdf", pdf_files.pages()),
        ("bob_hw4_partII (1).pdf", pdf_files.pages()),
        ("bob_HW4.pdf", titled(b"(hw4_partII)")),
        ("bob_HW4.pdf", titled(b"(bob_hw4_partII.ipynb - Colab)")),
        ("bob_HW4.pdf", titled(b"(hw4_partI - Jupyter Notebook)")),
        ("bob_HW4.pdf", titled(b"<FEFF" + "hw4_partI".encode("utf-16-be").hex().encode() + b">")),
        ("bob_HW4.pdf", in_stream_of_objects(b"(hw4\\_partI)")),
    ],
)
def test_a_notebook_saved_as_a_pdf_is_not_the_derivation(name: str, data: bytes, tmp_path: Path):
    """It is named, as a warning where the notebook itself is missing."""
    complete = {path: content for path, content in handed_in().items() if not path.endswith(".pdf")}
    submission = received(tmp_path, {**complete, f"bob_HW4/{name}": data})
    alone = received(tmp_path / "alone", {"bob_HW4/bob_hw4_partI.ipynb": PART_1, f"bob_HW4/{name}": data})

    assert "derivation" not in submission.files
    assert "is a notebook saved as a PDF" in notes(submission, "info")
    assert "is a notebook saved as a PDF" in notes(alone, "warning")


@pytest.mark.parametrize("data", [pdf_files.pages(), titled(b"(My derivation)"), titled(b"(notes - Jupyter Notebook)")])
def test_any_other_pdf_is_the_derivation_where_it_is_the_only_one(data: bytes, tmp_path: Path):
    """Students call it as they like, and may have written it in a notebook of their own."""
    complete = {path: content for path, content in handed_in().items() if not path.endswith(".pdf")}
    submission = received(tmp_path, {**complete, "bob_HW4/hw4_part2_steps.pdf": data})

    assert submission.files["derivation"] == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"/Title",
        b"/Title (" + b"\\" * 10_000,
        b"/Title <0" * 10_000,
        b"/ObjStm >> stream\n" * 1000,
        b"/Title ((((" * 10_000,
        in_stream_of_objects(b"(" + b"x" * 10_000_000 + b")"),
    ],
)
def test_titles_of_damaged_pdfs_are_no_titles(data: bytes):
    """Nothing raises, and nothing is unpacked without a bound."""
    assert not any("hw4" in same_letters(title) for title in pdf_title.titles(data))
