"""Is every student's every item in the gradebook, once, with the machine's score and a person's mark kept apart?"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import pytest
import small_course
import whole_gradebook
from nbgrader import api

from autograder import gradebook
from autograder.course import assignment as assignments
from autograder.course import course_settings
from autograder.gradebook import ScoreWriter, registration
from autograder.gradebook.recorder import Recorder
from autograder.lms.roster import Member
from autograder.model.errors import ConfigError
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.nbgrader.formgrader_notebooks import Assembler

AUTO = {"leaky_relu": 15.0, "sample_noise": 10.0, "softmaxCostAndGradient": 10.0}
PERSON = {"plot_reading", "attacks", "grad_softmax_u"}


@dataclass
class Course:
    """A course whose gradebook is registered and empty."""

    folder: Path

    def __post_init__(self) -> None:
        self.assignment = assignments.load(self.folder)
        self.settings = course_settings.load(self.folder)
        self.db_url = gradebook.url(self.settings, self.folder)
        self.assembler = Assembler(self.assignment, self.settings)

    def record(self, report: Report, submission: Submission) -> None:
        with ScoreWriter(self.assignment, self.settings, self.db_url) as writer:
            writer.record(self.assembler.assemble(report, submission))

    def grades(self, student: str = "ann") -> dict[str, tuple]:
        """Return (auto score, manual score, extra credit, needs a person) of every item of a student."""
        return self._cells(student, "grades")

    def comments(self, student: str = "ann") -> dict[str, tuple]:
        """Return (automatic comment, comment of a person) of every solution cell of a student."""
        return self._cells(student, "comments")

    def _cells(self, student: str, kind: str) -> dict[str, tuple]:
        books = whole_gradebook.dump(self.db_url)["hw4"]["submissions"][student].values()
        return {name: values for book in books for name, values in book[kind].items()}

    def mark(self, item: str, score: float, comment: str = "") -> None:
        """Give a mark as formgrader does."""
        notebook = self.assignment.item(item).notebook
        with api.Gradebook(self.db_url) as book:
            grade = book.find_grade(item, notebook, "hw4", "ann")
            grade.manual_score, grade.needs_manual_grade = score, False
            if comment:
                book.find_comment(item, notebook, "hw4", "ann").manual_comment = comment
            book.db.commit()


@pytest.fixture(scope="module")
def registered(tmp_path_factory) -> Path:
    """A course folder with its gradebook, made once: creating a gradebook takes nbgrader seconds."""
    folder = small_course.make(tmp_path_factory.mktemp("registered") / "course")
    small_course.register(folder)
    return folder


@pytest.fixture
def course(registered: Path, tmp_path: Path) -> Course:
    return Course(Path(shutil.copytree(registered, tmp_path / "course")))


@pytest.fixture
def submission() -> Submission:
    return Submission("ann", notebooks={"hw4_partI": b"{}"}, sheets={})


def test_registers_notebooks_and_sheets_with_their_points(course: Course):
    """Every item of the assignment is a grade cell of its notebook or sheet."""
    books = whole_gradebook.dump(course.db_url)["hw4"]["notebooks"]
    points = {name: cell[1] for book in books.values() for name, cell in book["grade_cells"].items()}

    assert set(books) == {"hw4_partI", "hw4_partII", "adversarial", "derivations"}
    assert points == {item.id: item.points for item in course.assignment.items}


def test_registering_again_changes_nothing(course: Course):
    """Not even the ids of the rows, which the grades refer to."""
    with api.Gradebook(course.db_url) as book:
        before = {cell.id for cell in book.find_notebook("hw4_partI", "hw4").grade_cells}
    gradebook.register(course.assignment, course.settings, course.db_url)

    with api.Gradebook(course.db_url) as book:
        assert {cell.id for cell in book.find_notebook("hw4_partI", "hw4").grade_cells} == before


def test_changed_words_are_registered_with_submissions_there(course: Course, submission: Submission):
    """A typo in a prompt can be mended while grading goes on."""
    course.record(small_course.report("ann", course.assignment), submission)
    edit(course.folder, lambda cells: setattr(cells["opening"], "source", "# Part one"))
    gradebook.register(assignments.load(course.folder), course_settings.load(course.folder), course.db_url)

    source = whole_gradebook.dump(course.db_url)["hw4"]["notebooks"]["hw4_partI"]["source_cells"]["opening"]
    assert source[2] == "# Part one"
    assert course.grades()["leaky_relu"][0] == 15.0


def test_changed_cells_are_refused_with_submissions_there(course: Course, submission: Submission):
    """The sentence says what to do; without submissions the same change is fine."""
    edit(course.folder, lambda cells: cells["opening"].metadata.nbgrader.update(grade_id="welcome"))
    changed = assignments.load(course.folder)
    gradebook.register(changed, course.settings, course.db_url)
    course.record(small_course.report("ann", course.assignment), submission)
    edit(course.folder, lambda cells: cells["opening"].metadata.nbgrader.update(grade_id="hello"))

    with pytest.raises(ConfigError, match=r"Cells of hw4_partI were added or removed.*grade again"):
        gradebook.register(assignments.load(course.folder), course_settings.load(course.folder), course.db_url)


def test_a_sheet_that_is_gone_leaves_the_gradebook_only_while_it_is_empty(course: Course, submission: Submission):
    """Otherwise marks would vanish with it."""
    sheet = course.folder / "answers" / "adversarial.md"
    text = sheet.read_text()
    sheet.unlink()
    (course.folder / "answers" / "papers.md").write_text(text.replace("attacks", "paper_attacks"))
    settings = course.folder / "source" / "hw4" / "assignment.toml"
    settings.write_text(settings.read_text().replace('"adversarial"', '"papers"'))
    moved = Course(course.folder)
    gradebook.register(moved.assignment, moved.settings, course.db_url)
    assert "adversarial" not in whole_gradebook.dump(course.db_url)["hw4"]["notebooks"]

    moved.record(small_course.report("ann", moved.assignment), submission)
    with pytest.raises(ConfigError, match="papers was removed from the assignment"):
        gradebook.register(course.assignment, course.settings, course.db_url)


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all/gradebook.db", "postgresql://grader:secret@127.0.0.1:1/grades"]
)
def test_a_gradebook_that_cannot_be_opened_is_said_without_the_password(course: Course, url: str):
    """The instructor reads which gradebook it is; nobody reads the password."""
    with pytest.raises(ConfigError, match=r"The gradebook \S+ cannot be used: ") as caught:
        gradebook.register(course.assignment, course.settings, url)
    assert url.partition(":")[0] in str(caught.value)
    assert "secret" not in str(caught.value)


def test_alembic_is_found_beside_the_interpreter(monkeypatch):
    """`python -m` with a virtual environment that is not activated can create a gradebook."""
    monkeypatch.setenv("PATH", "/usr/bin")
    registration.let_nbgrader_find_alembic()
    registration.let_nbgrader_find_alembic()

    assert shutil.which("alembic")


def test_a_new_gradebook_is_what_nbgrader_creates(course: Course, tmp_path: Path):
    """The same tables and columns, and the version by which its upgrades know them."""

    def schema(path: Path) -> dict:
        with contextlib.closing(sqlite3.connect(path)) as book:
            version = book.execute("SELECT version_num FROM alembic_version").fetchone()
            tables = book.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        return {**dict(tables), "autograder_origin": None, "alembic_version": version}

    registration.let_nbgrader_find_alembic()
    gradebook.register(course.assignment, course.settings, f"sqlite:///{tmp_path / 'ours.db'}")
    api.Gradebook(f"sqlite:///{tmp_path / 'theirs.db'}").close()

    assert schema(tmp_path / "ours.db") == schema(tmp_path / "theirs.db")


def test_scores_come_from_the_report(course: Course, submission: Submission):
    """What checks graded needs nobody; what a person grades waits, without a score, unless nothing was written."""
    sheets = small_course.sheets(course.folder, attacks="My words.")
    course.record(small_course.report("ann", course.assignment), replace(submission, sheets=sheets))

    assert course.grades() == {
        **{name: (score, None, None, False) for name, score in AUTO.items()},
        **dict.fromkeys(PERSON - {"attacks"}, (0.0, None, None, False)),
        "attacks": (None, None, None, True),
    }


def test_every_cell_has_its_row_even_for_an_empty_submission(course: Course):
    """Nothing is missing in an export, and formgrader lists the student under every notebook."""
    course.record(small_course.report("ann", course.assignment), Submission("ann"))

    assert set(course.grades()) == set(AUTO) | PERSON
    assert set(course.comments()) == {f"{name}_solution" for name in AUTO} | PERSON


def test_a_fault_of_ours_is_neither_nought_nor_full(course: Course, submission: Submission):
    """No score, a person asked; so it is for an item that the report lacks, or a score that cannot be."""
    report = small_course.report(
        "ann", course.assignment, leaky_relu=None, sample_noise=20.5, softmaxCostAndGradient=float("nan")
    )
    course.record(report, submission)
    lacking = Report("bob", report.items[:0])
    course.record(lacking, Submission("bob"))

    for student in ("ann", "bob"):
        assert {name: course.grades(student)[name] for name in AUTO} == dict.fromkeys(AUTO, (None, None, None, True))


def test_a_fault_removes_the_score_of_an_earlier_run(course: Course, submission: Submission):
    """A failed regrade must not leave a score that nothing stands behind."""
    course.record(small_course.report("ann", course.assignment), submission)
    course.record(small_course.report("ann", course.assignment, leaky_relu=None), submission)

    assert course.grades()["leaky_relu"] == (None, None, None, True)


def test_marks_and_comments_of_a_person_survive_a_regrade(course: Course, submission: Submission):
    """The same files, the same scores: nothing that a person settled is opened again."""
    report = small_course.report("ann", course.assignment)
    course.record(report, submission)
    course.mark("attacks", 7.5, "Well argued.")
    course.mark("leaky_relu", 30.0)
    course.record(report, submission)

    assert course.grades()["attacks"] == (0.0, 7.5, None, False)  # nothing was written, but a person found something
    assert course.comments()["attacks"][1] == "Well argued."
    assert course.grades()["leaky_relu"] == (15.0, 30.0, None, False)


def test_students_have_the_names_of_the_roster(course: Course, submission: Submission):
    """In formgrader, as text; who has no name in the roster stays as an instructor wrote it, or is the id."""
    for student in ("ann", "ben", "cy", "dee"):
        course.record(small_course.report(student, course.assignment), Submission(student))
    with api.Gradebook(course.db_url) as book:
        book.update_or_create_student("cy", first_name="Cy", email="cy@uni.edu")
    roster = [Member("ann", "O'Neil <script>, Ann", email="ann@uni.edu"), Member("ben", "Plato"), Member("zoe", "Zoe")]
    gradebook.name_students(course.db_url, [*roster, Member("cy", "Roe, Cyrus")])
    gradebook.name_students(course.db_url, [Member("ann", ""), Member("ben", ""), Member("dee", "")])
    with api.Gradebook(course.db_url) as book:
        names = {row.id: (row.first_name, row.last_name, row.email) for row in book.students}

    assert names == {
        "ann": ("Ann", "O'Neil script", "ann@uni.edu"),
        "ben": ("", "Plato", ""),
        "cy": ("Cyrus", "Roe", "cy@uni.edu"),
        "dee": ("(no name)", "dee", ""),
    }
    gradebook.name_students(course.db_url, [Member("dee", "D" * 10_000), Member("ann", "\u202eDoe,\nAnn", email="a@b")])
    with api.Gradebook(course.db_url) as book:
        names = {row.id: (row.first_name, row.last_name, row.email) for row in book.students}

    assert names["ann"] == ("Ann", "Doe", "a@b")
    assert names["dee"] == ("", "D" * 59 + "…", ""), "a list that comes late replaces what stood for a name"


def test_a_new_submission_asks_the_person_to_look_again(course: Course, submission: Submission):
    """The mark stays, but it was given for another text."""
    report = small_course.report("ann", course.assignment)
    course.record(report, submission)
    course.mark("attacks", 7.5)
    course.record(report, Submission("ann", sheets={"adversarial": "new words"}))

    assert course.grades()["attacks"] == (None, 7.5, None, True)


def test_a_changed_score_asks_the_person_who_overruled_it(course: Course, submission: Submission):
    """A check was mended: the old reason for the person's own score may be gone."""
    course.record(small_course.report("ann", course.assignment), submission)
    course.mark("leaky_relu", 20.0)
    course.mark("sample_noise", 20.0)
    course.record(small_course.report("ann", course.assignment, leaky_relu=30.0), submission)

    assert course.grades()["leaky_relu"] == (30.0, 20.0, None, True)
    assert course.grades()["sample_noise"] == (10.0, 20.0, None, False)


def test_says_no_response_where_there_is_none(course: Course):
    """As nbgrader does, and takes it back when an answer comes."""
    course.record(small_course.report("ann", course.assignment), Submission("ann"))
    assert course.comments()["attacks"] == ("No response.", None)

    sheet = (course.folder / "answers" / "adversarial.md").read_text().replace("<!-- BEGIN SOLUTION -->", "My words.")
    course.record(small_course.report("ann", course.assignment), Submission("ann", sheets={"adversarial": sheet}))
    assert course.comments()["attacks"] == (None, None)


def test_fills_gradebook_and_autograded_for_a_class(course: Course, tmp_path: Path):
    """One call for `autograder grade`; a second run gives the same."""
    students = ["ann", "bob", "cyd"]
    pairs = [(small_course.report(name, course.assignment), Submission(name)) for name in students]

    def enter() -> None:
        with Recorder(course.assignment, course.settings, course.db_url, tmp_path) as recorder:
            for report, submission in pairs:
                recorder.record(report, submission)

    enter()
    first = whole_gradebook.dump(course.db_url)
    enter()

    assert whole_gradebook.dump(course.db_url) == first
    assert set(first["hw4"]["submissions"]) == set(students)
    assert len(list((tmp_path / "autograded").glob("*/hw4/*.ipynb"))) == 12


def test_the_config_may_name_another_gradebook(course: Course, tmp_path: Path):
    """Postgres by one setting; SQLite in the output folder otherwise."""
    assert gradebook.url(course_settings.load(course.folder), tmp_path) == f"sqlite:///{tmp_path}/gradebook.db"

    config = course.folder / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.CourseDirectory.db_url = "postgresql://grades"\n')
    assert gradebook.url(course_settings.load(course.folder), tmp_path) == "postgresql://grades"


def edit(folder: Path, change) -> None:
    """Change cells of the first source notebook, given by their ids."""
    path = folder / "source" / "hw4" / "hw4_partI.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change({cell.id: cell for cell in notebook.cells})
    path.write_text(nbformat.writes(notebook))
