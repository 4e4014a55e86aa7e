"""Student processes: what they answer, what they cannot do, and what happens when they end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import psutil
import pytest

from autograder.errors import SubmissionError
from autograder.report import Verdict
from autograder.session.student import Cell, Student
from autograder.session.watch import Limits
from autograder.session.wire import Stub, Tensor, tensor

QUICK = Limits(cell_cpu_s=1.0, call_cpu_s=1.0, wall_factor=3.0)


@pytest.fixture
def live(zygote):
    """Start a notebook of the given cells; all are ended after the test."""
    started = []

    def start(*sources: str, limits: Limits = Limits()) -> Student:
        student = Student(zygote, [Cell(f"number {n}", text) for n, text in enumerate(sources, start=1)], limits)
        started.append(student)
        return student

    yield start
    for student in started:
        student.close()


def verdict_of(student: Student, function: str, *args: object) -> Verdict:
    with pytest.raises(SubmissionError) as caught:
        student.call(function, *args)
    return caught.value.verdict


def test_numbers_arrays_tensors_and_containers_come_back(live):
    """A result keeps its kind: arrays, tensors, tuples, scalars."""
    student = live(
        "import numpy as np, tensorflow as tf\n"
        "def f(x): return x + 1.5, tf.constant([1.0, 2.0]), np.float32(3), {'a': [1, None]}, np.matrix([[1.0]])"
    )
    array, tf_array, number, mapping, matrix = student.call("f", np.zeros((2, 1)))

    np.testing.assert_array_equal(array, np.full((2, 1), 1.5))
    assert isinstance(tf_array, Tensor)
    assert tf_array.dtype == np.float32
    assert number == 3
    assert mapping == {"a": [1, None]}
    assert matrix.shape == (1, 1)


def test_objects_stay_behind_handles(live):
    """A model never leaves the student process, and can be asked from outside."""
    student = live(
        "import tensorflow as tf\n"
        "def model(): return tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])\n"
        "def adam(): return tf.keras.optimizers.SGD(0.5)"
    )
    model = student.build("model")
    student.invoke(model, "set_weights", [np.ones((2, 1), "float32"), np.zeros(1, "float32")])

    assert student.invoke(model, "__call__", tensor(np.array([[2.0, 3.0]], "float32"))) == 5
    gradients = student.weight_gradients(model, tensor(np.array([[2.0, 3.0]], "float32")))
    np.testing.assert_allclose(gradients[0], [[2], [3]])
    stepped = student.apply_gradients(student.build("adam"), [np.ones(2, "float32")], [[np.ones(2, "float32")]] * 2)
    np.testing.assert_allclose(stepped[-1][0], [0, 0])
    assert not student.same_object(model, student.build("model"))


def test_a_stub_is_answered_by_the_grader(live):
    """Functions and objects that a check supplies run on the grader's side."""
    calls = []
    student = live("def f(g, ds): return g(2, x=3) + ds.sample()")

    assert student.call("f", Stub(call=lambda a, x: calls.append((a, x)) or 10), Stub(sample=lambda: 5)) == 15
    assert calls == [(2, 3)]


def test_changes_of_arguments_are_seen(live):
    """call_keeping returns the arguments as the student's code left them."""
    student = live("def f(a):\n    a[0] = 7\n    return 1")

    assert student.call_keeping("f", np.zeros(2))[1][0].tolist() == [7, 0]


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("raise ValueError('no')", Verdict.ERROR),
        ("raise NotImplementedError", Verdict.NOT_ATTEMPTED),
        ("raise SystemExit", Verdict.ERROR),
        ("raise KeyboardInterrupt", Verdict.ERROR),
        ("import os; os._exit(0)", Verdict.ERROR),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", Verdict.ERROR),
        ("import ctypes; ctypes.string_at(0)", Verdict.ERROR),
        ("import socket; socket.socket()", Verdict.FORBIDDEN),
        ("import subprocess; subprocess.run(['true'])", Verdict.FORBIDDEN),
        ("import os; os.fork()", Verdict.FORBIDDEN),
        ("import os; os.kill(os.getppid(), 9)", Verdict.FORBIDDEN),
        ("open('/etc/passwd').read()", Verdict.FORBIDDEN),
        ("open('/proc/self/environ').read()", Verdict.FORBIDDEN),
        ("import os; os.chmod('.', 0o777)", Verdict.FORBIDDEN),
        ("import os; os.listdir('/')", Verdict.FORBIDDEN),
        ("import os; os.mkdir('/tmp/left-behind')", Verdict.FORBIDDEN),
        ("def g(): return g()\n    return g()", Verdict.ERROR),
        ("bytearray(2**40)", Verdict.MEMORY),
    ],
)
def test_what_goes_wrong_has_its_verdict_and_the_next_call_works(live, body, verdict):
    """A function that raises, dies or reaches out costs itself only."""
    student = live(f"def bad():\n    {body}", "def good(): return 1")

    assert verdict_of(student, "bad") is verdict
    assert student.call("good") == 1


@pytest.mark.parametrize("body", ["while True: pass", "import time; time.sleep(1000)"])
def test_an_endless_call_is_stopped_and_the_notebook_replayed(live, body):
    """A limit ends the process; the next request starts another with the cells run again."""
    student = live("x = 41", f"def bad():\n    {body}", "def good(): return x + 1", limits=QUICK)

    assert verdict_of(student, "bad") is Verdict.TIMEOUT
    assert student.call("good") == 42


def test_a_cell_that_hangs_or_kills_is_left_out_of_the_replay(live):
    """The cells behind a deadly one still run."""
    student = live("while True: pass", "import os; os._exit(1)", "def good(): return 1", limits=QUICK)

    assert student.call("good") == 1
    assert [outcome.verdict for outcome in student.outcomes] == [Verdict.TIMEOUT, Verdict.ERROR]


def test_memory_that_grows_is_stopped(live):
    """Resident memory over the limit is a memory verdict."""
    student = live(
        "def bad():\n    kept = []\n    while True: kept.append(bytearray(10**7))",
        limits=Limits(call_cpu_s=20, memory_mib=1200),
    )

    assert verdict_of(student, "bad") is Verdict.MEMORY


def test_a_syntax_error_costs_its_cell_only(live):
    """Other cells run, and the outcome names the line."""
    student = live("def broken(:", "def good(): return 1")

    assert student.call("good") == 1
    assert "SyntaxError" in student.outcomes[0].text
    assert "line 1" in student.outcomes[0].text


def test_nothing_of_the_checks_is_in_reach(live, course_dir):
    """No module of the engine or of pytest is importable or in memory, and no file of the course is readable."""
    student = live(
        "import sys, importlib\n"
        "OURS = 'autograder', 'pytest', '_pytest', 'nbgrader'\n"
        "def loaded(): return [n for n in sys.modules if n.split('.')[0] in OURS]\n"
        "def importable(name):\n"
        "    try: importlib.import_module(name)\n"
        "    except ImportError: return False\n"
        "    return True\n"
        "def readable(path):\n"
        "    try: open(path, 'rb').read(1)\n"
        "    except OSError: return False\n"
        "    return True\n"
        "def strings():\n"
        "    import gc\n"
        "    dicts = [o for o in gc.get_objects() if isinstance(o, dict)]\n"
        "    return [s for o in dicts for s in o.values() if isinstance(s, str) and MARK in s]\n"
        "MARK = 'hidden ' + 'checks'"
    )
    files = [
        path for folder in ("autograder", "source", "answers", "tests") for path in (course_dir / folder).rglob("*")
    ]
    secret = [
        path for path in files if path.is_file() and "session" not in path.parts and "__pycache__" not in path.parts
    ]

    assert student.call("loaded") == []
    assert student.call("strings") == []
    assert [
        n for n in ("autograder", "autograder.checks", "autograder.checks.reference") if student.call("importable", n)
    ] == []
    assert len(secret) > 50
    assert [path for path in secret if student.call("readable", str(path))] == []


def test_the_kit_is_there(live):
    """`import hw4kit` finds the instructor's copy."""
    assert live("import hw4kit\ndef f(): return hw4kit.__version__").call("f")


def test_nothing_is_left_behind(live, zygote):
    """After close, process and scratch folder are gone, and one run sees nothing of the one before."""
    student = live(
        "import os, builtins\nopen('note', 'w').write('x')\nbuiltins.note = 1\ndef where(): return os.getcwd()"
    )
    scratch, pid = Path(student.call("where")), student.pid
    student.close()
    following = live("import builtins, os\ndef seen(): return hasattr(builtins, 'note'), os.listdir('.')")

    assert not scratch.exists()
    assert not psutil.pid_exists(pid)
    assert following.call("seen") == (False, [])


def test_a_message_on_the_channel_is_never_taken_for_a_result(live):
    """Writing to every descriptor ends the process and earns nothing."""
    student = live(
        "import os, msgpack, struct\n"
        "def bad():\n"
        "    head = msgpack.packb({'t': 'dict', 'v': [['value', 42], ['ticket', 'x']]})\n"
        "    for fd in range(64):\n"
        "        try: os.write(fd, struct.pack('>II', len(head), 0) + head)\n"
        "        except OSError: pass\n"
        "    return 0"
    )

    assert verdict_of(student, "bad") is Verdict.ERROR


def test_privileges_are_gone(live):
    """Whoever starts the grader, student code has no capability and no way to get one."""
    student = live("def status(): return open('/proc/self/status').read()")
    fields = dict(line.split(":\t", 1) for line in student.call("status").splitlines() if ":\t" in line)

    assert int(fields["CapEff"], 16) == 0
    assert int(fields["CapPrm"], 16) == 0
    assert fields["NoNewPrivs"].strip() == "1"
    assert fields["Seccomp"].strip() == "2"


def test_exceptions_that_fight_back_are_described(live):
    """A __str__ that raises does not hide the error."""
    student = live("class E(Exception):\n    def __str__(self): raise RuntimeError\ndef bad(): raise E")
    with pytest.raises(SubmissionError, match="E: "):
        student.call("bad")


def test_huge_and_deep_results_are_refused(live):
    """A result beyond every limit is the student's error."""
    student = live(
        "import numpy as np\ndef huge(): return np.zeros(10**8)\n"
        "def deep():\n    x = []\n    for _ in range(10**5): x = [x]\n    return x"
    )

    assert verdict_of(student, "huge") is Verdict.ERROR
    assert student.call("deep") is not None
