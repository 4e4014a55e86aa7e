"""What a check can ask of a notebook; every answer is checked before it is used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ..model.errors import SubmissionError
from .notebook_process import NotebookProcess
from .replies import student_error
from .wire import Handle

T = TypeVar("T")
MOST_AXES = 8  # of a weight, as of every array that travels
LONGEST_AXIS = 2**26  # more numbers do not travel
REQUIRED = "<required>"  # means that a parameter has no default


@dataclass(frozen=True)
class TriedModel:
    """What is seen of a Keras model when it is called for the first time."""

    answer: Any
    shapes: tuple[tuple[int, ...], ...]  # of its weights


class Student(NotebookProcess):
    """A notebook with the questions that checks have."""

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what `make` returned the first time, or raise what it raised then: nobody is asked a second time."""
        made = super().once(name, lambda: _outcome(make))
        if isinstance(made, AssertionError):
            raise AssertionError(*made.args)
        if isinstance(made, SubmissionError):
            raise SubmissionError(str(made), made.verdict)
        return made

    def call(self, target: str | Handle, /, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function and return what it returns."""
        return self._call(target, args, kwargs)

    def call_keeping(self, target: str | Handle, /, *args: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
        """Call the student's function; return its result and its positional arguments as they are afterwards."""
        result, after = _entries(self._call(target, args, kwargs, return_args=True), 2)
        return result, _expect(after, list)

    def build(self, target: str | Handle, /, *args: Any, **kwargs: Any) -> Handle:
        """Call the student's function and leave the result, whatever it is, in the student process."""
        handle = self._call(target, args, kwargs, keep=True)
        return _expect(handle, Handle)

    def call_each(self, target: str, calls: Sequence[Sequence[Any]], cpu_s: float | None = None) -> list[Any]:
        """Call the student's function with each of these lists of arguments, in one request; return the results.

        Where a call raised, the result is the SubmissionError that describes it.
        """
        answers = self._ask("call_each", cpu_s, target=target, calls=[list(args) for args in calls])
        return _results(answers, len(calls))

    def invoke_each(self, target: Handle, calls: Sequence[tuple[str, list[Any], dict[str, Any]]]) -> list[Any]:
        """Call methods, each named by a dotted path and with its arguments; return the results as `call_each` does."""
        return _results(self._ask("invoke_each", target=target, calls=[list(call) for call in calls]), len(calls))

    def invoke(self, target: str | Handle, path: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method, named by a dotted path."""
        return self._ask("invoke", target=target, path=path, args=list(args), kwargs=kwargs)

    def get(self, target: str | Handle, path: str = "") -> Any:
        """Return an attribute, named by a dotted path, or a name of the notebook."""
        return self._ask("get", target=target, path=path)

    def try_model(self, model: Handle, inputs: Any) -> TriedModel | None:
        """Call a Keras model for the first time and look at it; return None when the object is none."""
        described = self._ask("try_model", target=model, inputs=inputs)
        if described is None:
            return None
        answer, shapes = _entries(described, 2)
        if not all(_is_shape(shape) for shape in _expect(shapes, list)):
            raise SubmissionError(
                "The process that runs the notebook sent an unexpected reply: the shapes of weights are not numbers."
            )
        return TriedModel(answer, tuple(map(tuple, shapes)))

    def step_model(self, model: Handle, inputs: Any, cotangent: np.ndarray, rate: float) -> Any:
        """Let a model take a step of this size against the gradient of sum(cotangent * answer); return its answer."""
        return self._ask("step_model", target=model, inputs=inputs, cotangent=cotangent, rate=rate)

    def differentiate_model(self, model: Handle, inputs: Any, cotangent: np.ndarray) -> list[np.ndarray | None]:
        """Return the gradient of sum(cotangent * answer) at each weight, None where training would change nothing.

        For a matrix they are the sums of the columns of gradient * matrix, entry by entry.
        """
        return _arrays(self._ask("differentiate_model", target=model, inputs=inputs, cotangent=cotangent))

    def gradient(
        self, target: str | Handle, *args: Any, wrt: Sequence[int] = (0,), cotangent: Any = None
    ) -> list[np.ndarray | None]:
        """Return the gradient of sum(cotangent * f(*args)) by TensorFlow's tape, one entry for each index in `wrt`."""
        result = self._ask("gradient", target=target, args=list(args), wrt=list(wrt), cotangent=cotangent)
        gradients = _arrays(result)
        if len(gradients) != len(wrt):
            raise SubmissionError(
                f"The process that runs the notebook sent {len(gradients)} gradients instead of {len(wrt)}."
            )
        return gradients

    def apply_gradients(
        self, optimizer: Handle, variables: Sequence[np.ndarray], gradients: Sequence[Sequence[np.ndarray]]
    ) -> list[list[np.ndarray]]:
        """Return fresh variables after each optimizer step, one step for each entry of `gradients`."""
        steps = [list(step) for step in gradients]
        return _expect(self._ask("apply_gradients", target=optimizer, variables=list(variables), gradients=steps), list)

    def same_object(self, first: Handle, second: Handle) -> bool:
        """Return whether two handles are one object."""
        return self._ask("same_object", first=first, second=second) is True

    def signature(self, target: str) -> dict[str, Any]:
        """Return the parameters of a function with their defaults, REQUIRED where there is none."""
        return _expect(self._ask("signature", target=target), dict)

    def defined(self, names: Sequence[str]) -> set[str]:
        """Return those of the names that the notebook defines."""
        found = _expect(self._ask("defined", names=list(names)), list)
        return {name for name in found if isinstance(name, str)} & set(names)

    def _call(
        self, target: str | Handle, args: Sequence[Any], kwargs: dict[str, Any], *,
        keep: bool = False, return_args: bool = False,
    ) -> Any:  # fmt: skip
        request = {"target": target, "args": list(args), "kwargs": kwargs, "keep": keep, "return_args": return_args}
        return self._ask("call", **request)


def _outcome(make: Callable[[], T]) -> T | AssertionError | SubmissionError:
    try:
        return make()
    except (AssertionError, SubmissionError) as error:
        return error


def _expect(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise SubmissionError(f"The student process answered with a {type(value).__name__} instead.")
    return value


def _entries(value: Any, count: int) -> list[Any]:
    entries = _expect(value, list)
    if len(entries) != count:
        raise SubmissionError(f"The process that runs the notebook sent {len(entries)} values instead of {count}.")
    return entries


def _results(answers: Any, count: int) -> list[Any]:
    """Return what a number of calls gave, or the SubmissionError that tells what they raised."""
    pairs = [_entries(answer, 2) for answer in _entries(answers, count)]
    return [result if error is None else student_error(error) for result, error in pairs]


def _is_shape(value: Any) -> bool:
    sizes = value if isinstance(value, list) else [None]
    return len(sizes) <= MOST_AXES and all(type(size) is int and 0 <= size <= LONGEST_AXIS for size in sizes)


def _arrays(value: Any) -> list[np.ndarray | None]:
    return [entry if isinstance(entry, np.ndarray) else None for entry in _expect(value, list)]
