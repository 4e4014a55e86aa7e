# atexit, excepthook, alarms, trace functions and threads that answer when nobody asks.
# %% given
import atexit
import os
import signal
import sys
import threading
import time

atexit.register(lambda: os._exit(0))
sys.excepthook = sys.unraisablehook = threading.excepthook = lambda *args: None
sys.settrace(lambda *args: None)
threading.settrace(lambda *args: None)
sys.setprofile(lambda *args: None)


def on_alarm(*args):
    for name in ("mean", "unit", "password", "best", "count_lines"):
        globals()[name] = lambda *args: 99.0


signal.signal(signal.SIGALRM, on_alarm)
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)


def rewrite():
    while True:
        globals()["answer"] = 42.0
        time.sleep(0.001)


threading.Thread(target=rewrite, daemon=True).start()
mean = unit = best = password = count_lines = lambda *args: time.sleep(0.06)
