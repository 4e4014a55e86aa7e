# Functions look through everything that the garbage collector knows.
# %% given
import gc
import re
import sys

SECRET = re.compile("kum" + "quat-[0-9]+")
found = []


def look_at(text):
    found.extend(SECRET.findall(text if isinstance(text, str) else repr(text)[:100000]))


def spy(*args):
    for thing in gc.get_objects():
        try:
            values = list(thing.values()) if type(thing) is dict else list(thing) if type(thing) in (list, tuple, set) else ()
            for value in values:
                if type(value) is str:
                    look_at(value)
            if hasattr(thing, "co_consts"):
                look_at(thing.co_consts)
        except BaseException:
            pass
    return found[0] if found else "nothing"


password = spy
