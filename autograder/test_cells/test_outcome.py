"""What became of a test that did not run to its end: which verdict, and the words for the student."""

import unittest
from typing import Any

import asserts
import calls
import cell_source
import handles
import pytest
import show_value

MOST_TEXT = 1000  # characters of an exception's text
MOST_SEEN = 600  # characters of what was seen
SKIPPED = (unittest.SkipTest, pytest.skip.Exception)
SAID_TO_FAIL = (pytest.fail.Exception,)  # `pytest.raises` and `pytest.warns` end in this, too
LEFT = (SystemExit, KeyboardInterrupt, GeneratorExit, pytest.exit.Exception)


def describe_error(error: BaseException | None) -> dict[str, Any] | None:
    """Return type and text of an exception as data."""
    if error is None:
        return None
    kinds = [kind.__name__ for kind in type(error).__mro__[:-1]]
    return {"type": type(error).__name__, "kinds": kinds, "text": text_of(error)}


def text_of(error: BaseException) -> str:
    """Return the text of an exception; one whose class cannot say it has none."""
    try:
        return str(error)[:MOST_TEXT]
    except Exception:
        return ""


def told(error: BaseException, parsed: cell_source.Parsed, file: str, log: calls.CallLog) -> dict[str, str]:
    """Return verdict, sentence and what was seen for what a test raised.

    Args:
        error: What ended the test.
        parsed: The test cell.
        file: The name of its code, by which its own lines are known.
        log: What the student's code was asked.
    """
    if isinstance(error, handles.Refused):
        return {"verdict_hint": "refused", "sentence": parsed.sentence, "seen": text_of(error)}
    if isinstance(error, SKIPPED):
        return {"verdict_hint": "skipped", "sentence": parsed.sentence, "seen": "The test was skipped."}
    if isinstance(error, LEFT):
        return {"verdict_hint": "faulty", "sentence": "", "seen": f"The test ended itself by {type(error).__name__}."}
    if isinstance(error, (AssertionError, *SAID_TO_FAIL)):
        return {"verdict_hint": "failed", **_assertion(error, parsed, file, log)}
    return {"verdict_hint": "error", "sentence": parsed.sentence, "seen": _raised(error, log)}


def _assertion(error: BaseException, parsed: cell_source.Parsed, file: str, log: calls.CallLog) -> dict[str, str]:
    lines, is_own = _place(error, file)
    own, library = (text_of(error), "") if is_own else (_message_of_library(error, file), text_of(error))
    sentence = " ".join(filter(None, [_ended(show_value.one_line(own)), parsed.sentence]))
    watched = getattr(error, "watched", None)
    if watched is not None:
        seen = asserts.describe(*watched, log)
    else:
        is_visible = bool(lines) and lines[-1] in parsed.visible_lines
        seen = show_value.one_line(library.split("\n\nFirst ")[0].split("\n\n- ")[0]) if is_visible else ""
    return {"sentence": sentence, "seen": show_value.shortened(seen or log.last, MOST_SEEN)}


def _place(error: BaseException, file: str) -> tuple[list[int], bool]:
    """Return the lines of the test that an exception passed, and whether the test's own code raised it."""
    lines, is_own, trace = [], False, error.__traceback__
    while trace is not None:
        is_own = trace.tb_frame.f_code.co_filename == file
        if is_own:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return lines, is_own


def _message_of_library(error: BaseException, file: str) -> str:
    """Return the text that a test gave to a function of a library that asserts: `msg=` or `err_msg=`."""
    trace, caller = error.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if caller == file != code.co_filename:
            given = [trace.tb_frame.f_locals.get(name) for name in ("msg", "err_msg", "reason")]
            return next((text for text in given if isinstance(text, str) and text), "")
        caller, trace = code.co_filename, trace.tb_next
    return ""


def _raised(error: BaseException, log: calls.CallLog) -> str:
    """Return what an exception says that is no assertion's."""
    text = show_value.one_line(f"{type(error).__name__}: {text_of(error)}".rstrip(": "))
    asked = log.raised_by(error)
    if asked:
        return show_value.shortened(f"`{asked}` raised {text}", MOST_SEEN)
    return show_value.shortened(". ".join(filter(None, [f"The test ended with {text}", log.last])), MOST_SEEN)


def _ended(text: str) -> str:
    return text if not text or text[-1] in ".!?:" else f"{text}."
