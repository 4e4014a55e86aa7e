"""Grade many submissions on Dask: a local cluster by default, or an existing scheduler.

A task is one submission, the course folder and the run's seed; its result is a report as JSON.
Workers share nothing else: each keeps a zygote of its own.
Every finished report is stored at once under the hash of what was graded and of what graded it.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import secrets
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from . import assignment as assignments
from . import grading
from .assignment import Assignment
from .check_run import collect
from .errors import ConfigError, GraderFault
from .intake import Submission
from .report import CheckResult, Finding, ItemResult, Report, Verdict
from .session.launcher import Zygote

PACKAGE_DIR = Path(__file__).resolve().parent
SUBMISSIONS_PER_ZYGOTE = 200  # renewed so that nothing can pile up in a long run
ZYGOTES_PER_SUBMISSION = 2  # one that somebody killed is replaced, and the submission graded again

_zygotes: dict[tuple[str, bool], tuple[Zygote, int]] = {}
_zygote_lock = threading.Lock()


class Store:
    """Reports on disk: `results/<student>.json` for people, and by hash for reruns."""

    def __init__(self, out_dir: Path) -> None:
        self._results = out_dir / "results"
        self._by_hash = out_dir / ".hw4" / "graded"
        self._seed_path = out_dir / ".hw4" / "seed"

    def seed(self) -> str:
        """Return the seed of this course, made once, so that a regrade feeds the checks the same inputs."""
        if not self._seed_path.exists():
            _write(self._seed_path, secrets.token_hex(16))
        return self._seed_path.read_text(encoding="ascii").strip()

    def find(self, key: str) -> Report | None:
        """Return the report stored under that hash, None when there is none that can be read."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return Report.from_json((self._by_hash / f"{key}.json").read_text(encoding="utf-8"))
        return None

    def keep(self, key: str, report: Report) -> None:
        """Store a report; one with a fault of ours is not reused, so that a rerun mends it."""
        if not report.has_fault:
            _write(self._by_hash / f"{key}.json", report.to_json())
        _write(self._results / f"{report.student}.json", report.to_json())

    def all(self) -> list[Report]:
        """Return the reports of all students, by name. Raises ValueError naming a file that cannot be read."""
        reports = []
        for path in sorted(self._results.glob("*.json")):
            try:
                reports.append(Report.from_json(path.read_text(encoding="utf-8")))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path} is not a report: {error}") from error
        return reports


def grade_all(
    submissions: Sequence[Submission], assignment: Assignment, store: Store, *, jobs: int, scheduler: str | None = None,
    fresh: bool = False, weak: bool = False, on_report: Callable[[Report], None] = lambda report: None,
) -> list[Report]:  # fmt: skip
    """Grade every submission and return the reports in the same order; each is stored as soon as it is there.

    Args:
        submissions: What intake collected; refused ones get a report that says why.
        assignment: The homework.
        store: Where reports go.
        jobs: Worker processes of the local cluster; 1 grades in this process.
        scheduler: Address of an existing Dask scheduler instead.
        fresh: Grade again what is stored already.
        weak: Grade although a layer of the confinement is missing.
        on_report: Called with each report as it arrives, for progress.
    """
    seed, version = store.seed(), grader_version(assignment)
    keys = [hashlib.sha256(f"{version}:{seed}:{weak}:{entry.digest}".encode()).hexdigest() for entry in submissions]
    done: dict[int, Report] = {}
    for index, submission in enumerate(submissions):
        stored = None if fresh else store.find(keys[index])
        if submission.problem is not None:
            done[index] = refused(submission, assignment, seed)
        elif stored is not None and stored.student == submission.student:
            done[index] = stored
    for index, report in done.items():
        store.keep(keys[index], report)
        on_report(report)
    todo = [index for index in range(len(submissions)) if index not in done]
    results = _map([submissions[i] for i in todo], assignment, seed, jobs=jobs, scheduler=scheduler, weak=weak)
    with contextlib.closing(results):
        for position, report in results:
            index = todo[position]
            done[index] = report
            store.keep(keys[index], report)
            on_report(report)
    return [done[index] for index in range(len(submissions))]


def grade_one(submission: Submission, course_dir: str, seed: str, weak: bool) -> str:
    """Grade one submission in this process and return its report as JSON. Never raises for a single submission."""
    assignment = _load(course_dir)
    for _ in range(ZYGOTES_PER_SUBMISSION):
        zygote = None
        try:
            zygote = _zygote(course_dir, weak)
            report = grading.grade(submission, assignment, seed, zygote)
        except GraderFault as fault:
            report = faulty(submission, assignment, seed, str(fault))
        except Exception as error:
            report = faulty(submission, assignment, seed, f"The grader broke: {type(error).__name__}: {error}.")
        if zygote is not None and zygote.alive:
            break
    return report.to_json()


def grade_folder(folder: Path, student: str, course_dir: Path, *, weak: bool = False) -> Report:
    """Grade one student's folder of submitted/, with the course's own seed, as `nbgrader autograde` needs it."""
    from .intake import read_folder

    assignment = _load(str(course_dir))
    submission = read_folder(folder, student, assignment)
    seed = Store(course_dir).seed()
    if submission.problem is not None:
        return refused(submission, assignment, seed)
    return Report.from_json(grade_one(submission, str(course_dir), seed, weak))


def refused(submission: Submission, assignment: Assignment, seed: str) -> Report:
    """Return the report of a submission that could not be read at all."""
    sentence = submission.problem or ""
    line = (CheckResult("submission", Verdict.NOT_ATTEMPTED, 1, sentence),)
    items = tuple(ItemResult(i.id, 0.0, i.points, Verdict.NOT_ATTEMPTED, line) for i in assignment.auto_items)
    return Report(
        submission.student,
        items,
        grading.awaiting(assignment, submission),
        (Finding("error", sentence), *submission.findings),
        seed,
    )


def faulty(submission: Submission, assignment: Assignment, seed: str, sentence: str) -> Report:
    """Return the report of a submission that a fault of ours left without scores."""
    line = (CheckResult("grader", Verdict.GRADER_FAULT, 1, sentence),)
    items = tuple(ItemResult(i.id, None, i.points, Verdict.GRADER_FAULT, line) for i in assignment.auto_items)
    return Report(
        submission.student,
        items,
        grading.awaiting(assignment, submission),
        (*submission.findings, Finding("error", sentence)),
        seed,
    )


def grader_version(assignment: Assignment) -> str:
    """Return the hash of everything that decides a grade: engine, checks, and the instructor's sources."""
    folders = (PACKAGE_DIR, assignment.source_dir, assignment.course_dir / "answers")
    files = [path for folder in folders for path in folder.rglob("*")]
    digest = hashlib.sha256()
    for path in sorted(files):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _map(
    submissions: Sequence[Submission],
    assignment: Assignment,
    seed: str,
    *,
    jobs: int,
    scheduler: str | None,
    weak: bool,
) -> Generator[tuple[int, Report], None, None]:
    course_dir = str(assignment.course_dir)
    if scheduler is None and min(jobs, len(submissions)) <= 1:
        for index, submission in enumerate(submissions):
            yield index, Report.from_json(grade_one(submission, course_dir, seed, weak))
        return
    with _client(min(jobs, len(submissions)), scheduler) as client:
        from distributed import as_completed

        futures = {
            client.submit(grade_one, submission, course_dir, seed, weak, pure=False): index
            for index, submission in enumerate(submissions)
        }
        for future in as_completed(futures):
            index = futures[future]
            if future.status == "finished":
                report = Report.from_json(future.result())
            else:
                error = future.exception()
                kind = "" if isinstance(error, GraderFault) else f"{type(error).__name__}: "
                sentence = f"The worker that graded this failed: {kind}{error}"
                report = faulty(submissions[index], assignment, seed, sentence)
            future.release()
            yield index, report


@contextlib.contextmanager
def _client(jobs: int, scheduler: str | None) -> Iterator:
    import dask
    from distributed import Client, LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": 1,  # a submission that takes its worker down twice is reported
        "distributed.scheduler.http.routes": [],  # no status pages
        "distributed.worker.http.routes": [],
        "distributed.nanny.http.routes": [],
        "distributed.admin.tick.limit": "60s",
    }
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set(settings))
        address: object = scheduler
        if scheduler is None:
            space = stack.enter_context(tempfile.TemporaryDirectory(prefix="hw4-dask-"))
            address = stack.enter_context(
                LocalCluster(
                    n_workers=jobs,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",  # None would claim port 8787 on every interface
                    security=True,  # with a certificate of its own: other users of this machine stay outside
                    memory_limit=0,
                    local_directory=space,
                    silence_logs=50,
                )
            )
        yield stack.enter_context(Client(address))


def _zygote(course_dir: str, weak: bool) -> Zygote:
    """Return this process's zygote for the course, a fresh one when it has died or served its time."""
    with _zygote_lock:
        zygote, served = _zygotes.pop((course_dir, weak), (None, 0))
        if zygote is not None and (not zygote.alive or served >= SUBMISSIONS_PER_ZYGOTE):
            zygote.close()
            zygote = None
        if zygote is None:
            assignment = _load(course_dir)
            hidden = [path for path in assignment.course_dir.iterdir() if path.name != ".venv"]
            zygote, served = Zygote(assignment.source_dir / "hw4kit", hidden, weak=weak), 0
            atexit.register(zygote.close)
        _zygotes[course_dir, weak] = (zygote, served + 1)
        return zygote


@lru_cache(maxsize=2)
def _load(course_dir: str) -> Assignment:
    loaded = assignments.load(Path(course_dir))
    collect()
    return loaded


def _write(path: Path, text: str) -> None:
    """Write a whole file or none of it."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise ConfigError(
            f"{path} cannot be written ({error.strerror}). What is graded is kept: mend this and run the command again."
        ) from error
