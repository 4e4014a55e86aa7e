# Leaves shared memory, queues and semaphores that outlive the process.
import ctypes
import os
from multiprocessing import shared_memory

libc = ctypes.CDLL(None, use_errno=True)


def check(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), "refused")

done = []


def attempt(name, action):
    try:
        action()
    except (OSError, ValueError, ImportError, RuntimeError, AttributeError, ArithmeticError):
        return
    done.append(name)


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    attempt('shm', lambda: check(libc.shmget(__KEY__, 4096, 0o1666)))
    attempt('sem', lambda: check(libc.semget(__KEY__, 1, 0o1666)))
    attempt('queue', lambda: check(libc.msgget(__KEY__, 0o1666)))
    attempt('posix', lambda: shared_memory.SharedMemory('__MARK__', create=True, size=4096))
    attempt('mq', lambda: check(libc.syscall(ctypes.c_long(240), b'__MARK__', 0o102, 0o666, 0)))
    attempt('memfd', lambda: os.memfd_create('__MARK__'))
    attempt('key', lambda: check(libc.syscall(ctypes.c_long(248), b'user', b'__MARK__', b'x', ctypes.c_long(1), ctypes.c_long(-4))))
    raise RuntimeError(f"did: {done}")
