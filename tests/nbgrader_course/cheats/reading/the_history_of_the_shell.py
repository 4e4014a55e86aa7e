# Functions look at what the shell keeps: `In`, `_ih`, history, compiled cells, linecache.
# %% given
import gc
import re
import sys

SECRET = re.compile("kum" + "quat-[0-9]+")
found = []


def look_at(text):
    found.extend(SECRET.findall(text if isinstance(text, str) else repr(text)[:100000]))


import linecache


def spy(*args):
    shell = get_ipython()
    for thing in (
        globals().get("In"), globals().get("_ih"), globals().get("Out"), globals().get("_i"), shell.user_ns,
        getattr(shell, "last_execution_result", None), linecache.cache, getattr(shell.compile, "_filename_map", None),
        shell.history_manager.input_hist_raw, shell.history_manager.input_hist_parsed, sys.modules["__main__"].__dict__,
    ):  # fmt: skip
        try:
            look_at(thing)
        except BaseException:
            pass
    try:
        look_at(list(shell.history_manager.get_range()))
    except BaseException:
        pass
    return found[0] if found else "nothing"


for event in ("pre_run_cell", "post_run_cell", "pre_execute", "post_execute"):
    get_ipython().events.register(event, lambda *args: look_at([vars(arg) for arg in args if hasattr(arg, "__dict__")]))
password = spy
