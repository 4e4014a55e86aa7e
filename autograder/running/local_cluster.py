"""Workers on this machine, forked from one process that has imported what they need."""

import contextlib
import functools
import json
import multiprocessing
import multiprocessing.forkserver
import multiprocessing.resource_tracker
import multiprocessing.util
import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
from distributed import Client, LocalCluster
from distributed.diagnostics.plugin import WorkerPlugin
from distributed.security import Security
from distributed.utils import get_mp_context

from ..model.errors import ConfigError, GraderFault
from ..session import shared_memory
from ..session.guarded_tempdir import GuardedTempdir
from . import worker as grader
from .cluster import SETTINGS, Workers
from .worker import Course

METHOD = "distributed.worker.multiprocessing-method"
LONGEST_TMPDIR = 75  # bytes; the socket of a fork server has 32 more, and the system takes 107
AFTER_ITS_FOLDER = -200  # multiprocessing removes its temporary folder with -100
ROLES = ("client", "scheduler", "worker")
STARTS = 3  # a worker that is killed while it starts fails the start


@contextlib.contextmanager
def started(jobs: int, course: Course, seed: str, work: Path, factory: socket.socket) -> Iterator[Workers]:
    """Start so many worker processes on this machine; what they write is in `work` and is removed with them.

    On `factory` a ZygoteFactory takes the workers' requests for zygotes.

    Raises:
        ConfigError: This machine has no semaphores, by which Dask talks with worker processes.
        GraderFault: The workers cannot be started.
    """
    _require_semaphores()
    with contextlib.ExitStack() as stack:
        work.mkdir(parents=True, exist_ok=True)
        space = stack.enter_context(tempfile.TemporaryDirectory(prefix="workers-", dir=work))
        stack.enter_context(dask.config.set({**SETTINGS, "temporary-directory": space}))
        with _temporary_files_in(_guarded_tempdir()), _ctrl_c_waits():
            if len(os.fsencode(tempfile.gettempdir())) <= LONGEST_TMPDIR:  # else each worker imports alone, for 1 s
                stack.enter_context(dask.config.set({METHOD: "forkserver"}))
                _start_fork_server(course)
            cluster = stack.enter_context(_ending(_start_workers(jobs, HandsOver(factory))))
            client = stack.enter_context(Client(cluster))
        yield Workers(client, course, seed)


def _require_semaphores() -> None:
    """Raise ConfigError where a process can make none, as in a container without a /dev/shm that it may write."""
    if reason := shared_memory.why_unusable():
        raise ConfigError(
            f"Several workers need shared memory, which this machine does not provide ({reason}): "
            f"make {shared_memory.FOLDER} writable, or give it room, or grade with `--jobs 1`."
        )


@functools.cache
def _guarded_tempdir() -> GuardedTempdir:
    """Return a folder for the socket of the fork server and for the certificate; it goes with this process."""
    folder = GuardedTempdir("autograder-run-")
    multiprocessing.util.Finalize(None, folder.close, exitpriority=AFTER_ITS_FOLDER)
    return folder


@contextlib.contextmanager
def _temporary_files_in(folder: GuardedTempdir) -> Iterator[None]:
    """Let libraries write what they need for a moment to this folder."""
    usual, tempfile.tempdir = tempfile.tempdir, str(folder.path)
    try:
        yield
    finally:
        tempfile.tempdir = usual


@contextlib.contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Start processes that never see the Ctrl-C of a terminal: this one sees it, afterwards, and ends them."""
    multiprocessing.resource_tracker.ensure_running()  # started later, it would let the signal through again
    usual = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, usual)


def _start_fork_server(course: Course) -> None:
    """Let one process import what the workers need, which then forks them; it ends with this process."""
    context = get_mp_context()  # once it has named what Dask would import, it leaves that to us
    context.set_forkserver_preload(["autograder.running.preloaded"])
    os.environ[grader.COURSE] = json.dumps([str(course.folder), course.assignment])
    multiprocessing.forkserver.ensure_running()
    del os.environ[grader.COURSE]


class HandsOver(WorkerPlugin):
    """Brings each worker of this machine the socket on which the factory takes requests."""

    def __init__(self, requests: socket.socket) -> None:
        """The descriptor travels with the plugin when a worker process starts."""
        self._requests = requests

    def setup(self, worker: Any) -> None:
        """Let the worker use the factory."""
        grader.take_factory(self._requests)

    def teardown(self, worker: Any) -> None:
        """End the zygotes: what a fork server forked runs nothing at its exit."""
        grader.close_all_zygotes()


def tls_security(folder: Path) -> Security:
    """Make a certificate for this run: other users of this machine stay outside.

    It is in files, which Dask would otherwise write for each connection, where a killed worker leaves them.
    """
    made, key, certificate = Security.temporary(), folder / "tls.key", folder / "tls.crt"
    key.touch(mode=0o600)
    key.write_text(made.tls_client_key)
    certificate.write_text(made.tls_client_cert)
    roles = {f"tls_{role}_{part}": str(path) for role in ROLES for part, path in (("key", key), ("cert", certificate))}
    return Security(require_encryption=True, tls_ca_file=str(certificate), **roles)


@contextlib.contextmanager
def _ending(cluster: LocalCluster) -> Iterator[LocalCluster]:
    """Give running workers, and end them.

    All results are there by then. If a submission has just killed its worker, Dask is starting another one and may
    fail to end it: that costs nobody anything, since the new one ends by itself when this process has ended.
    """
    try:
        yield cluster
    finally:
        with contextlib.suppress(Exception):
            cluster.close()


def _start_workers(jobs: int, plugin: WorkerPlugin) -> LocalCluster:
    """Return running workers; if one of them is killed while it starts, try once more."""
    for _ in range(STARTS):
        try:
            return LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # None would claim port 8787 on every interface
                security=tls_security(_guarded_tempdir().path),
                memory_limit=0,
                silence_logs=50,
                plugins=(plugin,),
            )
        except (RuntimeError, OSError) as error:
            problem = error
    raise GraderFault(f"The workers could not be started ({problem}): run the command again.") from problem
