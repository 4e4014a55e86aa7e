"""What is read of the instructor's notebook: who binds, changes and imports each name, and before which test."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course import given_names
from autograder.session import wire


def given(source, **metadata):
    return new_code_cell(source, metadata=metadata)


def solution(source, grade_id="s"):
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": grade_id, "solution": True, "grade": False}})


def test_cell(source, grade_id):
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": grade_id, "solution": False, "grade": True}})


test_cell.__test__ = False


def names(*cells):
    return given_names.read(new_notebook(cells=list(cells)))


def test_imports_are_known_one_by_one_with_the_kind_of_their_cell():
    """Each imported name has a statement of its own; an import in a `try` of a solution counts as its import."""
    read = names(
        given("import numpy as np, os.path\nfrom math import pi as PI, tau\nfrom helpers import *"),
        solution("try:\n    import pandas as pd\nexcept ImportError:\n    pd = None"),
    )

    assert read["imports"] == [
        ["np", "import numpy as np", 1, False],
        ["os", "import os.path", 1, False],
        ["PI", "from math import pi as PI", 2, False],
        ["tau", "from math import tau", 2, False],
        ["*", "from helpers import *", 3, False],
        ["pd", "import pandas as pd", 4, True],
    ]
    assert read["student"] == []


def test_a_given_try_around_imports_runs_as_a_whole():
    """What it binds is an import of whichever of its branches works."""
    [[kind, binds, _, _, statement, _]] = names(
        given("try:\n    import ujson as json\nexcept ImportError:\n    import json")
    )["given"]

    assert (kind, binds) == ("import", ["json"])
    assert statement.count("import") == 2


def test_pylab_is_what_it_imports():
    """The magic `%pylab inline` gives NumPy, pyplot and all of pylab."""
    found = [name for name, *_ in names(given("%pylab inline"))["imports"]]

    assert found == ["np", "plt", "numpy", "*"]


@pytest.mark.parametrize(
    ("statement", "binds", "changes"),
    [
        ("x = y = 1", ["x", "y"], []),
        ("x: int = 1", ["x"], []),
        ("x += [1]", ["x"], ["x"]),
        ("a, (b, *c) = z", ["a", "b", "c"], []),
        ("print(x := 3)", ["x"], []),
        ("for i in range(3):\n    x[i] = i", ["i"], ["x"]),
        ("with open('f') as f:\n    t = f.read()", ["f", "t"], []),
        ("x.append(1)", [], ["x"]),
        ("x.y.z[0] = 1", [], ["x"]),
        ("del x[0]", [], ["x"]),
        ("del x", ["x"], []),
        ("last = x.pop()", ["last"], ["x"]),
        ("random.shuffle(x)", [], ["random", "x"]),
        ("df.dropna(inplace=True)", [], ["df"]),
        ("y = [x for x in range(3)]", ["y"], []),
        ("if True:\n    x = 1", ["x"], []),
    ],
)
def test_what_a_given_statement_does_to_names(statement, binds, changes):
    """Every way to bind a name or to change its value in place is seen."""
    [[kind, *found]] = names(given(statement))["given"]

    assert kind == "data"
    assert found[:2] == [binds, changes]


@pytest.mark.parametrize(
    "statement", ["print(x)", "df.head()", "x", "%matplotlib inline", "!ls", "assert x == 1", "x ="]
)
def test_statements_that_only_show_something_are_left_out(statement):
    """They would run in the tests' process for nothing; a cell that is no Python is skipped."""
    assert names(given(statement))["given"] == []


def test_functions_and_classes_are_known_as_such_with_what_they_need():
    """A function needs names only when it is called, and they count as well."""
    read = names(given("def f(a):\n    return g(a) + K\nh = lambda a: f(a)\nclass C(Base):\n    z = f(1)"))["given"]

    assert [(kind, binds, needs) for kind, binds, _, needs, _, _ in read] == [
        ("function", ["f"], ["K", "g"]),
        ("function", ["h"], ["f"]),
        ("class", ["C"], ["Base", "f"]),
    ]


def test_names_of_solution_cells_are_the_students():
    """They count with their place, whether they are bound at the top, by `global`, or changed in a function."""
    function = (
        "def f(data):\n    global count\n    count = 1\n    data.append(1)\n    table['a'] = 1\n    for x in data: pass"
    )
    read = names(given("table = {}"), solution(f"{function}\nK = 2"))

    assert read["student"] == [["count", 2], ["f", 2], ["K", 3]]
    assert read["changed"] == [["table", 2]]
    assert read["state"] == ["count", "table"]


def test_calls_of_modules_and_builtin_classes_make_them_nobodys():
    """A solution that seeds NumPy, or sorts by `list.sort`, does not make `np` or `list` a name of students."""
    read = names(
        given("import numpy as np\nimport json"),
        solution(
            "np.random.seed(0)\ndef f(path):\n    import pickle\n    pickle.dump([], path)\n    json.dump([], path)\n"
            "words = []\nlist.sort(words)"
        ),
        test_cell("f()", "t"),
    )  # fmt: skip

    assert {name for name, _ in read["student"]} == {"f", "words"}
    assert read["state"] == []


def test_functions_of_given_cells_keep_state_where_a_solution_calls_them():
    """What they change is in the student's process then; what counts the points of tests is not called there."""
    cells = (given("log = []\ndef note(x):\n    log.append(x)\ndef award():\n    global points\n    points = 1"),)

    assert names(*cells)["state"] == []
    assert names(*cells, solution("def f(): return note(1)"))["state"] == ["log"]


def test_every_test_has_its_place_and_what_never_runs_is_left_out():
    """Training cells and tests bind nothing for a test."""
    read = names(
        new_markdown_cell("text"), given("x = 1", tags=["training"]), given("y = 1"), test_cell("z = 1", "t1"),
        test_cell("import os", "t2"), given("z = y"),
    )  # fmt: skip

    assert read["tests"] == {"t1": 2, "t2": 3}
    assert [(binds, place) for _, binds, _, _, _, place in read["given"]] == [(["y"], 1), (["z"], 4)]
    assert read["imports"] == []


def test_what_is_used_is_known_with_the_last_place():
    """Solutions may be called at any time; a helper for tests alone uses nothing in the student's process."""
    read = names(
        given("x = y + z\ndef scale(): return K\ndef check(): return expected"),
        solution("def f():\n    return y * scale()"), test_cell("f()", "t"),
    )  # fmt: skip

    end = given_names.END
    assert read["used"] == {"y": end, "z": 1, "scale": end, "K": end}


def test_it_travels_as_it_is():
    """The answer is plain data of the wire."""
    read = names(given("import os\nx = 1"), solution("def f(): pass"), test_cell("f()", "t"))
    frame = wire.Codec().pack({"names": read})
    head, body = wire.HEADER.unpack(frame[: wire.HEADER.size])

    assert wire.Codec().unpack(frame[wire.HEADER.size :][:head], b"") == {"names": read}
    assert body == 0


def test_examples_in_docstrings_are_known_by_the_name_they_explain():
    """Of functions, of classes and of their methods."""
    read = names(
        solution("def f():\n    '''>>> f()'''\nclass C:\n    def m(self):\n        '''>>> 1'''\ndef g():\n    'text'")
    )

    assert read["docs"] == {"f": ">>> f()", "C.m": ">>> 1"}


def test_a_file_that_is_run_is_imported():
    """`%run helpers.py` binds what the file defines: the tests' process reads its own copy."""
    read = names(given("%run helpers.py\n%run -i more.py 3\n%run other.ipynb"))

    assert [statement for _, statement, _, _ in read["imports"]] == ["from helpers import *", "from more import *"]
