"""What became of a test that did not run to its end: which verdict, and the words for the student."""

import linecache
import re
import sys
import unittest
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asserts
import calls
import handles
import seen_words
import show_value

MOST_TEXT = 1000  # characters of an exception's text
MOST_SEEN = 600  # characters of what was seen
MOST_OWN = 300  # characters of the text that an assertion has
# What pytest, unittest and NumPy say where an exception was expected.
NOTHING_RAISED = re.compile(r"DID NOT (?:RAISE|WARN)\W+(?:class ')?(?:[\w.]*\.)?(\w+)|(\w+) not (?:raised|triggered)\b")
ABOUT_TYPES = (TypeError, AttributeError, ZeroDivisionError, RecursionError)  # their texts name types and no values
LEFT = (SystemExit, KeyboardInterrupt, GeneratorExit)


@dataclass(frozen=True)
class Test:
    """What is known of the test that ran.

    Attributes:
        file: The name of its code.
        visible_lines: By name of code, for all test cells so far, the lines that students have in their notebook.
        is_visible: Whether students have the whole cell.
        sentence: What it says of right code.
        log: What the student's code was asked.
        watch: What its assertions saw.
        raised_at: Where in the notebook the student's code raised what ended the test, as that code says.
    """

    file: str
    visible_lines: Mapping[str, frozenset[int]]
    is_visible: bool
    sentence: str
    log: calls.CallLog
    watch: asserts.Watch
    raised_at: Mapping[str, Any]


def of_pytest(name: str) -> tuple[type[BaseException], ...]:
    """Return what `pytest.fail`, `skip` or `exit` raises; `pytest.raises` and `pytest.warns` fail by it, too.

    A test that uses pytest has loaded it. The process of a student, which has this module as well, has not.
    """
    return (getattr(sys.modules["pytest"], name).Exception,) if "pytest" in sys.modules else ()


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


@dataclass(frozen=True)
class Place:
    """Where in the test cells something was raised."""

    line: int  # the innermost of this cell; 0 where none is
    is_own: bool  # the code of a test raised it, and no library
    is_visible: bool  # students have each line that it passed


def told(error: BaseException, test: Test) -> dict[str, str]:
    """Return verdict, sentence and what was seen for what ended a test."""
    if isinstance(error, handles.Refused):
        return {"verdict_hint": "refused", "sentence": test.sentence, "seen": text_of(error)}
    if isinstance(error, (unittest.SkipTest, *of_pytest("skip"))):
        return {"verdict_hint": "skipped", "sentence": test.sentence, "seen": "The test was skipped."}
    if isinstance(error, (*LEFT, *of_pytest("exit"))):
        return {"verdict_hint": "faulty", "seen": f"The test ended itself by {type(error).__name__}."}
    if isinstance(error, (AssertionError, *of_pytest("fail"))):
        return {"verdict_hint": "failed", **_assertion(error, test)}
    asked = test.log.raised_by(error)
    is_students = bool(asked or test.raised_at)
    if isinstance(error, NotImplementedError) and test.raised_at.get("stub") is True:
        what = f"`{asked}` raises" if asked else "the code raises"
        return {"verdict_hint": "not_attempted", "seen": f"Not written yet: {what} NotImplementedError."}
    if isinstance(error, NameError) and not is_students and error.name:
        return {"verdict_hint": "not_attempted", "seen": f"The notebook defines no `{error.name}`."}
    if is_students:
        seen = f"{_named(error, _own_name(error, test.raised_at))}{_line(test.raised_at)}"
        said = f"`{asked}` raised {seen}" if asked else f"The code raised {seen}"
        return {"verdict_hint": "error", "sentence": test.sentence, "seen": show_value.shortened(said, MOST_SEEN)}
    return {"verdict_hint": "failed", "sentence": test.sentence, "seen": _raised(error, test)}


def _assertion(error: BaseException, test: Test) -> dict[str, str]:
    place = _place(error, test)
    text, own = show_value.one_line(text_of(error)), ""
    watched, missing = vars(error).get("watched"), NOTHING_RAISED.match(text)
    if isinstance(watched, asserts.Watched):
        words = seen_words.Words(watched.values, test.log, place.is_visible, test.is_visible)
        own, seen = text, words.of(watched.site.test)
    elif missing is not None:
        seen = f"nothing was raised; the test expects {missing[1] or missing[2]}"
    elif place.is_own or isinstance(error, of_pytest("fail")):
        own, seen = text, ""
    else:
        own = show_value.one_line(test.watch.message_at(place.line))
        seen = "" if not test.is_visible else show_value.shortened(_without_difference(text_of(error)), MOST_SEEN)
    if test.log.last and (missing is not None or not seen):
        seen = f"{test.log.last}{seen and '; '}{seen}"
    sentence = " ".join(filter(None, [_ended(show_value.shortened(own, MOST_OWN)), test.sentence]))
    return {"sentence": sentence, "seen": show_value.shortened(seen, MOST_SEEN)}


def _place(error: BaseException, test: Test) -> Place:
    line, is_own, is_visible, trace = 0, False, True, error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        is_own = file in test.visible_lines
        if is_own:
            is_visible = is_visible and trace.tb_lineno in test.visible_lines[file]
            line = trace.tb_lineno if file == test.file else line
        trace = trace.tb_next
    return Place(line, is_own, is_visible)


def _without_difference(text: str) -> str:
    """Return what an assertion of a library says, without the lines that compare two values entry by entry."""
    return show_value.one_line(text.split("\n\nFirst ")[0].split("\n\n- ")[0].split("\n- ")[0])


def _raised(error: BaseException, test: Test) -> str:
    """Return what an exception says that the test itself met with what the student's code gave.

    Where a hidden line met it, its text may hold what the test knows: "98 is not in list".
    """
    place = _place(error, test)
    line = linecache.getline(test.file, place.line).strip() if place.is_own else ""
    may_be_said = place.is_visible or type(error) in ABOUT_TYPES or line.startswith("raise ")
    name = _named(error).rstrip(".") if may_be_said else type(error).__name__[:60]
    return show_value.shortened(". ".join(filter(None, [f"The test ended with {name}", test.log.last])), MOST_SEEN)


def _named(error: BaseException, name: str = "") -> str:
    told = f"{name or type(error).__name__}: {text_of(error)}".rstrip(": ")
    return show_value.shortened(show_value.one_line(told), MOST_OWN)


def _own_name(error: BaseException, raised_at: Mapping[str, Any]) -> str:
    """Return what the student's code raised where something else stands for it here; else ""."""
    name = raised_at.get("type")
    is_replaced = type(error) is Exception and name in {kind.__name__ for kind in LEFT}
    return str(name) if is_replaced else ""


def _line(raised_at: Mapping[str, Any]) -> str:
    line, function = raised_at.get("line"), raised_at.get("function")
    if type(line) is not int:
        return ""
    function = show_value.one_line(function[:60]) if type(function) is str else ""
    return f" ({function}{function and ', '}line {line} of its cell)"


def _ended(text: str) -> str:
    return text if not text or text[-1] in ".!?:" else f"{text}."
