# Functions look through the frames of whoever calls them.
# %% given
import gc
import re
import sys

SECRET = re.compile("kum" + "quat-[0-9]+")
found = []


def look_at(text):
    found.extend(SECRET.findall(text if isinstance(text, str) else repr(text)[:100000]))


def spy(*args):
    frame = sys._getframe()
    while frame is not None:
        for names in (frame.f_locals, frame.f_globals):
            for value in list(names.values()):
                try:
                    look_at(value)
                except BaseException:
                    pass
        look_at(frame.f_code.co_consts)
        frame = frame.f_back
    return found[0] if found else "nothing"


password = spy
best = lambda value_of, names: (value_of(names[0]), spy(value_of, names))[1] if names else None
