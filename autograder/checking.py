"""What hidden checks import: the mark of an item, what a student's notebook can be asked, and how answers are compared.

A check is a pytest test in autograder/assignments/<name>/checks/check_<item>.py. Its first line is a true sentence
about right code, which the student reads when the check fails, with the text of the assertion as what was seen:

    from autograder.checking import Student, item, mismatch
    from . import reference

    @item("moving_average", weight=2)
    def test_averages_each_window(student: Student, rng):
        '''Each entry is the mean of its window.'''
        values = rng.normal(size=20)
        seen = mismatch("the average", student.call("moving_average", values, 3), reference.moving_average(values, 3))
        assert not seen, seen

Fixtures: `student`, the notebook that holds the item, in its process; `rng`, random numbers that no student can know;
`note`, takes a sentence for the student on what a check accepts; `submission`, all that was sent.
"""

from typing import Any

import numpy as np
import pytest

from .handin import png_picture
from .model.errors import GraderFault, SubmissionError
from .model.report import Verdict
from .model.submission import Submission
from .session.replies import Recording
from .session.student import REQUIRED, Student
from .session.wire import Handle, Stub, Tensor, tensor

__all__ = [
    "FLOAT32", "FLOAT64", "REQUIRED", "GraderFault", "Handle", "Recording", "Stub", "Student", "Submission",
    "SubmissionError", "Tensor", "Verdict", "close", "common_factor", "flat", "item", "kind", "misformed", "mismatch",
    "numbers", "png_picture", "returned", "scalar", "show", "tensor",
]  # fmt: skip

# Share of the largest right entry by which a float64 answer may be off. Other orders of summation differ by 1e-14,
# gradients kept in float32 by 3e-7, log(p + 1e-8) by 4e-6 at the scores that the checks feed; of the wrong solutions
# in the corpus none is off by less than 5e-3.
FLOAT64 = 1e-5
# The same for float32 TensorFlow: right models of the corpus differ from float64 by 3e-6, wrong ones by 2e-3 and more.
FLOAT32 = 1e-4


def item(item_id: str, *, weight: float = 1.0) -> pytest.MarkDecorator:
    """Mark a check with the item it belongs to and its share of that item's points."""
    return pytest.mark.item(item_id, weight=weight)


def returned(result: Any) -> Any:
    """Return one of the results that `call_each` gave. Raises SubmissionError where the call raised."""
    if isinstance(result, SubmissionError):
        raise result
    return result


def numbers(value: Any) -> np.ndarray | None:
    """Return an answer as a float64 array, None when it is not made of real numbers."""
    if isinstance(value, (str, bytes)) or value is None:
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):  # ragged lists
        return None
    return array.astype(np.float64) if array.dtype.kind in "fiu" else None


def scalar(value: Any) -> Any:
    """Return the number in an array of one entry, anything else as it is: a cost may have shape (1,) or (1, 1)."""
    array = numbers(value)
    return float(array.reshape(-1)[0]) if array is not None and array.size == 1 else value


def flat(value: Any, size: int) -> Any:
    """Return a row or a column of that size as a flat array, anything else as it is."""
    array = numbers(value)
    if array is not None and array.shape in ((1, size), (size, 1)):
        return array.reshape(size)
    return value


def close(got: Any, want: Any, tolerance: float = FLOAT64) -> bool:
    """Return whether shapes agree and no entry is off by more than `tolerance` times the largest right entry."""
    array, want = numbers(got), np.asarray(want, dtype=np.float64)
    if array is None or array.shape != want.shape or not np.isfinite(array).all():
        return False
    return bool(np.all(np.abs(array - want) <= tolerance * np.max(np.abs(want), initial=0.0)))


def mismatch(name: str, got: Any, want: Any, tolerance: float = FLOAT64) -> str:
    """Return an empty text when the answer is right, else what is wrong with it: "the cost is -1.2; 1.2 is right"."""
    if close(got, want, tolerance):
        return ""
    want = np.asarray(want, dtype=np.float64)
    if unreadable := misformed(name, got, want.shape):
        return unreadable
    array = np.asarray(got, dtype=np.float64)
    factor = common_factor(array, want, tolerance)
    if want.ndim == 0:
        hint = f" ({show(factor)} times the right value{_named(factor)})" if factor and _telling(factor) else ""
        return f"{name} is {show(array)}; {show(want)} is right{hint}"
    if factor is not None:
        return f"every entry of {name} is {show(factor)} times the right value"
    if array.ndim == 2 and array.shape[0] == array.shape[1] and close(array.T, want, tolerance):
        return f"{name} is the transpose of the right one"
    return f"{name}{_where_it_differs(array, want, tolerance)}"


def misformed(name: str, got: Any, shape: tuple[int, ...]) -> str:
    """Return an empty text when an answer is made of finite numbers in that shape, else what is wrong with it."""
    array = numbers(got)
    if array is None:
        return f"{name} is {kind(got)}, not {'an array' if shape else 'a number'}"
    if array.shape != shape:
        return f"{name} has shape {array.shape}; {shape} is right"
    if not np.isfinite(array).all():
        return f"{name} contains {'NaN' if np.isnan(array).any() else 'infinite numbers'}"
    return ""


def common_factor(got: np.ndarray, want: np.ndarray, tolerance: float = FLOAT64) -> float | None:
    """Return the number c with got = c * want, None if there is none."""
    square = float(np.sum(want * want))
    if square == 0.0:
        return None
    factor = float(np.sum(got * want)) / square
    return factor if factor and close(got / factor, want, tolerance) else None


def show(value: Any) -> str:
    """Return a number, or the first few of an array, rounded to three digits."""
    array = np.asarray(value, dtype=np.float64)
    if array.ndim:
        entries = [show(entry) for entry in array.reshape(-1)[:4]]
        return "[" + ", ".join(entries + ["..."] * (array.size > 4)) + "]"
    number = float(array) + 0.0  # which makes 0 of -0
    if 1000 <= abs(number) < 1e6:
        return f"{number:.0f}"
    return f"{number:.3g}".replace("e-0", "e-").replace("e+0", "e")


def kind(value: Any) -> str:
    """Return what an answer is, with an article: "a tuple", "a function"; of None, how one comes to return it."""
    name = getattr(value, "type_name", None) or type(value).__name__
    if name == "NoneType":
        return "None (did you forget `return`?)"
    if isinstance(value, np.ndarray) and type(value) is not np.ndarray:
        return "a tensor"
    if isinstance(value, (np.ndarray, np.generic)):
        return "a NumPy array" if value.ndim else "a single number"
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _named(factor: float) -> str:
    """Return what a factor means, after a comma; "" for those that say it themselves."""
    names = {
        -1.0: "the wrong sign",
        1 / np.log(2): "as with a logarithm to base 2",
        1 / np.log(10): "as with a logarithm to base 10",
    }
    return next((f", {name}" for number, name in names.items() if abs(factor - number) < 1e-4), "")


def _telling(factor: float) -> bool:
    """Return whether a factor says something: a sign, a count, a mean, the base of a logarithm."""
    size = abs(factor)
    if not 1e-3 < size < 1e3:  # beyond all that is looked for; the reciprocal of the smallest numbers is infinite
        return False
    whole = [size, 1 / size, size * np.log(2), size * np.log(10)]
    return any(abs(number - round(number)) < 1e-4 and 1 <= round(number) <= 50 for number in whole)


def _where_it_differs(got: np.ndarray, want: np.ndarray, tolerance: float) -> str:
    off = np.abs(got - want) > tolerance * np.max(np.abs(want), initial=0.0)
    entry = np.unravel_index(np.argmax(np.abs(got - want)), want.shape)
    example = f"entry {_index(entry)} is {show(got[entry])} where {show(want[entry])} is right"
    if got.ndim == 2:
        rows = np.flatnonzero(off.any(axis=1))
        if 0 < len(rows) < len(want):
            label = "row" if len(rows) == 1 else "rows"
            return f" differs in {label} {', '.join(map(str, rows[:4]))}{', ...' * (len(rows) > 4)}: {example}"
    return f" differs: {example}"


def _index(entry: tuple[Any, ...]) -> str:
    return "[" + ", ".join(str(int(number)) for number in entry) + "]"
