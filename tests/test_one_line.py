"""Whatever is broken, a command ends in one line: what, why, what to do. Never a traceback, and exit code 2."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from broken_course import (
    ADDED,
    BOOK,
    CHECK,
    DEMO,
    EXPORT,
    FEEDBACK,
    GRADE,
    HEADER,
    PART_ONE,
    RELEASE,
    REPORT,
    ROSTER,
    SHEET,
    Command,
    Situation,
    cell,
    config,
    folder,
    link_to_itself,
    make_graded,
    meta,
    one_line,
    put,
    remove,
    solution,
    table,
    use_fakes,
)  # fmt: skip

from autograder import running
from autograder.cli import main
from autograder.model.errors import ConfigError

READERS = (REPORT, FEEDBACK, EXPORT)  # of what was graded before
ALL = (RELEASE, CHECK, GRADE, REPORT, FEEDBACK, EXPORT, DEMO)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_graded(tmp_path_factory.mktemp("graded") / "course")


@pytest.fixture
def course(graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which may be broken; commands run there."""
    copy = shutil.copytree(graded, tmp_path / "course")
    use_fakes(monkeypatch, copy)
    return copy


# What the instructor's files say.

NEEDS_SOURCES: list[tuple[str, Situation, str]] = [
    ("metadata without points", meta("leaky_relu", points=...), "leaky_relu says no points"),
    ("points of null", meta("leaky_relu", points=None), "leaky_relu says no points"),
    ("negative points", meta("leaky_relu", points=-3), "says -3 points: give a number, 0 or more"),
    ("no number as points", meta("leaky_relu", points=float("nan")), "says nan points"),
    ("endless points", meta("leaky_relu", points=float("inf")), "says inf points"),
    ("a word as points", meta("leaky_relu", points="thirty"), "says 'thirty' points"),
    ("truth as points", meta("leaky_relu", points=True), "says True points"),
    ("an id twice", meta("sample_noise", grade_id="leaky_relu"), "leaky_relu is used twice"),
    ("an id twice, not graded", meta("sample_noise_try", grade_id="leaky_relu_try"), "leaky_relu_try is used twice"),
    ("no id", meta("leaky_relu", grade_id=...), "the grade_id None"),
    ("a number as id", meta("leaky_relu", grade_id=7), "the grade_id 7"),
    ("a path as id", meta("leaky_relu", grade_id="../../ada"), "the grade_id '../../ada'"),
    ("a list as metadata", cell("leaky_relu", lambda c: c["metadata"].update(nbgrader=[1])), "has [1] as its nbgrader"),
    ("a word as grade", meta("leaky_relu", grade="yes"), "leaky_relu, has 'yes' as 'grade'"),
    (
        "a number as tags",
        cell("leaky_relu", lambda c: c["metadata"].update(tags=7)),
        "cannot be read as a notebook (7 is not",
    ),
    ("no function", solution("leaky_relu = None"), "leaky_relu_solution of hw4_partI defines no function"),
    ("a lambda", solution("leaky_relu = lambda x, alpha=0.01: x"), "defines no function: it needs a `def`"),
    ("a class", solution("class leaky_relu:\n    pass"), "defines no function"),
    ("async def", solution("async def leaky_relu(x):\n    return x"), "defines no function"),
    ("an empty solution", solution(""), "defines no function"),
    (
        "a syntax error",
        solution("def leaky_relu(x:\n    pass"),
        "leaky_relu_solution of hw4_partI cannot be read as Py",
    ),
    ("a magic", solution("%%time\ndef leaky_relu(x):\n    return x"), "(line 1: "),
    ("a NUL", solution("def leaky_relu(x):\n    return '\0'"), "cannot be read as Python"),
    ("brackets without end", solution(f"def f(): {'(' * 9999}{')' * 9999}"), "cannot be read as Python"),
    ("half a notebook", put(PART_ONE, b'{"cells": ['), "hw4_partI.ipynb cannot be read as a notebook"),
    (
        "no cells",
        put(PART_ONE, b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}'),
        "cannot be read as a notebook",
    ),
    ("an empty notebook", put(PART_ONE, b""), "cannot be read as a notebook"),
    ("a notebook of NUL bytes", put(PART_ONE, b"\0" * 99), "cannot be read as a notebook"),
    ("a notebook in Latin-1", put(PART_ONE, b'{"cells": "\xe9"}'), "cannot be read as a notebook"),
    ("a folder as notebook", folder(PART_ONE), "hw4_partI.ipynb cannot be used (Is a directory)"),
    ("a link to itself as notebook", link_to_itself(PART_ONE), "hw4_partI.ipynb cannot be used (Too many"),
    ("no notebook", lambda course: [path.unlink() for path in (course / "source/hw4").glob("*.ipynb")], "no notebook"),
    ("no source folder", remove("source"), "There is no source/<name> with notebooks"),
    ("a sheet in Latin-1", put(SHEET, b"# Caf\xe9\n"), "adversarial.md is not saved as UTF-8"),
    ("an empty sheet", put(SHEET, b""), "adversarial.md: the first line"),
    ("a sheet of NUL bytes", put(SHEET, b"\0" * 99), "adversarial.md: the first line"),
    ("a folder as sheet", folder(SHEET), "adversarial.md cannot be used"),
    ("a link to itself as sheet", link_to_itself(SHEET), "adversarial.md cannot be used"),
    (
        "endless points of a sheet",
        put(SHEET, b"# A\n\n## attacks (%s points)\n" % (b"9" * 400)),
        "adversarial.md: under",
    ),
]


@pytest.mark.parametrize("command", ALL, ids=" ".join)
@pytest.mark.parametrize(("situation", "sentence"), table(NEEDS_SOURCES))
def test_sources_that_cannot_be_used_are_named(
    situation: Situation, sentence: str, command: Command, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    situation(course)

    assert sentence in one_line(command, capsys)


SETTINGS: list[tuple[str, Situation, str]] = [
    ("a syntax error", config("c.Canvas.roster =\n"), f"nbgrader_config.py, line {ADDED}: invalid syntax"),
    (
        "an unknown name",
        config("c.Canvas.roster = rooster\n"),
        f"line {ADDED}: name 'rooster' is not defined (NameError)",
    ),
    ("an exception", config("1 / 0\n"), f"line {ADDED}: division by zero"),
    ("an exit", config("raise SystemExit('enough')\n"), f"line {ADDED}: enough (SystemExit)"),
    ("an empty exception", config("assert False\n"), f"line {ADDED}: AssertionError"),
    ("an import of nothing", config("import nothing_at_all\n"), f"line {ADDED}: No module named 'nothing_at_all'"),
    ("another encoding", put("nbgrader_config.py", b"c = get_config()\n# \xe9\n"), "nbgrader_config.py"),
    ("NUL bytes", put("nbgrader_config.py", b"\0" * 9), "nbgrader_config.py"),
    ("a folder", folder("nbgrader_config.py"), "There is no nbgrader_config.py"),
    ("none", remove("nbgrader_config.py"), "There is no nbgrader_config.py"),
    ("a link to itself", link_to_itself("nbgrader_config.py"), "There is no nbgrader_config.py"),
    ("a roster that is a number", config("c.Canvas.roster = 7\n"), "c.Canvas.roster to 7: it is a text"),
    ("a roster with a NUL", config("c.Canvas.roster = 'a\\0b'\n"), "c.Canvas.roster to 'a\\x00b': it is a text"),
    ("an unknown setting", config("c.Canvas.rooster = 'x'\n"), "c.Canvas.rooster, which is not one of"),
    ("a number in the place of settings", config("c.Canvas = 7\n"), "'Canvas', 7 (ValueError). Correct that line"),
    (
        "a word as a late policy",
        config("c.LatePolicy = 'strict'\n"),
        "'LatePolicy', 'strict' (ValueError). Correct that line",
    ),
    ("percent as a text", config("c.LatePolicy.percent_per_day = '10%'\n"), "percent_per_day to '10%': it is a number"),
    ("percent that is no number", config("c.LatePolicy.percent_per_day = float('nan')\n"), "to 'nan': it is a number"),
    ("a list of late days", config("c.LatePolicy.days_late = ['ada']\n"), "days_late to \"['ada']\": it is like"),
    ("a number as a late student", config("c.LatePolicy.days_late = {7: 2}\n"), "days_late to '{7: 2}': it is like"),
    ("a due date without a zone", config("c.LatePolicy.due = '2026-05-09 23:59'\n"), "it needs its time zone"),
    ("no due date", config("c.LatePolicy.due = 'tomorrow'\n"), "c.LatePolicy.due to 'tomorrow': it is like"),
    ("days of 400 digits", config("c.LatePolicy.days_late = {'ada': 10**400}\n"), "days_late to \"{'ada': 1000"),
]
READ_SETTINGS = (GRADE, REPORT, FEEDBACK, EXPORT)


@pytest.mark.parametrize("command", READ_SETTINGS, ids=" ".join)
@pytest.mark.parametrize(("situation", "sentence"), table(SETTINGS))
def test_settings_without_a_meaning_are_named(
    situation: Situation, sentence: str, command: Command, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    situation(course)

    assert sentence in one_line(command, capsys)


OF_NBGRADER: list[tuple[str, Situation, str]] = [
    ("an unknown step", config("c.GenerateAssignment.preprocessors += ['no.such.Step']\n"), "no.such.Step"),
    ("a number of steps", config("c.GenerateAssignment.preprocessors = 7\n"), "GenerateAssignment.preprocessors to 7"),
    (
        "steps that are numbers",
        config("c.GenerateAssignment.preprocessors = [7]\n"),
        "GenerateAssignment.preprocessors",
    ),
    ("no steps", config("del c.GenerateAssignment\n"), "does not load the autograder"),
    (
        "a stub that is a number",
        config("c.ClearSolutions.code_stub = 7\n"),
        "c.ClearSolutions.code_stub to 7: it is a text",
    ),
    ("a course that is a number", config("c.CourseDirectory.course_id = 7\n"), "The 'course_id' trait"),
    ("a gradebook that is a number", config("c.CourseDirectory.db_url = 7\n"), "The 'db_url' trait"),
    ("a gradebook without a driver", config("c.CourseDirectory.db_url = 'oracle://x/y'\n"), "gradebook"),
    ("a gradebook that is no address", config("c.CourseDirectory.db_url = 'x y'\n"), "gradebook"),
]


@pytest.mark.parametrize("command", [RELEASE, CHECK, GRADE], ids=" ".join)
@pytest.mark.parametrize(("situation", "sentence"), table(OF_NBGRADER))
def test_settings_of_nbgrader_are_named(
    situation: Situation, sentence: str, command: Command, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Registering does nothing for a gradebook that knows these sources, so it is gone."""
    (course / "gradebook.db").unlink()
    situation(course)
    if "db_url" in (course / "nbgrader_config.py").read_text() and command in (RELEASE, CHECK):
        pytest.skip("a release needs no gradebook")

    assert sentence in one_line(command, capsys)


BUNDLE = "autograder/assignments/hw4/demo.py"
FILES: list[tuple[str, Command, Situation, str]] = [
    ("no path", ("grade", "nowhere"), remove("nothing"), "nowhere"),
    ("a link to itself", GRADE, link_to_itself("inbox"), "inbox"),
    ("an empty inbox", GRADE, folder("inbox"), "inbox"),
    ("an inbox of NUL bytes", GRADE, put("inbox", b"\0" * 99), "inbox"),
    ("a path with a NUL", ("grade", "in\0box"), remove("nothing"), "in"),
    ("a path that is too long", ("grade", "x" * 5000), remove("nothing"), "x"),
    (
        "an unknown student",
        (*GRADE, "--student", "zoe"),
        remove("nothing"),
        "There is no student 'zoe' here: write an id, an address or a name.",
    ),
    ("no roster", (*GRADE, "--roster", "nowhere.csv"), remove("nothing"), "nowhere.csv cannot be read"),
    (
        "a folder as roster",
        (*GRADE, "--roster", ROSTER),
        folder(ROSTER),
        "gradebook.csv cannot be read (Is a directory)",
    ),
    ("an empty roster", (*GRADE, "--roster", ROSTER), put(ROSTER, b""), "gradebook.csv is not a list of a class"),
    ("a roster of NUL bytes", (*GRADE, "--roster", ROSTER), put(ROSTER, b"\0" * 99), "not saved as UTF-8"),
    ("a roster in UTF-16", (*GRADE, "--roster", ROSTER), put(ROSTER, HEADER.encode("utf-16")), "names no student"),
    (
        "a roster of other columns",
        (*GRADE, "--roster", ROSTER),
        put(ROSTER, b"a,b\n1,2\n"),
        "has no column",
    ),
    ("a roster with an open quote", (*GRADE, "--roster", ROSTER), put(ROSTER, b'"Student,ID\n'), "quotes"),
    ("a roster that is too large", (*GRADE, "--roster", ROSTER), put(ROSTER, b"a" * (2**26 + 1)), "larger than 64 MiB"),
    ("no template", EXPORT, remove(ROSTER), "gradebook.csv cannot be read"),
    ("a folder as template", EXPORT, folder(ROSTER), "gradebook.csv cannot be read (Is a directory)"),
    ("an empty template", EXPORT, put(ROSTER, b""), "gradebook.csv is not a gradebook"),
    ("a template with a header only", EXPORT, put(ROSTER, b"Student,ID\n"), "has no column of an assignment"),
    ("an unknown column", (*EXPORT, "--column", "labs"), remove("nothing"), 'gradebook.csv is named "labs"'),
    ("an output that is a file", (*GRADE, "--out", ROSTER), remove("nothing"), "gradebook.csv"),
    ("a report for a file", (*REPORT, "--out", ROSTER), remove("nothing"), "There are no stored reports"),
    ("results that are a file", GRADE, put("results", b""), "results"),
    ("submissions that are a file", REPORT, put("results", b""), "There are no stored reports"),
    ("a report that is a file", REPORT, put("report", b""), "report/hw4 cannot be used"),
    ("a report page that is a folder", REPORT, folder("report/hw4/index.html"), "index.html cannot be used"),
    ("a table that is a folder", REPORT, folder("report/hw4/grades.csv"), "grades.csv cannot be used"),
    ("feedback that is a file", FEEDBACK, put("feedback", b""), "feedback"),
    ("a page that is a folder", FEEDBACK, folder("feedback/hw4/ada/index.html"), "index.html cannot be used"),
    (
        "a zip that is a folder",
        FEEDBACK,
        folder("hw4_feedback_for_canvas.zip"),
        "hw4_feedback_for_canvas.zip cannot be used",
    ),
    (
        "an export that is a folder",
        EXPORT,
        folder("hw4_grades_for_canvas.csv"),
        "hw4_grades_for_canvas.csv cannot be used",
    ),
    ("a kit's folder that is a file", GRADE, put(".autograder", b""), ".autograder/hw4 cannot be used"),
    ("a lock that is a folder", GRADE, folder(".autograder/lock"), "lock cannot be used"),
    ("a seed that is a folder", GRADE, folder(".autograder/hw4/seed"), "seed cannot be used"),
    ("a seed that is no text", GRADE, put(".autograder/hw4/seed", b"\xff\xfe"), "seed"),
    ("changes that are a folder", GRADE, folder(".autograder/hw4/changes.jsonl"), "changes.jsonl cannot be used"),
    ("a release that is a file", RELEASE, put("release", b""), "release"),
    ("no gradebook", FEEDBACK, remove(BOOK), "There is no gradebook"),
    ("no demonstration", DEMO, remove("nothing"), "hw4 has no demonstration"),
    ("a demonstration in the place of a file", (*DEMO, "--out", ROSTER), put(BUNDLE, b""), "gradebook.csv"),
]


@pytest.mark.parametrize(("command", "situation", "sentence"), [pytest.param(*c[1:], id=c[0]) for c in FILES])
def test_files_that_cannot_be_used_are_named(
    command: Command, situation: Situation, sentence: str, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    situation(course)

    assert sentence in one_line(command, capsys)


REPORTS = [
    b"", b"{", b"[]", b"7", b"null", b"\0" * 9, b"\xff", b"{}", b"[" * 200_000, b'{"items": 7}', b'{"schema": 99}',
    b'{"student": 7, "items": [], "awaiting_person": []}', b"9" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("command", READERS, ids=" ".join)
@pytest.mark.parametrize("content", REPORTS, ids=range(len(REPORTS)))
def test_a_stored_report_that_is_none_is_named(
    content: bytes, command: Command, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put("results/hw4/ada.json", content)(course)

    assert "ada.json is not a report" in one_line(command, capsys)


@pytest.mark.parametrize("command", [GRADE, *READERS], ids=" ".join)
def test_results_of_version_1_are_of_no_assignment(
    command: Command, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are not read as those of any assignment; the sentence says where to move them."""
    (course / "results" / "hw4" / "ben.json").rename(course / "results" / "ben.json")

    said = one_line(command, capsys)
    assert "move them to" in said
    assert said.endswith("/.hw4 to " + str(course / ".autograder" / "hw4."))


@pytest.mark.parametrize("content", REPORTS, ids=range(len(REPORTS)))
def test_what_is_kept_of_earlier_runs_is_made_anew_when_it_is_damaged(content: bytes, course: Path) -> None:
    """It only saves work: nothing is lost with it, and nobody has to be told."""
    for name in (
        "results/hw4/ada.json",
        ".autograder/hw4/graded/ada.json",
        ".autograder/roster.json",
        ".autograder/hw4/arrivals/ada.json",
    ):
        put(name, content)(course)

    assert main(GRADE) == 0
    assert [report.student for report in running.Store(course, "hw4").all()] == ["ada", "ben"]


BOOKS: list[tuple[str, Situation, str]] = [
    ("no database", put(BOOK, b"not a database at all" * 99), "gradebook.db cannot be"),
    (
        "half a database",
        lambda course: put(BOOK, (course / BOOK).read_bytes()[:50_000])(course),
        "gradebook.db cannot be",
    ),
    ("a folder", folder(BOOK), "gradebook"),
    ("a link to itself", link_to_itself(BOOK), "gradebook"),
]


@pytest.mark.parametrize("command", [GRADE, FEEDBACK, EXPORT], ids=" ".join)
@pytest.mark.parametrize(("situation", "sentence"), table(BOOKS))
def test_a_damaged_gradebook_is_named(
    situation: Situation, sentence: str, command: Command, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    situation(course)

    assert sentence in one_line(command, capsys)


def test_a_damaged_gradebook_costs_no_grading(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was graded is stored, and the page is written; only the gradebook waits."""
    put(BOOK, b"not a database")(course)
    shutil.rmtree(course / "results")

    assert "2 submissions are graded but not entered" in one_line(GRADE, capsys)
    assert [report.student for report in running.Store(course, "hw4").all()] == ["ada", "ben"]
    assert (course / "report" / "hw4" / "index.html").is_file()


@pytest.mark.parametrize("jobs", ["-3", "0", "100000", "9" * 5000, "two", "1.5", "", "\u0665", "nan"])
def test_a_number_of_workers_that_cannot_be_had(jobs: str, course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--jobs: " in one_line(("grade", "inbox", f"--jobs={jobs}"), capsys)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ((), "required: COMMAND"), (("grad",), "invalid choice: 'grad'"), (("grade",), "required: PATH"),
        (("grade", "inbox", "--sandbox", "none"), "--sandbox"), (("export", "moodle"), "invalid choice: 'moodle'"),
        (("report", "--fast"), "unrecognized arguments: --fast"), (("report", "a\nb\x1b[2J"), "a b [2J"),
    ],
    ids=str,
)  # fmt: skip
def test_a_command_line_without_a_meaning(
    command: Command, sentence: str, course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = one_line(command, capsys)

    assert sentence in said
    assert "--help` shows the options." in said


# What the machine does.

REFUSALS = [
    (errno.ENOSPC, "free some space on this disk"), (errno.EDQUOT, "your quota is used up"), (errno.EROFS, "--out"),
    (errno.EACCES, "let this user read and write it"), (errno.EIO, "the disk has a fault"), (errno.EMFILE, "ulimit -n"),
    (errno.EFBIG, "ulimit -f"), (errno.ESTALE, "fix this"),
]  # fmt: skip


@pytest.mark.parametrize("command", [RELEASE, REPORT, FEEDBACK, EXPORT], ids=" ".join)
@pytest.mark.parametrize(("number", "remedy"), REFUSALS, ids=[errno.errorcode[number] for number, _ in REFUSALS])
def test_what_the_system_refuses_is_said_with_the_remedy(
    number: int, remedy: str, command: Command, course: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def refuse(source: object, target: object, **kw: object) -> None:
        raise OSError(number, os.strerror(number), str(target))

    for place in ((os, "replace"), (os, "rename"), (shutil, "copytree"), (shutil, "copy")):
        monkeypatch.setattr(*place, refuse)
    said = one_line(command, capsys)

    assert os.strerror(number) in said
    assert remedy in said or "is not writeable" in said


@pytest.mark.parametrize("number", [number for number, _ in REFUSALS], ids=errno.errorcode.get)
def test_a_result_that_cannot_be_stored_ends_the_run(
    number: int, course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is graded is kept; the rest of the class would be graded for nothing."""

    def refuse(source: object, target: object, **kw: object) -> None:
        raise OSError(number, os.strerror(number), str(target))

    monkeypatch.setattr(os, "replace", refuse)
    said = one_line((*GRADE, "--fresh"), capsys)

    assert os.strerror(number) in said
    assert "cannot be written" in said


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int, str], Path]]:
    """Make a disk of so many bytes."""
    mounted: list[Path] = []

    def make(size: int, options: str = "rw") -> Path:
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},{options}", "autograder-test", folder]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            pytest.skip("only root may make a small disk here")
        mounted.append(folder)
        return folder

    yield make
    for disk in mounted:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.parametrize("room", [0, 4, 16, 48, 96, 160, 224, 288])
def test_a_full_disk_is_one_line_wherever_it_strikes(
    room: int, course: Path, small_disk: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """With so many KiB free, a run gets as far as the lock, a result, the gradebook, a notebook or the page."""
    out = small_disk(512 * 1024)
    with (out / "ballast").open("wb") as file:
        file.write(b"\0" * (512 - room) * 1024)
    said = one_line((*GRADE, "--out", str(out)), capsys)

    assert any(word in said for word in ("No space left", "disk is full", "disk I/O error", "unable to open")), said
    (out / "ballast").unlink()
    assert main((*GRADE, "--out", str(out), "--jobs", "1")) == 0
    assert len(running.Store(out, "hw4").all()) == 2


@pytest.mark.parametrize("command", [RELEASE, GRADE, REPORT, FEEDBACK, EXPORT], ids=" ".join)
def test_a_course_that_cannot_be_written(
    command: Command, course: Path, small_disk: Callable[..., Path], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    disk = small_disk(2**24)
    copy = shutil.copytree(course, disk / "course")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    monkeypatch.chdir(copy)

    assert "Read-only file system" in one_line(command, capsys)


def test_a_full_disk_leaves_no_half_of_a_zip(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(archive: zipfile.ZipFile, *content: object, **kw: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(zipfile.ZipFile, "writestr", refuse)

    assert "hw4_feedback_for_canvas.zip cannot be used (No space left on device)" in one_line(FEEDBACK, capsys)
    assert not list(course.glob("*feedback_for_canvas*")) + list(course.glob(".feedback_for_canvas*"))


def test_the_unforeseen_is_a_fault_of_the_kit_in_one_line(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names what and where, and --debug shows the traceback."""

    def breaks(*arguments: object, **options: object) -> int:
        raise LookupError("no such thing\nas this \x1b[31mred")

    monkeypatch.setattr("autograder.commands.report.report", breaks)
    assert main(REPORT) == 2
    (said,) = capsys.readouterr().err.splitlines()
    with pytest.raises(LookupError):
        main(("--debug", *REPORT))

    assert said.startswith(
        "autograder: This is a fault of the autograder, not yours: LookupError: no such thing as this [31mred (auto"
    )
    assert "`autograder --debug ...`" in said


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "no memory left: use fewer --jobs"),
        (ModuleNotFoundError("No module named 'keras'"), "autograder doctor"),
        (RecursionError("too deep"), "fault of"), (UnicodeEncodeError("ascii", "\xe9", 0, 1, "no"), "fault of"),
        (OSError("odd"), "A file cannot be used (odd): fix this"),
        (AssertionError(), "AssertionError: no message"),
        (shutil.Error([("a", "/tmp/b", "[Errno 28] No space left on device: 'a'")] * 500),
         "/tmp/b cannot be used (No space left on device): free some space"),
        (shutil.Error("they are the same"), "cannot be used (they are the same)"),
        (ConfigError(""), "ConfigError: no message"), (ConfigError("x" * 10**6), "xxx…"),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_every_exception_has_its_line(
    error: Exception, sentence: str, course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(*arguments: object, **options: object) -> int:
        raise error

    monkeypatch.setattr("autograder.commands.report.report", breaks)
    assert main(REPORT) == 2
    (said,) = capsys.readouterr().err.splitlines()

    assert said.startswith("autograder: ")
    assert sentence in said
    assert len(said) < 2100


def test_a_name_that_is_no_text(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder whose name comes from a machine with other letters, or a shell that knows only ASCII."""
    other = course.parent / os.fsdecode(b"caf\xe9")
    course.rename(other)
    monkeypatch.chdir(other)

    for command in (GRADE, RELEASE, REPORT):  # with all sources there, no fault of the grader comes of it
        assert "has characters that this shell's locale does not support: `export LC_ALL" in one_line(command, capsys)


def test_a_folder_for_temporary_files_without_room(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It concerns everybody, so the run does not begin; each worker needs some."""
    usage = shutil.disk_usage(course)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=2**16))

    assert "has 0.1 MiB free: make room there, or set TMPDIR to another folder." in one_line(GRADE, capsys)
