"""A statement that cannot run in the grader costs itself: the rest of its cell runs, and its author is told which."""

from __future__ import annotations

import pytest

from autograder.model.report import Verdict
from autograder.session.launcher import Zygote
from autograder.session.notebook_process import Cell
from autograder.session.replies import MOST_FAILURES
from autograder.session.student import Student

LAST = "\ndef f():\n    return 1\n"
CELLS = {  # source, and the line and error of each statement that does not run
    "missing_packages": (
        "import torch, os\nfrom google.colab import drive, files\ndrive.mount('/x')\nimport wandb as w\nos.getcwd()",
        ["1 ModuleNotFoundError", "2 ModuleNotFoundError", "3 NameError", "4 ModuleNotFoundError"],
    ),
    "one_missing_name": ("from math import cosine, pi\nassert pi > 3", ["1 ImportError"]),
    "plots": (
        "%matplotlib widget\n%matplotlib notebook\n%matplotlib qt\nimport matplotlib\nmatplotlib.use('TkAgg')\n"
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\ndisplay(plt.gcf())",
        [],
    ),
    "extensions": (
        "%load_ext tensorboard\n%load_ext autoreload\n%autoreload 2\n%tensorflow_version 2.x\n%no_such_magic x\n"
        "%config InlineBackend.figure_format = 'retina'",
        ["5 UsageError"],
    ),
    "unknown_cell_magic": ("%%wandb\nx = torch.ones(3)", ["2 NameError"]),
    "time": ("%%time\n\nx = 3\nbad", ["4 NameError"]),
    "capture": ("%%capture out\nprint(3)\nbad", ["3 NameError"]),
    "prun": ("%%prun\nbad", ["2 NameError"]),
    "two_magics": ("%%time\n%%capture printed\nbad\nx = 3", ["3 NameError"]),
    "commands": (
        "!pip install torch\n%pip install torch\n%conda install torch\nlisted = !ls\n%cd /no/such/place\n%cd ..\n!!ls",
        [],
    ),
    "reading_the_keyboard": (
        "n = input('?')\nimport getpass, sys\np = getpass.getpass()\nassert sys.stdin.readline() == ''",
        ["1 EOFError", "3 EOFError"],
    ),
    "leaving": ("exit()\nquit()\nimport sys\nsys.exit()\nraise SystemExit(3)", ["4 SystemExit", "5 SystemExit"]),
    "assertions": ("assert False\nassert 1 == 2, 'no'", ["1 AssertionError", "2 AssertionError"]),
    "graphics_card": (
        "import tensorflow as tf\ngpus = tf.config.list_physical_devices('GPU')\n"
        "tf.config.experimental.set_memory_growth(gpus[0], True)",
        ["3 IndexError"],
    ),
    "other_notebook": ("%run other.ipynb\n%run other.py", ["1 Exception", "2 Exception"]),
    "await": ("import asyncio\nawait asyncio.sleep(0)\nawait bad", ["3 NameError"]),
    "return_outside": ("x = 3\nreturn x", ["2 SyntaxError"]),
    "inside_a_loop": ("for i in range(3):\n    if i == 2:\n        raise ValueError(i)", ["3 ValueError"]),
    "decorator": ("@undefined\ndef g():\n    pass", ["1 NameError"]),
    "help": ("len?\n?len\nno_such_name?", []),
    "empty_lines_above": ("\n\n\nbad", ["4 NameError"]),
    "not_written": ("raise NotImplementedError", ["1 Not written yet"]),
    "too_long_after_a_failure": (
        "bad\nwhile True:\n    try:\n        sum(i for i in range(10**9))\n    except TypeError:\n        pass",
        ["1 NameError", "2 TimeoutError"],
    ),
}
OTHERS = {  # cells that are no Python, or not only
    "bash": ("%%bash\nls", []),
    "html": ("%%html\n<b>x</b>", []),
    "javascript": ("%%javascript\nalert(1)", []),
    "another_language": ("%%R\nx <- c(1, 2) %>% sum", ["1 UsageError"]),
    "no_python": ("x = 3\nfor i in range(3", ["raised SyntaxError"]),
    "timed": ("%%timeit\nx_of_timeit = 3\nbad", ["3 NameError"]),
}


def run(zygote: Zygote, *sources: str) -> Student:
    student = Student(zygote, [Cell(f"number {number}", source) for number, source in enumerate(sources, start=1)])
    student.start()
    return student


def failures(student: Student) -> list[str]:
    """Return line and error of each outcome."""
    for outcome in student.outcomes:
        assert outcome.text.startswith(("Line ", "The cell number 1 raised "))
    texts = [outcome.text.removeprefix("Line ").removeprefix("The cell number 1 ") for outcome in student.outcomes]
    return [text.replace(" of the cell number 1 could not run:", "").split(":")[0] for text in texts]


@pytest.mark.parametrize(("source", "expected"), CELLS.values(), ids=CELLS)
def test_the_rest_of_the_cell_runs(source: str, expected: list[str], zygote: Zygote) -> None:
    with run(zygote, source + LAST) as student:
        assert failures(student) == expected
        assert student.call("f") == 1


@pytest.mark.parametrize(("source", "expected"), OTHERS.values(), ids=OTHERS)
def test_cells_in_other_languages_do_nothing(source: str, expected: list[str], zygote: Zygote) -> None:
    with run(zygote, source) as student:
        assert [text[: len(said)] for text, said in zip(failures(student), expected, strict=True)] == expected
        assert student.defined(["x_of_timeit"]) == set()


def test_a_module_that_a_cell_writes_can_be_imported(zygote: Zygote) -> None:
    with run(zygote, "import words", "%%writefile words.py\ndef f():\n    return 3", "from words import f") as student:
        assert [outcome.cell.label for outcome in student.outcomes] == ["number 1"]
        assert student.call("f") == 3


def test_the_place_is_that_of_the_statement_or_of_the_function_that_raised(zygote: Zygote) -> None:
    with run(zygote, "def half(x):\n    y = 2\n    return x / (y - 2)", "x = 3\nhalf(x)") as student:
        (outcome,) = student.outcomes

    assert outcome.text == (
        "Line 2 of the cell number 2 could not run: ZeroDivisionError: division by zero (half, line 3 of its cell)"
    )
    assert outcome.statement == "half(x)"


def test_what_a_cell_lets_ipython_run_ends_where_it_raises(zygote: Zygote) -> None:
    with run(zygote, "get_ipython().run_cell('1/0\\ninner = 3')\nouter = 4") as student:
        assert student.defined(["inner", "outer"]) == {"outer"}


def test_endless_failures_stay_short(zygote: Zygote) -> None:
    """Each cell has a bounded answer, in its one limit of time."""
    with run(zygote, "\n".join(f"raise ValueError('x' * 10**6, {number})" for number in range(2000))) as student:
        texts = [outcome.text for outcome in student.outcomes]

    assert len(texts) == MOST_FAILURES + 1
    assert texts[-1] == f"{2000 - MOST_FAILURES} more lines of the cell number 1 could not run"
    assert max(map(len, texts)) < 1000


@pytest.mark.parametrize(
    "reply",
    [
        None,
        3,
        {},
        {"failures": 3, "more": "many"},
        {"failures": [None, 3, {}], "more": -1},
        {"failures": [{"first": "x", "last": 10**30, "line": None, "function": 7, "type": 3, "text": ["x"]}] * 1000},
        {"whole": "x", "failures": []},
    ],
)
def test_whatever_the_process_answers_is_read(reply: object, zygote: Zygote) -> None:
    """The answer to the request to run a cell is written by a stranger."""
    lie = f"from agent import Agent\nAgent.do_run_cell = lambda self, source: {reply!r}"
    patch = lie.replace("from agent import Agent", "import sys; Agent = sys.modules['agent'].Agent")
    with run(zygote, patch, "x = 3") as student:
        assert len(student.outcomes) <= MOST_FAILURES + 1
        assert all(outcome.text.isprintable() and len(outcome.text) < 1000 for outcome in student.outcomes)
        assert {outcome.verdict for outcome in student.outcomes} <= {Verdict.ERROR}
