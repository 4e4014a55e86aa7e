"""Exceptions on their way between the test process and the student process."""

import builtins
from typing import Any

import cell_shell
import object_codec
import wire

MOST_TEXT = 2000
# They would end a test quietly, or mean that somebody else wants it to end.
NO_STUDENT_RAISES = (SystemExit, KeyboardInterrupt, GeneratorExit)


# --- in the student process ---


def describe(error: BaseException, codec: Any, file: str, files: Any) -> Any:
    """Return what travels of an exception that the student's code raised: the exception, and where.

    Args:
        error: What was raised.
        codec: What knows the objects of the test's.
        file: The file of the code that called the student's.
        files: The files of code that stands between it and the student process's own.
    """
    if codec.number_of_theirs(error) is not None:
        return error
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename in files:
        if trace.tb_next is None or trace.tb_next.tb_frame.f_code.co_filename not in files:
            break
        trace = trace.tb_next
    error.__traceback__ = trace
    return error, object_codec.flat(cell_shell.describe(error, file))


def description(codec: Any, error: BaseException) -> list[Any]:
    """Return the encoded description of an exception of the student's."""
    told = cell_shell.describe_type(error)
    cause = error.__cause__ if issubclass(type(error.__cause__), BaseException) else None
    return [
        "error",
        codec.class_form(type(error)),
        codec.encode(BaseException.__dict__["args"].__get__(error)),
        told["text"],
        told["kinds"],
        codec.encode(BaseException.__dict__["__dict__"].__get__(error)),
        codec.encode(cause),
    ]


def of_test(kind: type, args: tuple[Any, ...], text: str) -> BaseException:
    """Return the exception that stands in the student process for one of the test's."""
    try:
        return kind(*args)
    except Exception:
        return RuntimeError(text)


# --- in the test process ---


def of_student(kind: Any, args: Any, text: str, kinds: Any) -> BaseException:
    """Return the exception that stands here for one of the student's. Raises WireError for what describes none."""
    if not issubclass(kind, Exception) or type(args) is not tuple:
        raise wire.WireError("an exception of no known form")
    for make in (kind, kind.__new__) if kind.__module__ == "builtins" else (kind.__new__,):
        try:
            made = make(*args) if make is kind else make(kind, *args)
            made.args = args
            return made
        except Exception:  # arguments that its class does not take
            continue
    made = Exception.__new__(Exception)
    made.args = args
    return made


def nearest(place: Any) -> BaseException:
    """Return an exception of the builtin kind for one whose parts could not travel."""
    told = place if isinstance(place, dict) else {}
    text = told.get("text") if type(told.get("text")) is str else ""
    kinds = told.get("kinds")
    for name in kinds if isinstance(kinds, list) else ():
        kind = getattr(builtins, name, None) if type(name) is str else None
        if isinstance(kind, type) and issubclass(kind, Exception):
            made = kind.__new__(kind)
            made.args = (text,)
            return made
    return Exception(text or "the student's code raised an exception")
