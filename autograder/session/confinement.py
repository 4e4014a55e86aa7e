"""Confine the current process for good: limits, Landlock, privileges, seccomp.

Runs in the student process, before any of the student's code.
Loaded by path, like the rest of this folder: it imports nothing of the package.
Each layer is independent, so that a hole in one is covered by another; `LAYERS` names them in the order of use.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
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
    # How many cores it has: scikit-learn's threads stop the cell that counts them otherwise.
    "/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us",
)  # fmt: skip
SYSTEM_WRITABLE = ("/dev/null",)
# TensorFlow aborts when it cannot read its own command line; the rest is what crash handlers and psutil look at.
OWN_PROCESS_FILES = tuple(f"/proc/self/{name}" for name in ("cmdline", "maps", "stat", "statm", "status"))

SCRATCH_FILE_BYTES = 64 * 2**20  # the checkpoints that the training cells write are about 3 MB
DATA_BYTES = 4 * 2**30  # TensorFlow with the handout's models needs about 0.5 GiB of private memory
# TensorFlow with the handout's models maps 1.3 GB. What is mapped and never written counts as no memory, but its page
# tables fill 4 KiB for each 2 MiB that is looked at: without this limit they could take all there is.
ADDRESS_BYTES = 16 * 2**30
OPEN_FILES = 256
THREADS = 512  # in force where the process has a user id of its own; the grader's own limit is lower and always there
CPU_SECONDS = 900  # backstop; the grader's own limits are far lower

# And see restrict_system_calls for socketpair. A message with descriptors keeps files open that count nowhere, and a
# socket with a larger buffer keeps memory that counts nowhere: 1 GiB in 250 sockets.
DENIED_NETWORK = "socket connect bind listen accept accept4 setsockopt sendmsg sendmmsg recvmsg recvmmsg".split()
DENIED_PROCESS = (
    "fork vfork execve execveat ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp "
    "pidfd_open pidfd_getfd pidfd_send_signal tkill rt_sigqueueinfo rt_tgsigqueueinfo setns unshare setpgid "
    "setsid setpriority ioprio_set sched_setscheduler sched_setparam sched_setattr sched_setaffinity "
    "migrate_pages move_pages setrlimit timer_create io_setup io_submit io_cancel"
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
    "clock_adjtime adjtimex sethostname setdomainname vhangup lookup_dcookie sync syncfs splice tee vmsplice "
    "landlock_create_ruleset landlock_add_rule landlock_restrict_self"
).split()
# Landlock does not govern these, and as the owner of the instructor's files a process could use them anywhere.
DENIED_FILES = (
    "chmod fchmod fchmodat chown fchown lchown fchownat utime utimes futimesat utimensat setxattr lsetxattr "
    "fsetxattr removexattr lremovexattr fremovexattr link linkat symlink symlinkat mknod mknodat "
    "inotify_init inotify_init1 inotify_add_watch"
).split()
# A file that is open or mapped keeps its blocks when its name is gone, and then nobody sees how large it is.
DENIED_RENAMING = "rename renameat renameat2".split()
# Takes no time, so that 3 GiB of the disk are gone between two looks; libc and NumPy write bytes instead.
UNSUPPORTED = ["fallocate"]
PRETENDED = "unlink unlinkat rmdir".split()  # succeed without doing anything: the whole folder goes in the end
# Memory and queues that would outlive the process or escape the memory limit.
DENIED_LEFTOVERS = (
    "shmget shmat shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl mq_open mq_unlink "
    "mq_timedsend mq_timedreceive mq_notify mq_getsetattr memfd_create memfd_secret"
).split()
DENIED = (
    DENIED_NETWORK + DENIED_PROCESS + DENIED_PRIVILEGE + DENIED_KERNEL + DENIED_FILES + DENIED_RENAMING
    + DENIED_LEFTOVERS
)  # fmt: skip

# libseccomp 2.5 does not know these by name; their numbers are the same on every 64-bit architecture.
NEWER_CALLS = {
    "process_mrelease": 448, "memfd_secret": 447, "quotactl_fd": 443,
    "landlock_create_ruleset": 444, "landlock_add_rule": 445, "landlock_restrict_self": 446,
}  # fmt: skip
# Calls newer still (fchmodat2, setxattrat, file_setattr ...) do not exist here; libc and libraries do without them.
UNKNOWN_CALLS = range(450, 512)
# Their flags lie in memory, out of a filter's sight; libc falls back to clone and openat.
OPAQUE_CALLS = "clone3 openat2".split()

# A descriptor's owner gets a signal of the caller's choice when something can be read: `kill` by another name.
DENIED_FCNTL = {"F_SETOWN": 8, "F_SETSIG": 10, "F_SETOWN_EX": 15, "F_SETLEASE": 1024, "F_NOTIFY": 1026}
DENIED_IOCTL = {"FIOSETOWN": 0x8901, "SIOCSPGRP": 0x8902, "TIOCSTI": 0x5412, "TIOCLINUX": 0x541C, "TIOCSCTTY": 0x540E}
DENIED_PRCTL = {"PR_SET_PDEATHSIG": 1, "PR_SET_DUMPABLE": 4, "PR_SET_SECCOMP": 22, "PR_SET_PTRACER": 0x59616D61}
# That a process was ended by one of these means that somebody else did it; that it was stopped, that the grader did.
DENIED_TO_ITSELF = (
    signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP,
    signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU,
)  # fmt: skip

INT = 0xFFFFFFFF  # the kernel looks at the lower half of these arguments, a filter at both
CLONE_THREAD = 0x00010000
O_TMPFILE = 0o20000000  # without O_DIRECTORY, which other calls use too
AF_UNIX, SOCK_STREAM, SOCK_KINDS = 1, 1, 0xF
EPERM, ENOSYS, EOPNOTSUPP = 1, 38, 95
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 1, 4, 47, 4
LINUX_CAPABILITY_VERSION_3 = 0x20080522
SHARED_FOLDER = 0o770  # of a group that no other process has
FIRST_SPARE_UID = 2_000_000_000  # above every range that useradd, systemd or container tools hand out
MAX_PIDS = 2**22  # of Linux


def readable_paths(hidden: Iterable[str], extra: Iterable[str]) -> list[str]:
    """Return the paths that student code may read: system, interpreter, libraries and `extra`, less all of `hidden`.

    Landlock grants whole subtrees, so a folder that holds something hidden is replaced by its other entries.
    """
    paths = sysconfig.get_paths()
    library = sysconfig.get_config_var("LIBDIR") or ""
    own = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    roots = [*SYSTEM_READABLE, library, *own, *extra]
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


def prepare(readable: list[str]) -> None:
    """Find out before the fork what is the same for all processes; each would take 3 ms for it."""
    with contextlib.suppress(Exception):  # `confine` says what is missing
        for may_remove in (False, True):
            rules_for_all(may_remove)
        all(reachable_by_all(path) for path in readable)


def confine(readable: list[str], scratch: str, home: str = "") -> dict[str, str]:
    """Confine this process for good; return for each layer why it is not in force, an empty text when it is.

    Args:
        readable: Files and folders that may be read, as given by `readable_paths`.
        scratch: The one folder that may be written.
        home: A second one, where the scratch folder is that of another confined process. Such a process runs the
            instructor's tests: it may remove files, whose blocks nobody keeps then without being seen.
    """
    uid = spare_uid()  # before Landlock hides where it is read from
    steps: dict[str, Callable[[], None]] = {
        "limits": set_limits,
        "landlock": lambda: restrict_files(readable, [scratch, home] if home else [scratch]),
        "privileges": lambda: drop_privileges(readable, scratch, home, uid),
        "seccomp": (lambda: restrict_system_calls(may_remove=True)) if home else restrict_system_calls,
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
    if len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("another thread runs already, which the further layers would not reach")
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, SCRATCH_FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_DATA, DATA_BYTES),
        (resource.RLIMIT_AS, ADDRESS_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
    ):
        set_limit(limit, value)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file over the limit is an OSError, not the end of the process
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def set_limit(limit: int, value: int) -> None:
    """Set soft and hard limit. Raises OSError that names the limit, where somebody has set a lower hard one."""
    try:
        resource.setrlimit(limit, (value, value))
    except (OSError, ValueError) as error:
        name = next(name for name in dir(resource) if name.startswith("RLIMIT_") and getattr(resource, name) == limit)
        allowed = resource.getrlimit(limit)[1]
        raise OSError(f"the hard limit {name} is {allowed}, and {value} is needed") from error


def restrict_files(readable: list[str], writable: list[str]) -> None:
    """Let this process read `readable`, write `writable`, and signal nobody outside, by Landlock."""
    if sandlock is None:
        raise RuntimeError(IMPORT_PROBLEM)
    tolerated = [sandlock.Protection.SIGNAL_SCOPE, sandlock.Protection.ABSTRACT_UNIX_SOCKET_SCOPE]
    sandlock.confine(
        sandlock.Sandbox(
            fs_readable=[*readable, *OWN_PROCESS_FILES],
            fs_writable=[*writable, *SYSTEM_WRITABLE],
            allow_degraded=tolerated,  # Linux before 6.12; seccomp denies the same
        )
    )


def drop_privileges(readable: list[str], scratch: str, home: str, uid: int) -> None:
    """Give up every capability; as root become `uid` too, where an unknown user can still reach the libraries.

    A process with a home of its own joins the group of the one that has the scratch folder, so that each can write
    there, and is a stranger to it in everything else.
    """
    if os.geteuid() == 0:
        if all(reachable_by_all(path) for path in readable):
            group = os.stat(scratch).st_gid if home else uid
            os.chown(home or scratch, uid, group)
            if not home:
                os.chmod(scratch, SHARED_FOLDER)
            os.setgroups([])
            os.setresgid(group, group, group)
            os.setresuid(uid, uid, uid)
            resource.setrlimit(resource.RLIMIT_NPROC, (THREADS, THREADS))
        else:
            os.setgroups([])
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    _prctl(PR_SET_DUMPABLE, 0)  # also closes /proc/<pid> to other processes of the same user
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user id clears it


def spare_uid() -> int:
    """Return a user id that is nobody else's, so that two students' processes are strangers to each other."""
    end = 2**32
    with contextlib.suppress(OSError), open("/proc/self/uid_map", encoding="utf-8") as file:
        end = max(int(first) + int(count) for first, _, count in map(str.split, file))  # 65,536 in some containers
    start = FIRST_SPARE_UID if end > FIRST_SPARE_UID + MAX_PIDS else end // 2
    return start + os.getpid() % min(MAX_PIDS, end - start)


@cache
def reachable_by_all(path: str) -> bool:
    """Return whether a user without any rights of ours can read a path."""
    chain = [Path(path), *Path(path).parents]
    return all(entry.stat().st_mode & (0o5 if entry.is_dir() else 0o4) for entry in chain[:1]) and all(
        entry.stat().st_mode & 0o1 for entry in chain[1:]
    )


def restrict_system_calls(may_remove: bool = False) -> None:
    """Refuse the system calls of `DENIED`, new processes, and signals to others, by seccomp."""
    rules = rules_for_all(may_remove)
    for call in ("kill", "tgkill"):
        rules.add_rule(pyseccomp.ERRNO(EPERM), call, pyseccomp.Arg(0, pyseccomp.NE, os.getpid()))
    rules.load()


@cache
def rules_for_all(may_remove: bool) -> pyseccomp.SyscallFilter:
    """Return the rules that do not depend on the process; a fork has its own copy of them."""
    if pyseccomp is None:
        raise RuntimeError(IMPORT_PROBLEM)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse, absent = pyseccomp.ERRNO(EPERM), pyseccomp.ERRNO(ENOSYS)
    for name in DENIED:
        if not (may_remove and name in DENIED_RENAMING):
            rules.add_rule(refuse, NEWER_CALLS.get(name, name))
    for name in () if may_remove else PRETENDED:
        rules.add_rule(pyseccomp.ERRNO(0), name)
    for name in UNSUPPORTED:
        rules.add_rule(pyseccomp.ERRNO(EOPNOTSUPP), name)
    for call in (*OPAQUE_CALLS, *UNKNOWN_CALLS):
        rules.add_rule(absent, call)

    def when(argument: int, value: int, mask: int = INT) -> pyseccomp.Arg:
        return pyseccomp.Arg(argument, pyseccomp.MASKED_EQ, mask, value)

    rules.add_rule(refuse, "clone", when(0, 0, CLONE_THREAD))
    for call, signal_argument in (("kill", 1), ("tgkill", 2)):
        for number in DENIED_TO_ITSELF:
            rules.add_rule(refuse, call, when(signal_argument, number))
    for call, argument, values in (("prctl", 0, DENIED_PRCTL), ("fcntl", 1, DENIED_FCNTL), ("ioctl", 1, DENIED_IOCTL)):
        for value in values.values():
            rules.add_rule(refuse, call, when(argument, value))
    rules.add_rule(refuse, "prlimit64", pyseccomp.Arg(0, pyseccomp.NE, 0))
    rules.add_rule(refuse, "prlimit64", pyseccomp.Arg(2, pyseccomp.NE, 0))  # may look, must not set
    for call, argument in (("open", 1), ("openat", 2)):  # a file without a name from the start
        rules.add_rule(pyseccomp.ERRNO(EOPNOTSUPP), call, when(argument, O_TMPFILE, O_TMPFILE))
    # A pair of datagram sockets could send to every other socket of the machine, /dev/log for one.
    rules.add_rule(refuse, "socketpair", pyseccomp.Arg(0, pyseccomp.NE, AF_UNIX))
    for kind in set(range(SOCK_KINDS + 1)) - {SOCK_STREAM}:
        rules.add_rule(refuse, "socketpair", when(1, kind, SOCK_KINDS))
    return rules


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
