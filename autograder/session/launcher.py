"""Start a zygote, fork confined student processes from it, and tell how they ended."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import ConfigError, GraderFault
from . import scratch
from .process import Process
from .watch import Limits

SESSION_DIR = Path(__file__).resolve().parent
PACKAGE_DIR = SESSION_DIR.parent
START_S = 300  # importing TensorFlow takes 3 s, over a slow network drive a minute
ANSWER_S = 60  # a fork takes 0.01 s, the end of a large process 0.1 s
THREAD_SETTINGS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS",
)  # fmt: skip

# The weights of a network fill 8 MB: without these, each copy comes as fresh pages from the kernel and goes back.
MEMORY_SETTINGS = {
    "MALLOC_MMAP_THRESHOLD_": str(64 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
    "MALLOC_TOP_PAD_": str(16 * 2**20),
}  # fmt: skip


def layer_problems() -> dict[str, str]:
    """Return for each layer of the confinement why this machine lacks it, an empty text where it does not."""
    probe = [sys.executable, "-I", "-B", str(SESSION_DIR / "sandbox.py")]
    found = subprocess.run(probe, capture_output=True, text=True, timeout=60, check=False)
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
            "`hw4 doctor` says what to do; `--sandbox=weak` grades all the same, for submissions you trust."
        )


class Zygote:
    """A running zygote and the folder with the instructor's hw4kit that its children may read."""

    def __init__(
        self, kit: Path | None, hidden: Iterable[Path] = (), *, weak: bool = False, agent: str = "agent"
    ) -> None:  # fmt: skip
        """Start one and wait until it is ready.

        Args:
            kit: The instructor's hw4kit, copied so that nothing beside it becomes readable; None for none.
            hidden: Files and folders that students must not read even if they lie within the libraries.
            weak: Grade although this machine lacks a layer of the confinement.
            agent: What serves in the forked processes: "agent", or "picture_agent", which needs no TensorFlow.

        Raises:
            GraderFault: The libraries cannot be loaded, or a layer is missing and `weak` is not set.
        """
        self.weak = weak
        self.folder = Path(tempfile.mkdtemp(prefix="hw4-zygote-"))
        self._log = self.folder / "zygote.log"
        self._one_at_a_time = threading.Lock()  # several threads may share a zygote
        self._control, theirs = socket.socketpair()
        secret = [str(path) for path in (PACKAGE_DIR, *hidden)]
        with theirs, self._log.open("wb") as log:
            kit_dir = _copy_for_all(kit, self.folder)
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", str(SESSION_DIR / "zygote.py"), str(theirs.fileno())],
                pass_fds=[theirs.fileno()], env=_clean_environment(self.folder), cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True,
            )  # fmt: skip
        setup = {
            "package_dir": str(PACKAGE_DIR), "kit_dir": str(kit_dir), "hidden": secret, "weak": weak, "agent": agent,
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
        """Start a confined student process; return its id and the grader's end of its channel."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                answer = self._ask({"do": "fork", "scratch": str(scratch_dir)}, descriptor=theirs.fileno())
            except GraderFault:
                ours.close()
                raise
        return answer["pid"], ours

    def reap(self, pid: int) -> dict[str, Any]:
        """Wait for a dead student process; return its status, processor time and peak memory."""
        return self._ask({"do": "reap", "pid": pid})

    def close(self) -> None:
        """End the zygote with its student processes, and its folder."""
        self._control.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        scratch.remove(self.folder)

    def __enter__(self) -> Zygote:
        return self

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
        self, request: dict[str, Any], timeout_s: float = ANSWER_S, descriptor: int | None = None
    ) -> dict[str, Any]:
        data, line = b"", json.dumps(request).encode() + b"\n"
        with self._one_at_a_time:
            try:
                self._control.settimeout(timeout_s)
                socket.send_fds(self._control, [line], [] if descriptor is None else [descriptor])
                while not data.endswith(b"\n"):
                    chunk = self._control.recv(65536)
                    if not chunk:
                        raise ConnectionResetError("it closed the connection")
                    data += chunk
            except OSError as error:
                self._process.kill()  # whatever it still says would be taken for the answer to another request
                self._process.wait()
                raise GraderFault(f"The zygote is gone: {self._last_words() or error}.") from error
        return json.loads(data)

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            return next(reversed(self._log.read_text(errors="replace").strip().splitlines()), "")
        return ""


def _copy_for_all(kit: Path | None, folder: Path) -> Path:
    """Copy the kit where an unknown user can read it, whatever the umask; return the folder that holds it."""
    folder.chmod(0o755)
    kit_dir = folder / "kit"
    kit_dir.mkdir()
    if kit is not None:
        shutil.copytree(kit, kit_dir / kit.name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (kit_dir, *kit_dir.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return kit_dir


def _clean_environment(folder: Path) -> dict[str, str]:
    """Return an environment without any of the grader's variables."""
    settings = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(Path.home()),  # matplotlib keeps its font list there; students get their scratch folder instead
        "KERAS_HOME": str(folder),  # not the instructor's keras.json
        "IPYTHONDIR": str(folder),  # nor their profile
        "MPLBACKEND": "Agg",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        **MEMORY_SETTINGS,
    }
    # One core a submission: workers do not fight over cores, and processor time is fair.
    return settings | dict.fromkeys(THREAD_SETTINGS, "1")
