"""The process that student processes are forked from: it has the libraries loaded, and knows nothing else.

Started by path with an isolated interpreter and a clean environment:

    python -I -B zygote.py CONTROL_FD HOLDER_FD [LIBRARY...]

The second descriptor holds its folder.
It reads one JSON request a line from the control socket and answers one JSON line.
With a socket of packets it is a factory instead: each packet names a folder, brings a control socket, a log and what
holds the folder, and gets a zygote forked, so that the libraries are loaded once for all zygotes of a machine. Student
processes never fork here.
"fork" comes with a descriptor, the process's end of its channel. One that runs the instructor's tests gets a second
descriptor, the grader's end of the channel of a student process: it asks that process on it.
Children stay unreaped until "reap", so that a process id cannot be reused while the grader may still kill it.
When the grader is gone, however it ended, the zygote ends its children and ends too; with it goes its folder.
"""

import contextlib
import ctypes
import fcntl
import gc
import importlib
import json
import os
import random
import signal
import socket
import sys
import tempfile
from typing import Any, NamedTuple

MADV_COLLAPSE = 25
SESSION_DIR = os.path.dirname(os.path.abspath(__file__))
SHARED_DIR = os.path.join(os.path.dirname(SESSION_DIR), "handin")  # runs cells and reads pictures, as students do
TESTS_DIR = os.path.join(os.path.dirname(SESSION_DIR), "test_cells")  # runs tests, and answers them for a student
MOST_DESCRIPTORS = 2  # of one request
FIRST_FREE = 10  # descriptors below it are given their places in a new process
FOLDER_VARIABLES = ("HOME", "TMPDIR", "MPLCONFIGDIR", "KERAS_HOME", "IPYTHONDIR")
SHARED_FOLDER_MASK = 0o002  # for those of the group, who are the two processes of one notebook


class Loaded(NamedTuple):
    """What a fork needs: what confines it, what serves in it, and a shell for cells."""

    confinement: Any
    agent: Any
    test_agent: Any  # None where no tests are run
    shell: Any


def main() -> None:
    """Load the libraries, serve until the grader is gone."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    sys.path.insert(0, SESSION_DIR)
    if channel.type == socket.SOCK_SEQPACKET:
        serve_as_factory(channel)
    else:
        serve_as_zygote(channel)


def serve_as_factory(requests: socket.socket) -> None:
    """Load the libraries and fork zygotes; return when nobody is left to ask, and in each zygote at its end."""
    loaded = load("agent", sys.argv[3:])
    while True:
        folder, descriptors, _, _ = socket.recv_fds(requests, 4096, 3)
        reap_zygotes(os.WNOHANG if folder else 0)
        if not folder:
            return
        if os.fork() == 0:
            break
        for descriptor in descriptors:
            os.close(descriptor)
    requests.close()
    os.close(int(sys.argv[2]))
    control, log, _ = descriptors  # the last one stays open until this process ends
    os.dup2(log, 2)
    os.close(log)
    os.chdir(folder)
    serve_as_zygote(socket.socket(fileno=control), loaded)


def reap_zygotes(options: int) -> None:
    """Wait for those that have ended, or without WNOHANG for all; who measures a run counts what is waited for."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            pass


def serve_as_zygote(control: socket.socket, loaded: Loaded | None = None) -> None:
    """Serve; when the grader is gone, end the student processes."""
    children: set[int] = set()
    with contextlib.suppress(ConnectionError):  # it may go in the middle of a word
        if loaded is not None:
            send_line(control, {"pid": os.getpid()})
        serve(control, children, loaded)
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in children:
        os.waitpid(pid, 0)


def serve(control: socket.socket, children: set[int], loaded: Loaded | None) -> None:
    """Fork and reap as requested; return when the grader closes the control socket."""
    line, _ = receive_line(control)
    if not line:
        return
    setup = json.loads(line)
    loaded = loaded or load(setup["agent"], setup["libraries"])
    forget_the_package(setup["package_dir"])
    forget_names(setup["files_dir"])
    sys.path.insert(0, setup["kit_dir"])  # `import` of the kit finds the instructor's
    own = [setup["kit_dir"], setup["files_dir"]]
    setup["readable"] = loaded.confinement.readable_paths(setup.pop("hidden"), own)
    loaded.confinement.prepare(setup["readable"])
    send_line(control, {"ready": True, "versions": versions()})
    while True:
        line, descriptors = receive_line(control)
        if not line:
            return
        request = json.loads(line)
        if request["do"] == "fork":
            if request["cores"]:
                os.sched_setaffinity(0, request["cores"])
            pid = fork_process(loaded, setup, request, descriptors, control)
            children.add(pid)
            send_line(control, {"pid": pid})
        else:
            _, status, usage = os.wait4(request["pid"], 0)
            children.remove(request["pid"])
            cpu_s, peak_mib = usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024
            send_line(control, {"status": status, "cpu_s": cpu_s, "peak_mib": peak_mib})


def load(agent_name: str, names: list[str]) -> Loaded:
    """Load everything and get ready to fork; return what a fork needs."""
    import confinement
    import shared_tempfiles

    shared_tempfiles.share()
    sys.path[1:1] = [SHARED_DIR, TESTS_DIR]
    import libraries

    agent = importlib.import_module(agent_name)
    runs_cells = agent_name == "agent"
    test_agent = importlib.import_module("test_agent") if runs_cells else None
    if runs_cells:
        importlib.import_module("library_values").load(names)
    del sys.path[:3]  # from here on nothing of these folders can be imported
    for name in [name for name, module in sys.modules.items() if is_in(TESTS_DIR, module)]:
        del sys.modules[name]  # `values` and `handles` are names of a course's or a student's own, too
    shell = libraries.load(names) if runs_cells else agent.load_libraries()
    gc.collect()
    gc.freeze()  # the children share these pages instead of touching every reference count
    use_large_pages()
    return Loaded(confinement, agent, test_agent, shell)


def is_in(folder: str, module: Any) -> bool:
    """Return whether a module was loaded from a file of the folder."""
    return os.path.dirname(getattr(module, "__file__", None) or "") == folder


def forget_names(files_dir: str) -> None:
    """Let an import of a module of the course's own find that one, and none of ours that has its name."""
    for name in {os.path.splitext(entry)[0] for entry in os.listdir(files_dir)}:
        module = sys.modules.get(name)
        if is_in(SESSION_DIR, module) or is_in(SHARED_DIR, module):
            del sys.modules[name]


def forget_the_package(package_dir: str) -> None:
    """Make the autograder package unimportable, however it was installed."""
    parent = os.path.dirname(package_dir)
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or ".") != os.path.realpath(parent)]
    sys.meta_path[:] = [finder for finder in sys.meta_path if "__editable__" not in getattr(finder, "__module__", "")]
    sys.path_hooks[:] = [hook for hook in sys.path_hooks if "__editable__" not in getattr(hook, "__module__", "")]


def use_large_pages() -> None:
    """Gather the memory so far in pages of 2 MiB where the kernel can (Linux 6.1).

    A fork copies an entry for each page and the end of a process drops it: large ones save 10 ms of each.
    """
    with contextlib.suppress(OSError), open("/proc/self/maps", encoding="utf-8") as file:
        libc = ctypes.CDLL(None)
        for span, access, _, _, inode, *_ in map(str.split, file.readlines()):
            start, end = (int(address, 16) for address in span.split("-"))
            if access == "rw-p" and inode == "0":
                libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)


def versions() -> dict[str, str]:
    """Return the versions that a result may depend on."""
    loaded = {name: sys.modules[name] for name in ("tensorflow", "keras", "numpy") if name in sys.modules}
    return {"python": sys.version.split()[0], **{name: module.__version__ for name, module in loaded.items()}}


def fork_process(
    loaded: Loaded, setup: dict[str, Any], request: dict[str, Any], descriptors: list[int], control: socket.socket
) -> int:
    """Fork, confine the child, let it serve the grader; return the child's process id."""
    pid = os.fork()
    if pid:
        for descriptor in descriptors:
            os.close(descriptor)
        return pid
    try:
        control.close()
        sock, *others = become_a_stranger(request, descriptors)
        sys.path.insert(1, setup["files_dir"] if others else request["scratch"])  # behind the kit
        server = loaded.test_agent.TestAgent(sock, *others) if others else loaded.agent.Agent(sock, loaded.shell)
        problems = loaded.confinement.confine(setup["readable"], request["scratch"], request["home"])
        missing = {layer: problem for layer, problem in problems.items() if problem}
        server.greet({"layers": [layer for layer in problems if layer not in missing], "missing": missing})
        if missing and not setup["weak"]:
            os._exit(1)
        setup.clear()
        request.clear()
        server.serve()
    finally:
        os._exit(0)


def become_a_stranger(request: dict[str, Any], descriptors: list[int]) -> list[socket.socket]:
    """Cut every tie to the zygote: descriptors, session, folder, environment, random state; return the channels.

    Of a student process the scratch folder is the home as well. One that runs tests has a home of its own: libraries
    look for settings there, and what a student's code writes must not be any.
    """
    os.setsid()
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # when memory runs out, this is the process to end, and not a grader
    kept = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, FIRST_FREE) for descriptor in descriptors]
    null = os.open(os.devnull, os.O_RDWR)
    for target, source in enumerate([null, null, null, *kept]):
        os.dup2(source, target)
    os.closerange(3 + len(kept), os.sysconf("SC_OPEN_MAX"))
    scratch, home = request["scratch"], request["home"] or request["scratch"]
    os.umask(SHARED_FOLDER_MASK)
    os.chdir(scratch)
    for name in FOLDER_VARIABLES:
        os.environ[name] = home
    os.environ["TMPDIR"] = tempfile.tempdir = scratch  # a library may have asked for it before the fork
    sys.argv[:] = [""]
    random.seed()
    sys.modules["numpy"].random.seed()
    if "tensorflow" in sys.modules:
        sys.modules["tensorflow"].random.set_seed(random.getrandbits(31))
    return [socket.socket(fileno=3 + place) for place in range(len(kept))]


def receive_line(control: socket.socket) -> tuple[str, list[int]]:
    """Return the next request with the descriptors that came along; an empty one when the grader is gone."""
    data, descriptors = b"", []
    while not data.endswith(b"\n"):
        chunk, received, _, _ = socket.recv_fds(control, 65536, MOST_DESCRIPTORS)
        descriptors += received
        if not chunk:
            return "", descriptors
        data += chunk
    return data.decode(), descriptors


def send_line(control: socket.socket, message: dict[str, Any]) -> None:
    """Send one JSON line."""
    control.sendall(json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main()
