"""The doctor: each thing that a machine lacks has a line with what to do, and exit code 1 when a person has to."""

from __future__ import annotations

import errno
import io
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import types
from collections import namedtuple
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import small_course

from autograder.cli import main
from autograder.commands import doctor

Patch = pytest.MonkeyPatch
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: Patch) -> Path:
    """A course on a machine that lacks nothing."""
    monkeypatch.setattr("autograder.session.launcher.layer_problems", lambda: {"seccomp": "", "landlock": ""})
    monkeypatch.delenv("HW4_DATA", raising=False)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(doctor.DESK_SWITCH.parents[1]))
    monkeypatch.chdir(small_course.make(tmp_path))
    return tmp_path


def raising(error: Exception) -> Callable[..., Any]:
    def function(*arguments: object, **options: object) -> None:
        raise error

    return function


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_nothing_to_do_on_a_machine_that_has_everything(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Data are only needed to train: they are named, and nobody has to do anything."""
    assert main(["doctor"]) == 0
    said = lines(capsys)

    assert [line.split()[:2] for line in said if " -> " in line] == [["data", "other.bin"]]
    for subject in ("python", "nbgrader", "numpy", "confinement seccomp", "course folder", "temporary folder", "cores"):
        assert any(line.startswith(subject) for line in said), subject


def test_data_is_looked_for_where_the_notebooks_look(
    course: Path, monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In datasets/data, and first in the folder of the variable that bears the name of the assignment."""
    (course / "elsewhere").mkdir()
    (course / "elsewhere" / "other.bin").write_bytes(b"0")
    monkeypatch.setenv("HW4_DATA", str(course / "elsewhere"))
    assert main(["doctor"]) == 0

    found = {line.split()[1]: line.split()[2] for line in lines(capsys) if line.startswith("data ")}
    assert found == {"large.bin": str(course / "datasets" / "data"), "other.bin": str(course / "elsewhere")}


def missing(patch: Patch, name: str) -> None:
    known = metadata.version

    def version(asked: str) -> str:
        if asked == name:
            raise metadata.PackageNotFoundError(asked)
        return known(asked)

    patch.setattr(metadata, "version", version)


def too_old(patch: Patch, name: str) -> None:
    known = metadata.version
    patch.setattr(metadata, "version", lambda asked: "0.0.1" if asked == name else known(asked))


def optimised(patch: Patch) -> None:
    flags = {name: getattr(sys.flags, name) for name in dir(sys.flags) if not name.startswith("_")}
    patch.setattr(sys, "flags", types.SimpleNamespace(**{**flags, "optimize": 1}))


def free(patch: Patch, folder: str, room: int) -> None:
    known = shutil.disk_usage
    asked = lambda path: Usage(9, 9, room) if str(path).startswith(folder) else known(path)  # noqa: E731
    patch.setattr(shutil, "disk_usage", asked)


def terminal(patch: Patch, encoding: str) -> None:
    known = sys.stdout
    patch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding))
    patch.setattr(sys.stdout, "write", known.write, raising=False)


LACKS: list[tuple[str, Callable[[Patch, Path], object], str, str]] = [
    ("a package", lambda patch, course: missing(patch, "jinja2"), "jinja2", "-m pip install --require-hashes -r "),
    ("an old package", lambda patch, course: too_old(patch, "nbgrader"), "nbgrader", "-m pip install"),
    ("the kit", lambda patch, course: patch.setattr(metadata, "requires", raising(
        metadata.PackageNotFoundError("autograder"))), "autograder", "-m pip install"),
    ("the checks", lambda patch, course: optimised(patch), "python -O", "unset PYTHONOPTIMIZE"),
    ("a layer", lambda patch, course: patch.setattr("autograder.session.launcher.layer_problems", lambda: {
        "landlock": "not in this kernel"}), "confinement landlock", "use Linux 6.7"),
    ("an unknown layer", lambda patch, course: patch.setattr("autograder.session.launcher.layer_problems", lambda: {
        "later": "not in this kernel"}), "confinement later", "`--sandbox=weak`"),
    ("a probe", lambda patch, course: patch.setattr("autograder.session.launcher.layer_problems", raising(
        TimeoutError("it took 60 s"))), "confinement", "install what is missing first"),
    ("processes", lambda patch, course: patch.setattr(doctor, "PROCESSES", course / "none"),
     "processes", "mount -t proc"),
    ("locks", lambda patch, course: patch.setattr(multiprocessing, "get_context", raising(
        OSError(errno.ENOSYS, "no locks"))), "shared memory", "--shm-size=64m"),
    ("shared memory", lambda patch, course: free(patch, "/dev/shm", 4096), "shared memory", "`--jobs 1`"),
    ("a disk", lambda patch, course: free(patch, str(course), 2**20), "course folder", "make room"),
    ("leave to write", lambda patch, course: patch.setattr(tempfile, "TemporaryFile", raising(
        PermissionError(errno.EACCES, "Permission denied", str(course)))), "course folder", "let this user"),
    ("a disk that can be written", lambda patch, course: patch.setattr(tempfile, "TemporaryFile", raising(
        OSError(errno.EROFS, "Read-only file system", str(course)))), "temporary folder", "Read-only"),
    ("letters", lambda patch, course: terminal(patch, "ascii"), "terminal", "LC_ALL=C.UTF-8"),
    ("letters of files", lambda patch, course: patch.setattr(sys, "getfilesystemencoding", lambda: "ascii"),
     "file names", "LC_ALL=C.UTF-8"),
    ("sources", lambda patch, course: (course / "answers" / "adversarial.md").write_text(""),
     "course", "adversarial.md"),
    ("settings", lambda patch, course: (course / "nbgrader_config.py").write_text("1 /"), "course", "invalid syntax"),
]  # fmt: skip


@pytest.mark.skipif(not os.path.exists("/dev/shm"), reason="shared memory is looked at on Linux only")
@pytest.mark.parametrize(("lack", "subject", "remedy"), [pytest.param(*c[1:], id=c[0]) for c in LACKS])
def test_what_is_missing_has_a_line_with_the_remedy(
    lack: Callable[[Patch, Path], object], subject: str, remedy: str, course: Path, monkeypatch: Patch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """One line, and the others are there as well."""
    lack(monkeypatch, course)

    assert main(["doctor"]) == 1
    said = lines(capsys)
    [line] = [line for line in said if line.startswith(f"{subject} ") and " -> " in line]
    assert remedy in line.partition(" -> ")[2]
    assert not any("make setup" in line for line in said)
    assert any(line.startswith("cores") for line in said)


def test_every_remedy_is_a_command_that_exists() -> None:
    """The file that it installs from is there."""
    assert (doctor.KIT_DIR / doctor.LOCK).is_file()


@pytest.mark.parametrize("extension", ["autograder.desk", "nbgrader.server_extensions.formgrader"])
def test_an_extension_that_is_switched_off_is_named_with_its_command(
    course: Path, monkeypatch: Patch, capsys: pytest.CaptureFixture[str], extension: str
) -> None:
    """The marking pages are parts of the Jupyter server, which shows nothing of them where they are not enabled."""
    settings = course / "jupyter" / "jupyter_server_config.d" / "own.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"ServerApp": {"jpserver_extensions": {extension: False}}}))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(settings.parents[1]))

    assert main(["doctor"]) == 0
    [line] = [line for line in lines(capsys) if line.startswith(f"jupyter {extension} ")]
    assert "not enabled" in line
    assert line.endswith(f"-m jupyter server extension enable --sys-prefix {extension}`")


def test_the_desk_is_switched_on_where_an_editable_install_left_it_out(
    course: Path, monkeypatch: Patch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Jupyter's own command refuses an extension that it has no file of: the one that is named works."""
    etc = course / "other environment" / "etc" / "jupyter"
    monkeypatch.setattr("jupyter_core.paths.jupyter_config_path", lambda: [str(etc)])
    monkeypatch.setattr("sys.prefix", str(course / "other environment"))

    assert main(["doctor"]) == 0
    [line] = [line for line in lines(capsys) if line.startswith("jupyter autograder.desk ")]
    subprocess.run(line.split("`")[-2], shell=True, check=True)
    assert main(["doctor"]) == 0
    assert any(line.split() == ["jupyter", "autograder.desk", "enabled"] for line in lines(capsys))
