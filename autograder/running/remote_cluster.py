"""Workers of an existing scheduler, to which the course is sent."""

import contextlib
import io
import secrets
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
from distributed import Client
from distributed.diagnostics.plugin import WorkerPlugin

from ..course import nbgrader_options
from ..grading.cache_key import package_digest
from ..model.assignment import Assignment
from ..model.errors import ConfigError
from ..session.launcher import require_layers
from . import worker as grader
from .cluster import SETTINGS, Workers
from .worker import Course


@contextlib.contextmanager
def workers_of(scheduler: str, assignment: Assignment, seed: str, *, weak: bool) -> Iterator[Workers]:
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
        """Pack the instructor's notebooks, kit and sheets, and the hidden side."""
        self.name = f"autograder-course-{secrets.token_hex(8)}"
        self._data = _packed(assignment)
        self.course = Course(
            Path(), assignment.name, assignment.libraries, self.name, package_digest(assignment.libraries), weak
        )

    def setup(self, worker: Any) -> None:
        """Unpack the course. Raises GraderFault or ConfigError on a worker that cannot grade."""
        grader.refuse_unfit()
        grader.refuse_other_version(self.course)
        if not self.course.weak:
            require_layers()
        folder = Path(worker.local_directory) / self.name  # Dask removes it, also after a worker that was killed
        with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
            archive.extractall(folder)
        grader.receive_course(self.name, folder)

    def teardown(self, worker: Any) -> None:
        """Remove the course."""
        folder = grader.forget_course(self.name)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _withdraw(client: Client, name: str) -> None:
    with contextlib.suppress(Exception):  # the scheduler may be gone
        client.unregister_worker_plugin(name)


def _packed(assignment: Assignment) -> bytes:
    """Return a zip with all of the course that grading reads."""
    folders = (assignment.source_dir, assignment.hidden_dir, assignment.course_dir / "answers")
    options = nbgrader_options.read(assignment.course_dir)
    single = [path for path in (options.header, options.footer) if path is not None]
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted({*single, *(path for folder in folders for path in folder.rglob("*"))}):
            if path.is_file() and "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts:
                archive.write(path, path.relative_to(assignment.course_dir))
        # not the file itself, which may hold the password of the gradebook
        archive.writestr(nbgrader_options.CONFIG_FILE, nbgrader_options.excerpt(assignment.course_dir))
    return data.getvalue()
