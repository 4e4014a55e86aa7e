"""Many processes mark at once, and one is killed in the middle: no answer twice, no mark lost, nothing in halves."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import postgres_server
import pytest
import small_course
from desk_class import ADA, ITEM, DeskClass
from waiting import wait_until

from autograder.gradebook.desk_book import Status

GROUPS = [[f"s{number}{place}" for place in "ab"] for number in range(8)]
MARKER = """
import json, sys
from pathlib import Path
from autograder.course import assignment as assignments
from autograder.gradebook.desk_book import Decision, DeskBook, Marker

_, folder, db_url, item, name, groups, log = sys.argv
assignment = assignments.load(Path(folder))
marker, groups = Marker(name, name), json.loads(groups)
with DeskBook(db_url, assignment, assignment.rubrics) as book, open(log, "a") as log:
    while students := book.lease(item, groups, marker):
        states = book.states(item)
        for decision in (Decision(frozenset({"1"})), Decision(frozenset({"1", "2"}), comment=name, done=True)):
            seen = {student: states[student].revision for student in students}
            states = book.save(item, students, decision, marker, seen=seen)
        print(json.dumps(students), file=log, flush=True)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server.running() as address:
        yield address


@pytest.fixture(scope="module")
def registered(tmp_path_factory) -> Path:
    folder = small_course.make(tmp_path_factory.mktemp("many") / "course")
    small_course.register(folder)
    return folder


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request, registered: Path, tmp_path: Path) -> Iterator[DeskClass]:
    folder = Path(shutil.copytree(registered, tmp_path / "course"))
    db_url = f"sqlite:///{folder / 'gradebook.db'}"
    if request.param == "postgres":
        server = request.getfixturevalue("server")
        db_url = server.format(name=postgres_server.new_database(server))
    desk = DeskClass(folder, db_url)
    desk.hand_in([student for group in GROUPS for student in group])
    with desk.book:
        yield desk


def start(desk: DeskClass, name: str, log: Path) -> subprocess.Popen:
    """Start a process that marks until nothing is left."""
    words = [str(desk.folder), desk.db_url, ITEM, name, json.dumps(GROUPS), str(log)]
    return subprocess.Popen([sys.executable, "-c", MARKER, *words])


def logged(log: Path) -> list[str]:
    """Return whose answers a process has decided."""
    return [student for line in log.read_text().splitlines() for student in json.loads(line)]


def test_markers_share_a_question_without_a_word(desk: DeskClass, tmp_path: Path):
    """Three processes: each answer was given to one, and each mark is what that one said."""
    logs = {name: tmp_path / f"{name}.log" for name in ("Ada", "Ben", "Cem")}
    processes = [start(desk, name, log) for name, log in logs.items()]
    assert [process.wait(240) for process in processes] == [0] * 3
    given = {student: name for name, log in logs.items() for student in logged(log)}
    states = desk.book.states(ITEM)

    assert sorted(student for log in logs.values() for student in logged(log)) == sorted(states)
    assert given == {student: state.marker for student, state in states.items()}
    assert {(state.status, state.score) for state in states.values()} == {(Status.DONE, 10.0)}
    assert {desk.cell(student)[3] for student in states} == {False}
    assert len(desk.book.history(ITEM, "s0a")) == 2


def test_a_killed_marker_leaves_no_half_of_a_decision(desk: DeskClass, tmp_path: Path):
    """Members of a group have the same mark, in our rows as in nbgrader's; the others go on with what is open."""
    log = tmp_path / "log"
    process = start(desk, "Ada", log)
    wait_until(lambda: log.exists() and log.read_text().count("\n") >= 2)
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    finished = logged(log)
    states = desk.book.states(ITEM)

    assert all(states[student].status is Status.DONE for student in finished)
    for one, other in GROUPS:
        assert states[one].decision == states[other].decision
        assert desk.cell(one) == desk.cell(other)
        assert desk.cell(one)[1] == states[one].score
    desk.clock.now = 10_000_000_000  # the killed one's lease has run out
    left = {student for student, state in states.items() if state.is_open}
    while students := desk.book.lease(ITEM, GROUPS, ADA):
        desk.save(ADA, *students, ticks="1", done=True)
        left -= set(students)
    assert left == set()
