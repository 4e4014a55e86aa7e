"""Names of test cells: what is the test's, the notebook's or the student's, in two processes."""

from __future__ import annotations

import doctest
import importlib
import os
import socket
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course import given_names

ENGINE = Path(__file__).resolve().parents[1] / "autograder"
FLAT_FOLDERS = [str(ENGINE / folder) for folder in ("test_cells", "session", "handin")]


def given(source: str) -> Any:
    return new_code_cell(source)


def solution(source: str) -> Any:
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": "s", "solution": True, "grade": False}})


class Tests:
    """A notebook of the instructor's, a student process with a notebook of its own, and the tests in this process.

    Test cells have the ids t0, t1 ... and stand in the notebook where `TEST` does.
    """

    __test__ = False

    def __init__(self, side: Any, cells: list[Any]) -> None:
        import namespace

        ids = iter(f"t{number}" for number in range(100))
        made = [
            new_code_cell("", metadata={"nbgrader": {"grade_id": next(ids), "solution": False, "grade": True}})
            if cell is TEST
            else cell
            for cell in cells
        ]
        self.side = side
        self.names = namespace.Namespace(side, given_names.read(new_notebook(cells=made)))

    def run(self, source: str, number: int = 0, given: dict[str, bool] | None = None) -> dict[str, bool]:
        """Run a test cell; return which given names it read, and whether their values were made here."""
        self.side.seen_sources.clear()
        self.names.begin({"id": f"t{number}", "source": source, "given": given})
        exec(compile(source, "<test>", "exec", dont_inherit=True), self.names)
        return self.names.given_here()


TEST = object()


@pytest.fixture(scope="module", autouse=True)
def flat_imports() -> Iterator[None]:
    """The modules import each other by plain name, as in the processes that load them."""
    sys.path[:0] = FLAT_FOLDERS
    yield
    for folder in FLAT_FOLDERS:
        sys.path.remove(folder)


PATCHED = ("random", "seed"), ("random", "setstate"), ("numpy.random", "seed"), ("numpy.random", "set_state")
PATCHED += ("builtins", "input"), ("sys", "stdin"), ("sys", "stdout"), ("sys", "stderr")


@pytest.fixture
def tests(monkeypatch) -> Iterator[Callable[..., Tests]]:
    """A function that starts a student process with the names of a source; the other arguments are the cells."""
    started: list[tuple[int, Any]] = []
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    for module, name in PATCHED:
        owner = importlib.import_module(module)
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(doctest.DocTestFinder, "_get_test", doctest.DocTestFinder._get_test)

    def start(students: str, *cells: Any) -> Tests:
        import handles
        import student_side

        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                warnings.resetwarnings()
                names: dict[str, Any] = {"__name__": "__main__"}
                exec(students, names)
                student_side.StudentSide(theirs, names, None).serve()
            finally:
                os._exit(0)
        theirs.close()
        side = handles.TestSide(ours)
        started.append((pid, side))
        return Tests(side, list(cells) or [TEST])

    yield start
    for pid, side in started:
        if not side.lost:
            side.end()
        side.close()
        os.waitpid(pid, 0)


HOSTILE = """
class Anything:
    def __getattr__(self, name): return lambda *args, **kwargs: True
np = Anything()
assert_equal = len = print = isinstance = __import__ = lambda *args, **kwargs: True
AssertionError = type('Never', (Exception,), {})
get_ipython = sys = __builtins__ = __name__ = 'mine'
globals()['a.b'] = 1
def square(x): return x * x
"""


def test_names_of_a_test_are_never_the_students_where_the_notebook_or_python_has_them(tests):
    """A student may call anything `np`, `len` or `assert_equal`."""
    tests(HOSTILE, given("import numpy as np, math\nfrom unittest.mock import call as assert_equal"), TEST).run(
        "import sys as system\n"
        "assert np is system.modules['numpy'] and not isinstance(3, str) and len([1]) == 1\n"
        "assert assert_equal is system.modules['unittest.mock'].call\n"
        "assert __name__ == '__main__' and get_ipython().run_line_magic('matplotlib', 'inline') is None\n"
        "try:\n    assert square(2) == 5\nexcept AssertionError:\n    failed = True\nassert failed"
    )


def test_a_builtin_name_that_a_solution_binds_is_the_students(tests):
    """Courses let students write `max`; a student who did not leaves the builtin one."""
    run = tests("def max(a, b): return 'mine'", solution("def max(a, b): return a\ndef min(a, b): return a"), TEST).run

    run("assert max(1, 2) == 'mine' and min(1, 2) == 1")


def test_what_only_a_solution_imports_is_imported_here_if_the_student_has_it(tests):
    """The student's own word for it is never taken."""
    cells = solution("import numpy as np\nfrom math import pi"), TEST
    tests("np = 'mine'", *cells).run("assert np.add(1, 2) == 3")

    with pytest.raises(NameError):
        tests("", *cells).run("pi")


@pytest.mark.parametrize("record", [None, {"helper": True, "table": True}])
def test_functions_and_data_of_given_cells_are_the_instructors(tests, record):
    """A student who changes a helper or the expected values changes nothing for the test."""
    cells = given("K = 2\ntable = {}\ntable['a'] = K\ndef helper(x): return x * K + square(x)"), TEST
    changed = "K = 2\ntable = {'a': 2}\ndef helper(x): return 'mine'\ndef square(x): return x * x"
    started = tests(changed, *cells)

    seen = started.run("assert helper(3) == 15 and table == {'a': 2}", given=record)
    assert seen == {"helper": True, "table": True, "K": True}


def test_given_data_is_the_students_where_its_solution_changes_it(tests):
    """A solution cell that cleans the data, a function that appends to it: the test sees what came of it."""
    cells = (
        given("data = [3, 1]\nlog = []\nkept = [1]\nother = len(data)\ndef note(x): log.append(x)"),
        solution("data.sort()\ndef f(): note(1)"),
        TEST,
    )
    started = tests("data = [1, 3]\nlog = ['noted']\nkept = [1, 2]\nother = 2", *cells)

    seen = started.run("assert data == [1, 3] and log == ['noted'] and kept == [1, 2] and other == 2")
    assert seen == {"kept": False}


def test_while_grading_the_reference_run_decides_whose_given_data_is(tests):
    """What was the instructor's there is the instructor's here, whatever the student made of it."""
    cells = given("expected = [1, 2]\nshown = [1]"), TEST
    started = tests("expected = 'mine'\nshown = 'theirs'", *cells)

    started.run("assert expected == [1, 2] and shown == 'theirs'", given={"expected": True, "shown": False})


def test_only_what_stands_before_a_test_counts(tests):
    """Data that a later cell binds again is, for a test in between, what the first cell made it."""
    started = tests("x = 1", given("x = 1"), TEST, given("x = 2\ny = 3"), TEST)

    started.run("assert x == 1 and 'y' not in globals()", given={})
    started.run("assert x == 2 and y == 3", 1, given={})


def test_what_a_test_binds_stays_until_a_cell_binds_it_again(tests):
    """Test cells share their names, as in the notebook."""
    started = tests("x = 5", TEST, TEST, given("x = 1"), solution("x = 5"), TEST)

    started.run("x = 7\nn = 1")
    started.run("assert x == 7 and n == 1", 1)
    started.run("assert x == 5 and n == 1", 2)


def test_deleting_and_restoring_a_function_reaches_the_students_code(tests):
    """A function that has to use another one fails without it, and works again with it."""
    students = "def square(x): return x * x\ndef total(n): return sum(square(x) for x in range(n))"
    started = tests(students, solution(students), TEST)

    started.run(
        "kept = square\ndel square\n"
        "try:\n    total(3)\nexcept NameError:\n    failed = True\nassert failed and 'square' not in globals()\n"
        "try:\n    square\nexcept NameError:\n    failed = 2\nassert failed == 2\n"
        "square = kept\nassert total(3) == 5 and square(2) == 4"
    )


def test_only_names_that_the_notebook_uses_reach_the_students_process(tests):
    """What a test calls `expected` is not to be read there."""
    started = tests(
        "expected = K = 1\ndef f(): return globals().get('expected'), K", solution("K = 1\ndef f(): return K"), TEST
    )

    started.run("expected = 42\nK = 7\nassert f() == (1, 7)")


def test_a_name_that_the_solution_binds_by_global_lives_in_the_students_process(tests):
    """A counter that the test sets and the student's function raises."""
    code = "count = 0\ndef tick():\n    global count\n    count += 1"
    started = tests(code, solution(code), TEST)

    started.run("count = 5\ntick()\nassert count == 6")
    started.run("def up():\n    global count\n    count = 10\nup()\ntick()\nassert count == 11")


@pytest.mark.parametrize(("record", "own"), [(None, ""), ({"points": True, "notes": True}, "award(100)")])
def test_points_that_given_functions_count_are_counted_here(tests, record, own):
    """The student has these functions too, and what they count there is of no use."""
    code = "points, notes = 0, []\ndef award(n):\n    global points\n    points += n\n    notes.append(n)"
    started = tests(f"{code}\ndef f():\n    {own or 'pass'}", given(code), solution("def f(): pass"), TEST, TEST)

    started.run("f()\naward(1)\nassert points == 1", given=record)
    started.run("f()\naward(2)\nassert points == 3 and notes == [1, 2]", 1, given=record)


def test_no_name_of_the_tests_own_changes_because_the_student_binds_it(tests):
    """The student's function cannot say what the test expects."""
    started = tests("def f():\n    global expected\n    expected = 'mine'", solution("def f(): pass"), TEST)

    started.run("expected = 1\nf()\nassert expected == 1")


def test_classes_read_names_in_their_bodies_too(tests):
    """The interpreter reads these in another way than those of functions."""
    started = tests("base = 3", given("import math"), TEST)

    started.run(
        "class Case:\n    start = base\n    pi = math.pi\n    import os\n    def get(self): return base + len('a')\n"
        "assert Case.start == 3 and Case.pi == math.pi and Case().get() == 4"
    )


def test_the_module_main_has_the_names(tests):
    """`mock.patch('__main__.f')`, `import __main__`, `dir()` and `globals()` see the student's names too."""
    students = "def helper(): return 1\ndef f(): return helper()"
    started = tests(students, solution(students), TEST)

    started.run(
        "import __main__\nfrom unittest.mock import patch\n"
        "assert __main__.f() == 1 and not hasattr(__main__, 'nothing')\n"
        "assert {'f', 'helper', '__main__'} <= set(dir()) == set(globals()) == set(vars(__main__))\n"
        "assert 'f' in globals() and 'nothing' not in globals() and globals().get('nothing') is None\n"
    )


def test_output_without_end_is_bounded(tests):
    """The test gets the beginning; neither process holds more."""
    started = tests("def f():\n    for _ in range(100): print('x' * 10**6, end='')")

    started.run("import io, sys\nsys.stdout = io.StringIO()\nf()\nassert 10**5 < len(sys.stdout.getvalue()) < 10**6")
    started.run(
        "sys.stdout = io.StringIO()\nfor _ in range(20):\n    f()\nassert len(sys.stdout.getvalue()) < 4 * 10**6"
    )


def test_warnings_arrive_as_warnings(tests):
    """A test that records warnings gets those of the student's code, each time."""
    students = "import warnings\nclass Own(UserWarning): pass\ndef f(): warnings.warn('careful', Own)"

    tests(students).run(
        "import warnings\nfor _ in range(2):\n    with warnings.catch_warnings(record=True) as found:\n"
        "        warnings.simplefilter('always')\n        f()\n"
        "    assert [(each.category, str(each.message)) for each in found] == [(UserWarning, 'careful')]"
    )


def test_what_a_test_seeds_is_seeded_on_both_sides(tests):
    """Each time anew; what the test draws and the student's draws then come from one seed."""
    students = "import random, numpy as np\ndef f(): return random.random(), float(np.random.rand())"
    started = tests(students, given("import numpy as np, random"), TEST)

    started.run(
        "def seed():\n    random.seed(1)\n    np.random.seed(2)\n"
        "seed()\nexpected = random.random(), np.random.rand()\n"
        "seed()\nassert f() == expected != f()\n"
        "seed()\nassert f() == expected\n"
        "seed()\nnp.random.rand()\nassert f() != expected"
    )


def test_random_states_go_only_to_the_student_and_only_what_is_seeded(tests):
    """The student's code neither decides nor foresees what a test draws."""
    students = "import random\ndef f():\n    random.seed(0)\n    return random.random()"
    started = tests(students, given("import random"), TEST)

    started.run(
        "random.random()\nbefore = random.getstate()\nf()\nassert random.getstate() == before\n"
        "assert f() != random.random()"
    )


def test_a_seed_of_given_cells_counts_here_too(tests):
    """Drawing in the test goes on from there; given data is drawn as the cells drew it, and changes nothing else."""
    cells = (
        given("import numpy as np\nnp.random.seed(3)\nx = np.random.rand(2)"),
        given("np.random.seed(4)"),
        TEST,
    )
    started = tests("import numpy as np\nnp.random.seed(3)\nx = np.random.rand(2)", *cells)

    seen = started.run(
        "a = np.random.rand(), x.sum(), np.random.rand()\nnp.random.seed(4)\n"
        "assert a[::2] == (np.random.rand(), np.random.rand())\n"
        "np.random.seed(3)\nassert a[1] == np.random.rand(2).sum()"
    )
    assert seen == {"x": True}


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        ("with patch('random.randint', return_value=3): f()", {"random.randint"}),
        ("@mock.patch('os.path.exists')\ndef test(fake): pass", {"os.path.exists"}),
        ("import numpy as np\nwith patch.object(np.random, 'rand'): f()", {"numpy.random.rand"}),
        ("from numpy import random\nrandom.seed = print", {"numpy.random.seed"}),
        ("import time\nsetattr(time, 'sleep', print)", {"time.sleep"}),
        ("import builtins\nbuiltins.print = f\ndog.name = 3\ndel builtins.open", {"builtins.print", "builtins.open"}),
        ("with patch.multiple('random', randint=f, choice=g): f()", {"random.randint", "random.choice"}),
        ("plt.show = f", {"matplotlib.pyplot.show"}),
        ("with patch('__main__.f'): g()", set()),
        ("f('data.csv', 'a.b')", set()),
    ],
)
def test_the_text_of_a_test_says_what_it_may_patch(source, paths):
    """However it is spelled."""
    import patched

    assert patched.patchable(source, {"plt": "import matplotlib.pyplot as plt"}) == paths


def test_a_name_that_the_students_code_binds_anew_is_read_anew(tests):
    """Whether it is a number or a function."""
    started = tests("n = 1\ndef f(): return 1\ndef change():\n    global n, f\n    n, f = 2, (lambda: 2)")

    started.run("assert (n, f()) == (1, 1)\nchange()\nassert (n, f()) == (2, 2)")


def test_a_function_is_not_asked_for_again_at_each_call(tests):
    """Thousands of calls are common."""
    started = tests("def square(x): return x * x")

    before = started.side.requests
    started.run("assert sum(square(x) for x in range(100)) == 328350")
    assert started.side.requests - before <= 103


def test_globals_can_be_used_as_a_dictionary(tests):
    """`patch.dict` changes names and puts them back, in the student's process too."""
    students = "def helper(): return 1\ndef f(): return helper()"
    started = tests(students, solution(students), TEST)

    started.run(
        "from unittest.mock import patch\na = 1\n"
        "with patch.dict(globals(), {'a': 2, 'b': 3}):\n    assert (a, b, f()) == (2, 3, 1)\n"
        "assert a == 1 and 'b' not in globals() and f() == helper() == 1\n"
        "globals().update(c=4)\n"
        "assert globals().setdefault('c', 5) == globals().pop('c') == 4 and 'c' not in globals()\n"
        "x: int = 3\nassert eval('helper() + a') == 2 and __annotations__ == {'x': int}\n"
    )


def test_unittest_and_doctest_find_the_tests_of_a_cell(tests):
    """Classes of the cell's own, and examples that call the student's functions."""
    started = tests("def square(x): return x * x")

    started.run(
        "import doctest, unittest\n"
        "class Square(unittest.TestCase):\n"
        "    def test_right(self): self.assertEqual(square(3), 9)\n"
        "    def test_wrong(self): self.assertEqual(square(3), 8)\n"
        "result = unittest.main(argv=[''], exit=False, verbosity=0).result\n"
        "assert result.testsRun == 2 and len(result.failures) == 1\n"
        "def shown():\n    '''\n    >>> square(2)\n    4\n    >>> y = square(1)\n    '''\n"
        "doctest.run_docstring_examples(shown, globals())\n"
        "assert doctest.testmod() == (0, 2) and 'y' not in globals()\n"
    )


def test_given_data_that_a_test_changes_is_changed_for_the_students_code(tests):
    """A list that both the test and a function of the solution use."""
    code = "data = [1, 2]\nother = 1"
    solved = "def total(): return sum(data)"
    started = tests(f"{code}\n{solved}", given(code), solution(solved), TEST)

    started.run("assert total() == 3\ndata.append(4)\nassert total() == 7 and data == [1, 2, 4]")
    started.run("data.append(5)\nassert total() == 12")


def test_what_the_students_code_prints_is_in_the_tests_output(tests):
    """In order, by whatever means the test captures it; errors go where errors go."""
    students = (
        "import sys\ndef f(g):\n    print('one')\n    g()\n    print('three', file=sys.stderr)\n    print('four')"
    )
    started = tests(students)

    started.run(
        "import io, sys, contextlib\nfrom unittest.mock import patch\n"
        "with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as errors:\n"
        "    f(f_of_test := lambda: print('two'))\n    print('five')\n"
        "assert out.getvalue() == 'one\\ntwo\\nfour\\nfive\\n' and errors.getvalue() == 'three\\n'\n"
        "with patch('sys.stdout', new=io.StringIO()) as out:\n    f(lambda: None)\n"
    )


def test_input_of_the_students_code_is_what_the_test_has_put_there(tests):
    """A patched `input`, a text in `sys.stdin`; else it ends at once."""
    students = "import sys\ndef f(): return int(input('number? ')) + 1\ndef g(): return [*sys.stdin]"
    started = tests(students)

    started.run(
        "import io, sys\nfrom unittest.mock import patch\n"
        "with patch('builtins.input', return_value='3') as fake:\n    assert f() == 4\n"
        "fake.assert_called_once_with('number? ')\n"
        "sys.stdin = io.StringIO('7\\n8\\n9')\nsys.stdout = io.StringIO()\n"
        "assert f() == 8 and sys.stdout.getvalue() == 'number? ' and g() == ['8\\n', '9']\n"
        "try:\n    f()\nexcept EOFError:\n    ended = True\nassert ended\n"
    )


def test_what_a_test_patches_in_a_library_is_patched_for_the_students_code(tests):
    """While it is patched, and then no more."""
    students = (
        "import random, time, os, sys\nfrom random import choice\n"
        "def roll(): return random.randint(1, 6), time.sleep(100)\n"
        "def pick(): return random.choice([3, 4]), choice([5])\n"
        "def about(): return os.environ.get('COURSE'), sys.argv"
    )
    started = tests(students)

    started.run(
        "import random, os, sys\nfrom unittest.mock import patch\n"
        "with patch('random.randint', return_value=9), patch('time.sleep', return_value=None) as sleep:\n"
        "    assert roll() == (9, None)\nsleep.assert_called_once_with(100)\n"
        "before = random.choice\nrandom.choice = lambda xs: xs[0] + 10\nassert pick() == (13, 5)\n"
        "random.choice = before\nassert pick()[0] in (3, 4)\n"
        "with patch.dict(os.environ, {'COURSE': 'ml'}), patch('sys.argv', ['x', '3']):\n"
        "    assert about() == ('ml', ['x', '3'])\n"
        "assert about()[0] is None"
    )


def test_examples_of_doctest_are_the_instructors(tests):
    """Examples run here: the student's docstring is no code of this process."""
    released = "def square(x):\n    '''\n    >>> square(3)\n    9\n    >>> square(2)\n    4\n    '''\n    return x * x"
    cells = solution(released), TEST
    source = "import doctest\ndoctest.run_docstring_examples(square, globals())\nresult = doctest.testmod()"

    started = tests(
        "def square(x):\n    '''\n    >>> globals().clear()\n    '''\n    return x + x + 3 * (x > 2)", *cells
    )
    started.run(f"{source}\nassert result == (0, 2)")
    tests("def square(x): return 4", *cells).run(
        f"import io, sys\nsys.stdout = io.StringIO()\n{source}\nassert result == (1, 2)"
    )


def test_figures_are_the_students(tests):
    """However a test comes by pyplot."""
    students = "import matplotlib.pyplot as plt\ndef draw(): plt.plot([1, 2], [3, 5]); plt.title('a line')"
    started = tests(students, given("import matplotlib.pyplot as plt"), solution(students), TEST)

    started.run(
        "import matplotlib, pylab, matplotlib.pyplot as other\nfrom matplotlib import pyplot\n"
        "from matplotlib.pyplot import gca\ndraw()\n"
        "assert other is pyplot is plt is matplotlib.pyplot and pylab.gcf() is plt.gcf()\n"
        "assert gca().get_title() == 'a line' and gca().lines[0].get_ydata().tolist() == [3, 5]\n"
        "assert pylab.zeros(2).sum() == 0 and matplotlib.__version__"
    )


def test_a_library_stays_the_tests_own_however_a_solution_uses_it(tests):
    """To seed it, to draw with it or to set an option of it does not make it the student's."""
    solved = "np.random.seed(1)\nnp.foo = 1\ndef f():\n    np.random.seed(2)\n    np.bar = 3"
    started = tests("np = 'mine'", given("import numpy as np"), solution(solved), TEST)

    started.run("assert np.add(1, 1) == 2")


def test_what_a_student_has_added_is_seen_only_by_its_name(tests):
    """Whoever looks at every name would meet objects that the instructor's solution does not have."""
    started = tests("def f(): return 1\ndef mine(): return 2", solution("def f(): return 1"), TEST)

    started.run("assert 'f' in dir() and 'mine' not in dir() and 'mine' in globals()\nassert 'f' in dict(globals())")
    assert "name:mine" not in started.side.seen_sources


def test_mocks_stand_in_the_students_code_for_what_they_replace(tests):
    """With their attributes and return values, as context managers, and in a class of the student's."""
    students = (
        "import requests\n"
        "def fetch(): return requests.get('u').json()['a']\n"
        "def read():\n    with open('x.txt') as file: return file.read().split()\n"
        "def helper(): return 1\ndef f(): return helper()\n"
        "class Dog:\n    def bark(self): return 'wow'\n    def twice(self): return self.bark() * 2"
    )
    started = tests(students, solution(students), TEST)

    started.run(
        "from unittest.mock import mock_open, patch\n"
        "with patch('requests.get') as get, patch('builtins.open', mock_open(read_data='a b')):\n"
        "    get.return_value.json.return_value = {'a': 3}\n    assert fetch() == 3 and read() == ['a', 'b']\n"
        "get.assert_called_once_with('u')\n"
        "@patch('__main__.helper', side_effect=[7, 8])\ndef check(fake):\n    assert f() + f() == 15\n"
        "check()\nassert f() == 1\n"
        "with patch('__main__.Dog.bark', return_value='x'):\n    assert Dog().twice() == 'xx'\n"
        "assert Dog().twice() == 'wowwow'"
    )


def test_a_module_that_is_not_here_can_be_the_students_own(tests, tmp_path):
    """It stays there; what nobody has is no module."""
    (tmp_path / "own_module.py").write_text("def f(): return 3")
    started = tests(f"import sys; sys.path.insert(0, {str(tmp_path)!r})")

    started.run("import own_module\nfrom own_module import f\nassert own_module.f() == f() == 3")
    assert "module:own_module" in started.side.seen_sources
    with pytest.raises(ModuleNotFoundError, match="nothing_here"):
        started.run("import nothing_here")


def test_a_student_cannot_take_the_place_of_a_given_function_by_raising(tests):
    """Statements that call the student's code are none of what a function needs."""
    code = "base = f(10)\ndef check(x):\n    assert x == 1 and base == 10"
    hostile = "base = 10\ndef f(x): raise ValueError\ndef check(x): pass"
    started = tests(hostile, solution("def f(x): return x"), given(code), TEST)

    with pytest.raises(AssertionError):
        started.run("check(2)", given={"check": True})
    assert started.run("check(1)", given={"check": True}) == {"check": True}


def test_given_names_that_cannot_be_made_any_more_are_nobodys(tests):
    """What was made here in the reference run is never the student's."""
    started = tests("x = 'mine'", given("x = open('not here').read()"), TEST)

    with pytest.raises(NameError):
        started.run("x", given={"x": True})


def test_a_test_reads_the_courses_own_files(tests, tmp_path, monkeypatch):
    """A file of the same name that the student's code has written is not what the test expects."""
    import course_files

    own, work = tmp_path / "own", tmp_path / "work"
    own.mkdir()
    work.mkdir()
    (own / "expected.csv").write_text("1")
    (work / "expected.csv").write_text("2")
    (work / "result.csv").write_text("3")
    monkeypatch.chdir(work)
    monkeypatch.setattr("builtins.open", open)
    monkeypatch.setattr("io.open", open)
    monkeypatch.setitem(importlib.import_module("numpy.lib._datasource")._file_openers._file_openers, None, open)
    course_files.read_own(str(own))

    tests("").run(
        "from pathlib import Path\nimport numpy as np\n"
        "with open('expected.csv') as file:\n    assert file.read() == Path('./expected.csv').read_text() == '1'\n"
        "assert np.loadtxt('expected.csv') == 1 and Path('result.csv').read_text() == '3'\n"
        "Path('expected.csv').write_text('4')\nassert Path('expected.csv').read_text() == '1'"
    )
    assert (own / "expected.csv").read_bytes() == b"1"


def test_a_test_class_of_a_given_cell_is_the_tests_own(tests):
    """What unittest's methods compare is compared here; all other classes of given cells are the student's."""
    code = "import unittest\nclass Right(unittest.TestCase):\n    def test_it(self): self.assertEqual(square(3), 9)"
    solved = "def square(x): return x * x"
    source = (
        "suite = unittest.defaultTestLoader.loadTestsFromTestCase(Right)\n"
        "result = unittest.TextTestRunner(verbosity=0).run(suite)\n"
        "assert result.testsRun == 1 and result.wasSuccessful()"
    )

    tests(f"{code}\n{solved}", given(code), solution(solved), TEST).run(source)
    hostile = tests(f"{code}\n{solved}\nsquare = Right = len", given(code), solution(solved), TEST)
    with pytest.raises(AssertionError):
        hostile.run(source)


def test_a_given_function_that_is_deleted_and_put_back_is_the_students_own_again(tests):
    """One of the tests' would answer only while a test runs, and later cells call it, too."""
    students = "def aid(x): return 'own'\ndef f(x): return aid(x)"
    started = tests(students, given("def aid(x): return x"), solution("def f(x): return aid(x)"), TEST)

    started.run("kept = aid\ndel aid\ntry:\n    f(1)\nexcept NameError:\n    aid = kept\nassert f(1) == 'own'")


def test_what_a_later_solution_cell_changes_in_place_is_read_anew(tests):
    students = "def size(): return len(table)\ndef change():\n    global table\n    table = {'b': 2}"
    started = tests(students, TEST, solution("size(), table.update(b=2)"), TEST)

    started.run("table = {'a': 1}\nassert size() == 1\nchange()", 0)
    started.run("assert table == {'b': 2}", 1)


def test_a_generator_that_a_test_binds_is_the_students_own_from_then_on(tests):
    """Later cells draw from it, when no test runs."""
    started = tests("import numpy as np\ndef draw(): return rng.integers(100)", TEST, solution("rng.integers(9)"))

    started.run("import numpy as np\nrng = np.random.default_rng(5)\nassert draw() == rng.integers(100)")


def test_objects_of_a_class_beside_the_notebook_are_that_on_both_sides(tests, tmp_path, monkeypatch):
    """Both processes have loaded the file: an object of the one passes `isinstance` of the other."""
    (tmp_path / "given_points.py").write_text(
        "class Point:\n    def __init__(self, x): self.x = x\n"
        "    def __add__(self, other):\n        assert isinstance(other, Point)\n"
        "        return Point(self.x + other.x)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "given_points", raising=False)
    students = "from given_points import Point\ndef move(p): return p + Point(1)\ndef new(): return Point(5)"
    started = tests(students, given("from given_points import Point"), solution("def move(p): return p"), TEST)

    started.run("p = move(Point(2))\nassert isinstance(p, Point) and p.x == 3")
    started.run("assert isinstance(new(), Point) and (Point(1) + new()).x == 6")
