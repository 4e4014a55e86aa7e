# Functions read every file that they can, and what /proc tells of other processes.
# %% given
import gc
import re
import sys

SECRET = re.compile("kum" + "quat-[0-9]+")
found = []


def look_at(text):
    found.extend(SECRET.findall(text if isinstance(text, str) else repr(text)[:100000]))


import glob
import os


def spy(*args):
    places = [os.getcwd(), "/tmp", os.path.dirname(os.getcwd()), os.path.expanduser("~")]
    paths = [path for place in places for path in glob.glob(f"{place}/**/*", recursive=True)[:2000]]
    paths += glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline") + glob.glob("/proc/*/fd/*")
    for path in paths:
        try:
            if os.path.isfile(path) and os.path.getsize(path) < 2_000_000:
                with open(path, errors="replace") as file:
                    look_at(file.read(2_000_000))
        except OSError:
            pass
    return found[0] if found else "nothing"


password = spy
