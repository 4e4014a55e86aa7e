"""Student processes: what they answer, what they cannot do, and what happens when they end."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from waiting import wait_until

from autograder.handin.cell_plan import Cell
from autograder.handin.run_limits import Limits
from autograder.model.errors import GraderFault, SubmissionError
from autograder.model.report import Verdict
from autograder.session import cores, watch
from autograder.session.replies import student_error
from autograder.session.student import Student, TriedModel
from autograder.session.wire import Handle, Stub, Tensor, tensor

QUICK = Limits(cell_cpu_s=1.0, call_cpu_s=1.0, wall_factor=3.0)


@pytest.fixture
def student_of(zygote):
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


def test_an_item_that_was_stopped_once_gets_less_time(student_of, zygote, monkeypatch):
    """After a stop the calls of the same item have the shorter limit, those of other items the whole one."""
    monkeypatch.setattr(zygote, "machine_factor", 1.0)
    student = student_of("def endless():\n    while True: pass", limits=Limits(call_cpu_s=0.4, next_call_cpu_s=0.1))
    said = []
    for item in ("one", "one", "other"):
        student.start_for(item)
        with pytest.raises(SubmissionError) as caught:
            student.call("endless")
        said.append(str(caught.value))

    assert said == [f"it took longer than {limit} s" for limit in (0.4, 0.1, 0.4)]


def test_a_slower_machine_gives_more_time(student_of, zygote, monkeypatch):
    """Every limit in processor time is multiplied by how much slower the machine is, one that a check sets too."""
    monkeypatch.setattr(zygote, "machine_factor", 2.5)
    limits = Limits(cell_cpu_s=0.4, call_cpu_s=0.2, next_call_cpu_s=0.1)
    endless = "while True: pass"
    student, said = student_of(endless, f"def endless():\n    {endless}", limits=limits), []
    for cpu_s in (None, None, 0.12):
        with pytest.raises(SubmissionError) as caught:
            student.call_each("endless", [[]], cpu_s)
        said.append(str(caught.value))

    assert "longer than 1 s" in student.outcomes[0].text
    assert said == [f"it took longer than {limit} s" for limit in (0.5, 0.25, 0.3)]


def test_what_is_lent_to_an_item_is_in_no_process_that_serves_another(student_of):
    """Names put into the notebook for one item's checks are gone when the next item's begin."""
    student = student_of("def helper(): return 'own'\ndef answer(): return helper()")
    student.start_for("one")
    student.lend("one", "def helper(): return 'lent'")
    student.start_for("one")
    lent = student.call("answer")
    student.start_for("other")

    assert (lent, student.call("answer")) == ("lent", "own")


def test_what_is_made_once_is_made_again_in_a_new_process(student_of):
    """`once` keeps a result as long as the process lives that it belongs to."""
    student, made = student_of("def good(): return 1"), []

    def make() -> int:
        made.append(1)
        return len(made)

    first = student.once("it", make), student.once("it", make)
    student.close()

    assert (*first, student.once("it", make)) == (1, 1, 2)


def test_numbers_arrays_tensors_and_containers_come_back(student_of):
    """A result keeps its kind: arrays, tensors, tuples, scalars."""
    student = student_of(
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


def test_objects_stay_behind_handles(student_of):
    """A model never leaves the student process, and can be asked from outside."""
    student = student_of(
        "import tensorflow as tf\n"
        "def model(): return tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])\n"
        "def adam(): return tf.keras.optimizers.SGD(0.5)\n"
        "def words(): return ['no', 'model']"
    )
    model = student.build("model")
    student.invoke(model, "set_weights", [np.ones((2, 1), "float32"), np.zeros(1, "float32")])

    inputs = tensor(np.array([[2.0, 3.0]], "float32"))
    assert student.invoke_each(model, [("__call__", [inputs], {}), ("count_params", [], {})]) == [5, 3]
    assert student.try_model(model, inputs) == TriedModel(5, ((2, 1), (1,)))
    assert student.try_model(student.build("words"), inputs) is None
    slopes = student.differentiate_model(model, inputs, np.array([[2.0]], "float32"))
    np.testing.assert_allclose(slopes[0], [2 * (2 + 3)])  # the sum over the column of gradient * weight
    np.testing.assert_allclose(slopes[1], [2])
    stepped = student.step_model(model, inputs, np.array([[2.0]], "float32"), 0.1)
    np.testing.assert_allclose(stepped, [[5 - 0.1 * 2 * (4 + 9 + 1)]], rtol=1e-6)
    stepped = student.apply_gradients(student.build("adam"), [np.ones(2, "float32")], [[np.ones(2, "float32")]] * 2)
    np.testing.assert_allclose(stepped[-1][0], [0, 0])
    assert not student.same_object(model, student.build("model"))


def test_weights_that_are_not_trained_have_no_slope(student_of):
    """A frozen weight, and one behind tf.stop_gradient, are told by None."""
    student = student_of(
        "import tensorflow as tf\n"
        "L = tf.keras.layers\n"
        "def frozen(): return tf.keras.Sequential([tf.keras.Input((2,)), L.Dense(1, trainable=False), L.Dense(1)])\n"
        "def cut(): return tf.keras.Sequential("
        "[tf.keras.Input((2,)), L.Dense(1), L.Lambda(tf.stop_gradient), L.Dense(1)])"
    )
    inputs, cotangent = tensor(np.ones((1, 2), "float32")), np.ones((1, 1), "float32")

    for name in ("frozen", "cut"):
        slopes = student.differentiate_model(student.build(name), inputs, cotangent)
        assert [slope is None for slope in slopes] == [True, True, False, False]


def test_nobody_is_asked_a_second_time(student_of):
    """`once` remembers what was returned and what was raised, as long as the process lives."""
    student = student_of(
        "calls = []\ndef f():\n    calls.append(1)\n    if len(calls) == 1: raise ValueError('no')\n    return 5"
    )

    for _ in range(2):
        with pytest.raises(SubmissionError, match="ValueError: no"):
            student.once("f", lambda: student.call("f"))
    assert student.once("f again", lambda: student.call("f")) == 5


def test_a_stub_is_answered_by_the_grader(student_of):
    """Functions and objects that a check supplies run on the grader's side."""
    calls = []
    student = student_of("def f(g, ds): return g(2, x=3) + ds.sample()")

    assert student.call("f", Stub(call=lambda a, x: calls.append((a, x)) or 10), Stub(sample=lambda: 5)) == 15
    assert calls == [(2, 3)]


def test_a_call_that_raises_leaves_the_others_of_its_request_alone(student_of):
    """call_each returns a result for each call, and what was raised where there is none."""
    student = student_of("def f(a, b=1):\n    if a == 0: raise SystemExit('no')\n    return a / b")

    first, second, third = student.call_each("f", [[3], [0], [3, 2]])

    assert (first, third) == (3, 1.5)
    assert isinstance(second, SubmissionError)
    assert str(second) == "SystemExit: no (f, line 2 of its cell)"


def test_changes_of_arguments_are_seen(student_of):
    """call_keeping returns the arguments as the student's code left them."""
    student = student_of("def f(a):\n    a[0] = 7\n    return 1")

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
def test_what_goes_wrong_has_its_verdict_and_the_next_call_works(student_of, body, verdict):
    """A function that raises, dies or reaches out costs itself only."""
    student = student_of(f"def bad():\n    {body}", "def good(): return 1")

    assert verdict_of(student, "bad") is verdict
    assert student.call("good") == 1


@pytest.mark.parametrize("body", ["while True: pass", "import time; time.sleep(1000)"])
def test_an_endless_call_is_stopped_and_the_notebook_replayed(student_of, body):
    """A limit ends the process; the next request starts another with the cells run again."""
    student = student_of("x = 41", f"def bad():\n    {body}", "def good(): return x + 1", limits=QUICK)

    assert verdict_of(student, "bad") is Verdict.TIMEOUT
    assert student.call("good") == 42


def test_time_without_a_core_does_not_count(student_of, monkeypatch):
    """A machine that is busy with something else stops nobody, whatever the clock on the wall says."""
    sleeper = "import time\ndef slow(): time.sleep(0.5); return 1"
    limits = Limits(call_cpu_s=0.1, wall_factor=2.0)
    assert verdict_of(student_of(sleeper, limits=limits), "slow") is Verdict.TIMEOUT
    monkeypatch.setattr(watch, "waited_seconds", lambda task: time.monotonic())

    assert student_of(sleeper, limits=limits).call("slow") == 1


def test_what_is_not_known_was_no_wait():
    """Threads that are gone, and systems that do not say."""
    assert watch.waited_seconds("/proc/thread-self") >= 0
    assert watch.waited_seconds("/proc/none") == 0


def test_a_cell_that_hangs_or_kills_is_left_out_of_the_replay(student_of):
    """The cells behind a deadly one still run."""
    student = student_of("while True: pass", "import os; os._exit(1)", "def good(): return 1", limits=QUICK)

    assert student.call("good") == 1
    assert [outcome.verdict for outcome in student.outcomes] == [Verdict.TIMEOUT, Verdict.ERROR]


def test_memory_that_grows_is_stopped(student_of):
    """Resident memory over the limit is a memory verdict."""
    student = student_of(
        "def bad():\n    kept = []\n    while True: kept.append(bytearray(10**7))",
        limits=Limits(call_cpu_s=20, memory_mib=1200),
    )

    assert verdict_of(student, "bad") is Verdict.MEMORY


def test_a_syntax_error_costs_its_cell_only(student_of):
    """Other cells run, and the outcome names the line."""
    student = student_of("def broken(:", "def good(): return 1")

    assert student.call("good") == 1
    assert "SyntaxError" in student.outcomes[0].text
    assert "line 1" in student.outcomes[0].text


def test_nothing_of_the_checks_is_in_reach(student_of, course_dir):
    """No module of the engine or of pytest is importable or in memory, and no file of the course is readable."""
    student = student_of(
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
        n
        for n in ("autograder", "autograder.assignments.hw4.checks", "autograder.assignments.hw4.checks.reference")
        if student.call("importable", n)
    ] == []
    assert len(secret) > 50
    assert [path for path in secret if student.call("readable", str(path))] == []


def test_the_kit_is_there(student_of):
    """`import hw4kit` finds the instructor's copy."""
    assert student_of("import hw4kit\ndef f(): return hw4kit.__version__").call("f")


def test_nothing_is_left_behind(student_of, zygote):
    """After close, process and scratch folder are gone, and one run sees nothing of the one before."""
    student = student_of(
        "import os, builtins\nopen('note', 'w').write('x')\nbuiltins.note = 1\ndef where(): return os.getcwd()"
    )
    scratch, pid = Path(student.call("where")), student.pid
    student.close()
    following = student_of("import builtins, os\ndef seen(): return hasattr(builtins, 'note'), os.listdir('.')")

    assert not scratch.exists()
    assert not psutil.pid_exists(pid)
    assert following.call("seen") == (False, [])


def test_a_message_on_the_channel_is_never_taken_for_a_result(student_of):
    """Writing to every descriptor ends the process and earns nothing."""
    student = student_of(
        "import os, msgpack, struct\n"
        "def bad():\n"
        "    head = msgpack.packb({'t': 'dict', 'v': [['value', 42], ['ticket', 'x']]})\n"
        "    for fd in range(64):\n"
        "        try: os.write(fd, struct.pack('>II', len(head), 0) + head)\n"
        "        except OSError: pass\n"
        "    return 0"
    )

    assert verdict_of(student, "bad") is Verdict.ERROR


def test_the_system_ends_it_first_when_memory_runs_out(student_of):
    """Not the grader, not the zygote, not a neighbour that has done nothing."""
    student = student_of("")
    student.start()

    assert Path(f"/proc/{student.pid}/oom_score_adj").read_text().strip() == "1000"


def test_privileges_are_gone(student_of):
    """Whoever starts the grader, student code has no capability and no way to get one."""
    student = student_of("def status(): return open('/proc/self/status').read()")
    fields = dict(line.split(":\t", 1) for line in student.call("status").splitlines() if ":\t" in line)

    assert int(fields["CapEff"], 16) == 0
    assert int(fields["CapPrm"], 16) == 0
    assert fields["NoNewPrivs"].strip() == "1"
    assert fields["Seccomp"].strip() == "2"


def test_exceptions_that_fight_back_are_described(student_of):
    """A __str__ that raises does not hide the error."""
    student = student_of("class E(Exception):\n    def __str__(self): raise RuntimeError\ndef bad(): raise E")
    with pytest.raises(SubmissionError, match="E: "):
        student.call("bad")


def test_huge_and_deep_results_are_refused(student_of):
    """A result beyond every limit is the student's error."""
    student = student_of(
        "import numpy as np\ndef huge(): return np.zeros(10**8)\n"
        "def deep():\n    x = []\n    for _ in range(10**5): x = [x]\n    return x"
    )

    assert verdict_of(student, "huge") is Verdict.ERROR
    assert student.call("deep") is not None


def picture(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def with_picture(zygote):
    """Start a notebook with a picture beside it, whose cells spoil what decodes pictures."""
    with contextlib.ExitStack() as stack:

        def start(data: bytes, limits: Limits = Limits()) -> Student:
            spoil = "import PIL.Image, sys\nPIL.Image.open = None\nsys.modules['agent'].Agent.do_decode_image = None"
            cells = [Cell("spoil", spoil), Cell("f", "def f(): return 3")]
            return stack.enter_context(Student(zygote, cells, limits, pictures={"plot": data}))

        yield start


def test_a_picture_is_decoded_before_any_cell_runs(with_picture):
    """What a notebook does to the decoder changes nothing; a large picture arrives smaller."""
    small = with_picture(picture(30, 20))

    assert small.call("f") == 3
    assert small.picture("plot").shape == (20, 30, 3)
    assert small.picture("plot")[0, 0].tolist() == [255, 0, 0]
    assert with_picture(picture(6000, 4000)).picture("plot").shape == (1334, 2000, 3)


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (b"no picture", Verdict.ERROR),
        (picture(6_300, 6_300), Verdict.MEMORY),
        (picture(6_400, 6_400), Verdict.ERROR),  # more than 40 million pixels, refused unseen
    ],
    ids=["text", "bomb", "too large"],
)
def test_a_picture_that_cannot_be_decoded_costs_nothing_else(with_picture, data, verdict):
    """The cells run all the same, in another process if need be, which does not look at it again."""
    student = with_picture(data, Limits(memory_mib=330))  # the process has 250, the bomb 120

    assert student.call("f") == 3
    with pytest.raises(SubmissionError) as caught:
        student.picture("plot")
    assert caught.value.verdict is verdict


def test_of_several_pictures_each_is_decoded(zygote):
    """One that takes the process with it costs the others nothing, whichever comes first."""
    pictures = {"a": picture(30, 20), "bomb": picture(6_300, 6_300), "c": picture(20, 30)}
    with Student(zygote, [Cell("f", "def f(): return 3")], Limits(memory_mib=330), pictures=pictures) as student:
        assert student.picture("a").shape == (20, 30, 3)
        assert student.picture("c").shape == (30, 20, 3)
        with pytest.raises(SubmissionError) as caught:
            student.picture("bomb")
        assert caught.value.verdict is Verdict.MEMORY
        assert student.call("f") == 3


def test_without_a_picture_there_is_nothing_to_decode(student_of):
    """As for a notebook that no picture belongs to."""
    with pytest.raises(SubmissionError, match="no picture"):
        student_of("def f(): return 3").picture("plot")


def test_gradients_of_rows_arrive_as_arrays(student_of):
    """tf.gather has a sparse gradient, which is an array like any other to a check."""
    student = student_of("import tensorflow as tf\ndef f(x): return tf.gather(x, [1, 1])")
    (gradient,) = student.gradient("f", tensor(np.zeros((3, 2), "float32")))

    np.testing.assert_array_equal(gradient, [[0, 0], [2, 2], [0, 0]])


def test_what_notebooks_do_in_jupyter_does_no_harm_here(student_of):
    """Magics for pictures and shell commands have no effect, and the rest of their cell runs."""
    student = student_of(
        "%matplotlib inline\n!pip install something\nlines = !ls\n%pip install more\n%time 1\n"
        "import matplotlib.pyplot as plt, tempfile\nplt.plot([1, 2]); plt.show(); plt.savefig('plot.png')\n"
        "tempfile.NamedTemporaryFile().write(b'x')\ndef good(): return lines"
    )

    assert student.call("good") == []
    assert student.outcomes == ()


# --- what an idle, a slow and an obstinate process may do ---


def test_nothing_happens_between_two_requests(student_of):
    """A thread that the code leaves behind stands still until the next request."""
    student = student_of(
        "import threading, time\ncount = [0]\n"
        "def run():\n    while True: count[0] += 1; time.sleep(0.001)\n"
        "def begin():\n    threading.Thread(target=run, daemon=True).start()\n"
        "    while count[0] <= 10: time.sleep(0.001)\n"
        "def counted(): return count[0]"
    )
    student.call("begin")
    process = psutil.Process(student.pid)
    wait_until(lambda: process.status() == psutil.STATUS_STOPPED)
    before = process.cpu_times()
    time.sleep(0.2)

    assert process.status() == psutil.STATUS_STOPPED
    assert process.cpu_times() == before
    assert student.call("counted") > 10


def test_a_request_that_nobody_reads_ends(student_of):
    """A process that holds Python's lock cannot keep the grader waiting, however large the request is."""
    student = student_of(
        "import re, signal\n"
        "def hold(*_): re.match('(a+)+$', 'a' * 60 + 'b')\n"
        "def begin(): signal.signal(signal.SIGCONT, hold)\n"  # it takes the lock as soon as it may go on
        "def end(x): pass",
        limits=QUICK,
    )
    student.call("begin")

    assert verdict_of(student, "end", np.zeros(10**6)) is Verdict.TIMEOUT
    assert student.call("begin") is None


def test_calls_to_the_grader_have_a_limit(student_of):
    """Code that asks the grader for more without end is stopped by count as well as by time."""
    student = student_of("def bad(g):\n    while True: g()", limits=Limits(stub_calls=50))
    calls = []

    assert verdict_of(student, "bad", Stub(call=lambda: calls.append(1))) is Verdict.TIMEOUT
    assert len(calls) == 50


def test_bytes_for_the_grader_have_a_limit(student_of):
    """Arrays that may travel are not sent without end: they are counted over all messages of a request."""
    student = student_of(
        "import numpy as np\ndef bad(g):\n    while True: g(np.zeros(2**17))\n"
        "def good(g): return [g(np.zeros(2**17)) for _ in range(3)]",
        limits=Limits(sent_mib=4),
    )
    calls = []

    assert verdict_of(student, "bad", Stub(call=lambda a: calls.append(a.nbytes))) is Verdict.MEMORY
    assert sum(calls) <= 4 * 2**20
    assert [student.call("good", Stub(call=len)) for _ in range(3)] == [[2**17] * 3] * 3


def test_a_stub_that_fails_in_our_hands_ends_the_conversation(student_of):
    """After a fault of ours the next reply could belong to the wrong request, so the process goes."""
    student = student_of("def f(g): return g()\ndef good(): return 1")

    with pytest.raises(TypeError):
        student.call("f", Stub(call=lambda: object()))
    assert student.call("good") == 1


@pytest.mark.parametrize(
    "cell", ["import time; time.sleep(0.4)", "for _ in range(10**8): pass", "import os; os._exit(0)"]
)
def test_the_whole_notebook_has_a_limit(student_of, cell):
    """Many cells that each stay below the limit of a cell, or die at once, end with the time of the notebook."""
    student = student_of(*[cell] * 500, "def good(): return 1", limits=Limits(notebook_cpu_s=0.3, wall_factor=3.0))
    for _ in range(3):
        with pytest.raises(SubmissionError, match="time for the whole notebook"):
            student.call("good")


# --- a process that somebody else kills ---


def kill_when_busy(student: Student, number: int) -> threading.Thread:
    """Send a signal to the student process as soon as it works."""

    def wait_and_kill() -> None:
        wait_until(lambda: psutil.Process(student.pid).status() != psutil.STATUS_STOPPED)
        time.sleep(0.05)
        os.kill(student.pid, number)

    thread = threading.Thread(target=wait_and_kill)
    thread.start()
    return thread


SLOW = "import time\ndef slow(): time.sleep(15); return 1\ndef good(): return 1"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_kill_from_outside_is_no_error_of_the_students(student_of, number):
    """It is a fault, not a zero, and the notebook says where it happened, so that it can be graded again."""
    student = student_of(SLOW)
    student.start()
    killer = kill_when_busy(student, number)
    with pytest.raises(GraderFault, match=f"from outside by {number.name}"):
        student.call("slow")
    killer.join()

    assert student.killed_at == "call slow"
    with pytest.raises(GraderFault, match="graded again"):
        student.call("good")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says that a process is being ended")
def test_a_kill_from_outside_is_known_however_long_the_end_takes(student_of, monkeypatch):
    """On a machine that swaps the kernel may need a while; the student's code has not closed the channel."""
    monkeypatch.setattr("autograder.session.process.DYING_S", 0.0)
    student = student_of(SLOW)
    student.start()
    killer = kill_when_busy(student, signal.SIGKILL)
    with pytest.raises(GraderFault, match="from outside by SIGKILL"):
        student.call("slow")
    killer.join()


def test_killed_again_at_the_same_place_is_an_error_of_the_students(student_of, zygote):
    """What has the system kill it twice at one place, memory most likely, is in the code."""
    with Student(zygote, [Cell("slow", SLOW)], killed_before={"call slow"}) as student:
        student.start()
        killer = kill_when_busy(student, signal.SIGKILL)

        assert verdict_of(student, "slow") is Verdict.MEMORY
        killer.join()
        assert student.killed_at is None
        assert student.call("good") == 1


def test_killed_while_idle_is_seen_at_the_next_request(student_of):
    """Nobody is asked to notice before."""
    student = student_of(SLOW)
    student.start()
    os.kill(student.pid, signal.SIGKILL)

    with pytest.raises(GraderFault, match="SIGKILL"):
        student.call("good")


# --- what comes back ---


@pytest.mark.parametrize(
    "description",
    [
        None, 7, "text", [], {"kinds": 7}, {"kinds": [np.zeros(3), None, {}]}, {"text": np.zeros(3), "type": 7},
        {"line": 2**64, "function": ["f"]}, {"line": True}, {"kinds": ["GraderFault"], "type": "", "text": None},
    ],
    ids=repr,
)  # fmt: skip
def test_any_description_of_an_error_is_an_error(description):
    """Every field is the student's to choose."""
    error = student_error(description)

    assert error.verdict is Verdict.ERROR
    assert str(error).startswith(("an exception: ", "text"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Exception encountered when calling Sequential.call().\n\n\x1b[1mInput 0 of layer 'd' is too long\x1b[0m"
            "\n\nArguments received by Sequential.call():\n  • inputs=tf.Tensor(shape=(2, 26), dtype=float32)\n",
            "ValueError: Input 0 of layer 'd' is too long",
        ),
        (
            "Exception encountered when calling Dense.call().\n\n{{function_node __wrapped__MatMul_device_/job:x}} "
            "Matrix size-incompatible: In[0]: [2,26], In[1]: [96,4] [Op:MatMul] name: \n\n"
            "Arguments received by Dense.call():",
            "ValueError: Matrix size-incompatible: In[0]: [2,26], In[1]: [96,4]",
        ),
        (
            "Exception encountered when calling Net.call().\n\n\x1b[1m{{function_node __wrapped__AddV2_device_/job:x}} "
            "Incompatible shapes: [2,3] vs. [4,7] [Op:AddV2] name: \x1b[0m\n\nArguments received by Net.call():\n",
            "ValueError: Incompatible shapes: [2,3] vs. [4,7]",
        ),
        (
            "Exception encountered when calling Net.call().\n\n" + "The names are " + "many, " * 100 + "so rename one"
            "\n\nArguments received by Net.call():\n" + "  • x=tf.Tensor(shape=(2, 4), dtype=float32)\n" * 20,
            "ValueError: The names are " + "many, " * 38 + "man ... " + "any, " + "many, " * 22 + "so rename one",
        ),
        (
            "A KerasTensor cannot be used as input to a TensorFlow function. A KerasTensor is a symbolic placeholder",
            "ValueError: a TensorFlow function was called on the output of a Keras layer, which has no values while "
            "the model is built. For a function f write `tf.keras.layers.Activation(f)(h)` instead of `f(h)`",
        ),
        (
            "Invalid input shape for input [[0.2 8.9e-01 ...\n 2.1]\n [1. -3]] with name 'images'. Expected (None, 28)",
            "ValueError: Invalid input shape for input [...] with name 'images'. Expected (None, 28)",
        ),
        (
            "Exception encountered when calling Net.call().\n\n\x1b[1m\x1b[0m\n\nArguments received by Net.call():",
            "ValueError: ",
        ),
        ("operands differ in shape\n(3,) (4,)", "ValueError: operands differ in shape (3,) (4,)"),
    ],
)
def test_what_keras_puts_around_an_error_is_left_out(text, shown):
    """The sentence that says what is wrong, without the calls and their arguments."""
    assert str(student_error({"type": "ValueError", "text": text})) == shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("assert x.shape == (3,)", "AssertionError (f, line 2 of its cell): `assert x.shape == (3,)`"),
        ("raise ValueError", "ValueError (f, line 2 of its cell): `raise ValueError`"),
        ("assert 0, 'no'", "AssertionError: no (f, line 2 of its cell)"),
        ("raise KeyError('\x1b[2J\u202e')", "KeyError: '\\x1b[2J\\u202e' (f, line 2 of its cell)"),
        (
            "assert not '" + "long" * 99 + "'",
            "AssertionError (f, line 2 of its cell): `assert not '" + "long" * 26 + "lon…`",
        ),
    ],
)
def test_an_error_without_a_text_shows_its_line(student_of, body, shown):
    """A bare assert says nothing but where it stands; the line is on one line and short."""
    with pytest.raises(SubmissionError) as raised:
        student_of(f"def f(x):\n    {body}").call("f", np.zeros(2))

    assert str(raised.value) == shown


def test_only_a_function_that_raises_itself_is_not_written_yet(student_of):
    """Keras raises NotImplementedError for a model without `call`, and so may what the function calls."""
    student = student_of(
        "import tensorflow as tf\n"
        "class Model(tf.keras.Model): pass\n"
        "def stub(x=0): raise NotImplementedError\n"
        "def other(x=0): return stub(x)\n"
        "def model(x=0): return Model()(tf.zeros((2, 3)))"
    )
    raised = {}
    for name in ("stub", "other", "model"):
        with pytest.raises(SubmissionError) as error:
            student.call(name)
        raised[name] = error.value
        (again,) = student.call_each(name, [[]])
        assert (str(again), again.verdict) == (str(error.value), error.value.verdict)

    assert {name: error.verdict for name, error in raised.items()} == {
        "stub": Verdict.NOT_ATTEMPTED, "other": Verdict.ERROR, "model": Verdict.ERROR
    }  # fmt: skip
    assert (
        str(raised["other"])
        == "NotImplementedError (stub, line 3 of its cell): `def stub(x=0): raise NotImplementedError`"
    )
    assert "does not have a `call()` method" in str(raised["model"])


def test_a_type_without_a_name_has_one_here(student_of):
    """A message may be built from the name."""
    handle = student_of("def f(): return type('', (), {})()\ndef g(): return type('a\\nb' * 99, (), {})()").call("f")

    assert isinstance(handle, Handle)
    assert handle.type_name == "nameless object"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a thread on a core")
def test_a_student_process_shares_the_core_of_its_grader(student_of):
    """While a submission is graded both run on one core; afterwards the grader may go where there is room."""
    before, student = cores.allowed(), student_of("x = 1")

    with cores.one():
        student.start()
        during = cores.allowed()
        of_student = sorted(os.sched_getaffinity(student.pid))

    assert len(during) == 1
    assert of_student == during
    assert cores.allowed() == before
