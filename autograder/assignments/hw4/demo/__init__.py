"""A class with every kind of submission, for `autograder demo`."""

from .bundled_class import CLASS, LOOP, Builder, answered, packed, submissions

__all__ = ["CLASS", "LOOP", "Builder", "answered", "packed", "submissions"]
