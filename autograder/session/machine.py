"""How fast this machine is: what the limits in processor time are multiplied by."""

import time
from functools import cache

import numpy as np

REFERENCE_S = 0.003  # what `_work` takes on the reference machine, a core of an AMD EPYC: 0.0024 to 0.0042
REPEATS = 15  # the least counts: a machine that does something else meanwhile is busy, not slow
NOISE = 1.5  # the same core takes up to 1.7 times as long when its host is busy
# What is slower still is broken. Up to here the kernel's own limit (confinement.CPU_SECONDS) stays above what a
# notebook may use, and the longest that one can take, asleep, is 40 minutes.
MOST = 10.0


@cache
def factor() -> float:
    """Return how many times as long this machine takes as the reference machine; 1 for one that is as fast.

    Measured once in a process, which takes 0.1 s.
    """
    return as_factor(min(_seconds() for _ in range(REPEATS)))


def as_factor(measured_s: float) -> float:
    """Return the factor, to one decimal, of a machine on which the reference work takes so long."""
    ratio = measured_s / REFERENCE_S
    return 1.0 if ratio < NOISE else min(MOST, round(ratio, 1))


def _seconds() -> float:
    started = time.thread_time()  # other threads of this process do something else
    _work()
    return time.thread_time() - started


def _work() -> None:
    """Do what notebooks do: loops in Python, and NumPy on small and on larger arrays."""
    total, table = 0.0, {}
    for number in range(12_000):
        total += number * 0.5
        table[number % 97] = total
    vectors = np.linspace(-1, 1, 2000).reshape(200, 10)
    for row in vectors:
        scores = np.exp(vectors @ row)
        np.outer(scores / scores.sum(), row)
    for _ in range(2):
        np.sort(np.sin(vectors.ravel() * 1000))
