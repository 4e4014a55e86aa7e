"""Master notebooks of otter-grader become notebooks of nbgrader whose graded cells test the same."""

import contextlib
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from autograder.commands.new import new
from autograder.course import assignment as assignments
from autograder.course import otter_notebook
from autograder.model.errors import ConfigError


def _code(source: str, result: str | None = None, printed: str = "") -> Any:
    outputs = [new_output("stream", name="stdout", text=printed)] if printed else []
    if result is not None:
        outputs.append(new_output("execute_result", data={"text/plain": result}))
    return new_code_cell(source, outputs=outputs)


def _question(settings: str, solution: str, *tests: Any, manual: Any = None) -> list[Any]:
    solutions = [new_code_cell(solution)] if manual is None else [manual]
    return [
        new_raw_cell(f"# BEGIN QUESTION\n{settings}"),
        new_markdown_cell("What to do."),
        new_raw_cell("# BEGIN SOLUTION"),
        *solutions,
        new_raw_cell("# END SOLUTION"),
        *([new_raw_cell("# BEGIN TESTS"), *tests, new_raw_cell("# END TESTS")] if tests else []),
        new_raw_cell("# END QUESTION"),
    ]


def _converted(*cells: Any) -> Any:
    notebook = otter_notebook.convert(new_notebook(cells=list(cells))).notebook
    nbformat.validate(notebook)
    return notebook


def _graded(notebook: Any) -> dict[str, tuple[float, str]]:
    marks = [(cell.metadata.get("nbgrader", {}), cell.source) for cell in notebook.cells]
    return {mark["grade_id"]: (mark["points"], source) for mark, source in marks if mark.get("grade")}


def _passed(test: str, **student: Any) -> bool:
    with contextlib.suppress(AssertionError):
        exec(test, student)  # the test cells of this file
        return True
    return False


def test_a_value_is_compared_with_the_one_that_the_master_shows() -> None:
    """The last line of a test must give what it gave when the master was saved, and not only something true."""
    tests = (_code("square(3)", "9"), _code("square(2) == 4", "True"))
    graded = _graded(
        _converted(*_question("name: q1\npoints: 2", "def square(x):\n    return x * x # SOLUTION", *tests))
    )

    assert {name: points for name, (points, _) in graded.items()} == {"q1_1": 1.0, "q1_2": 1.0}
    assert all(_passed(source, square=lambda x: x * x) for _, source in graded.values())
    assert not any(_passed(source, square=lambda x: x + 1) for _, source in graded.values())


def test_what_a_test_prints_is_compared() -> None:
    """A test that shows its result by `print` fails when the student's code prints something else."""
    graded = _graded(_converted(*_question("name: q1", "", _code("n = 2\nshow(n)", printed="two\n"))))

    assert _passed(graded["q1"][1], show=lambda n: print("two"))
    assert not _passed(graded["q1"][1], show=lambda n: print("zwei"))


def test_a_function_of_assertions_is_called_with_the_names_of_its_parameters() -> None:
    """Otter passes a test function what its parameters name; `env` is all names."""
    config = new_raw_cell("# ASSIGNMENT CONFIG\ntests:\n    ok_format: false\nfiles:\n    - data.csv")
    test = _code('# HIDDEN\ndef test_it(x, env):\n    assert x == env["x"] == 2')
    converted = otter_notebook.convert(new_notebook(cells=[config, *_question("name: q1", "x = 2 # SOLUTION", test)]))
    _, source = _graded(converted.notebook)["q1"]

    assert converted.files == ("data.csv",)
    assert "### BEGIN HIDDEN TESTS" in source
    assert _passed(source, x=2)
    assert not _passed(source, x=3)


@pytest.mark.parametrize(
    ("question", "cases", "expected"),
    [
        ("", ["", ""], [0.5, 0.5]),
        ("points: 3", ["points: 1", ""], [1, 2]),
        ("", ["points: 4", ""], [4, 0]),
        ("points: [1, 2]", ["", ""], [1, 2]),
        ("points: 6\nall_or_nothing: true", ["", ""], [6]),
    ],
)
def test_points_follow_the_rules_of_otter(question: str, cases: list[str], expected: list[float]) -> None:
    """Points of the question are shared by the cases that have none; without any, a question is worth one point."""
    tests = [_code(f'""" # BEGIN TEST CONFIG\n{case}\n""" # END TEST CONFIG\nx', "2") for case in cases]
    graded = _graded(_converted(*_question(f"name: q1\n{question}", "x = 2 # SOLUTION", *tests)))

    assert [points for points, _ in graded.values()] == expected


def test_marks_of_solutions_become_regions() -> None:
    """What otter takes out of a solution is what nbgrader takes out; the rest stays."""
    marked = (
        "def f(x):\n    y = x # SOLUTION\n    # BEGIN IGNORE\n    print(y)\n    # END IGNORE\n    return y # SOLUTION\n"
        'for k in range(2):\n    # BEGIN SOLUTION NO PROMPT\n    f(k)\n    # END SOLUTION\n    """ # BEGIN PROMPT\n'
        '    ...\n    """; # END PROMPT\nshow = f'
    )
    notebook = _converted(*_question("name: q1", marked, _code("f(1)", "1")))
    (solution,) = [cell.source for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]

    assert solution == (
        "def f(x):\n    ### BEGIN SOLUTION\n    y = x\n    return y\n    ### END SOLUTION\n"
        "for k in range(2):\n    ### BEGIN SOLUTION\n    f(k)\n    ### END SOLUTION\nshow = f"
    )


def test_a_person_marks_what_otter_leaves_to_a_person() -> None:
    """A manual question is one graded answer cell with the model answer."""
    notebook = _converted(*_question("name: why\nmanual: true\npoints: 3", "", manual=new_markdown_cell("Because.")))

    assert _graded(notebook) == {"why": (3, "Because.")}


@pytest.mark.parametrize(
    "cells",
    [
        [new_markdown_cell("Nothing of otter's.")],
        [new_raw_cell("# BEGIN QUESTION\nname: [q1")],
        [new_raw_cell("# END QUESTION")],
        [*_question("name: q1", "x = 1"), *_question("name: q1", "x = 1")],
        _question("name: q1", "x = 1", _code("x ==")),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(cells: list[Any]) -> None:
    """A notebook that is no master of otter's is refused, with what to do."""
    with pytest.raises(ConfigError, match=r": (use|put|give|correct)"):
        otter_notebook.convert(new_notebook(cells=cells))


def test_a_master_becomes_a_homework_that_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`autograder new --from-otter` writes the notebook and the files that the master names."""
    master, course = tmp_path / "otter" / "hw01.ipynb", tmp_path / "course"
    master.parent.mkdir()
    course.mkdir()
    config = new_raw_cell("# ASSIGNMENT CONFIG\nfiles:\n    - data.csv")
    test = _code("double(2)", "4")
    cells = [config, *_question("name: q1\npoints: 3", "def double(x):\n    return 2 * x # SOLUTION", test)]
    nbformat.write(new_notebook(cells=cells), master)
    with pytest.raises(ConfigError, match="data"):
        new(course, "hw1", from_otter=master)
    assert not list(course.iterdir())
    (master.parent / "data.csv").write_text("1\n")
    new(course, "hw1", from_otter=master)
    read = assignments.load(course)

    assert "source/hw1/data.csv" in capsys.readouterr().out
    assert [(test.id, test.points) for test in read.tests("hw1")] == [("q1", 3)]
