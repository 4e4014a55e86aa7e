"""Confine the current process for good: limits, Landlock, privileges, seccomp.

Runs in the student process, before any of the student's code.
Loaded by path, like the rest of this folder: it imports nothing of the package.
Each layer stands alone, so that a hole in one is covered by another; `LAYERS` names them in the order of use.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

try:
    import pyseccomp
    import sandlock
except (ImportError, OSError, RuntimeError) as error:  # pyseccomp raises RuntimeError without libseccomp
    pyseccomp = sandlock = None
    IMPORT_PROBLEM = str(error)
else:
    IMPORT_PROBLEM = ""

LAYERS = ("limits", "landlock", "privileges", "seccomp")

# What student code may read besides its scratch folder: the interpreter, the libraries and a few facts of the machine.
SYSTEM_READABLE = (
    "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/share/fonts", "/usr/share/zoneinfo",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/mime.types",
    "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/dev/urandom", "/dev/random", "/dev/zero",
)  # fmt: skip
SYSTEM_WRITABLE = ("/dev/null",)
# TensorFlow aborts when it cannot read its own command line; the rest is what crash handlers and psutil look at.
OWN_PROCESS_FILES = tuple(f"/proc/self/{name}" for name in ("cmdline", "maps", "stat", "statm", "status"))

SCRATCH_FILE_BYTES = 64 * 2**20  # the checkpoints that the training cells write are about 3 MB
DATA_BYTES = 4 * 2**30  # TensorFlow with the handout's models needs about 0.5 GiB of private memory
OPEN_FILES = 256
CPU_SECONDS = 900  # backstop; the grader's own limits are far lower

DENIED_NETWORK = "socket connect bind listen accept accept4".split()
DENIED_PROCESS = (
    "fork vfork execve execveat ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp "
    "pidfd_open pidfd_getfd pidfd_send_signal tkill rt_sigqueueinfo rt_tgsigqueueinfo setns unshare setpgid "
    "setsid setpriority ioprio_set sched_setscheduler sched_setparam sched_setattr sched_setaffinity "
    "migrate_pages move_pages"
).split()
DENIED_PRIVILEGE = (
    "setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset personality add_key "
    "request_key keyctl seccomp"
).split()
DENIED_KERNEL = (
    "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register init_module finit_module "
    "delete_module kexec_load kexec_file_load reboot syslog swapon swapoff acct mount umount2 pivot_root chroot "
    "mount_setattr move_mount open_tree fsopen fsmount fsconfig fspick open_by_handle_at name_to_handle_at "
    "quotactl quotactl_fd fanotify_init fanotify_mark modify_ldt iopl ioperm settimeofday clock_settime "
    "clock_adjtime adjtimex sethostname setdomainname vhangup lookup_dcookie"
).split()
# Landlock does not govern these, and as the owner of the instructor's files a process could use them anywhere.
DENIED_FILES = (
    "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat setxattr "
    "lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat file_setattr link linkat "
    "symlink symlinkat mknod mknodat"
).split()
# Memory and queues that would outlive the process or escape the memory limit.
DENIED_LEFTOVERS = (
    "shmget shmat shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl mq_open mq_unlink "
    "mq_timedsend mq_timedreceive mq_notify mq_getsetattr memfd_create memfd_secret"
).split()
DENIED = DENIED_NETWORK + DENIED_PROCESS + DENIED_PRIVILEGE + DENIED_KERNEL + DENIED_FILES + DENIED_LEFTOVERS

# libseccomp 2.5 does not know these by name; their numbers are the same on every 64-bit architecture.
NEWER_CALLS = {
    "process_mrelease": 448, "memfd_secret": 447, "quotactl_fd": 443, "fchmodat2": 452, "setxattrat": 463,
    "removexattrat": 466, "file_setattr": 469,
}  # fmt: skip

CLONE_THREAD = 0x00010000
EPERM, ENOSYS = 1, 38
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 1, 4, 38, 47, 4
LINUX_CAPABILITY_VERSION_3 = 0x20080522
FIRST_SPARE_UID = 2_000_000_000  # above every range that useradd, systemd or container tools hand out


def readable_paths(hidden: Iterable[str], extra: Iterable[str]) -> list[str]:
    """Return the paths that student code may read: system, interpreter, libraries and `extra`, less all of `hidden`.

    Landlock grants whole subtrees, so a folder that holds something hidden is replaced by its other entries.
    """
    paths = sysconfig.get_paths()
    library = sysconfig.get_config_var("LIBDIR") or ""
    roots = [
        *SYSTEM_READABLE,
        library,
        paths["stdlib"],
        paths["platstdlib"],
        paths["purelib"],
        paths["platlib"],
        *extra,
    ]
    secret = [Path(path).resolve() for path in hidden]
    granted = [str(path) for root in dict.fromkeys(roots) if root for path in _without(Path(root).resolve(), secret)]
    return list(dict.fromkeys(granted))


def _without(path: Path, secret: list[Path]) -> Iterator[Path]:
    if not path.exists() or any(path == entry or entry in path.parents for entry in secret):
        return
    if any(path in entry.parents for entry in secret):
        for child in sorted(path.iterdir()):
            yield from _without(child.resolve(), secret)
    else:
        yield path


def confine(readable: list[str], scratch: str) -> dict[str, str]:
    """Confine this process for good; return for each layer why it is not in force, an empty text when it is.

    Args:
        readable: Files and folders that may be read, as given by `readable_paths`.
        scratch: The one folder that may be written.
    """
    steps: dict[str, Callable[[], None]] = {
        "limits": set_limits,
        "landlock": lambda: restrict_files(readable, scratch),
        "privileges": lambda: drop_privileges(readable, scratch),
        "seccomp": restrict_system_calls,
    }
    problems = {}
    for layer in LAYERS:
        try:
            steps[layer]()
        except Exception as error:
            problems[layer] = str(error) or type(error).__name__
        else:
            problems[layer] = ""
    return problems


def set_limits() -> None:
    """Limit core dumps, files, memory and processor time; die with the zygote."""
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, SCRATCH_FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_DATA, DATA_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
    ):
        resource.setrlimit(limit, (value, value))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file over the limit is an OSError, not the end of the process
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def restrict_files(readable: list[str], scratch: str) -> None:
    """Let this process read `readable`, write `scratch`, and signal nobody outside, by Landlock."""
    if sandlock is None:
        raise RuntimeError(IMPORT_PROBLEM)
    tolerated = [sandlock.Protection.SIGNAL_SCOPE, sandlock.Protection.ABSTRACT_UNIX_SOCKET_SCOPE]
    sandlock.confine(
        sandlock.Sandbox(
            fs_readable=[*readable, *OWN_PROCESS_FILES],
            fs_writable=[scratch, *SYSTEM_WRITABLE],
            allow_degraded=tolerated,  # Linux before 6.12; seccomp denies the same
        )
    )


def drop_privileges(readable: list[str], scratch: str) -> None:
    """Give up every capability; as root also the user id, where an unknown user can still reach the libraries."""
    if os.geteuid() == 0:
        if all(_reachable_by_all(path) for path in readable):
            uid = FIRST_SPARE_UID + os.getpid()  # nobody else's, so that two students' processes are strangers
            os.chown(scratch, uid, uid)
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        else:
            os.setgroups([])
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    _prctl(PR_SET_DUMPABLE, 0)  # also closes /proc/<pid> to other processes of the same user
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user id clears it


def _reachable_by_all(path: str) -> bool:
    chain = [Path(path), *Path(path).parents]
    return all(entry.stat().st_mode & (0o5 if entry.is_dir() else 0o4) for entry in chain[:1]) and all(
        entry.stat().st_mode & 0o1 for entry in chain[1:]
    )


def restrict_system_calls() -> None:
    """Refuse the system calls of `DENIED`, new processes, and signals to others, by seccomp."""
    if pyseccomp is None:
        raise RuntimeError(IMPORT_PROBLEM)
    refuse = pyseccomp.ERRNO(EPERM)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in DENIED:
        rules.add_rule(refuse, NEWER_CALLS.get(name, name))
    argument = pyseccomp.Arg
    rules.add_rule(refuse, "clone", argument(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0))
    rules.add_rule(pyseccomp.ERRNO(ENOSYS), "clone3")  # its flags are out of a filter's sight; libc falls back to clone
    for name in ("kill", "tgkill"):
        rules.add_rule(refuse, name, argument(0, pyseccomp.NE, os.getpid()))
    rules.add_rule(refuse, "prlimit64", argument(0, pyseccomp.NE, 0))
    for option in (PR_SET_PDEATHSIG, PR_SET_DUMPABLE):
        rules.add_rule(refuse, "prctl", argument(0, pyseccomp.EQ, option))
    rules.load()


def _prctl(option: int, value: int) -> None:
    if sys.platform != "linux":
        raise OSError("prctl needs Linux")
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


if __name__ == "__main__":  # what this machine offers, found out by doing it
    with tempfile.TemporaryDirectory() as folder:
        if os.fork() == 0:
            print(json.dumps(confine(readable_paths([], []), folder)), flush=True)
            os._exit(0)
        os.wait()
