"""What comes back from a student process, in a form that cannot harm the grader."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.errors import SubmissionError
from ..model.plain_text import ESCAPE_SEQUENCE, one_line
from ..model.report import Verdict
from . import wire
from .wire import Handle, Stub

MAX_TEXT = 400  # characters of an exception's text that are shown
MAX_END = 150  # of these, from its end, where long ones often say what to do
MOST_READ = 2000  # characters of it that are looked at
MAX_SOURCE = 120  # characters of a line of source
MAX_NAME = 80  # characters of a type's name
MOST_FAILURES = 20  # of one cell
VERDICT_OF_KIND = {
    "NotImplementedError": Verdict.NOT_ATTEMPTED,
    "PermissionError": Verdict.FORBIDDEN,
    "MemoryError": Verdict.MEMORY,
}
# What Keras and TensorFlow put around the sentence that says what is wrong: calls, arguments, nodes of a graph.
KERAS_FRAME = re.compile(
    r"Exception encountered when calling [^\n]*\n\s*(.*?)(?:\s*Arguments received by .*)?", re.DOTALL
)
TENSORFLOW_FRAME = re.compile(r"(?:\{\{function_node [^}]*\}\} ?)?(.+?)(?: \[Op:\w+\].*)?", re.DOTALL)
NUMBERS = re.compile(r"\[\[[-+.\de\s,\[\]]*\]\]")  # of an array: they differ from call to call and are no help
# For people who call a function of TensorFlow on the output of a Keras layer, as in TensorFlow 1.
NOT_YET_NUMBERS = (
    "a {} function was called on the output of a Keras layer, which has no values while the model is built. "
    "For a function f write `tf.keras.layers.Activation(f)(h)` instead of `f(h)`"
)
IN_OTHER_WORDS = {
    "A KerasTensor cannot be used as input to a TensorFlow function": NOT_YET_NUMBERS.format("TensorFlow"),
    "A KerasTensor is symbolic": NOT_YET_NUMBERS.format("NumPy"),
}


class Recording:
    """An object in the student process with methods that return these integers one by one, without asking the grader.

    After the last one they ask `rest`, which has the same methods; without it they raise StopIteration.
    """

    def __init__(self, rest: Stub | None = None, **methods: Sequence[int]) -> None:
        self.rest = rest
        self.methods = {name: np.asarray(values, dtype=np.int64) for name, values in methods.items()}


class GraderCodec(wire.Codec):
    """Handles travel as their number, stubs as a number and the names of their methods."""

    def __init__(self) -> None:
        self.stubs: list[Stub] = []

    def encode_other(self, value: Any) -> dict[str, Any]:
        """Return the tagged form of a value that is not plain data."""
        if isinstance(value, Handle):
            return {"t": "handle", "v": value.id}
        if isinstance(value, Stub):
            self.stubs.append(value)
            return {"t": "stub", "v": [len(self.stubs) - 1, list(value.methods)]}
        if isinstance(value, Recording):
            return {"t": "recording", "v": self.encode([value.methods, value.rest])}
        return super().encode_other(value)

    def decode_other(self, tag: str, payload: Any) -> Handle:
        """Return the value of a tag that is not plain data."""
        if tag == "handle" and isinstance(payload, list) and len(payload) == 2:
            number, type_name = payload
            if type(number) is int and isinstance(type_name, str):
                return Handle(number, one_line(type_name, MAX_NAME) or "nameless object")
        raise wire.WireError(f"a value of unknown kind {tag[:20]!r}")


@dataclass(frozen=True)
class Failure:
    """What a statement of a cell raised, or the whole cell, as where it is no Python."""

    error: SubmissionError
    line: int | None = None  # of the statement, or of the place in it; None for the whole cell
    span: tuple[int, int] = (0, 0)  # first and last line of the statement


def failures(reply: Any) -> tuple[list[Failure], int]:
    """Return what the statements of a cell raised, and how many more there were."""
    fields = reply if isinstance(reply, dict) else {}
    if fields.get("whole") is not None:
        return [Failure(student_error(fields["whole"]))], 0
    described, more = fields.get("failures"), fields.get("more")
    entries = described[:MOST_FAILURES] if isinstance(described, list) else []
    found = [_failure(entry) for entry in entries if isinstance(entry, dict)]
    return found, more if type(more) is int else 0


def _failure(fields: dict[str, Any]) -> Failure:
    first, last = (value if type(value := fields.get(name)) is int else 0 for name in ("first", "last"))
    if fields.get("function"):
        return Failure(student_error(fields), first, (first, last))
    line = value if type(value := fields.get("line")) is int else first
    return Failure(student_error({**fields, "line": None}), line, (first, last))


def student_error(description: Any) -> SubmissionError:
    """Return the exception for what student code raised; every field of the description is untrusted."""
    fields = description if isinstance(description, dict) else {}
    kinds = fields.get("kinds")
    known = {kind for kind in kinds if isinstance(kind, str)} if isinstance(kinds, list) else set()
    verdict = next((verdict for kind, verdict in VERDICT_OF_KIND.items() if kind in known), Verdict.ERROR)
    if verdict is Verdict.NOT_ATTEMPTED and fields.get("stub") is not True:
        verdict = Verdict.ERROR  # Keras raises the same where a model has no `call`
    place = _place(fields)
    if verdict is Verdict.NOT_ATTEMPTED:
        return SubmissionError(f"Not written yet: the code raises NotImplementedError{place}.", verdict)
    name = one_line(fields.get("type"), MAX_NAME) or "an exception"
    text = _shortened(one_line(_essence(fields.get("text")), MOST_READ))
    source = one_line(fields.get("source"), MAX_SOURCE)
    if not text and source:  # `assert` and `raise` without a text say nothing else
        return SubmissionError(f"{name}{place}: `{source}`", verdict)
    return SubmissionError(f"{name}: {text}{place}", verdict)


def _place(fields: dict[str, Any]) -> str:
    line = fields.get("line")
    if type(line) is not int:
        return ""
    function = one_line(fields.get("function"), MAX_NAME)
    return f" ({function + ', ' if function else ''}line {line} of its cell)"


def _essence(text: Any) -> str:
    """Return the part of an exception's text that says what is wrong."""
    text = ESCAPE_SEQUENCE.sub("", text[:MOST_READ]).strip() if isinstance(text, str) else ""
    for frame in (KERAS_FRAME, TENSORFLOW_FRAME):
        found = frame.fullmatch(text)
        text = found[1] if found else text
    text = NUMBERS.sub("[...]", text)
    return next((sentence for start, sentence in IN_OTHER_WORDS.items() if text.startswith(start)), text)


def _shortened(text: str) -> str:
    """Return a text of at most MAX_TEXT characters: what is left out of a long one stood in its middle."""
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - MAX_END - 5]} ... {text[-MAX_END:]}"
