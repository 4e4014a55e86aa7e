# A call asks for all memory.
# %% given
import numpy as np

kept = []


def fill(*args):
    while True:
        kept.append(np.ones(10**7))


best = fill
