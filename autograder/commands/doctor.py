"""What this machine has, what it lacks, and the command that fixes it. Needs no package, as some may be missing."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from ..model.error_lines import on_one_line, sentence
from ..session import shared_memory

if TYPE_CHECKING:
    from ..model.assignment import Assignment

DONE, NEEDS_A_PERSON = 0, 1
KIT = "autograder"
KIT_DIR = Path(__file__).resolve().parents[2]
LOCK = "requirements.lock"
REMEDIES = {
    "landlock": "use Linux 6.7 or newer with Landlock switched on (`lsm=landlock,...` on the kernel command line)",
    "seccomp": "install libseccomp (Debian and Ubuntu: apt-get install libseccomp2; Fedora: dnf install libseccomp)",
    "limits": "raise the hard limits of this shell (`ulimit -Ha` shows them)",
    "privileges": "start the grader as an ordinary user",
    "probe": "grade on Linux; on other systems only `--sandbox=weak` works",
}
FETCH = "datasets/get_datasets.sh"  # of a course that has one
ROOM = 2**30  # the demonstration leaves 0.8 MB a student: 300 students and three resubmissions of each have room
PROCESSES = Path("/proc/self/task")


DESK = "autograder.desk"
DESK_SWITCH = KIT_DIR / "autograder" / "desk" / "jupyter_server_config.d" / "autograder.json"
# Extensions of the Jupyter server, and what is not there without them; installing a package enables its own.
EXTENSIONS = {
    DESK: "the marking desk inside JupyterLab (`autograder mark` brings its own server)",
    "nbgrader.server_extensions.formgrader": "nbgrader's marking pages",
    "jupyter_server_mathjax": "mathematics on them without a network",
}


@dataclass(frozen=True)
class Line:
    """One thing that was looked at; `remedy` is empty when it is fine."""

    subject: str
    state: str
    remedy: str = ""
    is_optional: bool = False  # grading goes on without it

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to do what the remedy says."""
        return bool(self.remedy) and not self.is_optional


def doctor(course_dir: Path, name: str = "") -> int:
    """Print what was found and what to do about it; return the exit code."""
    lines = examine(course_dir, name)
    width = max(len(line.subject) for line in lines)
    for line in lines:
        print(f"{line.subject:{width}}  {line.state}" + (f"  -> {line.remedy}" if line.remedy else ""))
    return NEEDS_A_PERSON if any(line.needs_person for line in lines) else DONE


def examine(course_dir: Path, name: str = "") -> list[Line]:
    """Return what was found, in the order in which it matters; of all assignments, or of one."""
    return [
        *_python(), *_packages(), *_extensions(), *_confinement(), *_course(course_dir, name), *_machine(),
        *_terminal(),
    ]  # fmt: skip


def _python() -> Iterator[Line]:
    yield Line("python", sys.version.split()[0])
    if sys.flags.optimize:
        yield Line("python -O", "active: it removes the checks", "unset PYTHONOPTIMIZE, and start without -O")


def _packages() -> Iterator[Line]:
    """Yield a line for each package that the kit asks for, and whether its version is one that the kit knows."""
    try:
        wanted = metadata.requires(KIT) or []
        from packaging.requirements import Requirement  # pip, nbgrader and Matplotlib all bring it
    except ImportError as error:
        yield Line(error.name or KIT, "missing", f"run {_installing()}")
        return
    for requirement in map(Requirement, wanted):
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue  # for another system, or of an extra
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            yield Line(requirement.name, "missing", f"run {_installing()}")
            continue
        if requirement.specifier.contains(version, prereleases=True):
            yield Line(requirement.name, version)
        else:
            yield Line(requirement.name, f"{version}, the kit needs {requirement.specifier}", f"run {_installing()}")


def _installing() -> str:
    """Return the command that installs all that the kit needs into this very Python."""
    pip = f"{sys.executable} -m pip install"
    lock = KIT_DIR / LOCK
    return f"`{pip} --require-hashes -r {lock}`" if lock.is_file() else f"`{pip} --upgrade {KIT}`"


def _extensions() -> Iterator[Line]:
    """Say whether a Jupyter server that is started with this Python has what people mark with."""
    try:
        from jupyter_core.paths import jupyter_config_path
        from jupyter_server.extension.config import ExtensionConfigManager

        enabled = ExtensionConfigManager(read_config_path=jupyter_config_path()).get_jpserver_extensions()
    except Exception as error:  # whatever is missing, the lines after this one are wanted, too
        yield Line("jupyter", f"could not be checked ({on_one_line(str(error))})", "install what is missing first")
        return
    for extension, gives in EXTENSIONS.items():
        is_on = enabled.get(extension, False)
        remedy = "" if is_on else f"only needed for {gives}: run {_enabling(extension, extension in enabled)}"
        yield Line(f"jupyter {extension}", "enabled" if is_on else "not enabled", remedy, is_optional=True)


def _enabling(extension: str, is_listed: bool) -> str:
    """Return the command that switches an extension on; Jupyter's own does so only for one that it has a file of."""
    if extension == DESK and not is_listed:  # an editable install brings no such file
        folder = shlex.quote(str(Path(sys.prefix, "etc", "jupyter", DESK_SWITCH.parent.name)))
        return f"`mkdir -p {folder} && cp {shlex.quote(str(DESK_SWITCH))} {folder}`"
    return f"`{sys.executable} -m jupyter server extension enable --sys-prefix {extension}`"


def _confinement() -> Iterator[Line]:
    if sys.platform == "linux" and not PROCESSES.exists():
        yield Line(
            "processes", "/proc cannot be read", "mount it, the layers below need it: `mount -t proc proc /proc`"
        )
    try:
        from ..session.launcher import layer_problems

        problems = layer_problems()
    except Exception as error:  # whatever is missing, the lines after this one are wanted, too
        yield Line("confinement", f"could not be checked ({on_one_line(str(error))})", "install what is missing first")
        return
    for layer, problem in problems.items():
        state = f"not available: {problem}" if problem else "in force"
        yield Line(f"confinement {layer}", state, REMEDIES.get(layer, REMEDIES["probe"]) if problem else "")


def _course(course_dir: Path, name: str) -> Iterator[Line]:
    """Say whether the instructor's files can be used, and the course folder be written."""
    try:
        from ..course import assignment, course_settings

        course_settings.load(course_dir)
        for known in [name] if name else assignment.names(course_dir):
            loaded = assignment.load(course_dir, known)
            yield Line(f"assignment {known}", f"{loaded.source_dir}, {len(loaded.items)} items")
            yield from _data(loaded)
    except Exception as error:
        yield Line("course", str(course_dir), on_one_line(sentence(error)))
    for subject, folder in (("course folder", course_dir), ("temporary folder", None)):
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"room?")
            place = folder or Path(tempfile.gettempdir())
            yield _room(subject, place)
        except OSError as error:
            yield Line(subject, str(folder or "none"), on_one_line(sentence(error)))


def _room(subject: str, folder: Path) -> Line:
    free = shutil.disk_usage(folder).free
    remedy = f"make room: a class needs {ROOM // 2**30} GiB" if free < ROOM else ""
    return Line(subject, f"{folder}, {free / 2**30:.1f} GiB free", remedy)


def _machine() -> Iterator[Line]:
    yield Line("cores", str(usable_cores()))
    if sys.platform != "linux":
        return
    folder, problem = shared_memory.FOLDER, shared_memory.why_unusable()
    remedy = (
        f"give it room: `mount -o remount,size=64m {folder}`, or `--shm-size=64m` where a container is started; "
        "until then, grade with `--jobs 1`"
    )
    if problem:
        yield Line("shared memory", f"{folder} cannot be used ({problem})", remedy)
    else:
        yield Line("shared memory", f"{folder}, {shutil.disk_usage(folder).free / 2**20:.0f} MiB free")


def _terminal() -> Iterator[Line]:
    for subject, encoding in (
        ("terminal", getattr(sys.stdout, "encoding", None)),
        ("file names", sys.getfilesystemencoding()),
    ):
        if encoding is not None:
            knows_all = encoding.lower().replace("_", "-").startswith("utf")
            yield Line(
                subject,
                encoding,
                "" if knows_all else "some names have characters that it lacks: export LC_ALL=C.UTF-8",
            )


def _data(assignment: Assignment) -> Iterator[Line]:
    """Say which of the assignment's data is where its notebooks look: in <NAME>_DATA, or in datasets/data."""
    variable, usual = f"{assignment.name.upper()}_DATA", assignment.course_dir / "datasets" / "data"
    folders = [Path(os.environ[variable])] if os.environ.get(variable) else []
    fetch = f"run `sh {FETCH}`" if (assignment.course_dir / FETCH).is_file() else f"put it into {usual}"
    for name in assignment.data:
        found = next((folder for folder in (*folders, usual) if (folder / name).is_file()), None)
        remedy = "" if found else f"only needed to run the notebooks: {fetch}, or set {variable}"
        yield Line(f"data {name}", str(found) if found else "not here", remedy, is_optional=True)


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
