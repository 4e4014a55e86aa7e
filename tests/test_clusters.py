"""The workers of a Dask scheduler on other machines: nothing lost, nothing twice, and what is wrong is said."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import dask
import dask_processes
import fake_grading
import pytest
import small_course
import whole_gradebook
from dask_processes import Cluster
from distributed import Client, LocalCluster
from waiting import DEADLINE_S, wait_until

from autograder.course import assignment as assignments
from autograder.model.errors import ConfigError, GraderFault
from autograder.model.submission import Submission
from autograder.running import Store, cluster, local_cluster, remote_cluster, worker

pytestmark = pytest.mark.long

PROJECT = Path(__file__).resolve().parents[1]
STUDENTS = [f"s{number:02}" for number in range(12)]
EVERYBODY = 100  # more than gradings begin, those that are repeated included


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A course with twelve submissions and its gradebook."""
    course = small_course.make(tmp_path_factory.mktemp("clusters") / "course", libraries="[]")
    small_course.register(course)
    fake_grading.hand_in(course / "inbox", STUDENTS, course)
    return course


@pytest.fixture(scope="module")
def secured(tmp_path_factory) -> Iterator[Cluster]:
    """Three workers that speak TLS only and grade with the stand-in; two submissions, until the gate is opened."""
    folder = tmp_path_factory.mktemp("secured")
    settings = dask_processes.certificates(folder)
    settings |= {fake_grading.GATE: str(folder / "gate"), fake_grading.LOG: str(folder / "graded")}
    fake_grading.open_gate(folder / "gate", 2)
    with dask_processes.cluster(folder, settings=settings, host="tls://127.0.0.1") as started:
        yield started


def run_autograder(course: Path, out: Path, environment: Mapping[str, str], *options: str) -> subprocess.Popen:
    """Start `autograder grade` with the stand-in."""
    command = [sys.executable, str(Path(fake_grading.__file__)), "grade", "inbox", "--out", str(out), *options]
    return subprocess.Popen(
        command, cwd=course, env={**os.environ, "PYTHONPATH": str(PROJECT), **environment}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def said(run: subprocess.Popen) -> str:
    """Wait for the end of a run and return what it printed."""
    return run.communicate(timeout=DEADLINE_S)[0]


def first_stored(run: subprocess.Popen, out: Path) -> set[str]:
    """Wait until two students' results are stored; return whose are."""
    students: set[str] = set()

    def are_two() -> bool:
        assert run.poll() is None, said(run)
        students.update(path.stem for path in out.glob(".autograder/hw4/graded/[!.]*.json"))
        return len(students) >= 2

    wait_until(are_two)
    return students


def test_a_worker_that_dies_midway_costs_nothing(course, secured, tmp_path):
    """The class has the gradebook of a local run; what was stored is not graded again, what was not is."""
    log = Path(secured.environment[fake_grading.LOG])
    run = run_autograder(course, tmp_path / "remote", secured.environment, "--scheduler", secured.address)
    stored = first_stored(run, tmp_path / "remote")
    secured.workers[0].kill()
    fake_grading.open_gate(Path(secured.environment[fake_grading.GATE]), EVERYBODY)
    printed = said(run)
    local = run_autograder(course, tmp_path / "local", {}, "--jobs", "1")
    said(local)
    begun, ended = fake_grading.log_of(log)

    assert run.returncode == local.returncode == 0, printed
    assert ended == set(STUDENTS)
    assert {begun[student] for student in stored} == {1}
    assert dump(tmp_path / "remote") == dump(tmp_path / "local")
    assert len(Store(tmp_path / "remote", "hw4").all()) == len(STUDENTS)


def dump(out: Path) -> dict:
    return whole_gradebook.dump(f"sqlite:///{out / 'gradebook.db'}")


def test_a_submission_that_takes_its_workers_down_is_reported(course, tmp_path):
    """It has no score and the report says why; its neighbours are graded, and a rerun grades only this one."""
    log = tmp_path / "log"
    run = run_autograder(course, tmp_path, {fake_grading.DEADLY: "s03", fake_grading.LOG: str(log)}, "--jobs", "2")
    printed = said(run)
    first = {report.student: report for report in Store(tmp_path, "hw4").all()}
    again = run_autograder(course, tmp_path, {fake_grading.LOG: str(log)}, "--jobs", "2")
    printed_then = said(again)
    begun, _ = fake_grading.log_of(log)

    assert run.returncode == 1, printed
    faults = {student: report.findings[-1].text for student, report in first.items() if report.has_fault}
    assert faults == {"s03": "Every worker that graded this submission died or was killed."}
    assert again.returncode == 0, printed_then
    assert not any(report.has_fault for report in Store(tmp_path, "hw4").all())
    assert begun["s03"] > 4  # beside others, alone, and once in the end


def test_a_run_does_not_wait_for_workers_that_never_come(monkeypatch):
    """Dask gives a worker up whose start fails, as when the process that forks it is killed."""
    for name in ("WORKERS_LOOK_S", "PATIENCE_S"):
        monkeypatch.setattr(cluster, name, 0.0)
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0") as nobody,
        Client(nobody) as client,
    ):
        workers = cluster.Workers(client, worker.Course(PROJECT), "seed")
        workers.send(Submission("ada"), {})

        with pytest.raises(GraderFault, match="All workers have died, and no other has come"):
            workers.next()


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("method", ["fork server", "spawn"])
def test_a_ctrl_c_is_one_sentence(course, tmp_path, tmp_path_factory, method):
    """A terminal sends it to all processes; what was finished is stored, and another run goes on."""
    log, space = tmp_path / "log", tmp_path_factory.mktemp("long" * 20 if method == "spawn" else "t")
    environment = {fake_grading.LOG: str(log), fake_grading.GATE: str(tmp_path / "gate"), "TMPDIR": str(space)}
    fake_grading.open_gate(tmp_path / "gate", 2)
    run = run_autograder(course, tmp_path / "out", environment, "--jobs", "2")
    stored = first_stored(run, tmp_path / "out")
    os.killpg(run.pid, signal.SIGINT)
    printed = said(run)
    fake_grading.open_gate(tmp_path / "gate", EVERYBODY)
    again = run_autograder(course, tmp_path / "out", environment, "--jobs", "2")
    printed_then = said(again)
    begun, ended = fake_grading.log_of(log)

    lines = [line for line in printed.splitlines() if not line.startswith("graded ")]
    assert lines == ["autograder: Stopped. Results so far are saved; run the same command to continue."]
    assert run.returncode == 2
    assert again.returncode == 0, printed_then
    assert ended == set(STUDENTS)
    assert {begun[student] for student in stored} == {1}
    assert list(space.iterdir()) == []


def test_a_connection_of_our_workers_writes_no_temporary_file(tmp_path, monkeypatch):
    """One that is killed then would leave the key of the run; only we may read the file that holds it."""
    security = local_cluster.tls_security(tmp_path)
    monkeypatch.setattr("tempfile.TemporaryDirectory", None)
    contexts = [security.get_connection_args(role)["ssl_context"] for role in ("client", "scheduler", "worker")]

    assert {context.verify_mode for context in contexts} == {ssl.CERT_REQUIRED}
    assert [path.name for path in tmp_path.iterdir() if path.stat().st_mode & 0o077 == 0] == ["tls.key"]


def test_a_temporary_folder_with_a_long_path_is_good_enough(course, tmp_path):
    """A fork server's socket finds no room there, so the workers start without one."""
    space = tmp_path / ("long" * 20)
    space.mkdir()
    run = run_autograder(course, tmp_path / "out", {"TMPDIR": str(space)}, "--jobs", "2")
    printed = said(run)

    assert run.returncode == 0, printed
    assert len(Store(tmp_path / "out", "hw4").all()) == len(STUDENTS)
    assert list(space.iterdir()) == []


def test_a_scheduler_that_is_not_there_is_one_sentence(course):
    """With where it was looked for."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    quickly = dask.config.set({"distributed.comm.timeouts.connect": "1s"})
    with quickly, pytest.raises(ConfigError, match=f"There is no Dask scheduler at {address}"):
        remote_cluster.workers_of(address, assignments.load(course), "seed", weak=False).__enter__()


def test_a_worker_with_another_version_refuses(assignment):
    """Two machines with other checks or libraries would give other scores for the same work."""
    course = remote_cluster.CourseFiles(assignment, weak=True).course

    worker.refuse_other_version(course)
    with pytest.raises(GraderFault, match="another version of the autograder, of Python or of a library"):
        worker.refuse_other_version(replace(course, package="another"))
