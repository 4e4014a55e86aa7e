# %% text
# Functions that are called, replaced and watched

# %% given
import random

import numpy as np

# %% solution squares
def squares(n):
    """Return the squares of 1 to n as a list; raise ValueError for n < 1."""
    ### BEGIN SOLUTION
    if n < 1:
        raise ValueError("n must be at least 1")
    return [i**2 for i in range(1, n + 1)]
    ### END SOLUTION

# %% test squares_raises 1
"""squares refuses numbers below 1"""
try:
    squares(0)
except ValueError:
    pass
else:
    raise AssertionError("did not raise")

# %% test squares_raises_pytest 1
import pytest

with pytest.raises(ValueError, match="at least 1"):
    squares(-3)
with pytest.raises(TypeError) as caught:
    squares("3")
assert caught.type is TypeError

# %% test squares_raises_unittest 1
import unittest

check = unittest.TestCase()
check.assertRaises(ValueError, squares, 0)
check.assertEqual(squares(3), [1, 4, 9])
with check.assertRaisesRegex(ValueError, "at least"):
    squares(0)
check.assertListEqual(squares(1), [1])

# %% test squares_test_case 2
import io
import unittest


class SquaresTest(unittest.TestCase):
    def setUp(self):
        self.sizes = [1, 4]

    def test_lengths(self):
        for size in self.sizes:
            with self.subTest(size=size):
                self.assertEqual(len(squares(size)), size)

    def test_raises(self):
        with self.assertRaises(ValueError) as caught:
            squares(0)
        self.assertIn("1", str(caught.exception))


suite = unittest.defaultTestLoader.loadTestsFromTestCase(SquaresTest)
result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
assert result.wasSuccessful(), result.failures + result.errors

# %% solution sum_of_squares
def sum_of_squares(n):
    """Return the sum of the squares of 1 to n; use `squares`."""
    ### BEGIN SOLUTION
    return sum(squares(n))
    ### END SOLUTION

# %% test sum_of_squares_values 1
assert sum_of_squares(1) == 1
assert sum_of_squares(10) == 385

# %% test sum_of_squares_uses 1
"""sum_of_squares relies on squares"""
orig_squares = squares
del squares
try:
    sum_of_squares(1)
except NameError:
    pass
else:
    raise AssertionError("sum_of_squares does not use squares")
finally:
    squares = orig_squares

# %% test sum_of_squares_mocked 2
from unittest import mock

with mock.patch("__main__.squares", return_value=[5, 6]) as replaced:
    assert sum_of_squares(3) == 11
replaced.assert_called_once_with(3)
with mock.patch.dict(globals(), squares=lambda n: [n, n]):
    assert sum_of_squares(4) == 8
assert squares(2) == [1, 4]

# %% solution factorial
def factorial(n):
    """Return n!, by a function that calls itself."""
    ### BEGIN SOLUTION
    return 1 if n < 2 else n * factorial(n - 1)
    ### END SOLUTION

# %% test factorial_values 1
assert [factorial(n) for n in range(6)] == [1, 1, 2, 6, 24, 120]
assert factorial(30) == 265252859812191058636308480000000

# %% test factorial_recursive 1
original, asked = factorial, []


def factorial(n):
    asked.append(n)
    return original(n)


try:
    factorial(5)
finally:
    factorial = original
assert asked == [5, 4, 3, 2, 1]

# %% solution changes
def sort_by_length(words):
    """Sort a list of words by length, in place."""
    ### BEGIN SOLUTION
    words.sort(key=len)
    ### END SOLUTION


def clip(x, low, high):
    """Limit the numbers of an array to [low, high], in place."""
    ### BEGIN SOLUTION
    x[x < low] = low
    x[x > high] = high
    ### END SOLUTION


def move(stock, name, number):
    """Add a number of things to the dict `stock`, in place, and return what there is now."""
    ### BEGIN SOLUTION
    stock[name] = stock.get(name, 0) + number
    return stock[name]
    ### END SOLUTION

# %% test sort_in_place 1
words = ["ccc", "a", "bb"]
result = sort_by_length(words)
assert result is None, "it returns nothing"
assert words == ["a", "bb", "ccc"]

# %% test clip_in_place 2
x = np.array([[-2.0, 0.5], [1.5, 9.0]])
row = x[1]
assert clip(x, 0, 1) is None
assert np.array_equal(x, [[0, 0.5], [1, 1]])
assert row.tolist() == [1, 1], "a view of the array sees it, too"

# %% test move_in_place 1
stock = {"nails": 3}
same = stock
assert move(stock, "nails", 2) == 5
assert move(stock, "screws", 1) == 1
assert same == {"nails": 5, "screws": 1} and same is stock

# %% solution same_object
def twice(items):
    """Return a list that holds the list `items` two times: the same list, no copies."""
    ### BEGIN SOLUTION
    return [items, items]
    ### END SOLUTION


zeros = None
alias = None
# `zeros` is an array of four zeros, `alias` the same array by another name.
### BEGIN SOLUTION
zeros = np.zeros(4)
alias = zeros
### END SOLUTION

# %% test twice_identity 1
inner = [1]
pair = twice(inner)
assert pair[0] is pair[1]
assert pair[0] is inner
pair[0].append(2)
assert pair == [[1, 2], [1, 2]] and inner == [1, 2]

# %% test alias_identity 1
assert alias is zeros
zeros[1] = 5
assert alias[1] == 5
zeros[1] = 0

# %% solution chance
def roll(n):
    """Return a list of n rolls of a die, by random.randint."""
    ### BEGIN SOLUTION
    return [random.randint(1, 6) for _ in range(n)]
    ### END SOLUTION


def noise(shape):
    """Return normal noise of that shape, by np.random.normal."""
    ### BEGIN SOLUTION
    return np.random.normal(size=shape)
    ### END SOLUTION


def choose(rng, items):
    """Return one of the items, by the generator `rng`."""
    ### BEGIN SOLUTION
    return items[rng.integers(len(items))]
    ### END SOLUTION

# %% test roll_seeded 2
random.seed(17)
expected = [random.randint(1, 6) for _ in range(20)]
random.seed(17)
assert roll(20) == expected
assert set(roll(200)) == {1, 2, 3, 4, 5, 6}

# %% test noise_seeded 2
np.random.seed(3)
expected = np.random.normal(size=(2, 3))
np.random.seed(3)
np.testing.assert_array_equal(noise((2, 3)), expected)
assert not np.array_equal(noise(4), noise(4))

# %% test choose_seeded 1
rng = np.random.default_rng(11)
expected = ["abcde"[np.random.default_rng(11).integers(5)]]
assert [choose(rng, "abcde")] == expected

# %% solution talk
def greet(name):
    """Print "Hello, <name>!"."""
    ### BEGIN SOLUTION
    print(f"Hello, {name}!")
    ### END SOLUTION


def table(n):
    """Print the numbers 1 to n and their squares, a line each."""
    ### BEGIN SOLUTION
    for i in range(1, n + 1):
        print(i, i * i)
    ### END SOLUTION


def ask_age():
    """Ask "How old? " until a number is typed; return it as an int."""
    ### BEGIN SOLUTION
    while True:
        try:
            return int(input("How old? "))
        except ValueError:
            print("A number, please.")
    ### END SOLUTION

# %% test greet_printed 1
import io
from contextlib import redirect_stdout

with redirect_stdout(io.StringIO()) as text:
    assert greet("Ada") is None
assert text.getvalue() == "Hello, Ada!\n"

# %% test table_printed 1
import sys

stdout, sys.stdout = sys.stdout, io.StringIO()
try:
    table(3)
    lines = sys.stdout.getvalue().splitlines()
finally:
    sys.stdout = stdout
assert lines == ["1 1", "2 4", "3 9"]

# %% test ask_age_input 2
import builtins

typed = iter(["old", "", "41"])
questions = []


def fake_input(prompt=""):
    questions.append(prompt)
    return next(typed)


usual, builtins.input = builtins.input, fake_input
try:
    with redirect_stdout(io.StringIO()) as text:
        assert ask_age() == 41
finally:
    builtins.input = usual
assert questions == ["How old? "] * 3
assert text.getvalue().count("A number, please.") == 2

# %% test ask_age_mocked 1
with mock.patch("builtins.input", side_effect=["x", "7"]) as asked_for, mock.patch("builtins.print") as printed:
    assert ask_age() == 7
assert asked_for.call_count == 2
printed.assert_called_once_with("A number, please.")

# %% solution generators
def countdown(n):
    """Yield n, n - 1, ... 1."""
    ### BEGIN SOLUTION
    while n > 0:
        yield n
        n -= 1
    ### END SOLUTION


def fibonacci():
    """Yield the Fibonacci numbers 0, 1, 1, 2, ... without an end."""
    ### BEGIN SOLUTION
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
    ### END SOLUTION


def running_mean():
    """Take numbers by `send`, and yield their mean so far; begin with None."""
    ### BEGIN SOLUTION
    total = count = 0
    mean = None
    while True:
        number = yield mean
        total, count = total + number, count + 1
        mean = total / count
    ### END SOLUTION

# %% test countdown_values 2
import types

assert list(countdown(3)) == [3, 2, 1]
assert list(countdown(0)) == []
steps = countdown(2)
assert isinstance(steps, types.GeneratorType)
assert next(steps) == 2 and next(steps) == 1
with pytest.raises(StopIteration):
    next(steps)

# %% test fibonacci_values 1
from itertools import islice, takewhile

assert list(islice(fibonacci(), 8)) == [0, 1, 1, 2, 3, 5, 8, 13]
assert sum(takewhile(lambda number: number < 100, fibonacci())) == 232

# %% test running_mean_values 1
means = running_mean()
assert next(means) is None
assert [means.send(number) for number in (4, 6, 2)] == [4, 5, 4]
means.close()

# %% solution higher_order
def apply_twice(function, x):
    """Return function(function(x))."""
    ### BEGIN SOLUTION
    return function(function(x))
    ### END SOLUTION


def derivative(f, x, h=1e-5):
    """Return the slope of f at x, by a central difference."""
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


def counted(function):
    """Return a function that does what `function` does, and counts its calls in its attribute `calls`."""
    ### BEGIN SOLUTION
    import functools

    @functools.wraps(function)
    def counting(*args, **kwargs):
        counting.calls += 1
        return function(*args, **kwargs)

    counting.calls = 0
    return counting
    ### END SOLUTION


def power(exponent):
    """Return a function that raises numbers to that power."""
    ### BEGIN SOLUTION
    return lambda x: x**exponent
    ### END SOLUTION


def retry(function, times):
    """Call a function until it raises no ValueError, `times` times at most; return what it returns, or None."""
    ### BEGIN SOLUTION
    for _ in range(times):
        try:
            return function()
        except ValueError:
            continue
    return None
    ### END SOLUTION

# %% test apply_twice_calls 1
assert apply_twice(lambda x: 3 * x + 1, 2) == 22
assert apply_twice(str.upper, "a") == "A" and apply_twice(abs, -4) == 4
seen = []


def watch(value):
    seen.append(value)
    return value + [len(value)]


assert apply_twice(watch, [7]) == [7, 1, 2]
assert seen == [[7], [7, 1]]

# %% test derivative_calls 1
assert abs(derivative(lambda x: x**3, 2.0) - 12) < 1e-6
assert abs(derivative(np.sin, 0.0) - 1) < 1e-6
evaluated_at = []
derivative(lambda x: evaluated_at.append(x) or 0.0, 1.0, h=0.5)
assert sorted(evaluated_at) == [0.5, 1.5]

# %% test counted_calls 2
@counted
def add(a, b=1):
    """Add two numbers."""
    return a + b


assert add(1) == 2 and add(1, b=5) == 6
assert add.calls == 2
assert add.__name__ == "add" and add.__doc__ == "Add two numbers."

# %% test power_calls 1
square, cube = power(2), power(3)
assert callable(square) and square(5) == 25 and cube(2) == 8
assert list(map(square, [1, 2, 3])) == [1, 4, 9]

# %% test retry_calls 1
attempts = []


def flaky():
    attempts.append(1)
    if len(attempts) < 3:
        raise ValueError("not yet")
    return "done"


assert retry(flaky, 5) == "done" and len(attempts) == 3
attempts.clear()
assert retry(flaky, 2) is None


class Odd(Exception):
    pass


def broken():
    raise Odd("no")


with pytest.raises(Odd):
    retry(broken, 2)

# %% solution signature
# Write a function `area` of width, height (1.0 if it is not given) and, by name only, a unit ("m" if it is not given).
# It returns the area of a rectangle as a text with its unit: area(2, 3) is "6.0 m2". Give it a docstring.
### BEGIN SOLUTION
def area(width, height=1.0, *, unit="m"):
    """Return the area of a rectangle as a text with its unit."""
    return f"{float(width * height)} {unit}2"
### END SOLUTION

# %% test area_signature 2
import inspect

parameters = inspect.signature(area).parameters
assert list(parameters) == ["width", "height", "unit"]
assert parameters["height"].default == 1.0
assert parameters["unit"].kind is inspect.Parameter.KEYWORD_ONLY
assert callable(area) and area.__name__ == "area"
assert "area" in dir() and "area" in globals() and not hasattr(area, "calls")
assert area.__doc__ and "rectangle" in area.__doc__
assert inspect.isfunction(area) and isinstance(area, types.FunctionType)

# %% test area_values 1
assert area(2, 3) == "6.0 m2" and area(2, unit="cm") == "2.0 cm2"
with pytest.raises(TypeError):
    area(2, 3, "cm")

# %% solution iterators
def evens(numbers):
    """Return an iterator over the even ones of the numbers."""
    ### BEGIN SOLUTION
    return filter(lambda number: number % 2 == 0, numbers)
    ### END SOLUTION


def pairs(a, b):
    """Return an iterator over pairs of a and b."""
    ### BEGIN SOLUTION
    return zip(a, b)
    ### END SOLUTION


calls = 0


def count_calls():
    """Add 1 to the global `calls`."""
    ### BEGIN SOLUTION
    global calls
    calls += 1
    ### END SOLUTION


def cache(store, key, make):
    """Return store[key]; if it is missing, put make(key) there first."""
    ### BEGIN SOLUTION
    if key not in store:
        store[key] = make(key)
    return store[key]
    ### END SOLUTION


def sigmoid(x):
    """Return 1 / (1 + exp(-x)) of a number or an array."""
    ### BEGIN SOLUTION
    return 1 / (1 + np.exp(-x))
    ### END SOLUTION

# %% test iterators_values 1
assert list(evens([1, 2, 3, 4])) == [2, 4]
iterator = evens(range(10))
assert next(iterator) == 0 and next(iterator) == 2 and iter(iterator) is iterator
assert dict(pairs("ab", [1, 2])) == {"a": 1, "b": 2}
for letter, number in pairs("xy", (7, 8)):
    assert (letter == "x") == (number == 7)

# %% test count_calls_global 1
before = calls
count_calls()
count_calls()
assert calls == before + 2
calls = 100
count_calls()
assert calls == 101

# %% test cache_calls 1
made, store = [], {}
assert cache(store, "a", lambda key: made.append(key) or key * 2) == "aa"
assert cache(store, "a", lambda key: made.append(key)) == "aa"
assert made == ["a"] and store == {"a": "aa"}
from unittest.mock import MagicMock, Mock

maker = Mock(return_value=5)
assert cache(store, "b", maker) == 5 == cache(store, "b", maker)
maker.assert_called_once_with("b")

# %% test sigmoid_values 1
import functools
import math

assert math.isclose(sigmoid(0), 0.5)
x = np.linspace(-2, 2, 9)
assert np.allclose(sigmoid(x) + sigmoid(-x), 1)
assert np.allclose(np.vectorize(sigmoid)(x), sigmoid(x))
assert sorted([3, -1, 2], key=sigmoid) == [-1, 2, 3]
assert functools.partial(sigmoid, x=0)() == 0.5
assert max(map(sigmoid, range(-3, 4))) > 0.95 > 0.5
