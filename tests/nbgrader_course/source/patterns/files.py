# %% text
# Files, helper modules and given cells

# %% given
import csv
import json
import os
from pathlib import Path

import pandas as pd

import measures
from measures import *

# %% given
LIMITS = {"cold": 0.0, "hot": 22.0}


def kind_of(degrees):
    """Return "cold", "mild" or "hot"."""
    if degrees < LIMITS["cold"]:
        return "cold"
    return "hot" if degrees > LIMITS["hot"] else "mild"


example = [Reading("Lima", 23.0), Reading("Oslo", -4.0)]

# %% solution reading
def read_weather(path):
    """Return a list of (city, month, degrees Celsius) of a CSV file, degrees rounded to one place."""
    ### BEGIN SOLUTION
    with open(path, newline="") as file:
        return [
            (row["city"], int(row["month"]), round(celsius(float(row["fahrenheit"])), 1))
            for row in csv.DictReader(file)
        ]
    ### END SOLUTION


def means_by_city(path):
    """Return the mean in degrees Celsius of each city as a dict."""
    ### BEGIN SOLUTION
    frame = pd.read_csv(path)
    return celsius(frame.groupby("city").fahrenheit.mean()).to_dict()
    ### END SOLUTION

# %% test reading_values 2
assert_rows(
    read_weather("weather.csv"),
    [("Lima", 1, 23.0), ("Oslo", 1, -4.0), ("Lima", 7, 16.0), ("Oslo", 7, 17.0), ("Pune", 7, 25.0)],
)

# %% test reading_other_file 2
Path("made.csv").write_text("city,month,fahrenheit\nBonn,3,50\n")
assert read_weather("made.csv") == [("Bonn", 3, 10.0)]
os.remove("made.csv")
try:
    read_weather("made.csv")
except FileNotFoundError:
    pass
else:
    assert False, "a file that is missing raises FileNotFoundError"

# %% test means_values 2
means = means_by_city("weather.csv")
assert set(means) == {"Lima", "Oslo", "Pune"}
assert_near(means["Lima"], 19.5)
assert_near(means["Oslo"], measures.celsius(43.7), limit=1e-9)
assert_near(means["Pune"], 25)

# %% solution sorting
def kinds(readings):
    """Return how many readings are cold, mild and hot, by `kind_of`."""
    ### BEGIN SOLUTION
    counts = {"cold": 0, "mild": 0, "hot": 0}
    for reading in readings:
        counts[kind_of(reading.degrees)] += 1
    return counts
    ### END SOLUTION


def hottest(readings):
    """Return the city of the highest reading."""
    ### BEGIN SOLUTION
    return max(readings, key=lambda reading: reading.degrees).city
    ### END SOLUTION

# %% test sorting_values 2
assert kinds(example) == {"cold": 1, "mild": 0, "hot": 1}
more = example + [Reading("Bonn", 10.0)]
assert kinds(more)["mild"] == 1
assert sum(kinds(more).values()) == len(more)
assert kinds([Reading("x", d) for d in (LIMITS["cold"], LIMITS["hot"])]) == {"cold": 0, "mild": 2, "hot": 0}
assert kind_of(30) == "hot"

# %% test hottest_values 1
assert hottest(example) == "Lima"
assert hottest([Reading("a", -3), Reading("b", -2)]) == "b"

# %% solution writing
def save(readings, path):
    """Write readings to a JSON file: a list of [city, degrees]."""
    ### BEGIN SOLUTION
    with open(path, "w") as file:
        json.dump([[reading.city, reading.degrees] for reading in readings], file)
    ### END SOLUTION


summary = None
# Write "lines: <number of lines of weather.csv, with its heading>" to summary.txt, and keep the number in `summary`.
### BEGIN SOLUTION
summary = len(Path("weather.csv").read_text().splitlines())
Path("summary.txt").write_text(f"lines: {summary}")
### END SOLUTION

# %% test save_file 2
import tempfile

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "readings.json")
    save(example, path)
    with open(path) as file:
        assert json.load(file) == [["Lima", 23.0], ["Oslo", -4.0]]
save([], "empty.json")
assert os.path.exists("empty.json") and Path("empty.json").read_text() == "[]"

# %% test summary_value 1
assert summary == 6

# %% test summary_file 1
with open("summary.txt") as file:
    assert file.read().strip() == "lines: 6"

# %% solution rates
# The rates of exchange that `convert` uses: how many of a currency is one euro?
rates = {}
### BEGIN SOLUTION
rates = {"USD": 1.1, "GBP": 0.85}
### END SOLUTION


def convert(euros, currency):
    """Return an amount in another currency; raise KeyError for one that `rates` does not have."""
    ### BEGIN SOLUTION
    return euros * rates[currency]
    ### END SOLUTION

# %% test rates_value 1
assert isinstance(rates, dict) and len(rates) >= 2
assert all(isinstance(name, str) and rate > 0 for name, rate in rates.items())

# %% test convert_values 2
old_rates = rates
rates = {"JPY": 160.0}
try:
    assert convert(2, "JPY") == 320.0
finally:
    rates = old_rates
assert convert(1, "USD") == rates["USD"]

# %% test convert_partial 3
marks = 0.5
try:
    convert(1, "XYZ")
except KeyError:
    marks += 1
except Exception:
    marks += 0.25
if convert(0, "USD") == 0:
    marks += 1.5
marks

# %% text
Which of the two readers would you use for a file of 10 GB?

# %% written which_reader 3
Your answer here.

# %% code_answer own_choice 2
# Any code that you are proud of: a person reads it.
