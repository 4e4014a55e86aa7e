"""`autograder demo`: a bundled class of every kind of submission, released, graded and reported like a real one."""

from .bundled_class import CLASS, LOOP, Builder, answered, packed, run

__all__ = ["CLASS", "LOOP", "Builder", "answered", "packed", "run"]
