"""Our own faults: each names what happened, no score is invented, the run goes on, and a rerun mends it."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import corpus_cases
import hostile_cases
import nbformat
import psutil
import pytest
from waiting import wait_until

from autograder import running
from autograder.grading import check_run, grader
from autograder.grading.grader import grade
from autograder.handin.cell_plan import Cell
from autograder.model.assignment import Assignment
from autograder.model.errors import ConfigError, GraderFault
from autograder.model.report import Report, Verdict
from autograder.model.submission import Submission
from autograder.running import Settings, Store
from autograder.session.launcher import Zygote
from autograder.session.student import Student
from autograder.session.zygote_factory import ZygoteFactory

SLOW = """
import os
import time
def {function}(*args):
    open(f"busy-{{os.getpid()}}", "w").close()
    while not os.path.exists("go on"):
        time.sleep(0.002)
"""


def handed_in(assignment: Assignment, student: str = "ada", **solutions: str) -> Submission:
    """Return the model answer with some solutions replaced."""
    notebooks = {}
    for name in assignment.notebooks:
        notebook = nbformat.from_dict(assignment.source_notebook(name))
        for cell in notebook.cells:
            item = cell.metadata.get("nbgrader", {}).get("grade_id", "").removesuffix("_solution")
            if cell.cell_type == "code" and cell.metadata.nbgrader.get("solution") and item in solutions:
                cell.source = solutions[item]
        notebooks[name] = nbformat.writes(notebook).encode()
    return Submission(student, notebooks)


def slow(*functions: str) -> dict[str, str]:
    return {function: SLOW.format(function=function) for function in functions}


def assignment_total(assignment: Assignment) -> float:
    """Return the points of a model answer without a plot."""
    return sum(item.points for item in assignment.auto_items) - 1


def scores(report: Report) -> dict[str, tuple[float | None, str]]:
    return {item.id: (item.score, item.verdict.value) for item in report.items}


def graded(
    submissions: Sequence[Submission], assignment: Assignment, store: Store, jobs: int = 1,
    after_each: Callable[[], None] = lambda: None,
) -> list[Report]:  # fmt: skip
    """Grade a class and return the reports in the order of the submissions."""
    reports = {}
    for outcome in running.grade_each(submissions, assignment, store, Settings(jobs=jobs)):
        reports[outcome.submission.student] = outcome.report
        after_each()
    return [reports[submission.student] for submission in submissions]


@contextlib.contextmanager
def killing(zygote: Zygote, times: int) -> Iterator[list[int]]:
    """Kill so many student processes when they come to a slow function, and let the others go on."""
    killed: list[int] = []
    over = threading.Event()

    def look() -> None:
        for path in zygote.folder.glob("scratch-*/busy-*"):
            pid = int(path.name.removeprefix("busy-"))
            if pid in killed or pid not in hostile_cases.children(zygote.pid):
                continue
            if len(killed) < times:
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            else:
                (path.parent / "go on").touch()

    def watch() -> None:
        while not over.wait(0.002):
            with contextlib.suppress(OSError):  # processes and their folders come and go
                look()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


# --- killed processes ---


def test_a_student_process_killed_once_costs_nothing(assignment, zygote):
    """The submission is graded again from the start, with the result that it has undisturbed."""
    submission = handed_in(assignment, **slow("softmaxCostAndGradient"))
    only = {"softmaxCostAndGradient", "skipgram", "leaky_relu"}
    with killing(zygote, times=0):
        undisturbed = grade(submission, assignment, "seed", zygote, only=only)
    with killing(zygote, times=1) as killed:
        report = grade(submission, assignment, "seed", zygote, only=only)

    assert len(killed) == 1
    assert report.items == undisturbed.items
    assert not report.has_fault


def test_a_student_process_killed_at_one_place_again_and_again_is_the_students(assignment, zygote):
    """What always ends there costs its item, and no other."""
    submission = handed_in(assignment, **slow("softmaxCostAndGradient"))
    with killing(zygote, times=99) as killed:
        report = grade(submission, assignment, "seed", zygote, only={"softmaxCostAndGradient", "skipgram"})

    assert len(killed) >= 2
    assert scores(report) == {"softmaxCostAndGradient": (0.0, "memory"), "skipgram": (6.0, "passed")}


def test_a_student_process_killed_everywhere_is_a_fault(assignment, zygote):
    """Killed at two different places it is nobody's error: there is no score, and the report says why."""
    submission = handed_in(assignment, **slow("softmaxCostAndGradient", "skipgram"))
    only = {"softmaxCostAndGradient", "skipgram", "leaky_relu"}
    with killing(zygote, times=99):
        report = grade(submission, assignment, "seed", zygote, only=only)

    assert report.item("leaky_relu").score == 3.0
    assert report.has_fault
    assert "ended from outside by SIGKILL" in " ".join(item.reason for item in report.items)


def test_a_killed_zygote_is_replaced(assignment, tmp_path, monkeypatch, own_zygotes):
    """The submission that it took along is graded again by another one."""
    submission, victims = handed_in(assignment), []

    def grade_and_kill(submission, assignment, seed, zygote, **options):
        if not victims:
            victims.append(zygote.pid)
            threading.Timer(0.1, os.kill, (zygote.pid, signal.SIGKILL)).start()
        return real(submission, assignment, seed, zygote, **options)

    real = grader.grade
    monkeypatch.setattr(grader, "grade", grade_and_kill)
    (report,) = graded([submission], assignment, Store(tmp_path, "hw4"))

    assert victims
    assert report.total == assignment_total(assignment)


def test_zygotes_that_die_again_and_again_are_a_fault_that_a_rerun_mends(
    assignment, tmp_path, monkeypatch, own_zygotes
):
    """The report names what happened and has no score; it is not kept for reuse, and the next submission is graded."""

    def grade_and_kill(submission, assignment, seed, zygote, **options):
        if submission.student == "ada":
            os.kill(zygote.pid, signal.SIGKILL)
        return real(submission, assignment, seed, zygote, **options)

    real = grader.grade
    class_of_two = [handed_in(assignment, "ada"), handed_in(assignment, "bob")]
    monkeypatch.setattr(grader, "grade", grade_and_kill)
    first = graded(class_of_two, assignment, Store(tmp_path, "hw4"))
    monkeypatch.setattr(grader, "grade", real)
    again = graded(class_of_two, assignment, Store(tmp_path, "hw4"))

    assert {item.score for item in first[0].items} == {None}
    assert all("zygote is gone" in item.reason for item in first[0].items)
    assert not first[1].has_fault
    assert scores(again[0]) == scores(again[1]) == scores(first[1])


def test_a_killed_factory_is_done_without(course_dir, tmp_path, monkeypatch):
    """Her zygotes go on, and further ones load the libraries themselves."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kit = course_dir / "source" / "hw4" / "hw4kit"
    with ZygoteFactory() as factory, Zygote(kit, factory=factory.requests) as forked:
        psutil.Process(forked.pid).parent().kill()
        with Zygote(kit, factory=factory.requests) as started:
            for zygote in (forked, started):
                with Student(zygote, [Cell("one", "def double(x): return 2 * x")]) as student:
                    assert student.call("double", 21) == 42
            assert forked.alive
        os.kill(forked.pid, signal.SIGKILL)
        wait_until(lambda: not forked.alive)

    assert list(tmp_path.iterdir()) == []


GRADER = """
import sys
sys.path.insert(0, {course!r})
from autograder.session.launcher import Zygote
from autograder.handin.cell_plan import Cell
from autograder.session.notebook_process import NotebookProcess
zygote = Zygote(None)
cell = "import os; open('file', 'w').close()\\nfor number in range(9): os.makedirs(f'{{number}}/' * 9)"
student = NotebookProcess(zygote, [Cell("one", cell)])
student.start()
print("started", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("moment", ["while it starts", "when it has started"])
def test_nothing_is_left_of_a_killed_grader(course_dir, tmp_path, moment):
    """The zygote sees that the grader is gone, ends its student processes, removes every file and ends."""
    command = [sys.executable, "-c", GRADER.format(course=str(course_dir))]
    grader = subprocess.Popen(
        command, env={**os.environ, "TMPDIR": str(tmp_path)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    if moment == "when it has started":
        assert grader.stdout.readline() == "started\n"
    wait_until(lambda: any(path.name.startswith("autograder-zygote") for path in tmp_path.iterdir()))
    family = psutil.Process(grader.pid).children(recursive=True)
    grader.kill()
    grader.communicate()

    wait_until(lambda: list(tmp_path.iterdir()) == [])  # a zygote that is loading TensorFlow sees it afterwards
    assert psutil.wait_procs(family, timeout=300)[1] == []


def test_a_killed_worker_is_replaced(assignment, zygote, tmp_path, own_zygotes):
    """What it was grading is graded by another one; the class has the grades of an undisturbed run."""
    right = corpus_cases.cases("right")
    some = [replace(corpus_cases.submission(case, assignment), student=f"s{n}") for n, case in enumerate(right[::20])]
    victims: list[int] = []

    def command(process: psutil.Process) -> str:
        with contextlib.suppress(psutil.Error):  # it has ended
            return " ".join(process.cmdline())
        return ""

    def kill_one() -> None:
        family = psutil.Process().children(recursive=True)
        servers = [child for child in family if "forkserver" in command(child)]
        workers = [child for child in servers if child.parent() in servers]
        if not victims and workers:
            victims.append(workers[0].pid)
            workers[0].kill()

    store = Store(tmp_path, "hw4")
    reports = graded(some, assignment, store, jobs=2, after_each=kill_one)

    assert victims
    assert [report.student for report in reports] == [submission.student for submission in some]
    undisturbed = [grade(submission, assignment, store.seed(), zygote) for submission in some]
    mended = graded(some, assignment, store) if any(report.has_fault for report in reports) else reports
    assert [scores(report) for report in mended] == [scores(report) for report in undisturbed]


# --- disks (a locked gradebook: test_cohort) ---


def test_a_report_that_cannot_be_written_is_one_sentence(tmp_path):
    """It names the file and the reason; no half of a report is left, and what was stored before is still there."""
    store = Store(tmp_path, "hw4")
    store.keep(Report("ada", ()))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))  # what a full disk does, at a place of our choice
    try:
        with pytest.raises(ConfigError, match=r"json cannot be written \(File too large\)\. Fix this"):
            store.keep(Report("bob", ()))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)

    assert [report.student for report in store.all()] == ["ada"]
    assert [path for path in tmp_path.rglob("*") if "bob" in path.name] == []
    store.keep(Report("bob", ()))
    assert [report.student for report in store.all()] == ["ada", "bob"]


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    """The same for a results folder that is none, or read only."""
    (tmp_path / "results").write_text("not a folder")

    with pytest.raises(ConfigError, match=r"results/hw4/ada\.json cannot be written"):
        Store(tmp_path, "hw4").keep(Report("ada", ()))


def test_a_disk_full_of_other_things_is_a_fault(assignment, zygote, monkeypatch):
    """A student process that gets no folder is our fault, and says so."""

    def no_space(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", no_space)
    report = grade(handed_in(assignment), assignment, "seed", zygote, only={"leaky_relu"})

    assert report.item("leaky_relu").score is None
    assert "No space left on device" in report.item("leaky_relu").reason


# --- checks with a bug ---


@pytest.fixture
def checks_in(tmp_path, monkeypatch) -> Callable[[str], None]:
    """Replace the hidden checks by these."""

    def use(text: str) -> None:
        folder = tmp_path / "checks"
        folder.mkdir()
        (folder / "check_it.py").write_text(f"from autograder.checking import item\n{text}")
        monkeypatch.setattr(Assignment, "hidden_dir", tmp_path)

    return use


GOOD = """
@item("sample_noise")
def test_noise(student):
    '''Noise has a shape.'''
    assert student.call("sample_noise", 2, 3).shape == (2, 3), "it has not"
"""


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("1 / 0", "The check test_slopes itself broke: ZeroDivisionError"),
        ("raise SystemExit(0)", "The check test_slopes itself broke: SystemExit"),
        ("import pytest; pytest.skip('later')", "The check test_slopes itself broke: Skipped"),
        ("student.no_such_method()", "The check test_slopes itself broke: AttributeError"),
        ("student.call('leaky_relu', object())", "The check test_slopes itself broke: TypeError"),
    ],
)
def test_a_check_with_a_bug_leaves_its_item_open(assignment, zygote, checks_in, body, says):
    """No score for that item and all points for the next: nothing else has to do with it."""
    checks_in(f"{GOOD}\n@item('leaky_relu')\ndef test_slopes(student):\n    '''Slopes.'''\n    {body}\n")
    report = grade(handed_in(assignment), assignment, "seed", zygote, only={"leaky_relu", "sample_noise"})

    assert scores(report) == {"leaky_relu": (None, "grader_fault"), "sample_noise": (3.0, "passed")}
    assert report.item("leaky_relu").reason.startswith(says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def test_of_nothing(student): pass", "names no item"),
        ("def broken(:", "SyntaxError"),
        ("import no_such_module", "No module named 'no_such_module'"),
    ],
)
def test_checks_that_cannot_be_collected_are_named(assignment, zygote, checks_in, text, says):
    """Every item is open then, and the reason is in the report."""
    checks_in(text)
    with pytest.raises(GraderFault, match=says):
        check_run.collect(assignment)
    report = grade(handed_in(assignment), assignment, "seed", zygote)

    assert {item.score for item in report.items} == {None}
    assert {item.verdict for item in report.items} == {Verdict.GRADER_FAULT}
    assert says in report.items[0].reason


def test_ctrl_c_in_a_check_stops_the_run(assignment, zygote, checks_in):
    """It is neither a fault nor an error of the student's: the instructor wants to stop."""
    checks_in("@item('leaky_relu')\ndef test_slopes(student):\n    '''Slopes.'''\n    raise KeyboardInterrupt\n")

    with pytest.raises(KeyboardInterrupt):
        grade(handed_in(assignment), assignment, "seed", zygote)


def test_a_bug_in_the_grader_is_a_fault_of_one_submission(assignment, tmp_path, monkeypatch, own_zygotes):
    """Whatever else breaks is named in the report of the submission that it broke."""

    def breaks(submission, *args, **kwargs):
        raise RuntimeError("of our own making")

    monkeypatch.setattr(grader, "grade", breaks)
    (report,) = graded([handed_in(assignment)], assignment, Store(tmp_path, "hw4"))

    assert report.has_fault
    assert "RuntimeError: of our own making" in report.items[0].reason
