"""Start a zygote, fork confined student processes from it, and tell how they ended."""

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..handin.run_limits import Limits
from ..model.error_lines import file_sentence
from ..model.errors import ConfigError, GraderFault
from . import cores, machine
from .guarded_tempdir import GuardedTempdir
from .process import Process
from .zygote_factory import START_S, begin, end, receive

SESSION_DIR = Path(__file__).resolve().parent
PACKAGE_DIR = SESSION_DIR.parent
FOLDER_FOR_ALL = 0o777
ANSWER_S = 60  # a fork takes 0.01 s, the end of a large process 0.1 s


def layer_problems() -> dict[str, str]:
    """Return for each layer of the confinement why this machine lacks it, an empty text where it does not."""
    probe = [sys.executable, "-I", "-B", str(SESSION_DIR / "confinement.py")]
    found = subprocess.run(probe, capture_output=True, text=True, timeout=START_S, check=False)
    try:
        return json.loads(found.stdout)
    except ValueError:
        return {"probe": (found.stderr.strip().splitlines() or ["it said nothing"])[-1]}


def require_layers() -> None:
    """Raise ConfigError, with what to do, when this machine lacks a layer of the confinement."""
    missing = [f"{layer} ({problem})" for layer, problem in layer_problems().items() if problem]
    if missing:
        raise ConfigError(
            f"This machine lacks {', '.join(missing)}, so student code would not be fully confined. "
            "`autograder doctor` says what to do; `--sandbox=weak` grades all the same, for submissions you trust."
        )


class Zygote(contextlib.AbstractContextManager):
    """A running zygote and the folder with the instructor's kit that its children may read."""

    def __init__(
        self, kit: Path | None, hidden: Iterable[Path] = (), *, weak: bool = False, agent: str = "agent",
        libraries: Sequence[str] = (), files: Mapping[str, Path] = MappingProxyType({}),
        kit_without: Collection[str] = (), factory: socket.socket | None = None, machine_factor: float | None = None,
    ) -> None:  # fmt: skip
        """Start one and wait until it is ready.

        Args:
            kit: The package that students import, copied so that nothing beside it becomes readable; None for none.
            hidden: Files and folders that students must not read even if they lie within the libraries.
            weak: Grade although this machine lacks a layer of the confinement.
            agent: What serves in the forked processes: "agent", or "picture_agent".
            libraries: What to import before student processes are forked, beside NumPy, matplotlib and IPython.
            files: What students get beside the notebooks, by its path there; copied like the kit.
            kit_without: Folders of the kit that no process gets: what they hold is for work that is not graded.
            factory: Where a ZygoteFactory takes requests; without one, or when it is gone, the zygote loads them.
            machine_factor: How many times as long as the reference machine this one takes; measured by default.

        Raises:
            GraderFault: The libraries cannot be loaded, or a layer is missing and `weak` is not set.
        """
        self.weak = weak
        self.machine_factor = machine.factor() if machine_factor is None else machine_factor
        self._tempdir = GuardedTempdir("autograder-zygote-")
        self.folder = self._tempdir.path
        self._log = self.folder / "zygote.log"
        self._one_at_a_time = threading.Lock()  # several threads may share a zygote
        secret = [str(path) for path in (PACKAGE_DIR, *hidden)]
        try:
            kit_dir, self._files_dir = _copy_for_all(kit, kit_without, files, self.folder)
        except OSError as error:
            self._tempdir.close()
            raise GraderFault(file_sentence(error)) from error
        self.files = tuple(sorted(files))
        self._process, self._control = begin(self._tempdir, self._log, factory)
        setup = {
            "package_dir": str(PACKAGE_DIR), "kit_dir": str(kit_dir), "files_dir": str(self._files_dir),
            "hidden": secret, "weak": weak, "agent": agent, "libraries": list(libraries),
        }  # fmt: skip
        try:
            self.versions: dict[str, str] = self._ask(setup, START_S)["versions"]
            probe = Process(self, Limits())
            self.layers = probe.layers
            probe.end()
        except BaseException:
            self.close()
            raise

    def fork(self, scratch_dir: Path) -> tuple[int, socket.socket]:
        """Start a confined student process on the cores of this thread; return its id and our end of its channel."""
        return self._fork(scratch_dir)

    def fork_test_process(self, scratch_dir: Path, home: Path, student: socket.socket) -> tuple[int, socket.socket]:
        """Start a confined process that runs tests; return its id and our end of its channel.

        Args:
            scratch_dir: That of the student process that is tested, as the working folder.
            home: A folder that only the new process may use.
            student: Our end of the student process's channel, which the new process gets a copy of.
        """
        return self._fork(scratch_dir, home, student)

    def _fork(
        self, scratch_dir: Path, home: Path | None = None, student: socket.socket | None = None
    ) -> tuple[int, socket.socket]:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                request = {
                    "do": "fork", "scratch": str(scratch_dir), "home": str(home or ""), "cores": cores.allowed(),
                }  # fmt: skip
                descriptors = [theirs.fileno(), *([] if student is None else [student.fileno()])]
                answer = self._ask(request, descriptors=descriptors)
            except GraderFault:
                ours.close()
                raise
        return answer["pid"], ours

    def put_files(self, scratch_dir: Path) -> None:
        """Put links to what students get beside the notebooks into a scratch folder."""
        for path in self.files:
            link = scratch_dir / path
            for folder in reversed(link.relative_to(scratch_dir).parents[:-1]):
                (scratch_dir / folder).mkdir(exist_ok=True)
                (scratch_dir / folder).chmod(FOLDER_FOR_ALL)  # strangers do not get into the scratch folder
            link.symlink_to(self._files_dir / path)

    def reap(self, pid: int) -> dict[str, Any]:
        """Wait for a dead student process; return its status, processor time and peak memory."""
        return self._ask({"do": "reap", "pid": pid})

    def close(self) -> None:
        """End the zygote with its student processes, and its folder."""
        end(self._process, self._control, self._tempdir)

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Id of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def _ask(
        self, request: dict[str, Any], timeout_s: float = ANSWER_S, descriptors: Sequence[int] = ()
    ) -> dict[str, Any]:
        line = json.dumps(request).encode() + b"\n"
        with self._one_at_a_time:
            try:
                self._control.settimeout(timeout_s)
                socket.send_fds(self._control, [line], descriptors)
                return receive(self._control)
            except OSError as error:
                self._process.kill()  # whatever it still says would be taken for the answer to another request
                self._process.wait()
                raise GraderFault(f"The zygote is gone: {self._last_words() or error}.") from error

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            return next(reversed(self._log.read_text(errors="replace").strip().splitlines()), "")
        return ""


def _copy_for_all(
    kit: Path | None, kit_without: Collection[str], files: Mapping[str, Path], folder: Path
) -> tuple[Path, Path]:  # fmt: skip
    """Copy kit and files where an unknown user can read them, whatever the umask; return the folders that hold them."""
    folder.chmod(0o755)
    kit_dir, files_dir = folder / "kit", folder / "files"
    kit_dir.mkdir()
    files_dir.mkdir()
    if kit is not None:
        shutil.copytree(kit, kit_dir / kit.name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in kit_without:
            shutil.rmtree(kit_dir / kit.name / name, ignore_errors=True)
    for name, path in files.items():
        (files_dir / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, files_dir / name)
    for path in (kit_dir, files_dir, *kit_dir.rglob("*"), *files_dir.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return kit_dir, files_dir
