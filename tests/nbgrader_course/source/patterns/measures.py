"""What the notebook `files` imports: assertions of the course, and a few helpers."""

import collections

LIMIT = 0.5

Reading = collections.namedtuple("Reading", "city degrees")


def assert_near(found, expected, limit=LIMIT):
    """Raise AssertionError unless two numbers differ by less than `limit`."""
    if not abs(found - expected) < limit:
        raise AssertionError(f"expected about {expected}, but found {found}")


def assert_rows(found, expected):
    """Raise AssertionError unless two lists hold the same rows."""
    assert isinstance(found, list), f"expected a list, but found {type(found).__name__}"
    assert sorted(found) == sorted(expected), "the rows differ"


def celsius(fahrenheit):
    """Return a temperature in degrees Celsius."""
    return (fahrenheit - 32) * 5 / 9
