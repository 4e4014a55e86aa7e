"""A small class whose answers were graded, and the marking desk on it: a Jupyter server on loopback, for tests."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlencode

import small_course

from autograder import gradebook, intake
from autograder.course import assignment as assignments
from autograder.course import course_settings
from autograder.gradebook.recorder import Recorder
from autograder.model.assignment import Assignment
from autograder.model.result_folders import ResultFolders
from autograder.model.submission import Submission
from autograder.nbgrader import release

START_TIMEOUT_S = 60
TOKEN = "for-this-test"
SHEET = "## attacks (10 points)\n\n**Answer.**\n\n{}\n"
# What twelve students wrote: three the same, three read the same, the others alone; two wrote nothing.
ANSWERS = {
    "ann": "One minimises a distance, the other a loss.",
    "ben": "One minimises a distance, the other a loss.",
    "cem": "One minimises a distance, the other a loss.",
    "dan": "They are both solved by Adam.",
    "eve": "They are both solved by Adam",
    "fay": "They  are both solved by Adam.",
    "gus": "L-BFGS minimises a weighted sum; **Carlini** takes a margin $Z_t$.",
    "hal": "I do not know.",
    "ian": "<script>document.title = 'run'</script> A distance.",
    "joe": "The first is slow, $\\frac{a}{b}$.",
    "kim": "",
    "lea": "",
}


@dataclass(frozen=True)
class MarkedClass:
    """A course with results."""

    assignment: Assignment
    out: Path

    @property
    def course(self) -> Path:
        """The folder of the course."""
        return self.assignment.course_dir


def make(
    folder: Path, answers: Mapping[str, str | Submission] = ANSWERS, settings: str = "", *, out: Path | None = None
) -> MarkedClass:
    """Make a course in `folder`, and record what these students wrote, as a run of the grader records it."""
    course = small_course.make(folder / "course")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(settings)
    made = MarkedClass(assignments.load(course), out or folder / "out")
    hand_in(made, answers)
    return made


def hand_in(made: MarkedClass, answers: Mapping[str, str | Submission]) -> None:
    """Record what these students wrote, or all that they sent; again for who hands in again."""
    assignment, out = made.assignment, made.out
    settings, folders = course_settings.load(made.course), ResultFolders(out, assignment.name)
    folders.results.mkdir(parents=True, exist_ok=True)
    with Recorder(assignment, settings, gradebook.url(settings, out), out) as recorder:
        for student, sent in answers.items():
            alone = Submission(student, {}, {"adversarial": SHEET.format(sent)})
            submission = sent if isinstance(sent, Submission) else alone
            stored = intake.store_or_refuse(submission, folders.submitted, assignment)
            report = replace(small_course.report(student, assignment), refused=stored.problem or "")
            (folders.results / f"{student}.json").write_text(report.to_json())
            recorder.record(report, stored)
    assert (recorder.problem, recorder.not_entered) == ("", [])


@dataclass
class Reply:
    """The answer to a request."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> dict:
        """What was answered to the script of a page."""
        return json.loads(self.text)


@dataclass
class Client:
    """A browser without pages: it keeps cookies, follows nothing, and knows the token of forms where it has one."""

    port: int
    base: str = "/"
    cookies: dict[str, str] = field(default_factory=dict)
    xsrf: str = ""

    def ask(self, path: str, body: dict | str | None = None, **headers: str) -> Reply:
        """Ask for an address below the server's own; with a body, post it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_TIMEOUT_S)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} | headers
        if body is not None and self.xsrf:
            sent = {"X-XSRFToken": self.xsrf} | sent
        data = body if body is None or isinstance(body, str) else json.dumps(body)
        connection.request("GET" if body is None else "POST", self.base.rstrip("/") + path, data, sent)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        reply = Reply(answer.status, answer.headers, answer.read().decode("utf-8", errors="replace"))
        connection.close()
        return reply

    def opened(self, path: str) -> Reply:
        """Ask for a page until the answers of the class are read."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while 'http-equiv="refresh"' in (reply := self.ask(path)).text:
            assert time.monotonic() < deadline, "the class was not read in time"
            time.sleep(0.1)
        return reply

    def enter(self) -> Client:
        """Come in with the token, as a browser does, and read a page for the token of forms."""
        self.ask(f"/marking/hw4?{urlencode({'token': TOKEN})}")
        page = self.opened("/marking/hw4")
        assert page.status == 200, page.text
        self.xsrf = re.search(r'data-xsrf="([^"]+)"', page.text)[1]
        return self

    def next(self, item: str = "attacks") -> str:
        """Take the next answer of a question, and return its address; of the overview where none waits."""
        return self.ask(f"/marking/hw4/question/{item}").headers["Location"].removeprefix(self.base.rstrip("/"))


@dataclass(frozen=True)
class Desk:
    """A running server with the desk."""

    port: int
    base: str
    log: Path
    server: subprocess.Popen

    @property
    def entrance(self) -> str:
        """Where a browser gets in without a password."""
        return f"http://127.0.0.1:{self.port}{self.base.rstrip('/')}/marking/hw4?token={TOKEN}"

    def client(self) -> Client:
        """Return somebody who is not known yet."""
        return Client(self.port, self.base)

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self.server.kill()
        self.server.wait(timeout=START_TIMEOUT_S)


@contextmanager
def running(
    made: MarkedClass, *, marker: str = "eva", base: str = "/", folder: Path | None = None, port: int = 0,
    token: str = TOKEN, extensions: Sequence[str] = (),
) -> Iterator[Desk]:  # fmt: skip
    """Start a server in the course folder or another one, on this port or a free one; it has ended afterwards."""
    port = port or free_port()
    path = os.pathsep.join([str(Path(release.__file__).parents[2]), str(Path(__file__).parent)])
    command = [sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    enabled = dict.fromkeys(["autograder.desk", *extensions], True)
    command += [f"--ServerApp.base_url={base}", f"--ServerApp.jpserver_extensions={enabled}"]
    command += [f"--MarkingDesk.marker={marker}", f"--MarkingDesk.out_dir={made.out}"]
    log = made.out.parent / f"server-{port}.log"
    with log.open("a") as output:
        server = subprocess.Popen(
            command, cwd=folder or made.course, env=os.environ | {"PYTHONPATH": path}, stdout=output, stderr=output
        )
        desk = Desk(port, base, log, server)
        try:
            deadline = time.monotonic() + START_TIMEOUT_S
            while True:
                try:
                    desk.client().opened(f"/marking/hw4?{urlencode({'token': token})}")
                    break
                except OSError:
                    pass
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < deadline, f"the server did not start in time: {log.read_text()}"
                time.sleep(0.1)
            yield desk
        finally:
            server.terminate()
            server.wait(timeout=START_TIMEOUT_S)


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
