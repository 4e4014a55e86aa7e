"""The process that runs the instructor's tests: code that is trusted, on data that is not."""

import socket
from typing import Any

from ..model.errors import GraderFault, SubmissionError
from ..model.report import Verdict
from .process import Forks, Process, ProcessLost
from .replies import student_error
from .watch import Limits, Watch

HAD_ITS_TIME = "the test did not end within {limit_s:.3g} s with this code"
FILLED_MEMORY = "the test needed more memory than there is with this code"


class TestProcessBroke(GraderFault):
    """The process ended in the middle of a test, of something that code outside Python did in it."""


class TestProcess(Process):
    """Runs test cells, and asks the student process for what these name.

    It works in the scratch folder of that process, and ends with it: it holds objects that stay there.
    """

    __test__ = False  # pytest would take the name for a class of tests
    NAME = "A process that runs tests"

    def __init__(self, zygote: Forks, limits: Limits, student: Process) -> None:
        """Fork and wait until the process is confined. Raises GraderFault when it does not come up."""
        self._student = student
        super().__init__(zygote, limits)

    def run(self, request: str, cpu_s: float, fields: dict[str, Any], student: Watch | None = None) -> dict[str, Any]:
        """Return the answer to a request; `student` is the watch of the student process that answers meanwhile.

        Raises:
            SubmissionError: It used more than it may, because of what the student's code gave it.
            TestProcessBroke: It ended while a student process answered it.
            GraderFault: It broke.
            KilledFromOutside: It was killed by somebody else.
        """
        try:
            with self._awake(cpu_s, self._limits, student) as watch:
                message, _ = self._converse(request, fields, watch)
        except ProcessLost as lost:
            if lost.verdict is Verdict.TIMEOUT:
                raise SubmissionError(HAD_ITS_TIME.format(limit_s=cpu_s), Verdict.TIMEOUT) from lost
            if lost.verdict in (Verdict.MEMORY, Verdict.FORBIDDEN):
                raise SubmissionError(FILLED_MEMORY, Verdict.MEMORY) from lost
            fault = GraderFault if student is None else TestProcessBroke
            raise fault(f"{self.NAME} broke: {lost}.") from lost
        answer = message.get("value")
        if not isinstance(answer, dict):
            reason = student_error(message["error"]) if "error" in message else "its answer is of no known form"
            raise GraderFault(f"{self.NAME} broke: {reason}.")
        return answer

    def _fork(self) -> tuple[int, socket.socket]:
        """Start the process with the student process's folder and a copy of our end of its channel."""
        return self._zygote.fork_test_process(self._student.folder, self.folder, self._student.socket)
