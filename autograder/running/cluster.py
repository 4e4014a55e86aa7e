"""Submissions on the workers of a cluster, on this machine or elsewhere.

Dask is the only queue. A worker that dies is replaced, and its submission goes to another one.
"""

import time

from distributed import CancelledError, Client, Future, KilledWorker, as_completed

from ..model.errors import GraderFault
from ..model.submission import Submission
from . import worker as grader
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
WAITING_PER_WORKER = 3  # submissions that are on their way, so that no worker waits for the next one
FEWEST_WAITING = 8
BYTES_WAITING = 512 * 2**20  # of all submissions on their way; one alone has at most about 200 MB
TRIES_ALONE = 2  # tried once, neighbours were still blamed now and then on a busy machine
WORKERS_LOOK_S = 5.0  # a cluster may grow and shrink
# Without any worker; one that is replaced is back in 2 s, on a busy machine in 30 s.
PATIENCE_S = 120.0


class Workers:
    """A running cluster; submissions go in, and results come out in the order in which they are finished.

    Of a worker that dies Dask blames everything that was on it. So what it gives up on is tried again when
    nothing else is on the workers: if it fails again, it is the cause.
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
        """Wait for the next result: a Graded as JSON, or the fault that prevented it.

        Raises GraderFault when the cluster is gone, or all of its workers.
        """
        while True:
            alone = not self._sent
            if alone:
                self.send(*self._suspects.pop())
            self._wait_for_result()
            future = next(self._results)
            submission, plan = self._sent.pop(future)
            try:
                return submission, future.result()  # waits, if it was lost with its worker and is found out again
            except CancelledError as error:
                raise GraderFault(
                    "The connection to the workers broke. Results so far are saved; run the same command to continue."
                ) from error
            except KilledWorker:
                failed = self._failed_alone.get(submission.student, 0) + alone
                if failed == TRIES_ALONE:
                    return submission, GraderFault("Every worker that graded this submission died or was killed.")
                self._failed_alone[submission.student] = failed
                self._suspects.insert(0, (submission, plan))
            except GraderFault as fault:
                return submission, GraderFault(f"The worker that graded this submission failed: {fault}")
            except Exception as error:  # a bug of ours, or what a worker cannot unpack
                return submission, GraderFault(
                    f"The worker that graded this submission failed: {type(error).__name__}: {error}"
                )
            finally:
                future.release()

    def _wait_for_result(self) -> None:
        """Return when a result is there; Dask itself would wait for ever where nobody is left to send one."""
        last_seen = looked = time.monotonic()
        while not self._results.has_ready() and not self._results.is_empty():
            with self._results.thread_condition:
                self._results.thread_condition.wait(timeout=0.1)
            if time.monotonic() - looked > WORKERS_LOOK_S:
                looked = time.monotonic()
                if self._has_workers():
                    last_seen = looked
                elif looked - last_seen > PATIENCE_S:
                    raise GraderFault(
                        "All workers have died, and no other has come. "
                        "Results so far are saved; run the same command to continue."
                    )

    def _has_workers(self) -> bool:
        try:
            return bool(self._client.nthreads())
        except OSError:  # there is no connection
            return False


def _size(submission: Submission) -> int:
    """Return about how many bytes a submission holds in memory."""
    files = [*submission.notebooks.values(), *submission.files.values(), *submission.modules.values()]
    return sum(map(len, files)) + sum(map(len, submission.sheets.values()))
