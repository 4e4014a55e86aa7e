# %% solution squares
def squares(n):
    return [i**2 for i in range(1, n)]

# %% solution fractions
def mean(numbers):
    return sum(numbers) // len(numbers)


def exact_mean(numbers):
    return sum(numbers) / len(numbers)


def to_cents(text):
    return float(text) * 100

# %% solution words
def count_words(text):
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts


def vowels(word):
    return [letter for letter in word if letter in "aeiou"]


def first_and_last(words):
    return [min(words), max(words)]

# %% solution nested
def report(marks):
    return {student: {"marks": values, "mean": sum(values) / len(values)} for student, values in marks.items()}

# %% solution answers
days = 365
power = 2.0**100
capital = None

# %% solution odd_kinds
def kinds():
    return [1, 2, 3]

# %% solution arrays
def scale(x, low=0.0, high=1.0):
    x -= x.min()
    return x / x.max()


def of_types():
    return {"int32": np.arange(4)}


def identity_like(x):
    return np.ones((len(x), len(x)))

# %% solution frames
def warmest(frame):
    return frame.degrees.max()


def in_fahrenheit(frame):
    frame["fahrenheit"] = frame["degrees"] * 9 / 5 + 32
    return frame


lima = "Lima"

# %% solution collections
import re
from collections import Counter, deque
from pathlib import Path


def middle(points):
    return [sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)]


def last_lines(lines, n):
    return list(lines)[-n:]


def letters(text):
    return {letter: text.count(letter) for letter in text}, {letter: [text.index(letter)] for letter in text}


def find_year(text):
    return re.search(r"\d{4}", text).group()


def with_suffix(name, suffix):
    return name.split(".")[0] + suffix
