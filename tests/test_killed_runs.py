"""Kill -9 at random moments: does the next run end with the gradebook of one that nobody disturbed?

`HW4_KILLS=20 pytest tests/test_killed_runs.py` kills twenty processes of runs with the real grader instead of four.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import corpus_cases
import dask_processes
import fake_grading
import nbformat
import psutil
import pytest
import small_course
import whole_gradebook
from waiting import DEADLINE_S, wait_until

from autograder import cli
from autograder.running import Store, worker

pytestmark = pytest.mark.long

KILLS = int(os.environ.get("HW4_KILLS", "4"))
VICTIMS = ("student", "zygote", "factory", "worker", "fork server", "coordinator")
SHARED = re.compile(r"/dev/shm/\S+")
LIGHT = ("softmaxCostAndGradient", "negSamplingCostAndGradient", "skipgram")  # need no TensorFlow
EVERYBODY = 100  # more than gradings begin, those that are repeated included
FORKED_FROM_HERE = multiprocessing.get_context("forkserver")  # a run starts in milliseconds, and without our threads


def hidden_files(out: Path) -> set[str]:
    """Return all that a run keeps for itself."""
    return {
        path.relative_to(out).as_posix() for path in out.rglob(".*") if path.name not in (".autograder", ".pictures")
    }


# --- the coordinator, with a grader that takes milliseconds ---


def run_with_the_stand_in(course: Path, out: Path, space: Path) -> None:
    os.environ |= {fake_grading.LOG: str(out / "log"), fake_grading.GATE: str(out / "gate"), "TMPDIR": str(space)}
    os.chdir(course)
    fake_grading.use()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        sys.exit(cli.main(["grade", str(course / "inbox"), "--out", str(out), "--jobs", "1"]))


@pytest.fixture
def small_class(tmp_path) -> Path:
    """A course with forty submissions."""
    course = small_course.make(tmp_path / "course", libraries="[]")
    small_course.register(course)
    fake_grading.hand_in(course / "inbox", [f"s{number:02}" for number in range(40)], course)
    return course


def start(course: Path, out: Path, space: Path) -> multiprocessing.process.BaseProcess:
    run = FORKED_FROM_HERE.Process(target=run_with_the_stand_in, args=(course, out, space))
    run.start()
    return run


def begun(out: Path) -> dict[str, int]:
    """Return how often each student's grading has begun."""
    return fake_grading.log_of(out / "log")[0]


def total(out: Path) -> int:
    """Return how many gradings have begun."""
    return sum(begun(out).values())


def stored(out: Path) -> set[str]:
    """Return whose results are on disk."""
    return {path.stem for path in (out / ".autograder" / "hw4" / "graded").glob("[!.]*.json")}


def test_a_run_killed_at_twenty_moments_ends_as_if_undisturbed(small_class, tmp_path):
    """The same gradebook and the same reports; what was stored before a kill is never graded again.

    A gate holds the next grading until the kill, however late that comes.
    """
    FORKED_FROM_HERE.set_forkserver_preload(["fake_grading", "autograder.commands.grade"])
    space, out, undisturbed = (tmp_path / name for name in ("space", "out", "undisturbed"))
    chance, finished = random.Random(18739), dict[str, int]()
    for folder in (space, out, undisturbed):
        folder.mkdir()
    for each in (out, undisturbed):
        shutil.copy(small_class / "gradebook.db", each)

    for number in range(20):
        more, is_stored = chance.randint(0, 2), number % 2
        gate = total(out) + more
        fake_grading.open_gate(out / "gate", gate)
        count, enough = (lambda: len(stored(out)), len(finished) + more) if is_stored else (lambda: total(out), gate)
        run = start(small_class, out, space)
        wait_until(lambda run=run, count=count, enough=enough: not run.is_alive() or count() >= enough)
        time.sleep(chance.uniform(0, 0.05))
        run.kill()
        run.join()
        assert run.exitcode == -signal.SIGKILL
        finished |= {student: begun(out)[student] for student in stored(out)}
    for each in (out, undisturbed):
        fake_grading.open_gate(each / "gate", EVERYBODY)
        run = start(small_class, each, space)
        run.join()
        assert run.exitcode == 0

    assert {student: begun(out)[student] for student in finished} == finished
    assert 5 < len(finished) < 40
    assert reports(out) == reports(undisturbed)
    assert dump(out) == dump(undisturbed)
    assert hidden_files(out) == hidden_files(undisturbed)
    assert list(space.iterdir()) == []


def dump(out: Path) -> dict:
    return whole_gradebook.dump(f"sqlite:///{out / 'gradebook.db'}")


def reports(out: Path) -> dict[str, list]:
    """Return what each student got, without seed and times."""
    return {
        report.student: [report.items, report.awaiting_person, report.findings] for report in Store(out, "hw4").all()
    }


def verdicts(out: Path) -> dict[str, list]:
    """Return the verdict of each check; what was seen may hold a random number of the student's own."""
    found = {
        report.student: [check for item in report.items for check in item.checks] for report in Store(out, "hw4").all()
    }
    return {student: [(check.name, check.verdict) for check in checks] for student, checks in found.items()}


# --- every kind of process, with the real grader ---


SLOWLY = """
import time
time.sleep(0.5)
"""


@pytest.fixture(scope="module")
def course(course_dir, tmp_path_factory) -> Path:
    """The course without its libraries, which each run and each worker would load anew."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("answers", "source/hw4", "autograder/assignments/hw4"):
        shutil.copytree(course_dir / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    settings = folder / "source" / "hw4" / "assignment.toml"
    text = re.sub("^libraries = .*$", "libraries = []", settings.read_text(), flags=re.MULTILINE)
    settings.write_text(text)
    shutil.copy(course_dir / "nbgrader_config.py", folder)
    return folder


@pytest.fixture(scope="module")
def inbox(assignment, tmp_path_factory) -> Path:
    """Right and wrong solutions of single items that need no library, and take their time without using it."""
    folder = tmp_path_factory.mktemp("inbox")
    light = [
        case
        for kind, every in (("right", 8), ("wrong", 16))
        for case in [case for case in corpus_cases.cases(kind) if case.expected["item"] in LIGHT][::every]
    ]
    for number, case in enumerate(light):
        submission, student = corpus_cases.submission(case, assignment), f"s{number:02}"
        with zipfile.ZipFile(folder / f"{student}_HW4.zip", "w") as archive:
            for name, data in submission.notebooks.items():
                notebook = nbformat.reads(data.decode(), as_version=4)
                for cell in notebook.cells:
                    cell.source = SLOWLY * (cell.source == case.solution) + cell.source
                archive.writestr(f"{student}_{name}.ipynb", nbformat.writes(notebook))
    return folder


@pytest.fixture(scope="module")
def undisturbed(inbox, course, tmp_path_factory) -> Path:
    """Where the same class was graded in peace."""
    out = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course)
        cli.main(["grade", str(inbox), "--out", str(out), "--jobs", "1"])
    worker.close_all_zygotes()
    return out


class Run:
    """A run of `autograder grade` as a process of its own."""

    def __init__(self, inbox: Path, course: Path, out: Path, space: Path, *options: str) -> None:
        self._space = space
        command = [sys.executable, "-m", "autograder.cli", "grade", str(inbox), "--out", str(out), *options]
        environment = os.environ | {"PYTHONPATH": str(small_course.PROJECT), "TMPDIR": str(space)}
        self.process = subprocess.Popen(
            command, cwd=course, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self.family: set[psutil.Process] = set()
        self.shared: set[str] = set()  # semaphores and other shared memory

    def find(self, kind: str) -> list[psutil.Process]:
        """Return the processes of a kind that live now, and remember the whole family."""
        with contextlib.suppress(psutil.Error):
            root = psutil.Process(self.process.pid)
            family = [root, *root.children(recursive=True)]
            self.family |= set(family)
            return [process for process in family if self._kind(process, root) == kind]
        return []

    def _kind(self, process: psutil.Process, root: psutil.Process) -> str:
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            words, parent = process.cmdline(), process.parent()
            if process == root:
                return "coordinator"
            is_forked = parent is not None and parent.cmdline() == words
            if any(word.endswith("zygote.py") for word in words):
                if not is_forked:
                    return "factory" if parent == root else "zygote"  # that of the pictures counts as a factory
                is_zygote = parent.parent() == root and os.getsid(process.pid) != process.pid
                return "zygote" if is_zygote else "student"
            if "forkserver" in " ".join(words):
                return "worker" if is_forked else "fork server"
        return ""

    def kill(self, kind: str, chance: random.Random) -> bool:
        """Kill a process of that kind at some moment; return False when the run ends before there is one."""
        moment, found = time.monotonic() + chance.uniform(0, 4), list[psutil.Process]()

        def is_time() -> bool:
            found[:] = self.find(kind)
            return self.process.poll() is not None or (time.monotonic() > moment and bool(found))

        wait_until(is_time)
        if self.process.poll() is not None or not found:
            return False
        for process in self.family:
            with contextlib.suppress(OSError):
                self.shared |= set(SHARED.findall(Path(f"/proc/{process.pid}/maps").read_text()))
        with contextlib.suppress(psutil.NoSuchProcess):
            chance.choice(found).kill()
            return True
        return False

    def wait(self) -> None:
        """Wait for the end of the run and of everything that it started."""
        said = self.process.communicate(timeout=DEADLINE_S)[1]
        assert psutil.wait_procs(self.family, timeout=DEADLINE_S)[1] == []
        wait_until(lambda: list(self._space.iterdir()) == [])
        wait_until(lambda: not any(map(os.path.exists, self.shared)))
        assert "Traceback" not in said, said
        assert self.process.returncode in (0, 1, -signal.SIGKILL) or "All workers have died" in said, said


def test_killed_processes_change_no_grade(inbox, undisturbed, course, tmp_path, tmp_path_factory):
    """Student, zygote, worker and at last the coordinator; no process, no file and no memory is left behind."""
    chance, killed, rounds = random.Random(int(time.time())), list[str](), 0
    while len(killed) < KILLS:
        rounds += 1
        out, space = tmp_path / f"out{rounds}", tmp_path_factory.mktemp("s")  # short enough for a fork server
        run = Run(inbox, course, out, space, "--jobs", "2")
        victims = [*chance.sample(VICTIMS[:-1], 3), "coordinator"]
        killed += [kind for kind in victims if run.kill(kind, chance)]
        run.wait()
        for _ in range(3):  # a submission that lost its worker twice waits for another run
            run = Run(inbox, course, out, space, "--jobs", "2")
            run.wait()
            if not any(report.has_fault for report in Store(out, "hw4").all()):
                break

        assert dump(out) == dump(undisturbed)
        assert verdicts(out) == verdicts(undisturbed)
        assert hidden_files(out) == hidden_files(undisturbed)
    print("killed:", *killed)


def test_workers_of_a_scheduler_give_the_same_grades(inbox, undisturbed, course, tmp_path):
    """Three workers, one of which is killed in the middle; nothing is lost."""
    out, space, remote = (tmp_path / name for name in ("out", "space", "remote"))
    for folder in (space, remote):
        folder.mkdir()
    with dask_processes.cluster(remote) as cluster:
        run = Run(inbox, course, out, space, "--scheduler", cluster.address)
        wait_until(lambda: run.process.poll() is not None or list(out.glob(".autograder/hw4/graded/[!.]*.json")))
        cluster.workers[0].kill()
        run.wait()

    assert dump(out) == dump(undisturbed)
    assert verdicts(out) == verdicts(undisturbed)
    wait_until(lambda: [path.name for path in remote.iterdir() if path.name.startswith("autograder-")] == [])
