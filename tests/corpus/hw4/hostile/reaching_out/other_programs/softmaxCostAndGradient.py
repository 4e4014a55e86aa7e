# Runs programs, by every way that Python knows, and loads code of its own.
import concurrent.futures
import os
import pty
import subprocess

done = []


def attempt(name, action):
    try:
        action()
    except (OSError, ValueError, ImportError, RuntimeError, AttributeError, ArithmeticError):
        return
    done.append(name)


def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    attempt('system', lambda: os.system('true') == 0 or 1 / 0)
    attempt('popen', lambda: os.popen('true').close())
    attempt('run', lambda: subprocess.run(['/bin/true'], check=True))
    attempt('exec', lambda: os.execv('/bin/true', ['true']))
    attempt('spawn', lambda: os.spawnv(os.P_WAIT, '/bin/true', ['true']) == 0 or 1 / 0)
    attempt('posix_spawn', lambda: os.posix_spawn('/bin/true', ['true'], {}))
    attempt('vfork', lambda: subprocess.Popen(['/bin/true'], close_fds=False))
    attempt('pty', lambda: pty.fork())
    attempt('pool', lambda: concurrent.futures.ProcessPoolExecutor(1).submit(int).result(1))
    raise RuntimeError(f"did: {done}")
