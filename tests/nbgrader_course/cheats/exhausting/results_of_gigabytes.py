# Results as large as memory, deep as the stack, or of numbers without end.
# %% given
import numpy as np


def deep(*args):
    value = []
    for _ in range(100_000):
        value = [value]
    return value


def round_and_round(*args):
    value = []
    value.append(value)
    return value


Account = lambda: 10 ** (10**7)
unit = lambda x: np.broadcast_to(np.zeros(1), (10**12,))
password = deep
best = round_and_round
count_lines = lambda path: "x" * 10**9
answer = {n: [n] * 100 for n in range(200_000)}
