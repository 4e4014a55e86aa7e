"""Workers for a class: a local cluster of Dask's, or an existing scheduler, to which the course is sent.

Dask is the only queue. A worker that dies is replaced, and its submission goes to another one.
"""

from __future__ import annotations

import contextlib
import functools
import io
import multiprocessing.forkserver
import multiprocessing.util
import os
import secrets
import shutil
import socket
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
from distributed import CancelledError, Client, Future, KilledWorker, LocalCluster, as_completed
from distributed.diagnostics.plugin import WorkerPlugin
from distributed.utils import get_mp_context

from ..assignment import Assignment
from ..errors import ConfigError, GraderFault
from ..intake import Submission
from ..session.kept_folder import KeptFolder
from ..session.launcher import require_layers
from . import worker as grader
from .identity import package_digest
from .results import Plan
from .worker import Course

SETTINGS = {
    "distributed.scheduler.allowed-failures": 1,  # how often a worker may die of a submission before it is set aside
    "distributed.scheduler.http.routes": [],  # no status pages
    "distributed.worker.http.routes": [],
    "distributed.nanny.http.routes": [],
    "distributed.worker.profile.enabled": False,  # it takes 0.1 s of each submission
    "distributed.worker.use-file-locking": False,  # the folder is this run's alone, and may be on a network drive
    "distributed.admin.log-length": 100,  # nobody reads these logs, and they grow with the class
    "distributed.admin.low-level-log-length": 100,
    "distributed.admin.system-monitor.log-length": 100,
    "distributed.admin.system-monitor.interval": "10s",  # by default these two take 6% of a core
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.limit": "60s",
    "distributed.admin.large-graph-warning-threshold": "1GB",  # a submission with large outputs is no mistake of ours
}
METHOD = "distributed.worker.multiprocessing-method"
AFTER_ITS_FOLDER = -200  # multiprocessing removes its temporary folder with -100
LONGEST_TMPDIR = 75  # bytes; the socket of a fork server has 32 more, and the system takes 107
WAITING_PER_WORKER = 3  # submissions that are on their way, so that no worker waits for the next one
FEWEST_WAITING = 8
BYTES_WAITING = 512 * 2**20  # of all submissions on their way; one alone has at most about 200 MB
TRIES_ALONE = 2  # tried once, neighbours were still blamed now and then on a busy machine
STARTS = 3  # a worker that is killed while it starts fails the start
WORKERS_LOOK_S = 5.0  # a cluster may grow and shrink


class Workers:
    """A running cluster; submissions go in, and results come out in the order in which they are finished.

    Of a worker that dies Dask blames everything that was on it. What it gives up on is therefore tried again when
    nothing else is on the workers: then it is known to take them down itself.
    """

    def __init__(self, client: Client, course: Course, seed: str) -> None:
        """Use the workers of a client, each of which knows the course."""
        self._client, self._course, self._seed = client, course, seed
        self._results = as_completed()
        self._sent: dict[Future, tuple[Submission, Plan]] = {}
        self._suspects: list[tuple[Submission, Plan]] = []
        self._failed_alone: dict[str, int] = {}  # how often, by student
        self._room, self._next_look = FEWEST_WAITING, 0.0

    @property
    def full(self) -> bool:
        """Whether a result should be taken before the next submission is sent: so memory does not grow."""
        if time.monotonic() > self._next_look:
            self._next_look = time.monotonic() + WORKERS_LOOK_S
            self._room = max(FEWEST_WAITING, WAITING_PER_WORKER * sum(self._client.nthreads().values()))
        waiting = [submission for submission, _ in (*self._sent.values(), *self._suspects)]
        return bool(self._sent) and (len(waiting) >= self._room or sum(map(_size, waiting)) >= BYTES_WAITING)

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        return bool(self._sent or self._suspects)

    def send(self, submission: Submission, plan: Plan) -> None:
        """Let a worker grade a submission."""
        future = self._client.submit(grader.grade, submission, self._course, plan, self._seed, pure=False)
        self._sent[future] = (submission, plan)
        self._results.add(future)

    def next(self) -> tuple[Submission, str | GraderFault]:
        """Wait for the next result: a Graded as JSON, or the fault that left none.

        Raises GraderFault when the cluster is gone.
        """
        while True:
            alone = not self._sent
            if alone:
                self.send(*self._suspects.pop())
            future = next(self._results)
            submission, plan = self._sent.pop(future)
            try:
                return submission, future.result()  # waits, if it was lost with its worker and is found out again
            except CancelledError as error:
                raise GraderFault(
                    "The connection to the workers broke; what was finished is stored, start again to go on."
                ) from error
            except KilledWorker:
                failed = self._failed_alone.get(submission.student, 0) + alone
                if failed == TRIES_ALONE:
                    return submission, GraderFault("Each worker that graded this was killed or died of it.")
                self._failed_alone[submission.student] = failed
                self._suspects.insert(0, (submission, plan))
            except GraderFault as fault:
                return submission, GraderFault(f"The worker that graded this failed: {fault}")
            except Exception as error:  # a bug of ours, or what a worker cannot unpack
                return submission, GraderFault(f"The worker that graded this failed: {type(error).__name__}: {error}")
            finally:
                future.release()


@contextlib.contextmanager
def local(jobs: int, course: Course, seed: str, work: Path, mother: socket.socket) -> Iterator[Workers]:
    """Start so many worker processes on this machine; what they write is in `work` and is removed with them.

    Args:
        jobs: How many.
        course: What they grade for.
        seed: Where the random inputs of the checks come from.
        work: A folder.
        mother: Where a Mother takes the workers' requests for zygotes.
    """
    with contextlib.ExitStack() as stack:
        work.mkdir(parents=True, exist_ok=True)
        space = stack.enter_context(tempfile.TemporaryDirectory(prefix="workers-", dir=work))
        stack.enter_context(dask.config.set({**SETTINGS, "temporary-directory": space}))
        with _temporary_files_in(_kept_folder()):
            if len(os.fsencode(tempfile.gettempdir())) <= LONGEST_TMPDIR:  # else each worker imports alone, for 1 s
                stack.enter_context(dask.config.set({METHOD: "forkserver"}))
                _start_fork_server()
            client = stack.enter_context(Client(stack.enter_context(_started(jobs, HandsOver(mother)))))
        yield Workers(client, course, seed)


@functools.cache
def _kept_folder() -> KeptFolder:
    """Return a folder for the socket of the fork server and for certificates; it goes with this process."""
    folder = KeptFolder("hw4-run-")
    multiprocessing.util.Finalize(None, folder.close, exitpriority=AFTER_ITS_FOLDER)
    return folder


@contextlib.contextmanager
def _temporary_files_in(folder: KeptFolder) -> Iterator[None]:
    """Let libraries write what they need for a moment to this folder."""
    usual, tempfile.tempdir = tempfile.tempdir, str(folder.path)
    try:
        yield
    finally:
        tempfile.tempdir = usual


def _start_fork_server() -> None:
    """Let one process import what the workers need, which then forks them; it ends with this process."""
    context = get_mp_context()  # once it has named what Dask would import, it leaves that to us
    context.set_forkserver_preload(["autograder.cohort.preloaded"])
    multiprocessing.forkserver.ensure_running()


class HandsOver(WorkerPlugin):
    """Brings each worker of this machine the socket on which the mother takes requests."""

    def __init__(self, requests: socket.socket) -> None:
        """The descriptor travels with the plugin when a worker process starts."""
        self._requests = requests

    def setup(self, worker: Any) -> None:
        """Let the worker use the mother."""
        grader.take_mother(self._requests)

    def teardown(self, worker: Any) -> None:
        """End the zygotes: what a fork server forked runs nothing at its exit."""
        grader.close_all_zygotes()


def _started(jobs: int, plugin: WorkerPlugin) -> LocalCluster:
    """Return running workers; when one of them is killed while it starts, begin once more."""
    for _ in range(STARTS):
        try:
            return LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # None would claim port 8787 on every interface
                security=True,  # with a certificate of its own: other users of this machine stay outside
                memory_limit=0,
                silence_logs=50,
                plugins=(plugin,),
            )
        except (RuntimeError, OSError) as error:
            problem = error
    raise GraderFault(f"The workers could not be started ({problem}): run the command again.") from problem


@contextlib.contextmanager
def remote(scheduler: str, assignment: Assignment, seed: str, *, weak: bool) -> Iterator[Workers]:
    """Use the workers of an existing scheduler, at an address such as tcp://host:8786 or tls://host:8786.

    Raises ConfigError when it cannot be reached, or when a worker cannot grade.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set(SETTINGS))
        try:
            client = stack.enter_context(Client(scheduler))
        except (OSError, ValueError, RuntimeError) as error:
            raise ConfigError(f"There is no Dask scheduler at {scheduler} ({error}): see docs/clusters.md.") from error
        files = CourseFiles(assignment, weak=weak)
        try:
            client.register_plugin(files, name=files.name)
        except Exception as error:
            _withdraw(client, files.name)
            raise ConfigError(f"The workers of {scheduler} cannot grade ({type(error).__name__}: {error}).") from error
        stack.callback(_withdraw, client, files.name)
        if not client.nthreads():
            print(f"The scheduler at {scheduler} has no workers yet; waiting for the first.", file=sys.stderr)
        yield Workers(client, files.course, seed)


class CourseFiles(WorkerPlugin):
    """Brings the course to each worker of a cluster, also to those that join later."""

    def __init__(self, assignment: Assignment, *, weak: bool) -> None:
        """Pack the instructor's notebooks, hw4kit and sheets."""
        self.name = f"hw4-course-{secrets.token_hex(8)}"
        self._data = _packed(assignment)
        self.course = Course(Path(), self.name, package_digest(), weak)

    def setup(self, worker: Any) -> None:
        """Unpack the course. Raises GraderFault or ConfigError on a worker that cannot grade."""
        _take(self.name, self._data, self.course, Path(worker.local_directory))

    def teardown(self, worker: Any) -> None:
        """Remove the course."""
        folder = grader.forget_course(self.name)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _withdraw(client: Client, name: str) -> None:
    with contextlib.suppress(Exception):  # the scheduler may be gone
        client.unregister_worker_plugin(name)


def _size(submission: Submission) -> int:
    """Return about how many bytes a submission holds in memory."""
    files = [*submission.notebooks.values(), submission.plot or b"", submission.derivation or b""]
    return sum(map(len, files)) + sum(map(len, submission.sheets.values()))


def _take(name: str, data: bytes, course: Course, space: Path) -> None:
    grader.refuse_other_version(course.package)
    if not course.weak:
        require_layers()
    folder = space / name  # Dask removes it, also after a worker that was killed
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    grader.receive_course(name, folder)


def _packed(assignment: Assignment) -> bytes:
    """Return a zip with all of the course that grading reads."""
    folders = (assignment.source_dir, assignment.course_dir / "answers")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for folder in folders for path in folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts:
                archive.write(path, path.relative_to(assignment.course_dir))
    return data.getvalue()
