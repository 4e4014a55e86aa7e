"""Two homeworks in a course folder outside the repository, from `autograder new` to exported grades.

Everything is done by programs, as an instructor and a student would do it. `rich` has a kit with a formula checker, a
sheet with a formula and a file to hand in; `plain` has none of these.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from PIL import Image, ImageDraw

pytestmark = pytest.mark.long

BIN = Path(sys.executable).parent
FOREIGN = re.compile(r"hw4|\bGANs?\b|word2vec|MNIST|Andrew", re.IGNORECASE)  # of the homework in this repository
TEXTS = {".md", ".ipynb", ".py", ".json", ".toml", ".html", ".csv", ".txt", ".sh"}
STUDENTS = {"ada": "subtracts_the_largest_score", "ben": "overflows_for_large_scores"}
SCORES = {"plain": {"ada": 6.0, "ben": 4.0}, "rich": {"ada": 6.0, "ben": 3.0}}
TEMPLATE = """\
Student,ID,SIS Login ID,Section,plain: softmax (71),rich: softmax (72)
    Points Possible,,,,6,13
Ada,101,ada,1,,
Ben,102,ben,1,,
"""

# Python runs this at its start, wherever it is on PYTHONPATH: an import of TensorFlow fails, and leaves a line.
NO_TENSORFLOW = """\
import os, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("tensorflow", "keras"):
            with open({log!r}, "a") as log:
                log.write(f"{{name}} in {{os.getpid()}}: {{sys.argv}}\\n")
            raise ImportError(f"{{name}} is not asked for")

sys.meta_path.insert(0, Refuse())
"""
# Confined processes start with a clean environment, so a student's cell looks for itself.
LOOK_FOR_TENSORFLOW = "import sys\nif {'tensorflow', 'keras'} & sys.modules.keys():\n    globals().pop('softmax')"

KIT = {
    "__init__.py": '"""What students import."""\n',
    "formula.py": '''\
"""Check the formula of the questions."""

from collections import namedtuple

ITEMS = ("slope",)
Result = namedtuple("Result", "status diagnosis")


def check(item_id, text):
    """Return whether a formula is p_i (1 - p_i)."""
    written = "".join((text or "").split()).rpartition("=")[2]
    if not written:
        return Result("empty", "There is no formula.")
    right = written in ("p_i(1-p_i)", "p_i-p_i^2")
    return Result("right" if right else "wrong", "Right." if right else "A term is missing.")
''',
}
FORMULA_ITEM = """\

## slope (3 points)

> Derive the slope of $p_i$ with respect to $s_i$.

**Answer.**

```formula
dp_i/ds_i =
```

<!-- BEGIN SOLUTION -->
```formula
dp_i/ds_i = p_i (1 - p_i)
```
<!-- END SOLUTION -->

<!-- BEGIN MARK SCHEME -->
- **3** for the derivation.
<!-- END MARK SCHEME -->
"""
FILE = """
kit = "richkit"
student_id = "matriculation number"

[[files]]
id = "curve"
name = "curve.png"
kind = "png"
required = true
show_with = ["subtract_largest"]
"""
FILE_CHECK = '''

@item("softmax", weight=1)
def test_hands_in_the_curve(submission) -> None:
    """The picture of the curve is handed in."""
    assert "curve" in submission.files, "there is no curve.png"
'''


@dataclass
class Course:
    """A course folder, and everything that programs have said in it."""

    folder: Path
    env: Mapping[str, str]
    said: list[str] = field(default_factory=list)

    def run(self, *command: object, code: int | tuple[int, ...] = 0, at: Path | None = None) -> str:
        """Run a program of this environment; fail unless it ends with one of these exit codes."""
        program, *arguments = map(str, command)
        done = subprocess.run(
            [BIN / program, *arguments], cwd=at or self.folder, env=self.env, text=True, timeout=300,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        self.said.append(done.stdout)
        assert done.returncode in (code if isinstance(code, tuple) else (code,)), done.stdout
        return done.stdout

    def autograder(self, *arguments: object, code: int | tuple[int, ...] = 0) -> str:
        return self.run("autograder", *arguments, code=code)

    def path(self, *parts: str) -> Path:
        return self.folder.joinpath(*parts)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course folder with the two homeworks, released, and what two students made of them in inbox/<name>/."""
    folder, stub = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("stub")
    (stub / "sitecustomize.py").write_text(NO_TENSORFLOW.format(log=str(stub / "imports.log")))
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    course = Course(folder, {**os.environ, "PATH": path, "PYTHONPATH": str(stub)})
    make_plain(course)
    make_rich(course)
    for name in SCORES:
        course.autograder("release", "--assignment", name)
        for student, solution in STUDENTS.items():
            hand_in(course, name, student, solution, tmp_path_factory.mktemp(f"{name}_{student}"))
    course.path("template.csv").write_text(TEMPLATE)
    return course


def make_plain(course: Course) -> None:
    course.autograder("new", "plain")
    course.path("answers", "plain_questions.md").unlink()
    replace(course.path("source", "plain", "assignment.toml"), 'sheets = ["plain_questions"]\n', "")
    replace(course.path("source", "plain", "assignment.toml"), "points = 10", "points = 6")


def make_rich(course: Course) -> None:
    course.autograder("new", "rich")
    source = course.path("source", "rich")
    (source / "richkit").mkdir()
    for name, text in KIT.items():
        (source / "richkit" / name).write_text(text)
    replace(source / "rich.ipynb", '"import numpy as np\\n"', '"import numpy as np\\n",\n    "import richkit\\n"')
    settings = (source / "assignment.toml").read_text().replace("points = 10", "points = 13")
    (source / "assignment.toml").write_text(settings + FILE)
    for path, more in (
        (course.path("answers", "rich_questions.md"), FORMULA_ITEM),
        (course.path("autograder", "assignments", "rich", "checks", "check_softmax.py"), FILE_CHECK),
    ):
        path.write_text(path.read_text() + more)
    make_corpus_fit(course.path("tests", "corpus", "rich"))


def make_corpus_fit(corpus: Path) -> None:
    """Let the solutions of the new homework hand in the file that a check of `rich` looks for, all but one."""
    right, no_division, overflow = sorted(corpus.glob("*/softmax/*"))
    draw_curve(right / "curve.png")
    draw_curve(no_division / "curve.png")
    replace(no_division / "expect.toml", "score = 0.0", "score = 1.5")
    replace(overflow / "expect.toml", "score = 4.0", "score = 3.0")
    replace(overflow / "expect.toml", "failed = [", 'failed = ["test_hands_in_the_curve", ')


def draw_curve(path: Path) -> None:
    picture = Image.new("RGB", (200, 150), "white")
    ImageDraw.Draw(picture).line((10, 140, 190, 10), fill="black", width=4)
    picture.save(path)


def hand_in(course: Course, name: str, student: str, solution: str, folder: Path) -> None:
    """Do a student's homework in a copy of the release, check it, pack it, and put it into the inbox."""
    shutil.copytree(course.path("release", name), folder, dirs_exist_ok=True)
    [case] = course.path("tests", "corpus", name).glob(f"*/softmax/{solution}")
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    [cell] = [cell for cell in notebook.cells if cell.id == "softmax_solution"]
    cell.source = (case / "solution.py").read_text()
    notebook.cells.append(nbformat.v4.new_code_cell(LOOK_FOR_TENSORFLOW))
    for number, code in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        code.execution_count = number  # as in a notebook that was run
    nbformat.write(notebook, folder / f"{name}.ipynb")
    if name == "rich":
        sheet = folder / "answers" / "rich_questions.md"
        replace(sheet, "\n**Answer.**\n", "\n**Answer.**\n\nThe factor cancels.\n")
        replace(sheet, "dp_i/ds_i =", "dp_i/ds_i = p_i (1 - p_i)")
        if student == "ada":
            draw_curve(folder / "curve.png")
    lacks_file = (name, student) == ("rich", "ben")
    checked = course.run("python", "-m", "handin", "--check", code=int(lacks_file), at=folder)
    assert ("curve.png" in checked) == lacks_file, checked
    course.run("python", "-m", "handin", student, code=int(lacks_file), at=folder)
    inbox = course.path("inbox", name)
    inbox.mkdir(parents=True, exist_ok=True)
    [packed] = folder.glob("*.zip")
    shutil.copy(packed, inbox)


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text that is there."""
    text = path.read_text()
    assert old in text, path
    path.write_text(text.replace(old, new))


def grade(course: Course, name: str) -> None:
    """Grade one homework and give it back."""
    course.autograder("grade", f"inbox/{name}", "--assignment", name, "--jobs", "1", code=(0, 1))
    course.autograder("report", "--assignment", name, code=(0, 1))
    course.autograder("feedback", "--assignment", name, code=(0, 1))
    course.autograder("export", "canvas", "--assignment", name, "--template", "template.csv", "--partial", code=(0, 1))


@pytest.fixture(scope="module")
def graded(course: Course, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Course]:
    """The course graded in both orders, each in its own copy of the folder."""
    courses = {}
    for order in (("plain", "rich"), ("rich", "plain")):
        folder = tmp_path_factory.mktemp("-".join(order))
        shutil.copytree(course.folder, folder, dirs_exist_ok=True)
        courses[order[0]] = Course(folder, course.env, list(course.said))
        for name in order:
            grade(courses[order[0]], name)
    return courses


def table(course: Course, name: str) -> dict[str, dict[str, str]]:
    text = course.path("report", name, "grades.csv").read_text(encoding="utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return {row["student"]: row for row in rows}


def exported(course: Course, name: str) -> dict[str, list[str]]:
    """Return the two last columns of the file for Canvas, by student."""
    [path] = course.folder.glob(f"*{name}*.csv")
    return {row[0]: row[4:] for row in list(csv.reader(io.StringIO(path.read_text())))[2:]}


def test_the_new_homework_agrees_with_its_own_solutions(course: Course):
    """Every check is failed by a wrong solution and passed by the right ones, as its expect.toml says."""
    assert "8 passed" in course.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")


@pytest.mark.parametrize("first", SCORES)
@pytest.mark.parametrize("name", SCORES)
def test_each_homework_has_its_own_grades_whichever_came_first(graded: dict[str, Course], first: str, name: str):
    """Same students, same item ids, one gradebook: nothing of one is in the tables of the other."""
    rows = table(graded[first], name)

    assert {student: float(row["softmax"]) for student, row in rows.items()} == SCORES[name]
    assert name == "rich" or "subtract_largest" not in rows["ada"]
    own = list(SCORES).index(name)
    for student, columns in exported(graded[first], name).items():
        assert float(columns[own]) == SCORES[name][student.lower()]
        assert columns[1 - own] == ""


def test_a_formula_is_checked_by_the_kit_and_a_file_is_known_by_its_name(graded: dict[str, Course]):
    """The report has what the checker of the kit says, and what was not handed in."""
    reports = {
        student: json.loads(graded["plain"].path("results", "rich", f"{student}.json").read_text())
        for student in STUDENTS
    }

    assert {entry["id"]: entry.get("formula") for entry in reports["ada"]["awaiting_person"]}["slope"] == "right"
    assert "curve.png" in json.dumps(reports["ben"]["findings"])
    assert "curve.png" not in json.dumps(reports["ada"]["findings"])


def test_nbgrader_works_in_the_folder(graded: dict[str, Course]):
    """Its own commands release the same files and find the same scores."""
    course = graded["plain"]
    before = {path: path.read_bytes() for path in course.path("release", "rich").rglob("*") if path.is_file()}

    course.run("nbgrader", "generate_assignment", "rich", "--force")
    course.run("nbgrader", "autograde", "plain", "--force")

    assert {path: path.read_bytes() for path in course.path("release", "rich").rglob("*") if path.is_file()} == before
    with closing(Gradebook(f"sqlite:///{course.path('gradebook.db')}")) as gradebook:
        scores = {student: gradebook.find_submission("plain", student).score for student in STUDENTS}
    assert scores == SCORES["plain"]


def test_no_word_is_of_another_homework(graded: dict[str, Course]):
    """Neither in what students get and read, nor in what the instructor does."""
    for course in graded.values():
        for message in course.said:
            assert not FOREIGN.search(message), message
        for folder in ("release", "report", "feedback"):
            for path in course.path(folder).rglob("*"):
                assert not FOREIGN.search(path.relative_to(course.folder).as_posix())
                if path.suffix in TEXTS:
                    found = FOREIGN.search(path.read_text())
                    assert not found, (path, found)
        for path in course.folder.rglob("*.zip"):
            with zipfile.ZipFile(path) as archive:
                assert not [name for name in archive.namelist() if FOREIGN.search(name)]


def test_tensorflow_is_loaded_by_nobody(graded: dict[str, Course]):
    """Neither homework names it: no process of the engine imports it (students' own look for it, see above)."""
    [stub] = graded["plain"].env["PYTHONPATH"].split(os.pathsep)

    assert not Path(stub, "imports.log").exists()


@pytest.mark.parametrize("name", ["1st", "lab-1", "", "../up", "plain"])
def test_a_name_that_cannot_be_used_is_refused_in_one_line(course: Course, name: str):
    before = sorted(course.folder.rglob("*"))

    said = course.autograder("new", name, code=2)

    assert len(said.splitlines()) == 1
    assert sorted(course.folder.rglob("*")) == before


def test_a_folder_of_something_else_is_left_alone(course: Course, tmp_path: Path):
    (tmp_path / "photos").mkdir()

    said = Course(tmp_path, course.env).autograder("new", "lab", code=2)

    assert "photos" in said
    assert [path.name for path in tmp_path.iterdir()] == ["photos"]
