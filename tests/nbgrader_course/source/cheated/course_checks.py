"""Assertions of the course, which its notebooks import."""


def assert_equal(found, expected):
    """Raise AssertionError unless two values are equal."""
    assert found == expected, f"{found!r} is not {expected!r}"
