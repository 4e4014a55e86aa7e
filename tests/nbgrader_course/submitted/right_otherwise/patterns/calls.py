# %% solution squares
class Squares:
    pass


def squares(n, *, power=2):
    """Mine."""
    if isinstance(n, str):
        raise TypeError("a number, please")
    if n <= 0:
        error = ValueError(f"{n}: it must be at least 1")
        error.add_note("mine")
        raise error from None
    return list(map(lambda i: pow(i, power), range(1, n + 1)))

# %% solution sum_of_squares
def sum_of_squares(n):
    total = 0
    for square in squares(n):
        total += square
    return total

# %% solution factorial
def factorial(n: int) -> int:
    if n == 1 or n == 0:
        return 1
    return factorial(n - 1) * n

# %% solution changes
def sort_by_length(words):
    words[:] = sorted(words, key=lambda word: len(word))


def clip(x, low, high):
    np.clip(x, low, high, out=x)


def move(stock, name, number):
    try:
        stock[name] += number
    except KeyError:
        stock.update({name: number})
    return stock[name]

# %% solution same_object
def twice(items):
    return [items] * 2


alias = np.zeros((4,))
zeros = alias

# %% solution chance
from random import randint


def roll(n):
    rolls = []
    for _ in range(n):
        rolls += [randint(1, 6)]
    return rolls


def noise(shape):
    return np.random.normal(0, 1, shape)


def choose(rng, items):
    index = rng.integers(0, len(items))
    return items[index]

# %% solution talk
import sys


def greet(name):
    sys.stdout.write("Hello, ")
    print(name, end="!\n", flush=True)


def table(n):
    print("\n".join(f"{i} {i ** 2}" for i in range(1, n + 1)))


def ask_age():
    answer = input("How old? ")
    if answer.isdigit():
        return int(answer)
    print("A number, please.")
    return ask_age()

# %% solution generators
def countdown(n):
    yield from range(n, 0, -1)


def fibonacci():
    pair = [0, 1]
    while pair:
        yield pair[0]
        pair = [pair[1], sum(pair)]


def running_mean():
    numbers = [(yield None)]
    while True:
        numbers.append((yield sum(numbers) / len(numbers)))

# %% solution higher_order
def apply_twice(function, x):
    for _ in "12":
        x = function(x)
    return x


def derivative(f, x, h=1e-5):
    above, below = (f(x + sign * h) for sign in (1, -1))
    return (above - below) / h / 2


def counted(function):
    def counting(*args, **kwargs):
        counting.calls = counting.calls + 1
        return function(*args, **kwargs)

    counting.__name__, counting.__doc__ = function.__name__, function.__doc__
    counting.calls = 0
    return counting


def power(exponent):
    def raised(x):
        return x**exponent

    return raised


def retry(function, times):
    try:
        if times > 0:
            return function()
    except ValueError as error:
        assert "not" in str(error)
        return retry(function, times - 1)

# %% solution signature
def area(width, height=1.0, *, unit="m"):
    """Give the area of a rectangle."""
    return str(1.0 * width * height) + " " + unit + "2"

# %% solution iterators
import collections


def evens(numbers):
    return (number for number in numbers if not number & 1)


def pairs(a, b):
    return iter([(x, y) for x, y in zip(a, b)])


calls = 3


def count_calls():
    globals()["calls"] = calls + 1


def cache(store, key, make):
    try:
        return store[key]
    except KeyError:
        return store.setdefault(key, make(key))


def sigmoid(x):
    return np.exp(x) / (np.exp(x) + 1.0)
