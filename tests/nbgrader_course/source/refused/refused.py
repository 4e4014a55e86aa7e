# %% text
# Patterns that a test outside the student's process cannot trust

# %% given
import inspect

import numpy as np

# %% solution money
class Money:
    """An amount of money, with ==, bool, float and the methods of an array."""

    ### BEGIN SOLUTION
    def __init__(self, cents):
        self.cents = cents

    def __eq__(self, other):
        return self.cents == other.cents

    def __lt__(self, other):
        return self.cents < other.cents

    def __bool__(self):
        return self.cents > 0

    def __float__(self):
        return self.cents / 100

    def __array__(self, dtype=None, copy=None):
        return np.array([self.cents])
    ### END SOLUTION


def total(amounts):
    """Return the sum of amounts in cents, by the function `sum`."""
    ### BEGIN SOLUTION
    return sum(amount.cents for amount in amounts)
    ### END SOLUTION

# %% test compares_by_eq 1
assert Money(5) == Money(5)

# %% test compares_by_lt 1
assert Money(5) < Money(6)

# %% test asks_for_truth 1
assert Money(5)
assert not Money(0)

# %% test asks_for_float 1
assert float(Money(150)) == 1.5

# %% test takes_it_for_an_array 1
assert np.array_equal(np.asarray(Money(5)), [5])

# %% test believes_what_is_caught 1
try:
    same = Money(5) == Money(6)
except BaseException:
    same = False
assert not same

# %% test reads_the_source 1
assert "sum(" in inspect.getsource(total)

# %% test reads_the_code 1
assert "sum" in total.__code__.co_names
