"""The confinement, rule by rule: each layer alone, all of them together, and what happens where one is missing."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pyseccomp
import pytest
from waiting import DEADLINE_S

from autograder.handin.cell_plan import Cell
from autograder.model.errors import ConfigError, GraderFault
from autograder.session import confinement, launcher, scratch, zygote_factory
from autograder.session.launcher import SESSION_DIR, Zygote
from autograder.session.student import Student
from autograder.session.watch import thread_count

AS_ROOT = os.geteuid() == 0
CONFINED = """
import ctypes, fcntl, mmap, os, resource, signal, socket, tempfile
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(*[ctypes.c_long(n) for n in (number, *arguments)], *[ctypes.c_long(0)] * (6 - len(arguments)))
    return ctypes.get_errno() if result == -1 else -result
def results(numbers): return {name: call(number) for name, number in numbers.items()}
def outcome(code):
    try: eval(code)
    except OSError as error: return error.errno
    return 0
def run(code):
    names = {}
    exec(code, globals(), names)
    return names["result"]
"""


@pytest.fixture(scope="module")
def confined(zygote: Zygote) -> Iterator[Student]:
    """A student process with all layers, and functions that try things."""
    with Student(zygote, [Cell("probe", CONFINED)]) as student:
        yield student


def number_of(name: str) -> int:
    return confinement.NEWER_CALLS.get(name) or pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)


def alone(steps: str, code: str, tmp_path: Path) -> object:
    """Run single layers in a fresh process, then code that binds `result`; return that."""
    script = (
        f"import sys; sys.path.insert(0, {str(SESSION_DIR)!r}); scratch = {str(tmp_path)!r}\n"
        f"import ctypes, json, os, socket, confinement\nos.chdir(scratch)\n{steps}\n{code}\nprint(json.dumps(result))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=DEADLINE_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def tries(**actions: str) -> str:
    """Return code that notes the error number of each action, 0 where it succeeds."""
    lines = ["result = {}"]
    for name, action in actions.items():
        lines += ["try:", f"    {action}", "except OSError as error:", f"    result[{name!r}] = error.errno"]
        lines += ["else:", f"    result[{name!r}] = 0"]
    return "\n".join(lines)


# --- system calls ---


def test_every_denied_call_is_refused(confined):
    """Each name of the list is refused before the kernel looks at its arguments."""
    numbers = {name: number_of(name) for name in confinement.DENIED if number_of(name) >= 0}
    answers = confined.call("results", numbers)

    assert {name: answer for name, answer in answers.items() if answer != errno.EPERM} == {}
    assert len(numbers) > 130


def test_calls_that_a_filter_cannot_know_do_not_exist(confined):
    """What keeps its flags in memory, and what is newer than this file, fails as on an old kernel."""
    opaque = {name: number_of(name) for name in confinement.OPAQUE_CALLS}
    answers = confined.call("results", opaque | {str(number): number for number in confinement.UNKNOWN_CALLS})

    assert set(answers.values()) == {errno.ENOSYS}


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("os.kill(os.getppid(), 0)", errno.EPERM),
        ("os.kill(0, 0)", errno.EPERM),
        ("os.kill(-1, 0)", errno.EPERM),
        ("os.kill(os.getpid(), 0)", 0),
        ("os.kill(os.getpid(), signal.SIGKILL)", errno.EPERM),
        ("os.kill(os.getpid(), signal.SIGTERM)", errno.EPERM),
        ("os.kill(os.getpid(), signal.SIGSTOP)", errno.EPERM),
        ("os.kill(os.getpid(), signal.SIGCONT)", 0),
        ("signal.raise_signal(signal.SIGINT)", errno.EPERM),
        ("resource.getrlimit(resource.RLIMIT_CPU)", 0),
        ("resource.prlimit(os.getppid(), resource.RLIMIT_CPU)", errno.EPERM),
        ("socket.socketpair()", 0),
        ("socket.socketpair(type=socket.SOCK_STREAM | socket.SOCK_CLOEXEC)", 0),
        ("socket.socketpair(type=socket.SOCK_DGRAM)", errno.EPERM),
        ("socket.socketpair(type=socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK)", errno.EPERM),
        ("socket.socketpair(family=socket.AF_INET)", errno.EPERM),
        ("fcntl.fcntl(3, fcntl.F_GETFL)", 0),
        ("fcntl.fcntl(3, fcntl.F_SETOWN, os.getppid())", errno.EPERM),
        ("fcntl.fcntl(3, 10, signal.SIGKILL)", errno.EPERM),
        ("fcntl.fcntl(3, 15, bytes(8))", errno.EPERM),
        ("fcntl.ioctl(3, 0x8901, bytes(4))", errno.EPERM),
        ("os.open('.', os.O_TMPFILE | os.O_RDWR)", errno.EOPNOTSUPP),
        ("os.close(os.open('.', os.O_DIRECTORY))", 0),
        ("os.posix_fallocate(os.open('reserved', os.O_CREAT | os.O_RDWR), 0, 4096)", 0),
        ("__import__('numpy').zeros(9).tofile('array')", 0),
        ("tempfile.TemporaryFile().write(b'x')", 0),
        ("os.rename('nothing', 'something')", errno.EPERM),
        ("mmap.mmap(-1, 2**35)", errno.ENOMEM),
    ],
)
def test_what_depends_on_arguments(confined, code, refusal):
    """The harmless forms of a call work, the others do not."""
    assert confined.call("outcome", code) == refusal


@pytest.mark.parametrize("high", [0, 1 << 32])
@pytest.mark.parametrize(("name", "option"), confinement.DENIED_PRCTL.items())
def test_the_high_half_of_an_argument_opens_nothing(confined, name, option, high):
    """The kernel reads 32 bits of these arguments, so the filter must not compare 64."""
    assert confined.call("call", number_of("prctl"), option + high, 1) == errno.EPERM


def test_space_is_not_reserved_but_written(confined):
    """What takes no time would be done a thousand times between two looks at the folder."""
    assert confined.call("call", number_of("fallocate"), 3, 0, 0, 1) == errno.EOPNOTSUPP


def test_what_is_deleted_stays_until_the_end(confined):
    """A file that is open without a name would fill the disk unseen, so deleting only seems to work."""
    code = "open('kept', 'w').write('x')\nos.remove('kept')\nos.mkdir('d')\nos.rmdir('d')\nresult = os.listdir('.')"

    assert {"kept", "d"} <= set(confined.call("run", code))


def test_seccomp_alone_refuses(tmp_path):
    """Where Landlock had a hole, the filter would still stand."""
    steps = "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)\nconfinement.restrict_system_calls()"
    code = tries(
        socket="socket.socket()", fork="os.fork()", run="os.execv('/bin/true', ['true'])", chmod="os.chmod('.', 0o700)",
        link="os.symlink('/', 'link')", kill="os.kill(1, 0)", session="os.setsid()",
        read="open('/proc/self/status').read()",
    )  # fmt: skip
    answers = alone(steps, code, tmp_path)

    assert answers.pop("read") == 0
    assert set(answers.values()) == {errno.EPERM}


# --- files ---


def test_landlock_alone_refuses(tmp_path):
    """Where the filter had a hole, Landlock would still stand: reading and writing, for root as well."""
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "file").write_text("x")
    (tmp_path / "secret").write_text("x")
    (tmp_path / "scratch").mkdir()
    steps = f"confinement.restrict_files([{str(tmp_path / 'open')!r}], [{str(tmp_path / 'scratch')!r}])"
    code = tries(
        granted="open('open/file').read()", secret="open('secret').read()", listing="os.listdir('.')",
        etc="open('/etc/passwd').read()", parent="open(f'/proc/{os.getppid()}/status').read()",
        itself="open('/proc/self/status').read()", environment="open('/proc/self/environ').read()",
        write="open('open/new', 'w')", append="open('open/file', 'a')", truncate="os.truncate('secret', 0)",
        folder="os.mkdir('open/d')", scratch="open('scratch/new', 'w').write('x')", remove="os.unlink('secret')",
        fifo="os.mkfifo('fifo')", move="os.rename('scratch/new', 'open/new')", run="os.execv('/bin/true', ['true'])",
    )  # fmt: skip
    answers = alone(steps, code, tmp_path)

    assert {name for name, answer in answers.items() if answer == 0} == {"granted", "itself", "scratch"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["open", "scratch", "secret"]


def test_what_is_hidden_is_left_out_of_what_is_granted(tmp_path):
    """A folder that holds something hidden is replaced by everything else in it, at any depth."""
    for name in ("lib/package/secret", "lib/package/checks/deep", "lib/other", "apart"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "lib" / "link").symlink_to(tmp_path / "lib" / "package")
    hidden = [str(tmp_path / "lib" / "package" / "secret"), str(tmp_path / "apart")]
    granted = confinement.readable_paths(
        hidden, [str(tmp_path / "lib"), str(tmp_path / "apart"), str(tmp_path / "none")]
    )
    ours = [Path(path).relative_to(tmp_path).as_posix() for path in granted if path.startswith(str(tmp_path))]

    assert ours == ["lib/package/checks", "lib/other"]


def test_nothing_of_the_machine_is_readable_but_libraries(confined, tmp_path):
    """Homes, mounts, other processes and temporary files of others stay closed, whoever owns them."""
    (tmp_path / "world-readable").write_text("x")
    paths = ["/", "/home", "/root", "/etc/passwd", "/etc/shadow", "/etc/hostname", "/proc", "/proc/1/cmdline", "/tmp"]
    paths += ["/proc/self/fd", "/proc/self/environ", "/proc/self/mem", "/proc/net/unix", "/dev/shm", "/run", "/var/log"]
    paths += [str(Path.home()), os.getcwd(), sys.executable, str(tmp_path / "world-readable"), "/sys/fs/cgroup"]
    opened = "result = [p for p in {!r} if outcome(f'os.open({{p!r}}, os.O_RDONLY)') == 0]"

    assert confined.call("run", opened.format(paths)) == []


# --- limits ---


def test_limits_alone(tmp_path):
    """Files, memory, address space, descriptors, core dumps and processor time are bounded."""
    code = (
        "import resource, mmap\nresult = {name: resource.getrlimit(getattr(resource, 'RLIMIT_' + name)) for name in "
        "('CORE', 'FSIZE', 'NOFILE', 'DATA', 'AS', 'CPU')}\n"
        "try: open('large', 'wb').truncate(2**40)\nexcept OSError as error: result['error'] = error.errno"
    )
    limits = alone("confinement.set_limits()", code, tmp_path)

    assert limits.pop("error") == errno.EFBIG
    assert limits == {
        "CORE": [0, 0],
        "FSIZE": [confinement.SCRATCH_FILE_BYTES] * 2,
        "NOFILE": [confinement.OPEN_FILES] * 2,
        "DATA": [confinement.DATA_BYTES] * 2,
        "AS": [confinement.ADDRESS_BYTES] * 2,
        "CPU": [confinement.CPU_SECONDS] * 2,
    }


def test_a_second_thread_would_escape_and_is_refused(tmp_path):
    """Landlock and seccomp bind the thread that asks for them, so there must be no other."""
    steps = "import threading, time\nthreading.Thread(target=time.sleep, args=(5,), daemon=True).start()"
    code = f"result = confinement.confine(confinement.readable_paths([], []), {str(tmp_path)!r})['limits']"

    assert "another thread" in str(alone(steps, code, tmp_path))


# --- privileges ---

WHO = """
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
result = {"uid": os.getresuid(), "gid": os.getresgid(), "groups": os.getgroups(), "owner": os.stat(".").st_uid}
result |= {name: int(status[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")}
"""


@pytest.mark.skipif(not AS_ROOT, reason="only root has a user id to give up")
@pytest.mark.parametrize("reachable", [True, False])
def test_root_gives_up_what_it_can(tmp_path, reachable):
    """With libraries that everybody can reach root becomes an unknown user, else it stays root without any power."""
    steps = f"confinement.reachable_by_all = lambda path: {reachable}\n"
    steps += (
        "problems = confinement.confine(confinement.readable_paths([], []), scratch)\nassert not any(problems.values())"
    )
    who = alone(steps, WHO, tmp_path)

    assert [who[name] for name in ("CapEff", "CapPrm", "CapInh", "CapAmb", "groups")] == [0, 0, 0, 0, []]
    ids = {*who["uid"], *who["gid"], who["owner"]}
    assert len(ids) == 1
    assert (ids > {0} or min(ids) >= confinement.FIRST_SPARE_UID) if reachable else ids == {0}


@pytest.mark.skipif(not AS_ROOT, reason="only root can stay root")
def test_root_without_power_is_nobody_of_note(tmp_path):
    """Where root has to stay root, its name opens nothing: not its own files, not their modes, not its processes."""
    steps = "confinement.reachable_by_all = lambda path: False\n"
    steps += "confinement.confine(confinement.readable_paths([], []), scratch)"
    code = tries(
        shadow="open('/etc/shadow').read()", home="os.listdir('/root')", mode="os.chmod('/etc/passwd', 0o644)",
        owner="os.chown('.', 1, 1)", kill="os.kill(1, 0)", priority="os.setpriority(os.PRIO_PROCESS, 0, -5)",
        uid="os.setuid(1)", host="socket.sethostname('x')", mount="os.chroot('.')", write="open('/etc/motd', 'a')",
        device="os.mknod('d', 0o20666, 259)", time="os.utime('/etc/passwd', (0, 0))",
        kernel="open('/proc/sys/vm/swappiness', 'w')",
    )  # fmt: skip
    answers = alone(steps, code, tmp_path)

    assert [name for name, answer in answers.items() if answer == 0] == []


@pytest.mark.parametrize("ids", [2**32 - 1, 65536, 1])
def test_a_spare_user_id_is_one_that_the_container_has(ids, monkeypatch, tmp_path):
    """Outside of containers no account has it; within, it lies in the upper half of the few that there are."""
    table = tmp_path / "uid_map"
    table.write_text(f"         0       1000 {ids:10}\n")
    monkeypatch.setattr("builtins.open", lambda path, *args, real=open, **kwargs: real(table, *args, **kwargs))
    uid = confinement.spare_uid()

    assert min(ids // 2, confinement.FIRST_SPARE_UID) <= uid < ids


def testreachable_by_all_looks_at_every_folder_above(tmp_path):
    """One closed folder on the way is enough to be out of reach."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    for folder in (inner, inner.parent, tmp_path):
        folder.chmod(0o755)
    above = all(parent.stat().st_mode & 0o1 for parent in tmp_path.parents)
    assert confinement.reachable_by_all(str(inner)) is above

    inner.parent.chmod(0o700)
    assert confinement.reachable_by_all(str(inner)) is False


# --- where a layer is missing ---


@pytest.fixture
def without_filter(tmp_path, monkeypatch) -> Callable[..., Zygote]:
    """Start zygotes on a machine that seems to have no seccomp."""
    folder = tmp_path / "session"
    for source in (SESSION_DIR, SESSION_DIR.parent / "handin", SESSION_DIR.parent / "test_cells"):
        shutil.copytree(source, tmp_path / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / "confinement.py").read_text()
    broken = 'def restrict_system_calls() -> None:\n    raise RuntimeError("no filter in this kernel")\n\n\n'
    (folder / "confinement.py").write_text(text.replace("def _prctl", f"{broken}def _prctl"))
    for module in (launcher, zygote_factory):
        monkeypatch.setattr(module, "SESSION_DIR", folder)
    return lambda **options: Zygote(None, [], **options)


def test_a_missing_layer_is_named_and_refused(without_filter):
    """Doctor and grading say which layer is missing and why; without a word from the instructor nothing starts."""
    assert launcher.layer_problems() == {
        "limits": "",
        "landlock": "",
        "privileges": "",
        "seccomp": "no filter in this kernel",
    }
    with pytest.raises(ConfigError, match=r"lacks seccomp \(no filter in this kernel\).*--sandbox=weak"):
        launcher.require_layers()
    with pytest.raises(GraderFault, match=r"could not be confined: seccomp \(no filter in this kernel\)"):
        without_filter(agent="picture_agent")


def test_weak_grading_goes_on_with_the_layers_that_are_there(without_filter):
    """The report records what was in force."""
    with without_filter(weak=True, agent="picture_agent") as zygote:
        assert zygote.layers == ("limits", "landlock", "privileges")


def test_a_machine_without_any_of_it_is_told_in_a_word(monkeypatch, tmp_path):
    """A probe that cannot run at all is a missing layer too."""
    monkeypatch.setattr(launcher, "SESSION_DIR", tmp_path)

    assert list(launcher.layer_problems()) == ["probe"]
    with pytest.raises(ConfigError, match="lacks probe"):
        launcher.require_layers()


# --- what is looked at from outside ---


def test_a_process_cannot_name_itself_out_of_the_thread_count(zygote):
    """The kernel writes the name of a process into the text from which others read how many threads it has."""
    cell = "import ctypes, threading, time\nctypes.CDLL(None).prctl(15, b'Threads:\\t1', 0, 0, 0)\n"
    cell += "for _ in range(9): threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\ndef f(): pass"
    with Student(zygote, [Cell("threads", cell)]) as student:
        student.call("f")

        assert thread_count(psutil.Process(student.pid)) >= 10


def nested(folder: Path, depth: int, name: str = "d" * 200) -> None:
    """Nest folders deeper than any path can say."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)
        os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def test_a_folder_is_measured_and_removed_whatever_is_in_it(tmp_path):
    """Depth, locked folders, odd names and links change nothing; what links lead to stays."""
    (tmp_path / "keep").mkdir()
    (tmp_path / "keep" / "file").write_text("x")
    folder = tmp_path / "scratch"
    folder.mkdir()
    (folder / "file").write_bytes(bytes(10**6))
    (folder / "link").symlink_to(tmp_path / "keep")
    (folder / "loop").symlink_to(folder)
    (folder / "a\nb\udcff").write_text("")
    (folder / "locked" / "inner").mkdir(parents=True)
    (folder / "locked" / "inner" / "file").write_bytes(bytes(10**6))
    (folder / "locked" / "inner").chmod(0)
    (folder / "locked").chmod(0)

    assert 2 * 10**6 <= scratch.measure(folder, 10**9) < 2.2 * 10**6
    assert scratch.measure(folder, 10**6) > 10**6
    nested(folder, 1500)
    assert scratch.measure(folder, 10**9) == float("inf")
    scratch.remove(folder)
    assert not folder.exists()
    assert (tmp_path / "keep" / "file").read_text() == "x"


def test_a_folder_that_is_gone_is_no_trouble(tmp_path):
    """Removing twice, or measuring what is not there, does nothing."""
    scratch.remove(tmp_path / "none")

    assert scratch.measure(tmp_path / "none", 1) == 0


def test_a_hard_limit_that_is_too_low_is_named() -> None:
    """`doctor` and the refusal of a run say which one it is, and what is needed."""
    probe = [sys.executable, "-I", "-B", str(confinement.__file__)]
    code = (
        "import ctypes, os, resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))\n"
        "ctypes.CDLL(None).prctl(24, 24, 0, 0, 0)\n"  # PR_CAPBSET_DROP, CAP_SYS_RESOURCE: root may raise it no more
        f"os.execv({probe[0]!r}, {probe!r})"
    )
    found = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)

    assert json.loads(found.stdout)["limits"] == "the hard limit RLIMIT_NOFILE is 64, and 256 is needed"
