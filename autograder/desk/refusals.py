"""What the desk says in place of an answer, each with the status of HTTP."""

ONLY_INSTRUCTORS = (
    "Only an instructor changes a rubric or settles two marks in this course: c.MarkingDesk.instructors names them."
)


class Unknown(Exception):
    """What was asked for is not there; the message says so in a sentence."""


class NotReady(Exception):
    """The answers of the class are still being read; the message says how far."""
