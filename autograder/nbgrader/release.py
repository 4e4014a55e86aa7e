"""Build what students get, release/<name>, from source/, answers/ and datasets/, and check the committed copy."""

import copy
import logging
import os
import shutil
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError, ValidationError
from nbgrader.utils import find_all_files
from traitlets import Bool
from traitlets.config import Config

from ..course import assignment as assignments
from ..course import course_settings, sheets
from ..course.asked import asked_for
from ..grading import release_check
from ..handin import asked
from ..model.assignment import Assignment
from ..model.error_lines import file_sentence, on_one_line, sentence
from ..model.errors import ConfigError
from . import due_date, leak_scan, phrase_scan, ungraded_notebooks

HANDIN_DIR = Path(asked.__file__).parent  # the rules of a submission, which students run
SHEETS_FOLDER = "answers"
DATASETS_FOLDER = "datasets"
DOWNLOADS = "data"  # what datasets/get_datasets.sh fetches; far too large to release
EXECUTABLE = 0o755
LEAKS_SHOWN = 3
MAY_REPEAT = "If students are to have it, name the file in c.Release.may_repeat of nbgrader_config.py, which is a list."
# What nbgrader raises for a notebook, and what its steps do for a setting of a wrong type.
REFUSALS = (
    RuntimeError, ValueError, ValidationError, SchemaTooOldError, SchemaTooNewError,
    TypeError, AttributeError, LookupError,
)  # fmt: skip


class DropMarkSchemes(Preprocessor):
    """Removes the cells that tell a marker what to accept; runs after SaveCells, so the gradebook knows them."""

    enabled = Bool(True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook without its mark-scheme cells."""
        nb.cells = [cell for cell in nb.cells if sheets.SCHEME_TAG not in cell.metadata.get("tags", [])]
        return nb, resources


class CourseGenerateAssignment(GenerateAssignment):
    """`nbgrader generate_assignment` that also knows the answer sheets and datasets/, and refuses to leak.

    Each sheet of the assignment counts as a notebook, so that the gradebook has cells for its items; students get
    the sheet itself, without model answers.
    """

    tries_tests = True  # whether the test cells are run first

    def init_notebooks(self) -> None:
        """Find the notebooks in source/ and add one for each answer sheet."""
        super().init_notebooks()
        wanted = [name for name in self._assignment.sheets if fnmatch(name, self.coursedir.notebook_id)]
        for folder, paths in self.assignments.items():
            paths.extend(os.path.join(folder, f"{name}.ipynb") for name in wanted)

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy the files of source/, the scripts of datasets/ where there is data, and the rules of a submission."""
        super().init_assignment(assignment_id, student_id)
        root, released = Path(self.coursedir.root), Path(self._format_dest(assignment_id, student_id))
        (released / assignments.SETTINGS_FILE).unlink(missing_ok=True)
        for file in self._assignment.files:  # what running the notebooks leaves in source/
            for folder in ("", *self._assignment.ungraded):
                (released / folder / file.name).unlink(missing_ok=True)
        for name, text in self._ungraded.items():
            (released / name).parent.mkdir(parents=True, exist_ok=True)
            (released / name).write_text(text, encoding="utf-8")
        due_date.show_in_readme(released, self._due)
        datasets = str(root / DATASETS_FOLDER)
        scripts = find_all_files(datasets, [*self.coursedir.ignore, DOWNLOADS]) if self._assignment.data else []
        for path in map(Path, scripts):
            target = released / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        rules = released / HANDIN_DIR.name
        rules.mkdir(parents=True)  # an assignment of notebooks only has no folder yet
        for path in HANDIN_DIR.glob("*.py"):
            shutil.copy(path, rules)
        (rules / asked.FILE).write_text(asked.to_json(asked_for(self._assignment)), encoding="utf-8")

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Convert a notebook of source/ as nbgrader does; register a sheet and write its released text."""
        name = Path(notebook_filename).stem
        if name not in self._assignment.sheets:
            super().convert_single_notebook(notebook_filename)
            return
        resources = self.init_single_notebook_resources(notebook_filename)
        sheet = self._assignment.sheet(name)
        self.exporter.from_notebook_node(sheets.to_notebook(sheet, None), resources)
        released = Path(self._format_dest(resources["nbgrader"]["assignment"], "."), SHEETS_FOLDER, f"{name}.md")
        released.parent.mkdir(parents=True, exist_ok=True)
        released.write_text(sheets.released_text(sheet), encoding="utf-8")

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        """Set nbgrader's permissions, and let scripts stay executable."""
        super().set_permissions(assignment_id, student_id)
        for path in Path(self._format_dest(assignment_id, student_id)).rglob("*.sh"):
            path.chmod(EXECUTABLE)

    def start(self) -> None:
        """Build the release; remove it again and raise NbGraderException when it gives something away."""
        root = Path(self.coursedir.root)
        try:  # of a config that raised, nbgrader only logs the error: it would go on with steps of its own
            settings = course_settings.load(root, self.coursedir.assignment_id)
            self._assignment = assignments.load(root, self.coursedir.assignment_id)
            self._ungraded = ungraded_notebooks.texts(self._assignment, self.coursedir.ignore)
        except (ConfigError, OSError) as error:
            self.log.error("%s", sentence(error))
            raise NbGraderException(sentence(error)) from error
        if self.tries_tests:
            self._try_tests()
        self._due, self._may_repeat = due_date.in_words(settings.late_policy), settings.may_repeat
        self.config.ShowDueDate.due = self._due
        super().start()
        released = Path(self._format_dest(self.coursedir.assignment_id, "."))
        rules = leak_scan.Rules(self._assignment.regions.delimiter(), self._may_repeat)
        leaks = leak_scan.scan(released, leak_scan.secrets(self._assignment), str(root), rules)
        leaks += phrase_scan.scan(released, phrase_scan.hidden(self._assignment))
        certain = [leak for leak in leaks if leak.is_certain]
        self.repeats = [str(leak) for leak in leaks if not leak.is_certain]
        for leak in leaks:
            self.log.log(logging.ERROR if leak.is_certain else logging.WARNING, "%s", leak)
        if certain:
            shutil.rmtree(released)
            raise NbGraderException(_leak_sentence(certain))

    def _try_tests(self) -> None:
        """Run the test cells. Raises NbGraderException when one could grade nobody."""
        try:
            problems = release_check.problems(self._assignment, as_released(self._assignment))
        except ConfigError as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from error
        for problem in problems:
            self.log.log(logging.ERROR if problem.grades_nobody else logging.WARNING, "%s", problem)
        if any(problem.grades_nobody for problem in problems):
            self.log.error("%s", release_check.NOTHING_RELEASED)
            raise NbGraderException(release_check.NOTHING_RELEASED)


def build(course_dir: Path, out_dir: Path, name: str = "") -> list[str]:
    """Write the release of an assignment, by default the only one, to `out_dir`, replacing what is there.

    Returns where students get, in other cells, what is a solution in one; a person may have meant it.
    The gradebook is not touched. Raises ConfigError when the sources cannot be released or the release would leak;
    `out_dir` is then as it was.
    """
    course_dir = Path(course_dir).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        built, repeats = _generate(course_dir, Path(scratch), assignments.name_of(course_dir, name))
        if out_dir.exists():
            shutil.rmtree(out_dir)
        shutil.copytree(built, out_dir)
    return repeats


def check(course_dir: Path, name: str = "") -> list[str]:
    """Return how release/<name> differs from a fresh build, one sentence a file; [] when it is up to date.

    Writes nothing outside a temporary folder. Raises ConfigError as `build` does.
    """
    course_dir = Path(course_dir).resolve()
    name = assignments.name_of(course_dir, name)
    target = course_dir / "release" / name
    with tempfile.TemporaryDirectory() as scratch:
        built, _ = _generate(course_dir, Path(scratch), name)
        fresh, due = _contents(built), due_date.stated_in(built)
    committed, stated = _contents(target), due_date.stated_in(target)
    differences = []
    for file in sorted(fresh.keys() | committed.keys()):
        if file not in committed:
            differences.append(f"{file} is missing in release/{name}.")
        elif file not in fresh:
            differences.append(f"{file} in release/{name} comes from no source.")
        elif fresh[file] != committed[file]:
            differences.append(f"{file} in release/{name} differs from what the sources give.")
    if due != stated:
        told = f"release/{name} tells students {f'that the homework is due {stated}' if stated else 'no due date'}"
        differences.append(f"{told}; c.LatePolicy.due in nbgrader_config.py {f'is {due}' if due else 'is not set'}.")
    return differences


def as_released(assignment: Assignment) -> dict[str, bytes]:
    """Return those notebooks of an assignment that have test cells, as students get them."""
    config = course_settings.load(assignment.course_dir, assignment.name).nbgrader
    steps = frozenset({"SaveCells", "ShowDueDate"})
    return {
        name: nbformat.writes(
            convert(assignment.source_notebook(name).copy(), name, assignment.name, config, leave_out=steps)
        ).encode()
        for name in assignment.notebooks
        if assignment.tests(name)
    }


def convert(
    notebook: NotebookNode, name: str, assignment_name: str, config: Config, *,
    leave_out: frozenset[str] = frozenset(), db_url: str = "",
) -> NotebookNode:  # fmt: skip
    """Run the steps of `nbgrader generate_assignment` on one notebook in memory, which has the course's header.

    `leave_out` has the class names of steps to skip; without SaveCells no `db_url` of a gradebook is needed.

    Raises:
        ConfigError: nbgrader refuses the notebook; the text says why.
    """
    quiet = Config()
    quiet.merge(config)
    quiet.Exporter.default_preprocessors = []
    exporter = NotebookExporter(config=quiet)
    for step in config.GenerateAssignment.preprocessors:
        if step.rpartition(".")[2] not in {*leave_out, "IncludeHeaderFooter"}:
            exporter.register_preprocessor(step)
    resources = {"nbgrader": {"notebook": name, "assignment": assignment_name, "student": ".", "db_url": db_url}}
    try:
        text, _ = exporter.from_notebook_node(notebook, resources)
    except REFUSALS as error:
        raise ConfigError(f"nbgrader refuses {name}: {on_one_line(str(error)).rstrip('.')}.") from error
    return nbformat.reads(text, as_version=4)


def _generate(course_dir: Path, scratch: Path, name: str) -> tuple[Path, list[str]]:
    """Run the converter without a gradebook into `scratch`; return the folder of the release, and what it repeats."""
    config = copy.deepcopy(course_settings.load(course_dir).nbgrader)
    config.CourseDirectory.root = str(course_dir)
    config.CourseDirectory.release_directory = str(scratch)
    config.CourseDirectory.assignment_id = name
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    log = logging.Logger("release")  # not from getLogger: nothing that nbgrader says reaches the terminal
    complaints = _Complaints()
    log.addHandler(complaints)
    converter = CourseGenerateAssignment(coursedir=CourseDirectory(config=config, log=log), config=config, log=log)
    converter.tries_tests = False  # `autograder release` does it before, and a test of the kit does without
    try:
        converter.start()
    except NbGraderException as error:
        raise ConfigError(f"{(complaints.reason or str(error)).rstrip('.')}.") from error
    return scratch / name, converter.repeats


class _Complaints(logging.Handler):
    """Keeps the last line of the first traceback that nbgrader logs; its own exception says only 'see above'."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.reason = ""

    def emit(self, record: logging.LogRecord) -> None:
        lines, error = record.getMessage().strip().splitlines(), sys.exc_info()[1]
        if self.reason or not (lines and lines[0].startswith("Traceback")):
            return
        self.reason = (
            file_sentence(error) if isinstance(error, OSError) else f"The release could not be built: {lines[-1]}"
        )


def _leak_sentence(leaks: list[leak_scan.Leak]) -> str:
    shown = "; ".join(str(leak) for leak in leaks[:LEAKS_SHOWN])
    more = len(leaks) - LEAKS_SHOWN
    listed = f"The release would give something away: {shown}" + (f"; and {more} more." if more > 0 else ".")
    return f"{listed} {MAY_REPEAT}" if any(leak.why.startswith("repeats") for leak in leaks) else listed


def _contents(folder: Path) -> dict[str, tuple[bytes, bool]]:
    """Return bytes and executable bit of every file under a folder, by its relative path."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), os.access(path, os.X_OK))
        for path in folder.rglob("*")
        if path.is_file()
    }
