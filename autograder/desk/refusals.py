"""What the desk says in place of an answer, each with the status of HTTP."""


class Unknown(Exception):
    """What was asked for is not there; the message says so in a sentence."""


class NotReady(Exception):
    """The answers of the class are still being read; the message says how far."""
