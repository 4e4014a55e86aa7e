# sys.exit in a solution cell, and in a function.
# %% solution mean
import sys


def mean(numbers):
    sys.exit(0)


sys.exit(0)
