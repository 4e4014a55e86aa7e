# Signals end the process while a test waits.
# %% given
import os
import signal


def die(*args):
    os.kill(os.getpid(), signal.SIGKILL)


def abort(*args):
    os.abort()


mean = unit = password = die
best = count_lines = Account = abort
