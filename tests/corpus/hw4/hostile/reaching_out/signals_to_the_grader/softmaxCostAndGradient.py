# Sends signals to grader, zygote and everybody, and lets the kernel send some in its name.
import fcntl
import os
import signal

done = []


def attempt(name, action):
    try:
        action()
    except (OSError, ValueError, ImportError, RuntimeError, AttributeError, ArithmeticError):
        return
    done.append(name)


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    attempt('0 to the zygote', lambda: os.kill(os.getppid(), 0))
    attempt('9 to the zygote', lambda: os.kill(os.getppid(), 9))
    attempt('0 to the grader', lambda: os.kill(__GRADER_PID__, 0))
    attempt('9 to the grader', lambda: os.kill(__GRADER_PID__, 9))
    attempt('0 to everybody', lambda: os.kill(-1, 0))
    attempt('0 to its group', lambda: os.kill(0, 0))
    attempt('0 to init', lambda: os.kill(1, 0))
    attempt('group', lambda: os.killpg(os.getppid(), 0))
    attempt('pidfd', lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 9))
    attempt('owner', lambda: fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getppid()))
    attempt("owner's signal", lambda: fcntl.fcntl(os.pipe()[0], 10, 9))
    attempt('owner by ioctl', lambda: fcntl.ioctl(3, 0x8901, (os.getppid()).to_bytes(4, 'little')))
    attempt('group by ioctl', lambda: fcntl.ioctl(3, 0x8902, (os.getppid()).to_bytes(4, 'little')))
    attempt('lease', lambda: fcntl.fcntl(os.open(os.__file__, os.O_RDONLY), 1024, fcntl.F_RDLCK))
    attempt('notify', lambda: fcntl.fcntl(os.open('.', os.O_RDONLY), 1026, 1))
    raise RuntimeError(f"did: {done}")
