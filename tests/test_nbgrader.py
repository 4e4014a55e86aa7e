"""Do nbgrader's own commands and formgrader work in this course, before and after grading, on any submission?"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import formgrader_server
import nbformat
import pytest
import small_course
import whole_gradebook
from jupyter_core.application import NoStart
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader import api
from nbgrader.apps.nbgraderapp import NbGraderApp

from autograder import intake, running
from autograder.course import assignment as assignments
from autograder.course import course_settings
from autograder.gradebook.recorder import Recorder
from autograder.lms import roster
from autograder.model.assignment import Assignment
from autograder.model.errors import ConfigError, GraderFault
from autograder.model.report import Report
from autograder.nbgrader import release

BOOKS = {"hw4_partI", "hw4_partII", "adversarial", "derivations"}


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Path:
    """A course that is released and has a gradebook."""
    folder = small_course.make(tmp_path_factory.mktemp("released") / "course")
    release.build(folder, folder / "release" / "hw4")
    small_course.register(folder)
    return folder


@pytest.fixture
def course(released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of its own for a test, with a grader that gives half of all points, and nobody's Jupyter settings."""
    folder = Path(shutil.copytree(released, tmp_path / "course"))
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(running, "grade_folder", small_course.grade_folder)
    monkeypatch.chdir(folder)
    return folder


def nbgrader(*arguments: str) -> int:
    """Run an nbgrader command in the current folder, in this process, and return its exit code."""
    NbGraderApp.clear_instance()
    app = NbGraderApp.instance()
    try:
        app.initialize([*arguments, "--log-level=CRITICAL"])
        app.start()
    except NoStart:
        return 0  # how Jupyter says that a subcommand has run
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        app.reset()
    return 0


def submit(course: Path, student: str, *parts: str) -> Path:
    """Put released files into a student's folder and return it."""
    folder = course / "submitted" / student / "hw4"
    folder.mkdir(parents=True)
    for part in parts:
        (folder / part).parent.mkdir(exist_ok=True)
        shutil.copy(course / "release" / "hw4" / part, folder / part)
    return folder


def everything(course: Path, student: str) -> Path:
    return submit(
        course, student, "hw4_partI.ipynb", "hw4_partII.ipynb", "answers/adversarial.md", "answers/derivations.md"
    )


def submissions(course: Path) -> dict:
    return whole_gradebook.dump(small_course.db_url(course, course))["hw4"]["submissions"]


def scores(course: Path, student: str) -> dict[str, float | None]:
    return {name: row[0] for book in submissions(course)[student].values() for name, row in book["grades"].items()}


HALF = {"leaky_relu": 15.0, "sample_noise": 10.0, "softmaxCostAndGradient": 10.0}
EMPTY = dict.fromkeys(["plot_reading", "attacks", "grad_softmax_u"], 0.0)  # nothing was written


def test_all_commands_work_again_and_again(course: Path):
    """Before there are submissions, after grading, and with --force."""
    everything(course, "ann")
    for force in ([], ["--force"], ["--force"]):
        assert nbgrader("generate_assignment", "hw4", *force) == 0
        assert nbgrader("autograde", "hw4", *force) == 0
        assert nbgrader("generate_feedback", "hw4", *force) == 0
        assert nbgrader("export") == 0

    assert scores(course, "ann") == HALF | EMPTY
    assert (course / "grades.csv").read_text().splitlines()[1].endswith("ann,ann,(no name),,35.0,0.0,35.0,100.0")
    assert {path.stem for path in (course / "feedback" / "ann" / "hw4").glob("*.html")} == BOOKS
    assert release.check(course) == []


def test_generate_assignment_registers_what_hw4_registers(course: Path):
    """A gradebook made by nbgrader and one made by `autograder grade` are the same."""
    ours = whole_gradebook.dump(small_course.db_url(course, course))
    (course / "gradebook.db").unlink()
    assert nbgrader("generate_assignment", "hw4", "--force") == 0

    assert whole_gradebook.dump(small_course.db_url(course, course)) == ours


def test_autograde_gives_the_gradebook_and_notebooks_of_hw4_grade(course: Path, tmp_path: Path):
    """By whichever way a class is graded, the result is one."""
    everything(course, "ann")
    submit(course, "bob", "hw4_partI.ipynb")
    submit(course, "cyd", "answers/adversarial.md")
    assignment = assignments.load(course)
    folders = {name: course / "submitted" / name / "hw4" for name in ("ann", "bob", "cyd")}
    pairs = [
        (small_course.grade_folder(folder, name, assignment), intake.read_folder(folder, name, assignment))
        for name, folder in folders.items()
    ]
    shutil.copy(course / "gradebook.db", tmp_path)
    with Recorder(
        assignment, course_settings.load(course), small_course.db_url(course, tmp_path), tmp_path
    ) as recorder:
        for report, submission in pairs:
            recorder.record(report, submission)
    assert nbgrader("autograde", "hw4") == 0

    first, second = (whole_gradebook.dump(small_course.db_url(course, out)) for out in (course, tmp_path))
    assert first == second
    assert notebooks(course / "autograded") == notebooks(tmp_path / "autograded")


def notebooks(folder: Path) -> dict[str, nbformat.NotebookNode]:
    return {str(path.relative_to(folder)): nbformat.read(path, as_version=4) for path in folder.rglob("*.ipynb")}


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def copied_grade_cell(folder: Path) -> None:
    """The cell and its metadata, as copying in Jupyter gives it, and one with the metadata emptied."""
    notebook = nbformat.read(folder / "hw4_partI.ipynb", as_version=4)
    graded = next(cell for cell in notebook.cells if cell.id == "leaky_relu")
    notebook.cells.append(new_code_cell(graded.source, metadata=graded.metadata))
    notebook.cells.append(new_code_cell("x", metadata={"nbgrader": {}}))
    (folder / "hw4_partI.ipynb").write_text(nbformat.writes(notebook))


def points_raised(folder: Path) -> None:
    """A student who gives himself a thousand points and unlocks everything."""
    text = (folder / "hw4_partI.ipynb").read_text()
    text = text.replace('"points": 30', '"points": 1000').replace('"locked": true', '"locked": false')
    (folder / "hw4_partI.ipynb").write_text(text)


def cells_deleted(folder: Path) -> None:
    notebook = nbformat.read(folder / "hw4_partI.ipynb", as_version=4)
    notebook.cells = [new_markdown_cell("nothing left")]
    (folder / "hw4_partI.ipynb").write_text(nbformat.writes(notebook))


TRAPS: dict[str, Callable[[Path], object]] = {
    "nothing": lambda folder: None,
    "corrupt_json": lambda folder: (folder / "hw4_partI.ipynb").write_text('{"cells": [{'),
    "copied_grade_cell": copied_grade_cell,
    "points_raised": points_raised,
    "cells_deleted": cells_deleted,
    "notebook_missing": lambda folder: (folder / "hw4_partI.ipynb").unlink(),
    "no_notebook": lambda folder: [path.unlink() for path in folder.glob("*.ipynb")],
    "empty_folder": lambda folder: [shutil.rmtree(folder), folder.mkdir()],
    "newer_metadata": lambda folder: replace(folder / "hw4_partI.ipynb", '"schema_version": 3', '"schema_version": 9'),
    "older_metadata": lambda folder: replace(folder / "hw4_partI.ipynb", '"schema_version": 3', '"schema_version": 1'),
    "unreadable_timestamp": lambda folder: (folder / "timestamp.txt").write_text("yesterday, I think"),
    "link_out": lambda folder: (folder / "notes.txt").symlink_to("/etc/passwd"),
    "notebook_is_a_link": lambda folder: [
        (folder / "hw4_partII.ipynb").unlink(),
        (folder / "hw4_partII.ipynb").symlink_to("/etc/passwd"),
    ],
    "web_page": lambda folder: (folder / "page.html").write_text("<script>alert(1)</script>"),
    "unknown_notebook": lambda folder: (folder / "extra.ipynb").write_text("{}"),
}


def replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


def test_no_submission_harms_another_or_goes_without_rows(course: Path):
    """One class with every trap in it: exit code 0, and every student has every item and every notebook."""
    for trap, spring in TRAPS.items():
        spring(everything(course, trap))
    assert nbgrader("autograde", "hw4") == 0
    assert nbgrader("generate_feedback", "hw4") == 0

    assert set(submissions(course)) == set(TRAPS)
    for trap in TRAPS:
        assert scores(course, trap) == HALF | EMPTY
        assert {path.stem for path in (course / "autograded" / trap / "hw4").glob("*.ipynb")} == BOOKS
    written = files(course / "autograded") | files(course / "feedback")
    assert not [name for name in written if Path(name).name in {"page.html", "notes.txt", "extra.ipynb"}]
    assert not [name for name, text in written.items() if "root:x:" in text]


def test_sheets_of_a_plain_nbgrader_submission_become_notebooks(course: Path):
    """`nbgrader collect` brings answers/*.md only; the words are in formgrader all the same."""
    folder = everything(course, "ann")
    replace(folder / "answers" / "adversarial.md", "**Answer.**", "**Answer.**\n\nThe objective differs.")
    assert nbgrader("autograde", "hw4") == 0

    assert "The objective differs." in (course / "autograded" / "ann" / "hw4" / "adversarial.ipynb").read_text()


def test_students_have_the_names_of_the_roster(course: Path):
    """As after `autograder grade`: formgrader shows names."""
    everything(course, "ann")
    roster.remember(roster.Roster((roster.Member("ann", "Doe, Ann", email="ann@uni.edu"),)), course)
    assert nbgrader("autograde", "hw4", "--student=ann") == 0
    with api.Gradebook(small_course.db_url(course, course)) as book:
        ann = book.find_student("ann")

        assert (ann.first_name, ann.last_name, ann.email) == ("Ann", "Doe", "ann@uni.edu")


@pytest.mark.parametrize("fault", [GraderFault("The zygote died."), RuntimeError("a bug of ours")])
def test_a_fault_of_ours_flags_the_student_and_spares_the_others(course: Path, monkeypatch, fault: Exception):
    """No score, a person asked; a score of an earlier run does not survive."""
    everything(course, "ann")
    everything(course, "bob")
    assert nbgrader("autograde", "hw4") == 0

    def breaks_for_ann(folder: Path, student: str, assignment: Assignment) -> Report:
        if student == "ann":
            raise fault
        return small_course.grade_folder(folder, student, assignment)

    monkeypatch.setattr(running, "grade_folder", breaks_for_ann)
    assert nbgrader("autograde", "hw4", "--force") == 0
    assert scores(course, "ann") == dict.fromkeys(HALF) | EMPTY
    assert submissions(course)["ann"]["hw4_partI"]["grades"]["leaky_relu"][3] is True
    assert scores(course, "bob") == HALF | EMPTY


@pytest.mark.parametrize("command", ["generate_assignment", "autograde"])
def test_an_assignment_that_the_course_does_not_have_is_one_sentence(course: Path, command: str):
    """It says which ones there are."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", command, "hw5"], cwd=course, capture_output=True, text=True
    )
    (said,) = [line for line in done.stderr.splitlines() if "ERROR" in line]

    assert done.returncode == 1
    assert said.endswith(f"There is no assignment 'hw5' in {course / 'source'}: there is hw4.")


def test_a_machine_that_cannot_confine_grades_nobody(course: Path, monkeypatch):
    """Exit code 1 and no score; nothing is run without confinement."""
    everything(course, "ann")

    def refuses(folder: Path, student: str, assignment: Assignment) -> Report:
        raise ConfigError("This machine has no Landlock.")

    monkeypatch.setattr(running, "grade_folder", refuses)
    assert nbgrader("autograde", "hw4") == 1
    assert not (course / "autograded" / "ann" / "hw4").exists()


def test_the_marks_of_a_person_survive_autograde(course: Path):
    """And what is settled stays settled, while the files are the same."""
    everything(course, "ann")
    assert nbgrader("autograde", "hw4") == 0
    with api.Gradebook(small_course.db_url(course, course)) as book:
        grade = book.find_grade("attacks", "adversarial", "hw4", "ann")
        grade.manual_score, grade.needs_manual_grade = 8.0, False
        book.db.commit()
    assert nbgrader("autograde", "hw4", "--force") == 0

    assert submissions(course)["ann"]["adversarial"]["grades"]["attacks"] == (0.0, 8.0, None, False)


def test_knows_when_it_was_submitted(course: Path):
    """The timestamp that nbgrader keeps decides about late penalties and about what formgrader calls graded."""
    folder = everything(course, "ann")
    (folder / "timestamp.txt").write_text("2025-05-09 23:59:30 EST")
    assert nbgrader("autograde", "hw4") == 0

    with api.Gradebook(small_course.db_url(course, course)) as book:
        assert book.find_submission("hw4", "ann").timestamp == datetime(2025, 5, 10, 4, 59, 30)


def test_a_newer_submission_is_graded_without_being_forced(course: Path):
    """As nbgrader does by its timestamps; an unchanged one is left alone."""
    folder = everything(course, "ann")
    (folder / "timestamp.txt").write_text("2025-05-09 12:00:00")
    assert nbgrader("autograde", "hw4") == 0
    sheet = folder / "answers" / "adversarial.md"
    replace(sheet, "**Answer.**", "**Answer.**\n\nSecond thoughts.")
    shown = course / "autograded" / "ann" / "hw4" / "adversarial.ipynb"
    assert nbgrader("autograde", "hw4") == 0
    assert "Second thoughts." not in shown.read_text()

    (folder / "timestamp.txt").write_text("2025-05-09 13:00:00")
    assert nbgrader("autograde", "hw4") == 0
    assert "Second thoughts." in shown.read_text()


def test_the_answer_key_has_solutions_and_no_mark_schemes(course: Path):
    """`nbgrader generate_solution` works and trains nothing."""
    assert nbgrader("generate_solution", "hw4") == 0

    key = (course / "solution" / "hw4" / "hw4_partI.ipynb").read_text()
    assert "tf.maximum(x, alpha * x)" in key
    assert "One point for each cluster" not in (course / "solution" / "hw4" / "hw4_partII.ipynb").read_text()


def test_zip_collect_survives_a_damaged_zip(course: Path):
    """What can be read is in submitted/ and can be graded; who sent something else still has every row."""
    archive = course / "downloaded" / "hw4" / "archive"
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "ann_HW4.zip", "w") as packed:
        packed.write(course / "release" / "hw4" / "hw4_partI.ipynb", "ann_HW4/ann_hw4_partI.ipynb")
    (archive / "bob_HW4.zip").write_bytes((archive / "ann_HW4.zip").read_bytes()[:500])
    (archive / "notes.gz").write_bytes(b"no archive")
    assert nbgrader("zip_collect", "hw4") == 0
    assert nbgrader("autograde", "hw4") == 0

    assert scores(course, "ann") == HALF | EMPTY
    assert scores(course, "bob").keys() == (HALF | EMPTY).keys()


def test_zip_collect_survives_what_nobody_foresaw(course: Path, monkeypatch):
    """Of one submission that cannot be stored, the others know nothing."""
    archive = course / "downloaded" / "hw4" / "archive"
    archive.mkdir(parents=True)
    for student in ("ann", "bob", "cy"):
        with zipfile.ZipFile(archive / f"{student}_HW4.zip", "w") as packed:
            packed.write(course / "release" / "hw4" / "hw4_partI.ipynb", "hw4_partI.ipynb")
    (course / "submitted" / "cy").mkdir(parents=True)
    (course / "submitted" / "cy" / "hw4").write_text("a file in the place of the folder")
    working = intake.store

    def store(submission, *args):
        if submission.student == "ann":
            raise ValueError("Nobody foresaw this.")
        return working(submission, *args)

    monkeypatch.setattr(intake, "store", store)

    assert nbgrader("zip_collect", "hw4") == 0
    assert (course / "submitted" / "ann" / "hw4").is_dir()
    assert (course / "submitted" / "bob" / "hw4" / "hw4_partI.ipynb").is_file()


@pytest.mark.parametrize("name", [b"an\nna", b"\xff\xfe", b"\x1b[31m"])
def test_a_folder_that_nobody_can_be_named_after_stops_no_other(name: bytes, course: Path):
    """No path that nbgrader can take apart, no id that a gradebook can hold: all others are graded, it is named."""
    everything(course, "ann")
    everything(course, "zoe")
    os.makedirs(os.path.join(os.fsencode(course / "submitted"), name, b"hw4"))

    assert nbgrader("autograde", "hw4") == 1
    assert scores(course, "ann").keys() == scores(course, "zoe").keys() == (HALF | EMPTY).keys()
    assert set(submissions(course)) == {"ann", "zoe"}


def test_grades_only_what_was_asked_for(course: Path):
    """--student and --notebook narrow the work."""
    everything(course, "ann")
    everything(course, "bob")
    assert nbgrader("autograde", "hw4", "--student", "bob", "--notebook", "hw4_part*") == 0

    assert set(submissions(course)) == {"bob"}
    written = {path.stem for path in (course / "autograded" / "bob" / "hw4").glob("*.ipynb")}
    assert written == {"hw4_partI", "hw4_partII"}


def test_what_does_not_exist_is_refused(course: Path):
    """Another assignment, and a class without submissions."""
    assert nbgrader("autograde", "hw5") == 1
    assert nbgrader("autograde", "hw4") == 1


def test_feedback_shows_verdicts_and_no_mark_scheme(course: Path):
    """Students read why a point was lost, and the marker's comment; not what a marker may accept."""
    everything(course, "ann")
    assert nbgrader("autograde", "hw4") == 0
    with api.Gradebook(small_course.db_url(course, course)) as book:
        comment = book.find_comment("attacks", "adversarial", "hw4", "ann")
        comment.manual_comment = "- **0 of 1** for the norm\n- **-1** no reason\n\nSee $x^2$.\n\n```python\nx\n```"
        book.db.commit()
    assert nbgrader("generate_feedback", "hw4") == 0

    pages = {path.stem: path.read_text() for path in (course / "feedback" / "ann" / "hw4").glob("*.html")}
    assert "Negative inputs are multiplied by alpha." in pages["hw4_partI"]
    assert "<strong>0 of 1</strong> for the norm" in pages["adversarial"]
    assert "See $x^2$." in pages["adversarial"]
    for page in pages.values():
        assert "Names what each attack minimises" not in page
        assert "One point for each cluster" not in page
        assert "weighted sum of distance" not in page


def test_the_config_can_be_loaded_any_number_of_times(course: Path):
    """Formgrader runs it on many requests."""
    first = course_settings.load(course).nbgrader
    path = list(sys.path)
    second = course_settings.load(course).nbgrader

    assert (first, path) == (second, sys.path)


def test_nothing_that_runs_cells_is_left_in_autograde(course: Path):
    """Should a later nbgrader ignore our converter, its own still must not run a submission."""
    steps = course_settings.load(course).nbgrader.Autograde

    assert not [step for step in [*steps.sanitize_preprocessors, *steps.autograde_preprocessors] if "Execute" in step]


def test_formgrader_lists_shows_and_grades(course: Path):
    """The server of the installed Jupyter, with formgrader: lists, a manual grading page, a mark, a regrade."""
    everything(course, "ann")
    assert nbgrader("autograde", "hw4") == 0
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + small_course.GRADER_FOR_OTHER_PROCESSES)

    with formgrader_server.running(course) as formgrader:
        ask = formgrader.ask
        assert [entry["name"] for entry in json.loads(ask("api/assignments"))] == ["hw4"]
        assert {entry["name"] for entry in json.loads(ask("api/notebooks/hw4"))} == BOOKS
        [book] = json.loads(ask("api/submitted_notebooks/hw4/adversarial"))
        page = ask(f"submissions/{book['id']}/?index=0")
        assert "Names what each attack minimises" in page
        [grade] = json.loads(ask(f"api/grades?submission_id={book['id']}"))
        ask(f"api/grade/{grade['id']}", {"manual_score": 6.0, "extra_credit": None}, "PUT")
        assert json.loads(ask("api/submission/hw4/ann/autograde", {}, "POST"))["success"]
        assert json.loads(ask("api/assignment/hw4/assign", {}, "POST"))["success"]

    assert submissions(course)["ann"]["adversarial"]["grades"]["attacks"] == (0.0, 6.0, None, False)
