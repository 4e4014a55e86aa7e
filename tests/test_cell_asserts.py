"""What a test cell that does not pass says: its sentence and the values, and neither its code nor the right answers."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course import given_names
from autograder.model.cell_regions import CellRegions

ENGINE = Path(__file__).resolve().parents[1] / "autograder"
FLAT_FOLDERS = [str(ENGINE / folder) for folder in ("test_cells", "session", "handin")]
STUDENT = """
def squares(n):
    return [k * k for k in range(n)]

def half(x):
    return x // 2

def unwritten():
    raise NotImplementedError

def broken(x):
    return 1 / x

class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)
        return len(self.items)

answer = 41
"""

Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module", autouse=True)
def flat_imports() -> Iterator[None]:
    """The modules import each other by plain name, as in the processes that load them."""
    sys.path[:0] = FLAT_FOLDERS
    yield
    for folder in FLAT_FOLDERS:
        sys.path.remove(folder)


def instructor_s_notebook() -> NotebookNode:
    """Return a notebook that imports what tests use, has a solution, and a test cell."""

    def cell(source: str, **marks: Any) -> NotebookNode:
        return new_code_cell(source, metadata={"nbgrader": {"grade": False, "solution": False, **marks}})

    imports = cell("import unittest\nimport numpy as np\nimport pytest", grade_id="imports")
    solution = cell(STUDENT, grade_id="solution", solution=True)
    return new_notebook(cells=[imports, solution, cell("assert True", grade_id="t", grade=True, points=2)])


def serve_student(sock: socket.socket) -> None:
    """Be the student's process."""
    import student_side

    names: dict[str, Any] = {"__name__": "__main__"}
    exec(STUDENT, names)
    side = student_side.StudentSide(sock, names, None)
    while True:
        side.serve()


def serve_tests(sock: socket.socket, student: socket.socket) -> None:
    """Be the test process."""
    import test_agent

    test_agent.TestAgent(sock, student).serve()


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """A function that runs the text of a test cell on the student's code and returns the answer of the test process."""
    import wire

    channel, tests = socket.socketpair()
    to_student, student = socket.socketpair()
    pids = []
    for serve, *sockets in ((serve_student, student), (serve_tests, tests, to_student)):
        pids.append(os.fork())
        if pids[-1] == 0:
            try:
                for sock in {channel, tests, to_student, student} - set(sockets):
                    sock.close()
                serve(*sockets)
            finally:
                os._exit(0)
    for sock in (tests, to_student, student):
        sock.close()
    grader = wire.Channel(channel, wire.Codec())

    def ask(**request: Any) -> Any:
        grader.send({"ticket": "1", **request})
        reply = grader.receive()
        assert "error" not in reply, reply
        return reply["value"]

    def run_test(source: str, points: float = 2) -> dict[str, Any]:
        test = {"id": "t", "source": source, "points": points, "visible": CellRegions().visible_lines(source)}
        return ask(do="run_test", test={**test, "sources": None, "given": None})

    ask(do="setup", names=given_names.read(instructor_s_notebook()), libraries=[])
    yield run_test
    grader.close()
    for pid in pids:
        os.waitpid(pid, 0)


def hidden(line: str) -> str:
    """Return a cell that has a line in its hidden region."""
    return f"### BEGIN HIDDEN TESTS\n{line}\n### END HIDDEN TESTS"


def test_a_test_that_runs_to_its_end_earns_all_points(run: Run) -> None:
    outcome = run("assert squares(3) == [0, 1, 4]")

    assert (outcome["ended"], outcome["points"], outcome["verdict_hint"]) == (True, 2, "passed")


@pytest.mark.parametrize(
    ("last", "points"),
    [
        ("1.5", 1.5), ("0", 0), ("0.5;", 2), ("x = 0.5", 2), ("None", 2), ("'0.5'", 2), ("True", 2), ("[0.5]", 2),
        ("np.float64(0.5)", 0.5), ("0.5  # half", 0.5), ("0.5;  # half", 2),
    ],
)  # fmt: skip
def test_a_number_as_last_value_is_the_points(run: Run, last: str, points: float) -> None:
    outcome = run(f"squares(1)\n{last}")

    assert (outcome["ended"], outcome["points"]) == (True, points)


@pytest.mark.parametrize("last", ["float('nan')", "-1", "2.5", "False", "float('inf')", "1j", "10 ** 400"])
def test_a_last_value_that_is_no_score_earns_nothing(run: Run, last: str) -> None:
    outcome = run(last)

    assert (outcome["ended"], outcome["points"]) == (False, None)
    assert outcome["seen"]


@pytest.mark.parametrize(
    "source",
    [
        "assert False", "pytest.skip('later')", "raise unittest.SkipTest('later')",
        "raise SystemExit(0)",
        "pytest.fail('no')", "raise KeyboardInterrupt", "%run other.py", "!ls", "def broken(:", "1 / 0",
    ],
)  # fmt: skip
def test_a_test_that_does_not_end_earns_nothing(run: Run, source: str) -> None:
    outcome = run(source)

    assert (outcome["ended"], outcome["points"]) == (False, None)


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("assert squares(3) == [0, 1, 5]", "`squares(3)` gave [0, 1, 4]; the test expects [0, 1, 5]"),
        ("assert [0, 1, 5] == squares(3)", "`squares(3)` gave [0, 1, 4]; the test expects [0, 1, 5]"),
        ("found = squares(3)\nassert found == [0]", "`squares(3)` gave [0, 1, 4]; the test expects [0]"),
        ("assert half(5) > 2", "`half(5)` gave 2; the test expects more than 2"),
        ("assert 2 < half(5)", "`half(5)` gave 2; the test expects more than 2"),
        ("assert 3 <= half(8) < 4", "`half(8)` gave 4; the test expects less than 4"),
        ("assert half(8) in (2, 3)", "`half(8)` gave 4; the test expects one of (2, 3)"),
        ("assert 9 in squares(3)", "`squares(3)` gave [0, 1, 4]; the test expects something that contains 9"),
        ("assert half(8) is None", "`half(8)` gave 4; the test expects None"),
        ("assert not squares(1)", "`squares(1)` gave [0]; the test expects a false value"),
        ("assert squares(0)", "`squares(0)` gave []; the test expects a true value"),
        ("assert isinstance(half(8), str)", "`half(8)` gave 4 (int); the test expects an instance of str"),
        ("assert isinstance(half(8), (str, set))", "`half(8)` gave 4 (int); the test expects an instance of str or set"),  # noqa: E501
        ("assert all(half(x) == x / 2 for x in (4, 5, 6))", "`half(5)` gave 2; the test expects 2.5"),
        ("assert half(4) == 2 and half(5) == 3", "`half(5)` gave 2; the test expects 3"),
        ("assert np.allclose(half(5), 2.5)", "`half(5)` gave 2; the test expects values close to 2.5"),
        ("assert answer == 42", "`answer` is 41; the test expects 42"),
        ("assert Stack().push(7) == 2", "`Stack.push(7)` gave 1; the test expects 2"),
        ("assert Stack().items == [1]", "`Stack.items` is []; the test expects [1]"),
        ("assert len(squares(3)) == 4", "the value was 3; the test expects 4"),
        ("assert half(x=5) == 3", "`half(x=5)` gave 2; the test expects 3"),
        ("unittest.TestCase().assertEqual(half(5), 3)", "2 != 3"),
        ("assert issubclass(Stack, dict)", "`Stack` is the class Stack; the test expects a subclass of dict"),
        ("np.testing.assert_equal(half(5), 3)", "Items are not equal: ACTUAL: 2 DESIRED: 3"),
        ("assert half(5) == pytest.approx(2.5)", "`half(5)` gave 2; the test expects 2.5 ± 2.5e-06"),
        ("with pytest.raises(ValueError): half(5)", "`half(5)` gave 2; nothing was raised; the test expects ValueError"),  # noqa: E501
        ("broken(0)", "`broken(0)` raised ZeroDivisionError: division by zero"),
        ("half(5)[0]", "The test ended with TypeError: 'int' object is not subscriptable. `half(5)` gave 2"),
    ],
)  # fmt: skip
def test_a_visible_line_says_what_was_seen_and_what_was_expected(run: Run, line: str, seen: str) -> None:
    assert run(line)["seen"] == seen


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("assert squares(3) == [0, 1, 5]", "`squares(3)` gave [0, 1, 4]"),
        ("assert answer == 42", "`answer` is 41"),
        ("assert sum(squares(4)) == 98765", "`squares(4)` gave [0, 1, 4, 9]"),
        ("unittest.TestCase().assertEqual(half(5), 98765)", "`half(5)` gave 2"),
        ("np.testing.assert_equal(half(5), 98765)", "`half(5)` gave 2"),
        ("if half(5) != 98765: raise AssertionError", "`half(5)` gave 2"),
        ("assert abs(half(5) - 98765) < 1", "`half(5)` gave 2"),
        ("squares(3).index(98765)", "The test ended with ValueError. `squares(3)` gave [0, 1, 4]"),
        ("half(5)[98765]", "The test ended with TypeError: 'int' object is not subscriptable. `half(5)` gave 2"),
        ("with pytest.raises(KeyError): half(5)", "`half(5)` gave 2; nothing was raised; the test expects KeyError"),
        ("broken(0)", "`broken(0)` raised ZeroDivisionError: division by zero"),
    ],
)  # fmt: skip
def test_a_hidden_line_says_only_what_the_student_s_code_gave(run: Run, line: str, seen: str) -> None:
    outcome = run(hidden(line))

    assert outcome["seen"] == seen
    assert "98765" not in outcome["sentence"]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ('"""Squares begin at zero."""\nassert False', "Squares begin at zero."),
        ("# Squares begin at zero\nassert False", "Squares begin at zero"),
        ("# DO NOT CHANGE THIS CELL\n\n# Squares begin\n# at zero\nassert False", "Squares begin at zero"),
        ("### BEGIN HIDDEN TESTS\n# Squares begin at zero\nassert False\n### END HIDDEN TESTS", ""),
        ("# assert squares(3) == [9]\n# -----\n# YOUR CODE HERE\nassert False", ""),
        ("# Squares begin at zero\nassert False, 'Begin at zero'", "Begin at zero. Squares begin at zero"),
        ("# Squares begin at zero\nraise AssertionError('Begin at zero')", "Begin at zero. Squares begin at zero"),
        ("np.testing.assert_equal(half(5), 3, err_msg='Halves are rounded')", "Halves are rounded."),
        ("unittest.TestCase().assertEqual(half(5), 3, f'Halves of {5} are rounded')", "Halves of 5 are rounded."),
        ("unittest.TestCase().assertEqual('a', 'b')", ""),
        ("pytest.fail('Begin at zero')", "Begin at zero."),
    ],
)  # fmt: skip
def test_the_sentence_is_the_assertion_s_own_text_and_that_of_the_cell(run: Run, source: str, sentence: str) -> None:
    assert run(source)["sentence"] == sentence


def test_a_condition_is_evaluated_once_and_from_left_to_right(run: Run) -> None:
    source = """
seen = []
def see(value):
    seen.append(value)
    return value
assert see(1) < see(2) < see(3) and not see(0) or see(4)
assert see(5) == see(5), see('message')
assert seen == [1, 2, 3, 0, 5, 5], seen
"""
    assert run(source)["ended"]


def test_a_message_is_evaluated_only_when_it_is_needed(run: Run) -> None:
    assert run("assert squares(1) == [0], 1 / 0")["ended"]
    assert run("assert squares(1) == [1], 1 / 0")["error"]["type"] == "ZeroDivisionError"


def test_what_a_test_catches_is_the_error_that_python_raises(run: Run) -> None:
    source = """
def check():
    assert squares(1) == [1], ('why', 1)
try:
    check()
except AssertionError as error:
    assert error.args == (('why', 1),)
try:
    assert squares(1) == [1]
except AssertionError as error:
    assert error.args == ()
"""
    assert run(source)["ended"]


def test_a_visible_helper_says_no_value_of_a_hidden_line(run: Run) -> None:
    source = f"""
def check(value, right):
    assert value == right, "Wrong value"
{hidden("check(half(5), 98765)")}
"""
    outcome = run(source)

    assert (outcome["sentence"], outcome["seen"]) == ("Wrong value.", "`half(5)` gave 2")


def test_long_values_are_short_and_name_the_first_difference(run: Run) -> None:
    outcome = run("assert squares(5000) == [*range(30), 30] + squares(5000)[31:]")

    assert len(outcome["seen"]) < 700
    assert outcome["seen"].endswith("; at 2 it is 4 instead of 2")


def test_empty_lines_at_the_top_show_nothing_of_a_hidden_line(run: Run) -> None:
    """Lines are told apart by their number, and IPython takes empty ones away."""
    source = f"\n\n{hidden('assert half(5) == 98765')}\nassert half(5) == 2\nassert half(7) == 4"

    assert run(source)["seen"] == "`half(5)` gave 2"
    assert run(source.replace("98765", "2"))["seen"] == "`half(7)` gave 3; the test expects 4"


def test_conditions_that_were_left_by_an_exception_are_compared_with_nothing(run: Run) -> None:
    """Neither arrays, whose comparison has no truth, nor what is the student's."""
    source = """
calls = 0
def array_or_error():
    global calls
    calls += 1
    if calls % 2:
        raise KeyError
    return np.zeros(3)
for _ in range(4):
    try:
        assert np.ones(3) is array_or_error()
    except (KeyError, AssertionError):
        pass
"""
    assert run(source)["ended"]


def test_what_a_magic_captures_is_refused_with_what_to_do(run: Run) -> None:
    assert run("%%capture\nsquares(1)")["ended"]
    assert "contextlib.redirect_stdout" in run("%%capture printed\nsquares(1)\nassert printed.stdout")["seen"]
