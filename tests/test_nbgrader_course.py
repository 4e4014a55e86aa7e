"""Is an existing nbgrader course taken exactly as it is, from the release to the marks?"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import nbformat
import pytest
import small_course
import small_nbgrader_course
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook
from small_nbgrader_course import HIDDEN, RIGHT, SQUARES, marked, write
from traitlets.config import Config

from autograder import gradebook
from autograder.commands import grade as grading
from autograder.course import course_settings
from autograder.course.assignment import load, name_of
from autograder.gradebook import desk_rows
from autograder.handin import cell_plan, notebook_file
from autograder.marking.answers import question_of
from autograder.model.errors import ConfigError
from autograder.model.submission import Submission
from autograder.nbgrader import config, formgrader_notebooks, release
from autograder.running import remote_cluster

NOTEBOOK = "problem 1"
TASK = "cell-99ee88dd77cc66bb"


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    return small_nbgrader_course.make(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def released(course: Path) -> Path:
    release.build(course, course / "release" / "ps-1")
    return course / "release" / "ps-1"


def cells_of(released: Path) -> list[NotebookNode]:
    """Return the cells that students get."""
    return nbformat.read(released / f"{NOTEBOOK}.ipynb", as_version=4).cells


def by_id(cells: list[NotebookNode]) -> dict[str, NotebookNode]:
    return {cell.metadata.get("nbgrader", {}).get("grade_id", ""): cell for cell in cells}


def test_items_are_what_nbgrader_gives_points_for(course: Path):
    """Ids with hyphens, 0 points, no prompts with points, no assignment.toml: all as it stands."""
    items = load(course).items

    assert [(item.id, item.points, item.graded_by.value) for item in items] == [
        ("correct_squares", 1.5, "checks"),
        ("squares-of-0", 0, "checks"),
        ("1-plot", 2, "person"),
        ("why", 1, "person"),
        (TASK, 4, "person"),
    ]
    assert [item.heading for item in items] == [
        "Part A: correct_squares", "Part A: squares-of-0", "Part B", "Part C", "Part D",
    ]  # fmt: skip


def test_titles_tell_items_apart_where_a_program_made_the_ids(tmp_path: Path):
    """By the function that is to be written, or else by a number; never by a hash."""
    cells = [new_markdown_cell("# Set"), new_markdown_cell("## One (3 marks)")]
    for name, number in (("f", 1), ("g", 2)):
        cells.append(marked(f"cell-00000{number}", "code", f"def {name}():\n    return 1", solution=True))
        cells.append(marked(f"cell-aaaaa{number}", "code", f"assert {name}()", grade=True, points=1))
    cells += [new_markdown_cell("## Two"), marked("cell-bbbbb1", "code", "assert f()", grade=True, points=1)]
    cells.append(marked("cell-bbbbb2", "code", "assert g()", grade=True, points=1))
    write(tmp_path / "source" / "a" / "b.ipynb", cells)

    assert [item.heading for item in load(tmp_path).items] == ["One: f", "One: g", "Two (1)", "Two (2)"]


def test_students_get_nothing_that_the_course_hides(released: Path):
    """The course's own delimiters and stubs count, in the notebook and in what the rules of a submission know."""
    cells, text = by_id(cells_of(released)), (released / "handin" / "assignment.json").read_text()

    assert cells["cell-0a1b2c3d"].source == "def squares(n):\n    # WRITE HERE\n    raise NotImplementedError()"
    assert cells["1-plot"].source == "# WRITE HERE\nraise NotImplementedError()"
    for hidden in ("squares(7)", "range(1, n + 1)", "sum(answer)", "three terms", "Two rows"):
        assert hidden not in text + json.dumps(cells)
    assert [cell.source for cell in cells_of(released)].count("Header for all") == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda meta: meta.update(schema_version=2), r"version 2: run `nbgrader update .*source/a'? ?.*once"),
        (lambda meta: meta.pop("schema_version"), "version 0: run `nbgrader update"),
        (lambda meta: meta.update(grade_id="a.b"), "letters, digits, hyphens and underscores"),
    ],
)
def test_metadata_that_nbgrader_refuses_is_named(tmp_path: Path, change, sentence: str):
    cell = marked("a", "code", "assert f()", grade=True, points=1)
    change(cell.metadata.nbgrader)
    write(tmp_path / "source" / "a" / "b.ipynb", [cell])

    with pytest.raises(ConfigError, match=sentence):
        load(tmp_path)


def test_other_languages_and_tests_that_a_kernel_would_make_are_named(tmp_path: Path):
    test = marked("a", "code", "### AUTOTEST f(3)", grade=True, points=1)
    write(tmp_path / "source" / "a" / "b.ipynb", [test])
    write(tmp_path / "source" / "r" / "b.ipynb", [new_code_cell("x <- 1")], "R")

    with pytest.raises(ConfigError, match=r"AUTOTEST.*write the assertion itself"):
        load(tmp_path, "a")
    with pytest.raises(ConfigError, match="a notebook in R: only Python"):
        load(tmp_path, "r")
    with pytest.raises(ConfigError, match="several assignments"):
        name_of(tmp_path)


def solved(cells: list[NotebookNode]) -> list[NotebookNode]:
    by_id(cells)["cell-0a1b2c3d"].source = RIGHT
    return cells


def without_tests(cells: list[NotebookNode]) -> list[NotebookNode]:
    return [cell for cell in cells if cell.source != small_nbgrader_course.VISIBLE]


def with_test_first(cells: list[NotebookNode]) -> list[NotebookNode]:
    test = by_id(cells)["correct_squares"]
    return [test, *(cell for cell in cells if cell is not test)]


def as_text(cells: list[NotebookNode]) -> list[NotebookNode]:
    by_id(cells)["correct_squares"].cell_type = "markdown"
    return cells


def without_metadata(cells: list[NotebookNode]) -> list[NotebookNode]:
    for cell in cells:
        cell.metadata = NotebookNode()
    return cells


def solution_copied_to_the_end(cells: list[NotebookNode]) -> list[NotebookNode]:
    return [*cells, NotebookNode({**by_id(cells)["cell-0a1b2c3d"], "source": "def squares(n):\n    return 0"})]


@pytest.mark.parametrize(
    "change", [list, without_tests, with_test_first, as_text, without_metadata, solution_copied_to_the_end]
)
def test_a_test_runs_where_the_instructor_has_it(course: Path, released: Path, change):
    """Whatever became of it in the student's copy: behind the solution, and before what the student wrote later."""
    cells = [*change(solved(cells_of(released))), new_code_cell("del squares")]
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    asked = load(course).asked_notebook(NOTEBOOK)
    assert asked is not None
    plan = cell_plan.plan(asked, notebook_file.read(data))
    before = [cell.source for cell in plan.cells[: plan.tests_at["correct_squares"]]]

    assert RIGHT in before
    assert "del squares" not in before
    assert "def squares(n):\n    return 0" not in before


def submission(released: Path, **answers: str) -> Submission:
    """Return what a student hands in who wrote these cells, and a table below the task."""
    cells = cells_of(released)
    for grade_id, text in answers.items():
        by_id(cells)[grade_id.replace("_", "-") if grade_id.startswith("_") else grade_id].source = text
    cells.append(new_markdown_cell("| a | b |\n|---|---|"))
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    return Submission("ada", notebooks={NOTEBOOK: data})


def test_code_and_tasks_wait_for_a_person_with_what_was_written(course: Path, released: Path, tmp_path: Path):
    """The desk knows their cells, the marker sees code, and an untouched answer waits for nobody."""
    assignment, settings = load(course), course_settings.load(course)
    work = submission(released, **{"1-plot": "print('my ```plot```')"})
    report = small_course.report("ada", assignment)
    graded = formgrader_notebooks.Assembler(assignment, settings).assemble(report, work)
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with gradebook.ScoreWriter(assignment, settings, url) as writer:
        writer.record(graded)
    answers = graded.answers.answers

    assert answers["1-plot"].text == "````python\nprint('my ```plot```')\n````"
    assert answers[TASK].text == "| a | b |\n|---|---|"
    assert answers["why"].status.value == "empty"
    with Gradebook(url) as book:
        waiting = {
            grade.name: grade.needs_manual_grade
            for notebook in book.find_submission("ps-1", "ada").notebooks
            for grade in notebook.grades
        }
        with book.engine.connect() as connection:
            assert desk_rows.cells_of(connection, "ps-1", assignment.item(TASK))
    assert waiting == {"correct_squares": False, "squares-of-0": False, "1-plot": True, "why": False, TASK: True}


def test_questions_are_the_text_above(course: Path):
    """What stands above an answer asks it; a task asks itself, without its mark scheme."""
    assignment = load(course)
    texts = {item.id: question_of(item, assignment) for item in assignment.items}

    assert texts["1-plot"].startswith("## Part B")
    assert texts["why"] == "## Part C\n\nWhy?"
    assert texts[TASK].strip() == "## Part D\n\nShow a table."
    assert "Write `squares`" in texts["correct_squares"]


def test_a_line_that_code_shares_is_no_leak_but_a_whole_solution_is(tmp_path: Path):
    """In a cell a person is asked to look; a file with the solution stops the release, unless the course wants it."""
    course = small_nbgrader_course.make(tmp_path)
    source = course / "source" / "ps-1"
    shared = new_code_cell('raise ValueError("n must be positive")')
    again = new_code_cell(SQUARES.replace("# ~~~ ANSWER\n", "").replace("# ~~~ DONE", ""))
    write(source / f"{NOTEBOOK}.ipynb", [*small_nbgrader_course.problem(), shared])
    assert release.build(course, tmp_path / "out") == []

    write(source / f"{NOTEBOOK}.ipynb", [*small_nbgrader_course.problem(), again])
    assert "cell cell-0a1b2c3d" in release.build(course, tmp_path / "out")[0]

    (source / "answers.py").write_text(again.source)
    with pytest.raises(ConfigError, match=r"answers\.py.*repeats.*c\.Release\.may_repeat"):
        release.build(course, tmp_path / "out")
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(f'c.Release.may_repeat = ["answers.py", "{NOTEBOOK}.ipynb"]\n')
    assert release.build(course, tmp_path / "out") == []


def test_our_lines_leave_the_course_its_own_settings():
    """Steps of its own stay in their order; ours join them, and only a list that runs a kernel is shortened."""
    c = Config()
    c.ClearSolutions.text_stub = "Hier schreiben"
    c.GenerateAssignment.preprocessors = ["mine.First", "nbgrader.preprocessors.SaveCells", "mine.Last"]
    c.CourseDirectory.ignore = ["*.bak"]
    config.apply(c)
    config.apply(c)

    assert c.ClearSolutions.text_stub == "Hier schreiben"
    assert "*.bak" in c.CourseDirectory.ignore
    assert [step.rpartition(".")[2] for step in c.GenerateAssignment.preprocessors] == [
        "First", "SaveCells", "DropMarkSchemes", "ShowDueDate", "Last",
    ]  # fmt: skip


def test_a_setting_that_the_grader_cannot_read_is_named(tmp_path: Path):
    """Whoever grades reads the delimiters without running the file."""
    course = small_nbgrader_course.make(tmp_path)
    text = (course / "nbgrader_config.py").read_text()
    (course / "nbgrader_config.py").write_text(text.replace('"~~~ SECRET"', '"~~~ " + "SECRET"'))

    with pytest.raises(
        ConfigError, match=r"computes c\.ClearHiddenTests\.begin_test_delimeter: write it there as a plain"
    ):
        load(course)


def test_a_class_of_two_is_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A right solution whose tests are gone gets all points, an untouched notebook none."""
    course = small_nbgrader_course.make(tmp_path)
    release.build(course, course / "release" / "ps-1")
    for student, cells in (
        ("ada", without_tests(solved(cells_of(course / "release" / "ps-1")))),
        ("bo", cells_of(course / "release" / "ps-1")),
    ):
        write(course / "submitted" / student / "ps-1" / f"{NOTEBOOK}.ipynb", cells)
    monkeypatch.chdir(course)
    grading.grade(course, [course / "submitted"], jobs=1)
    scores = {
        student: [
            item["score"] for item in json.loads((course / "results" / "ps-1" / f"{student}.json").read_text())["items"]
        ]
        for student in ("ada", "bo")
    }

    assert scores == {"ada": [1.5, 0], "bo": [0, 0]}
    assert HIDDEN.splitlines()[3] not in (course / "results" / "ps-1" / "bo.json").read_text()


def test_workers_elsewhere_get_the_options_and_no_password(tmp_path: Path):
    """A worker on another machine knows the delimiters; the settings of the gradebook stay here."""
    course = small_nbgrader_course.make(tmp_path / "here")
    with (course / "nbgrader_config.py").open("a") as file:
        file.write('c.CourseDirectory.db_url = "postgresql+psycopg://me:secret@host/name"\n')
    with zipfile.ZipFile(io.BytesIO(remote_cluster._packed(load(course)))) as archive:
        archive.extractall(tmp_path / "there")

    assert load(tmp_path / "there").asked_notebooks == load(course).asked_notebooks
    assert "secret" not in (tmp_path / "there" / "nbgrader_config.py").read_text()
