"""No letter that a terminal lacks, no reader who stops early, no full disk behind a `>` and no missing package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import small_course
from broken_course import (
    ADDED,
    FEEDBACK,
    GRADE,
    HEADER,
    RELEASE,
    REPORT,
    ROSTER,
    RUN,
    Command,
    Situation,
    config,
    make_graded,
    meta,
    program,
    put,
    table,
)  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_graded(tmp_path_factory.mktemp("graded") / "course")


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    """A copy of it, for one program."""
    return shutil.copytree(graded, tmp_path / "course")


LETTERS = "Zoë Łukasz 李 \U0001f600"
WITHOUT_PACKAGES = """
import sys
for name in ("nbformat", "nbgrader", "psutil", "msgpack", "jinja2"):
    sys.modules[name] = None
from autograder import cli

sys.exit(cli.main(sys.argv[1:]))
"""
TERMINALS = [
    {"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "iso-8859-1:strict"},
    {"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]  # fmt: skip


@pytest.mark.parametrize("environment", TERMINALS, ids=str)
def test_no_letter_ends_a_run(environment: dict[str, str], course: Path) -> None:
    """Names, titles and words of students have letters that a terminal may lack; the report is written all the same."""
    put(ROSTER, f'{HEADER}"{LETTERS}",1,zoe,A,\n"Bell, Ben",2,ben,A,\n'.encode())(course)
    shutil.rmtree(course / "report")
    done = program((*GRADE, "--roster", ROSTER), course, environment)

    assert b"Traceback" not in done.stderr
    assert done.returncode == 1  # ada is not in this roster
    assert b"Zo\\xeb" in done.stdout or LETTERS.encode() in done.stdout or b"Zo\xeb \\u0141" in done.stdout
    assert (course / "report" / "hw4" / "index.html").is_file()


def test_no_letter_ends_the_line_that_ends_a_run(course: Path) -> None:
    done = program((*GRADE, "--student", LETTERS), course, TERMINALS[-1])

    assert done.returncode == 2
    assert done.stderr.startswith(b"autograder: There is no student ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(("command", "code"), [(GRADE, 0), (FEEDBACK, 1)], ids=["grade", "feedback"])
def test_a_reader_who_has_seen_enough_ends_no_run(command: Command, code: int, course: Path) -> None:
    """`autograder ... | head -1`: the work is done, and nothing is said about it."""
    for name in ("report", "feedback"):
        shutil.rmtree(course / name, ignore_errors=True)
    reading, writing = os.pipe()
    os.close(reading)
    done = program(command, course, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)

    assert done.returncode == code
    assert [line for line in done.stderr.splitlines() if not line.startswith(b"graded ")] == []
    assert list(course.glob("*/**/index.html"))


@pytest.mark.parametrize("closed", [">&- 2>&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", [REPORT, GRADE], ids=" ".join)
def test_closed_streams_end_no_run(command: Command, closed: str, course: Path) -> None:
    """What shows the progress on standard error finds none, and no other file is opened in its place."""
    shutil.rmtree(course / "report")
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", RUN, *command]
    paths = os.pathsep.join([str(Path(__file__).parent), str(small_course.PROJECT)])
    done = subprocess.run(shell, cwd=course, env=os.environ | {"PYTHONPATH": paths}, timeout=300, check=False)

    assert done.returncode == 0
    assert (course / "report" / "hw4" / "index.html").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_the_output_is_one_line(course: Path) -> None:
    """`autograder report > file`: the report is there, what was said about it is not."""
    shutil.rmtree(course / "report")
    with open("/dev/full", "wb") as full:
        done = program(REPORT, course, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    said = [line for line in done.stderr.splitlines() if not line.startswith(b"graded ")]

    assert done.returncode == 2
    assert said == [b"autograder: The output cannot be written (No space left on device): send it somewhere else."]
    assert (course / "report" / "hw4" / "index.html").is_file()


@pytest.mark.parametrize("command", [RELEASE, ("doctor",)], ids=" ".join)
def test_a_missing_package_is_one_line(command: Command, course: Path) -> None:
    """The doctor works without any package, and says what to install."""
    done = program(command, course, code=WITHOUT_PACKAGES)

    assert b"Traceback" not in done.stderr
    if command == RELEASE:
        assert done.returncode == 2
        assert done.stderr.startswith(b"autograder: A package is missing or broken")
        assert done.stderr.count(b"\n") == 1
    else:
        assert done.returncode == 1
        assert b"could not be checked" in done.stdout


def kit_command(*words: str, environment: Mapping[str, str] = {}, **kw: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a command of the kit that students have."""
    return subprocess.run(
        [sys.executable, "-m", *words], env=os.environ | dict(environment), timeout=300, check=False,
        **({"capture_output": True} | kw),
    )  # fmt: skip


@pytest.fixture
def homework(tmp_path: Path) -> Path:
    """What a student works in, in a folder with letters that few terminals have."""
    folder = tmp_path / LETTERS
    shutil.copytree(small_course.PROJECT / "release" / "hw4", folder)
    sheet = folder / "answers" / "derivations.md"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("=\n```", "= \u674e\n```"), encoding="utf-8")
    return folder


KIT = [
    ("handin", "--check"), ("handin", "zoe"), ("hw4kit.formula", "answers/derivations.md"),
    ("hw4kit.get_data", "--mini", "--folder", LETTERS), ("hw4kit.get_data", "--manifest", LETTERS),
]  # fmt: skip


@pytest.mark.parametrize("command", KIT, ids=" ".join)
def test_no_letter_ends_a_command_of_the_kit(command: Command, homework: Path) -> None:
    environment = {"PYTHONPATH": str(homework), "PYTHONIOENCODING": "ascii"}
    done = kit_command(*command, environment=environment, cwd=homework)

    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 1, 2)
    assert (
        b"?" in done.stdout or b"\\u" in done.stdout + done.stderr or command == KIT[0]
    )  # which has no such letter to say


def test_a_reader_who_has_seen_enough_ends_no_packing(homework: Path) -> None:
    """`python -m handin zoe | head -1`: the zip is there."""
    reading, writing = os.pipe()
    os.close(reading)
    done = kit_command(
        "handin", "zoe", environment={"PYTHONPATH": str(homework)}, cwd=homework, capture_output=False,
        stdout=writing, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(writing)

    assert done.stderr == b""
    assert (homework / "zoe_HW4.zip").is_file()


NBGRADER: list[tuple[str, Situation, str]] = [
    ("a setting that raises", config("1 / 0\n"), f"nbgrader_config.py, line {ADDED}: division by zero"),
    ("a graded cell without points", meta("leaky_relu", points=...), "leaky_relu says no points"),
]


@pytest.mark.parametrize("command", ["generate_assignment", "autograde"])
@pytest.mark.parametrize(("situation", "sentence"), table(NBGRADER))
def test_nbgrader_says_it_in_one_line_too(situation: Situation, sentence: str, command: str, course: Path) -> None:
    """With settings that were lost half-way, it would go on with steps of its own: run cells, give away answers."""
    situation(course)
    words = [sys.executable, "-m", "nbgrader", command, "hw4", "--force"]
    environment = os.environ | {"PYTHONPATH": str(small_course.PROJECT)}
    done = subprocess.run(
        words, cwd=course, env=environment, capture_output=True, text=True, timeout=300, check=False
    )  # fmt: skip

    assert done.returncode == 1
    assert any(sentence in line and "ERROR" in line for line in done.stderr.splitlines())
    assert not (course / "release").exists()
