"""Does every odd object that a student's function may return end in a verdict, and never in a fault of the grader's?

A fault leaves an item without a score and waits for a person: nobody should be able to ask for one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import odd_objects
import pytest

from autograder.course import assignment as assignments
from autograder.course import source_notebook
from autograder.grading import check_run, grader
from autograder.handin.cell_plan import Cell
from autograder.handin.run_limits import Limits
from autograder.model.assignment import Assignment
from autograder.model.report import Report, Verdict
from autograder.model.submission import Submission
from autograder.session.launcher import Zygote
from autograder.session.student import Student

COURSE = assignments.load(odd_objects.COURSE_DIR, "hw4")
LENDING = ("discriminator",)  # its checks begin a new process, in which only a cell of the notebook is there again
# Each item gets every third of the plain values, so that each value goes to three items or more; of the values for one
# part of a result each part gets every third, so that each value goes to every item and to every part.
SHARE = 3
PARTS = ("cost", "gradient of one vector", "gradient of a table")


def variants(item: str) -> Iterator[tuple[str, str]]:
    """Yield a name for each variant of an item, and the expression that its function returns."""
    is_part_one = COURSE.item(item).notebook == "hw4_partI"
    first = [entry.id for entry in COURSE.auto_items].index(item) % SHARE
    values = dict(list(odd_objects.VALUES.items())[first::SHARE])
    tables = {"returns": values | (odd_objects.TENSORS if is_part_one else {})}
    if item in LENDING:
        tables = {"returns": odd_objects.TENSORS}  # what else is no model goes the way of the generator
    if item in ("leaky_relu", "sample_noise", "discriminator_loss", "generator_loss"):
        tables["answers"] = odd_objects.OF_TENSORS
    if item in ("discriminator", "generator"):
        tables["model"] = odd_objects.MODELS
    if item == "get_solvers":
        tables["pair"] = odd_objects.PAIRS
        tables["two solvers"] = {name: f"({code}, {code})" for name, code in odd_objects.SOLVERS.items()}
    if item in ("softmaxCostAndGradient", "negSamplingCostAndGradient", "skipgram"):
        for index, part in enumerate(PARTS):
            share = list(odd_objects.PARTS.items())[(first + index) % SHARE :: SHARE]
            tables[part] = {name: f"with_part(right(*a), {index}, lambda r: {code})" for name, code in share}
        tables["does"] = {name: f"(({code}), right(*a))[1]" for name, code in odd_objects.DEEDS.items()}
    if item == "skipgram":
        tables["calls the cost with"] = {
            name: f"({code}, right(*a))[1]" for name, code in odd_objects.COST_CALLS.items()
        }
        tables["returns what the cost gave for"] = odd_objects.COST_CALLS
    for table, entries in tables.items():
        for name, code in entries.items():
            yield f"{table} {name}", code


CASES = [(item.id, name, code) for item in COURSE.auto_items for name, code in variants(item.id)]


@pytest.fixture(scope="module")
def student(assignment: Assignment, zygote: Zygote) -> Iterator[dict[str, Student]]:
    """Both notebooks, live, with the model answers; a variant takes the place of one function for a while."""
    limits = Limits(notebook_cpu_s=1e6)  # one process stands for hundreds of submissions here
    live = {name: Student(zygote, list(cells(assignment, name)), limits) for name in assignment.notebooks}
    yield live
    for each in live.values():
        each.close()


def cells(assignment: Assignment, notebook: str) -> Iterator[Cell]:
    """Yield the given cells that the model answers need, these answers, and the helpers of the variants."""
    source = assignment.source_notebook(notebook)
    given = {cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells if cell.cell_type == "code"}
    for name in ("imports", "helpers", "dummy"):
        if name in given:
            yield Cell(name, given[name])
    for item, function in source_notebook.functions_of(notebook, source, ()).items():
        yield Cell(item, f"{given[f'{item}_solution']}\nright_{function} = {function}")
    yield Cell("odd", odd_objects.HELPERS)
    if notebook == "hw4_partI":
        yield Cell("odd models", odd_objects.MODEL_HELPERS + odd_objects.SOLVER_HELPERS)


def variant(assignment: Assignment, item: str, code: str) -> str:
    """Return a cell in which all functions are right but one, whose parameters are those of the right one."""
    notebook = assignment.item(item).notebook
    source = assignment.source_notebook(notebook)
    functions = source_notebook.functions_of(notebook, source, ())
    own = functions[item]
    text = next(c.source for c in source.cells if c.metadata.get("nbgrader", {}).get("grade_id") == f"{item}_solution")
    arguments = next(node.args for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    names = [argument.arg for argument in arguments.args]
    lines = [f"{function} = right_{function}" for function in functions.values()]
    lines += [f"right = right_{own}", f"n, m = {(784, 1) if item == 'discriminator' else (96, 784)}"]
    lines += [f"def {own}({ast.unparse(arguments)}):", f"    a = [{', '.join(names)}]"]
    lines += [f"    d, f = {'dataset' if 'dataset' in names else None}, a and a[-1]", f"    return {code}"]
    return "\n".join(lines)


@pytest.mark.parametrize(("item", "name", "code"), CASES, ids=[f"{item}-{name}" for item, name, _ in CASES])
def test_an_odd_object_gets_a_verdict(
    assignment: Assignment, zygote: Zygote, student: dict[str, Student], item: str, name: str, code: str
) -> None:
    """The item has a score, and its report can be written and read."""
    source, notebook = variant(assignment, item, code), assignment.item(item).notebook
    live = student[notebook]
    if item in LENDING:
        live = Student(zygote, [*cells(assignment, notebook), Cell(f"{item}_solution", source)])
    else:
        live.start_for(item)
        live.lend(item, source)
    results = check_run.run(assignment, lambda _: live, Submission("odd"), "odd", only={item})[item]
    if item in LENDING or name.startswith("does "):
        live.close()  # what it did to its process is nothing to the next one
    report = Report("odd", (grader.score(assignment.item(item), results),))

    assert [check.seen for check in results if check.verdict is Verdict.GRADER_FAULT] == []
    assert Report.from_json(report.to_json().encode().decode()).items == report.items
