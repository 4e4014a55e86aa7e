"""Any homework: whatever its notebooks, sheets and files are called, they are recognised, stored and read back."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from handed_in import PART_1, PDF, PNG, Files, make_sheet, notes, packed, placed
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from autograder import intake
from autograder.commands.new import new
from autograder.course import assignment as assignments
from autograder.grading.grader import grade
from autograder.handin import slots
from autograder.handin.asked import HandedInFile
from autograder.model.assignment import Assignment
from autograder.model.report import Verdict
from autograder.model.submission import Submission, digest_of
from autograder.session.launcher import Zygote

FIGURE = HandedInFile("figure", "loss_curve.png", "png", required=True)
SCAN = HandedInFile("scan", "scan.pdf", "pdf")
LAB = Assignment(
    "lab1", ("regression",), ("essay",), Path(), (), {}, {"essay": make_sheet("essay")}, kit="labkit",
    files=(FIGURE, SCAN),
)  # fmt: skip
WORK = {"regression.ipynb": PART_1, "loss_curve.png": PNG, "answers/essay.md": b"My essay."}


def submissions(folder: Path, files: Files, assignment: Assignment = LAB) -> dict[str, Submission]:
    found = intake.collect([placed(folder, files)], assignment)
    return {submission.student: submission for submission in found}


def only(folder: Path, files: Files, assignment: Assignment = LAB) -> Submission:
    (submission,) = submissions(folder, {"in/ann_LAB1.zip": packed(files)}, assignment).values()
    return submission


def with_id(files: Files, student: str = "ann") -> dict[str, bytes]:
    return {path if "/" in path else f"{student}_{path}": data for path, data in files.items()}


def check_complete(submission: Submission) -> None:
    assert submission.problem is None
    assert submission.notebooks == {"regression": PART_1}
    assert submission.sheets == {"essay": "My essay."}
    assert submission.files["figure"] == PNG


def test_what_is_asked_for_is_taken_without_a_word(tmp_path: Path):
    submission = only(tmp_path, {f"ann_LAB1/{path}": data for path, data in with_id(WORK).items()})

    check_complete(submission)
    assert submission.findings == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("regression.ipynb", "ann_lab1_regression.ipynb"),
        ("regression.ipynb", "Regression (2).ipynb"),
        ("regression.ipynb", "ann_regression_final.ipynb"),
        ("regression.ipynb", "lab 1.ipynb"),
        ("loss_curve.png", "LossCurve.PNG"),
        ("loss_curve.png", "loss curve (1).png"),
        ("loss_curve.png", "losscur.png"),
        ("loss_curve.png", "picture.png"),
        ("answers/essay.md", "ann_Essay.txt"),
    ],
)
def test_close_spellings_are_taken(old: str, new: str, tmp_path: Path):
    submission = only(tmp_path, {new if path == old else path: data for path, data in WORK.items()})

    check_complete(submission)
    assert not any(finding.level == "error" for finding in submission.findings)


def test_a_sheet_stored_as_a_notebook_is_no_notebook(tmp_path: Path):
    """However much its name is like that of a notebook."""
    name = "essay_regression"
    questions = replace(LAB, sheets=(name,), _sheets={name: make_sheet(name)})
    submission = Submission("ann", sheets={name: "My essay."})
    read = intake.read_folder(intake.store(submission, tmp_path, questions), "ann", questions)

    assert (read.notebooks, read.sheets) == ({}, submission.sheets)


def test_modules_of_the_kit_are_no_notebooks(tmp_path: Path):
    submission = only(tmp_path, {"labkit/regression.py": b"x = 1", **with_id(WORK)})

    check_complete(submission)
    assert "regression.py" not in notes(submission)


def test_a_required_file_is_missed_and_another_is_not(tmp_path: Path):
    submission = only(tmp_path, {path: data for path, data in WORK.items() if path != "loss_curve.png"})

    assert "Not handed in: loss_curve.png." in notes(submission, "info")
    assert "scan.pdf" not in notes(submission)


def test_messages_use_the_words_of_the_course(tmp_path: Path):
    lacking = only(tmp_path / "a", WORK, replace(LAB, student_id="matriculation number"))
    refused = only(tmp_path / "b", {"ann_thesis.docx": b""})

    assert "The names of the notebooks lack the matriculation number." in notes(lacking)
    assert refused.problem is not None
    assert "send <student id>_LAB1.zip with regression.ipynb in it" in refused.problem


@pytest.mark.parametrize("other", ["ann_lab2_regression.ipynb", "lab2/regression.ipynb"])
def test_another_homework_is_not_taken_for_this_one(other: str, tmp_path: Path):
    assert only(tmp_path, {other: PART_1, "scan.pdf": PDF}).notebooks == {}


def test_a_class_is_told_apart_by_the_names_of_this_homework(tmp_path: Path):
    """Zips, folders and loose notebooks; the name of the homework alone is nobody's."""
    files = {
        "ann_LAB1.zip": packed(WORK),
        "bob/lab1/regression.ipynb": PART_1,
        "cleo_regression.ipynb": PART_1,
        "lab1.zip": packed(with_id(WORK, "dan")),
    }

    assert submissions(tmp_path, {f"in/{path}": data for path, data in files.items()}).keys() == {
        "ann", "bob", "cleo", "dan",
    }  # fmt: skip


def test_an_assignment_may_ask_for_no_files(tmp_path: Path):
    submission = only(tmp_path, WORK, replace(LAB, files=()))

    assert submission.files == {}
    assert "loss_curve.png" in notes(submission, "info")


@pytest.mark.parametrize(
    ("names", "sent", "meant"),
    [
        (("plot.png", "my_plot.png"), "ann_my_plot.png", "my_plot.png"),
        (("plot1.png", "plot2.png"), "plot2.png", "plot2.png"),
        (("plot1.png", "plot2.png"), "plot.png", None),
        (("loss-2.png", "loss.png"), "loss-2.png", "loss-2.png"),
        (("loss-2.png", "loss.png"), "ann_loss-3.png", "loss.png"),
        (("hw3_review.png",), "hw3_review.png", "hw3_review.png"),
    ],
)
def test_of_similar_names_the_closest_counts(names: tuple[str, ...], sent: str, meant: str | None):
    declared = tuple(HandedInFile(f"file{number}", name, "png") for number, name in enumerate(names))
    found = slots.slot_of(sent, "ann", replace(LAB, name="hw4", files=declared))

    assert (found and found[0].path) == meant


PLAIN = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,15}", fullmatch=True).filter(lambda name: name == name.strip())


@st.composite
def homeworks(draw: st.DrawFn) -> Assignment:
    names = draw(st.lists(PLAIN, min_size=1, max_size=7, unique_by=str.lower))
    kinds = [draw(st.sampled_from(["notebook", "sheet", "png", "pdf"])) for _ in names]
    of = {kind: tuple(n for n, k in zip(names, kinds, strict=True) if k == kind) for kind in set(kinds)}
    files = [HandedInFile(f"{k}{i}", f"{n}.{k}", k) for k in ("png", "pdf") for i, n in enumerate(of.get(k, ()))]
    sheets = {name: replace(make_sheet("question"), name=name) for name in of.get("sheet", ())}
    name = draw(st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,9}", fullmatch=True))
    return Assignment(name, of.get("notebook", ()), tuple(sheets), Path(), (), {}, sheets, files=tuple(files))


@settings(max_examples=100, deadline=None)
@given(homeworks(), st.data())
def test_whatever_is_declared_is_stored_and_read_back_the_same(assignment: Assignment, data: st.DataObject):
    def some(names: tuple[str, ...]) -> Iterator[str]:
        yield from (name for name in names if data.draw(st.booleans()))

    by_kind = {"png": PNG, "pdf": PDF}
    submission = Submission(
        "ann",
        {name: PART_1 + name.encode() for name in some(assignment.notebooks)},
        {name: f"About {name}." for name in some(assignment.sheets)},
        {file.id: by_kind[file.kind] + file.id.encode() for file in assignment.files if data.draw(st.booleans())},
    )
    assume(submission.notebooks or submission.sheets or submission.files)  # with nothing it would have been refused
    with tempfile.TemporaryDirectory() as folder:
        stored = intake.store(submission, Path(folder) / "submitted", assignment)
        read = intake.read_folder(stored, "ann", assignment)

    assert (read.notebooks, read.sheets, read.files) == (submission.notebooks, submission.sheets, submission.files)
    assert digest_of(read, assignment) == digest_of(submission, assignment)


DECLARED = """
[[files]]
id = "figure"
name = "loss_curve.png"
kind = "png"
required = true
show_with = ["subtract_largest"]

[[files]]
id = "second"
name = "second.png"
kind = "png"
"""
CHECK = '''
from autograder.checking import item

@item("softmax")
def test_figures_are_as_large_as_they_are(student, submission):
    """Every figure has the size of its file."""
    assert sorted(submission.files) == ["figure", "second"]
    sizes = [student.picture(name).shape for name in ("figure", "second")]
    assert sizes == [(20, 30, 3), (10, 40, 3)], f"they are {sizes}"
'''


def png(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(buffer, "PNG")
    return buffer.getvalue()


def test_checks_see_every_declared_picture(tmp_path: Path):
    """Decoded where the notebook runs, by the id of the declaration; of another homework than the repository's."""
    new(tmp_path, "lab1")
    with (tmp_path / "source" / "lab1" / "assignment.toml").open("a") as toml:
        toml.write(DECLARED)
    (tmp_path / "autograder" / "assignments" / "lab1" / "checks" / "check_figures.py").write_text(CHECK)
    assignment = assignments.load(tmp_path)
    notebook = nbformat.writes(assignment.source_notebook("lab1")).encode()
    files = {"ann_lab1.ipynb": notebook, "ann_loss_curve.png": png(30, 20), "ann_second.png": png(40, 10)}
    submission = only(tmp_path / "handed_in", files, assignment)
    with Zygote(None) as zygote:
        report = grade(submission, assignment, "seed", zygote)

    (graded,) = report.items
    assert (graded.verdict, graded.score) == (Verdict.PASSED, graded.max), [check.message for check in graded.checks]
