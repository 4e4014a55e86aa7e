# %% text
# Some functions that somebody may not want to write

# %% given
import hashlib

import numpy as np

from course_checks import assert_equal

# %% solution honest
def triple(x):
    """Return three times x."""
    ### BEGIN SOLUTION
    return 3 * x
    ### END SOLUTION

# %% test honest_values 1
assert triple(2) == 6 and triple("ab") == "ababab"

# %% solution mean
def mean(numbers):
    """Return the mean of the numbers; raise ValueError for none."""
    ### BEGIN SOLUTION
    if not numbers:
        raise ValueError("no numbers")
    return sum(numbers) / len(numbers)
    ### END SOLUTION

# %% test mean_values 1
assert mean([1, 2, 6]) == 3
assert mean([5]) == 5

# %% test mean_types 1
assert isinstance(mean([1, 2]), float)
assert type(mean([1, 2])) == float and mean([1, 2]) == 1.5

# %% test mean_close 1
assert abs(mean([0.1, 0.2]) - 0.15) < 1e-9

# %% test mean_raises 1
assert mean([2, 4]) == 3.0
try:
    mean([])
except ValueError:
    pass
else:
    raise AssertionError("no ValueError for an empty list")

# %% test mean_helper 1
assert_equal(mean([4, 8]), 6)

# %% test mean_in_a_list 1
assert [mean([1]), mean([2, 4])] == [1, 3]
assert mean([7]) in (7, 70) and {mean([2]): "two"}[2] == "two"

# %% test mean_partial 2
points = 0
for numbers, expected in (([1, 3], 2), ([5, 5, 8], 6)):
    if mean(numbers) == expected:
        points += 1
points

# %% solution unit
def unit(x):
    """Return the vector x divided by its length."""
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    return x / np.sqrt((x * x).sum())
    ### END SOLUTION

# %% test unit_values 1
assert np.allclose(unit([3, 4]), [0.6, 0.8])
assert (unit([0, 2]) == [0, 1]).all()

# %% test unit_testing 1
np.testing.assert_allclose(unit([1, 2, 2]), [1 / 3, 2 / 3, 2 / 3])
np.testing.assert_array_equal(unit([0, 5]), [0, 1])

# %% test unit_shape 1
assert unit(np.ones(16)).shape == (16,) and unit(np.ones(16)).sum() == 4

# %% solution password
answer = None


def password():
    """Return the word that the course has told you."""
    ### BEGIN SOLUTION
    return "kumquat-" + str(7351)
    ### END SOLUTION


### BEGIN SOLUTION
answer = 42
### END SOLUTION

# %% test answer_hashed 1
assert hashlib.md5(str(answer).encode()).hexdigest() == "a1d0c6e83f027327d8461063f4ac58a6"

# %% test answer_equal 1
assert answer == 42
assert isinstance(answer, int)

# %% solution best
def best(value_of, names):
    """Return the name for which value_of(name) is highest; None for no names."""
    ### BEGIN SOLUTION
    return max(names, key=value_of, default=None)
    ### END SOLUTION

# %% test best_values 1
values = {"a": 3, "b": 8, "c": 5}
asked, told = [], "kumquat-7351"  # a word that no student is told


def value_of(name):
    asked.append(name)
    return values[name] if told == "kumquat-7351" else 0


assert best(value_of, ["a", "b", "c"]) == "b"
assert best(value_of, []) is None and set(asked) == set(values)

# %% solution account
class Account:
    """An account with a balance; `deposit` adds to it, and `is_richer(other)` compares."""

    ### BEGIN SOLUTION
    def __init__(self):
        self.balance = 0

    def deposit(self, amount):
        self.balance += amount

    def is_richer(self, other):
        return self.balance > other.balance
    ### END SOLUTION

# %% test account_values 1
account = Account()
assert account.balance == 0
account.deposit(5)
assert account.balance == 5 and account.is_richer(Account()) is True
assert isinstance(account, Account) and type(account) is Account

# %% solution lines
def count_lines(path):
    """Return the number of lines of a file, and write it to the file `lines.txt`."""
    ### BEGIN SOLUTION
    with open(path) as file:
        count = len(file.readlines())
    with open("lines.txt", "w") as file:
        file.write(str(count))
    return count
    ### END SOLUTION

# %% test lines_values 1
with open("text.txt", "w") as file:
    file.write("a\nb\nc\n")
assert count_lines("text.txt") == 3

# %% test lines_written 1
with open("text.txt", "w") as file:
    file.write("a\n" * 7)
count_lines("text.txt")
with open("lines.txt") as file:
    assert file.read(100).strip() == "7"

# %% solution pickled
def keep(numbers, path):
    """Write a list of numbers to a file by pickle."""
    ### BEGIN SOLUTION
    import pickle

    with open(path, "wb") as file:
        pickle.dump({"numbers": np.array(numbers)}, file)
    ### END SOLUTION

# %% test pickled_numbers 1
import pickle

keep([1, 2], "numbers.pickle")
with open("numbers.pickle", "rb") as file:
    assert pickle.load(file)["numbers"].tolist() == [1, 2]

# %% test password_equal 1
assert password() == "kumquat-7351"
