"""Solutions that the hidden checks are tried on: tests/corpus/<assignment>/{right,wrong}/<item>/<case>/.

Such a folder is named after what its solution does. It holds `solution.py`, the source of one solution cell, files
that are handed in, if any, and `expect.toml`, which says how all this is graded:

    item = "softmax"
    score = 4.0
    failed = ["test_large_scores_do_not_overflow"]  # checks that do not pass; "all" where one reason fails all of them
    says = "contains NaN"  # a part of the messages; optional
    note = ""  # a part of a note on a passed check; optional

    [verdict]
    softmax = "failed"

A course folder tries them with pytest: `autograder new` writes the file.
"""

import ast
import contextlib
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat

from .course import assignment as assignments
from .grading import check_run, test_cells
from .grading.grader import grade
from .model.assignment import Assignment
from .model.report import Report, Verdict
from .model.submission import Submission
from .session.launcher import Zygote, layer_problems

FOLDER = Path("tests", "corpus")
EVERY_CHECK = "all"  # stands in `failed` where one reason fails every check of an item


@dataclass(frozen=True)
class Case:
    """One solution, and what its expect.toml says."""

    folder: Path

    @property
    def id(self) -> str:
        """Its place in the corpus, such as wrong/softmax/forgets_to_divide."""
        return "/".join(self.folder.parts[-3:])

    @property
    def assignment(self) -> str:
        """Name of the homework."""
        return self.folder.parts[-4]

    @property
    def solution(self) -> str:
        """The source of the solution cell."""
        return (self.folder / "solution.py").read_text(encoding="utf-8")

    @property
    def expected(self) -> dict[str, Any]:
        """What expect.toml says."""
        return tomllib.loads((self.folder / "expect.toml").read_text(encoding="utf-8"))


def cases(course_dir: Path, name: str = "*", kind: str = "*") -> list[Case]:
    """Return the cases of an assignment, or of all; of one kind, "right" or "wrong", or of both."""
    return [Case(path.parent) for path in sorted((course_dir / FOLDER).glob(f"{name}/{kind}/*/*/expect.toml"))]


def submission(case: Case, assignment: Assignment) -> Submission:
    """Return a submission that holds nothing but this solution; all other items are as they were released."""
    alone = only(case.expected["item"], case.solution, assignment)
    files = {file.id: case.folder / file.name for file in assignment.files}
    return replace(
        alone,
        student=case.folder.name,
        files={file_id: path.read_bytes() for file_id, path in files.items() if path.is_file()},
    )


def only(item_id: str, solution: str, assignment: Assignment) -> Submission:
    """Return a submission that holds this source in one solution cell; all other items are as they were released."""
    item = assignment.item(item_id)
    name, own = item.notebook, assignment.solution_cells(item)[-1:]
    notebook = assignment.source_notebook(name).copy()
    notebook.cells = [cell.copy() for cell in notebook.cells]
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = solution if cell.metadata.nbgrader.grade_id in own else unwritten(cell.source)
    return Submission(student=item_id, notebooks={name: nbformat.writes(notebook).encode()})


def unwritten(source: str) -> str:
    """Return the first function of a cell with a body that a student has still to write; nothing where it has none."""
    function = next((node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)), None)
    if function is None:
        return ""
    function.body = ast.parse("raise NotImplementedError('write this function')").body
    return ast.unparse(function)


def differences(case: Case, report: Report) -> list[str]:
    """Return in which ways the report of a case is not what its expect.toml says, one sentence each."""
    expected, item_id = case.expected, case.expected["item"]
    result = report.item(item_id)
    failed = {check.name: check.message for check in result.checks if check.verdict is not Verdict.PASSED}
    found = [
        f"{what} {got!r}, and expect.toml says {said!r}: {failed}"
        for what, got, said in (
            ("Not passed are", sorted(failed), sorted(expected["failed"])),
            ("The verdict is", result.verdict.value, expected["verdict"][item_id]),
            ("The score is", result.score, expected["score"]),
        )
        if got != said
    ]
    if expected.get("says", "") not in "\n".join(failed.values()):
        found.append(f"No message says {expected['says']!r}: {failed}")
    if expected.get("note", "") not in "\n".join(result.notes) or (result.notes and not expected.get("note")):
        found.append(f"The notes are {list(result.notes)}, and expect.toml says {expected.get('note', '')!r}.")
    return found


def checks_that_nothing_fails(course_dir: Path, name: str = "*") -> list[str]:
    """Return the hidden checks and test cells that no wrong solution fails: it is unknown whether they can fail."""
    unfailed = []
    for one in assignments.names(course_dir):
        if name in ("*", one):
            failed = {check for case in cases(course_dir, one, "wrong") for check in case.expected["failed"]}
            assignment = assignments.load(course_dir, one)
            names = [check.name for check in check_run.collect(assignment)]
            names += [test_cells.name_of(test) for name in assignment.notebooks for test in assignment.tests(name)]
            unfailed += [f"{one}: {name}" for name in names if name not in failed]
    return unfailed


class Grader(contextlib.AbstractContextManager):
    """Grades cases in confined processes, which end with it."""

    def __init__(self, course_dir: Path) -> None:
        """Begin without a process; the first case of each homework starts one."""
        self._course_dir = course_dir
        self._started = dict[str, tuple[Assignment, Zygote]]()
        self._open = contextlib.ExitStack()

    def problems(self, case: Case) -> list[str]:
        """Grade a case; return in which ways the result is not what its expect.toml says."""
        if case.assignment not in self._started:
            self._started[case.assignment] = self._start(case.assignment)
        assignment, zygote = self._started[case.assignment]
        report = grade(submission(case, assignment), assignment, "corpus", zygote, only={case.expected["item"]})
        return differences(case, report)

    def _start(self, name: str) -> tuple[Assignment, Zygote]:
        assignment = assignments.load(self._course_dir, name)
        weak = any(layer_problems().values())  # the instructor's own solutions need no confinement
        kit, files, libraries = assignment.kit_dir, assignment.given_files, assignment.libraries
        zygote = Zygote(kit, weak=weak, libraries=libraries, files=files, kit_without=assignment.ungraded)
        return assignment, self._open.enter_context(zygote)

    def __exit__(self, *exc: object) -> None:
        self._open.close()
