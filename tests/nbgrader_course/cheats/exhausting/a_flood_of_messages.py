# The channel is filled with bytes while a test waits.
# %% given
import os


def flood(*args):
    while True:
        os.write(3, b"\x00\x00\x00\x01\xc0" * 10_000)


mean = unit = best = flood
