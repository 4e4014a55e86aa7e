"""The process that student processes are forked from: it has the libraries loaded, and knows nothing else.

Started by path with an isolated interpreter and a clean environment:

    python -I -B zygote.py CONTROL_FD HOLDER_FD [LIBRARY...]

The second descriptor holds its folder.
It reads one JSON request a line from the control socket and answers one JSON line.
With a socket of packets it is a factory instead: each packet names a folder, brings a control socket, a log and what
holds the folder, and gets a zygote forked, so that the libraries are loaded once for all zygotes of a machine. Student
processes never fork here.
"fork" comes with a descriptor, the student process's end of its channel.
Children stay unreaped until "reap", so that a process id cannot be reused while the grader may still kill it.
When the grader is gone, however it ended, the zygote ends its children and ends too; with it goes its folder.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import signal
import socket
import sys
import tempfile
from typing import Any

MADV_COLLAPSE = 25
SESSION_DIR = os.path.dirname(os.path.abspath(__file__))
SHARED_DIR = os.path.join(os.path.dirname(SESSION_DIR), "handin")  # runs cells and reads pictures, as students do


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
    libraries = load("agent", sys.argv[3:])
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
    serve_as_zygote(socket.socket(fileno=control), libraries)


def reap_zygotes(options: int) -> None:
    """Wait for those that have ended, or without WNOHANG for all; who measures a run counts what is waited for."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            pass


def serve_as_zygote(control: socket.socket, libraries: tuple[Any, Any, Any] | None = None) -> None:
    """Serve; when the grader is gone, end the student processes."""
    children: set[int] = set()
    with contextlib.suppress(ConnectionError):  # it may go in the middle of a word
        if libraries is not None:
            send_line(control, {"pid": os.getpid()})
        serve(control, children, libraries)
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in children:
        os.waitpid(pid, 0)


def serve(control: socket.socket, children: set[int], libraries: tuple[Any, Any, Any] | None) -> None:
    """Fork and reap as requested; return when the grader closes the control socket."""
    line, _ = receive_line(control)
    if not line:
        return
    setup = json.loads(line)
    confinement, agent, shell = libraries or load(setup["agent"], setup["libraries"])
    forget_the_package(setup["package_dir"])
    sys.path.insert(0, setup["kit_dir"])  # `import` of the kit finds the instructor's
    setup["readable"] = confinement.readable_paths(setup.pop("hidden"), [setup["kit_dir"]])
    confinement.prepare(setup["readable"])
    send_line(control, {"ready": True, "versions": versions()})
    while True:
        line, descriptors = receive_line(control)
        if not line:
            return
        request = json.loads(line)
        if request["do"] == "fork":
            if request["cores"]:
                os.sched_setaffinity(0, request["cores"])
            pid = fork_student(agent, confinement, shell, setup, request, descriptors[0], control)
            children.add(pid)
            send_line(control, {"pid": pid})
        else:
            _, status, usage = os.wait4(request["pid"], 0)
            children.remove(request["pid"])
            cpu_s, peak_mib = usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024
            send_line(control, {"status": status, "cpu_s": cpu_s, "peak_mib": peak_mib})


def load(agent_name: str, names: list[str]) -> tuple[Any, Any, Any]:
    """Load everything and get ready to fork; return what confines student processes, what serves there, and a shell."""
    import confinement

    sys.path.insert(1, SHARED_DIR)
    import libraries

    agent = importlib.import_module(agent_name)
    del sys.path[:2]  # from here on nothing of these folders can be imported
    shell = libraries.load(names) if agent_name == "agent" else agent.load_libraries()
    gc.collect()
    gc.freeze()  # the children share these pages instead of touching every reference count
    use_large_pages()
    return confinement, agent, shell


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


def fork_student(
    agent: Any, confinement: Any, shell: Any, setup: dict[str, Any], request: dict[str, Any], wire_fd: int, control: Any
) -> int:
    """Fork, confine the child, let it serve the grader; return the child's process id."""
    pid = os.fork()
    if pid:
        os.close(wire_fd)
        return pid
    try:
        control.close()
        become_a_stranger(request["scratch"], wire_fd)
        sock = socket.socket(fileno=3)
        server = agent.Agent(sock, shell)
        problems = confinement.confine(setup["readable"], request["scratch"])
        missing = {layer: problem for layer, problem in problems.items() if problem}
        server.greet({"layers": [layer for layer in problems if layer not in missing], "missing": missing})
        if missing and not setup["weak"]:
            os._exit(1)
        setup.clear()
        request.clear()
        server.serve()
    finally:
        os._exit(0)


def become_a_stranger(scratch: str, wire_fd: int) -> None:
    """Cut every tie to the zygote: descriptors, session, folder, environment, random state."""
    os.setsid()
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # when memory runs out, this is the process to end, and not a grader
    null = os.open(os.devnull, os.O_RDWR)
    for target in (0, 1, 2):
        os.dup2(null, target)
    os.dup2(wire_fd, 3)
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))
    os.chdir(scratch)
    sys.path.insert(1, scratch)  # behind the kit: the student's own modules, handed in or written by a cell
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR", "KERAS_HOME", "IPYTHONDIR"):
        os.environ[name] = scratch
    tempfile.tempdir = scratch  # a library may have asked for it before the fork
    sys.argv[:] = [""]
    random.seed()
    sys.modules["numpy"].random.seed()
    if "tensorflow" in sys.modules:
        sys.modules["tensorflow"].random.set_seed(random.getrandbits(31))


def receive_line(control: socket.socket) -> tuple[str, list[int]]:
    """Return the next request with the descriptors that came along; an empty one when the grader is gone."""
    data, descriptors = b"", []
    while not data.endswith(b"\n"):
        chunk, received, _, _ = socket.recv_fds(control, 65536, 1)
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
