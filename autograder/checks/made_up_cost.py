"""Windows of words for skipgram, and a cost function of our own: a wrong one of the student's costs nothing here.

The student's code calls it, and the call is answered here: no right cost function is ever in the student's process.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import numpy as np

from ..errors import SubmissionError
from ..report import Verdict
from ..session.student import Student
from ..session.wire import Handle, Stub
from . import reference, word2vec
from .expect import kind, mismatch, numbers, scalar

VOCABULARY = "river stone cloud lamp paper violin garden ladder window".split()
NAMES = ("the cost", "gradIn", "gradOut")
COST = 0


@dataclasses.dataclass(frozen=True)
class Window:
    """A center word with its context words, as rows, and the vectors of all words."""

    center: int
    context: list[int]
    size: int
    inputs: np.ndarray
    outputs: np.ndarray

    @property
    def words(self) -> list[str]:
        """The context words."""
        return [VOCABULARY[row] for row in self.context]

    @property
    def described(self) -> str:
        """Center, window size and context, for messages."""
        words = ", ".join(self.words)
        return f"currentWord = {VOCABULARY[self.center]}, C = {self.size}, contextWords = [{words}]"


def make_window(rng: np.random.Generator, words: int, dimensions: int) -> Window:
    """Return a window of 2C different words, none of them the center word."""
    center, *context = (int(row) for row in rng.permutation(words)[:5])
    return Window(center, context, 2, rng.normal(size=(words, dimensions)), rng.normal(size=(words, dimensions)))


class MadeUpCost:
    """A cost function that no formula of the homework gives, and the record of its calls.

    Its cost and gradient of the center word depend on the center's vector and the target, its other gradient on the
    target and the output vectors: a wrong argument shows in the value it belongs to.
    """

    def __init__(self, rng: np.random.Generator, window: Window) -> None:
        words, dimensions = window.inputs.shape
        self._shape = words, dimensions
        self._costs = rng.uniform(1.0, 2.0, size=(words,))
        self._direction = rng.normal(size=(dimensions,))
        self._center = rng.normal(size=(words, dimensions))
        self._output = rng.normal(size=(words, dimensions))
        self.called: Counter[int] = Counter()
        self.handed_on = True

    def truth(self, center: np.ndarray, target: int, outputs: np.ndarray) -> reference.CostAndGradients:
        """Return cost, gradient of the center word and gradient of all output words."""
        cost = float(self._costs[target] + np.tanh(center @ self._direction))
        return cost, self._center[target] * (1.0 + center), self._output[target] + 0.5 * outputs

    def stub(self, center_shape: tuple[int, ...], cost_shape: tuple[int, ...]) -> Stub:
        """Return the function for the student's code, whose answers have these shapes."""

        def answer(predicted: Any, target: Any, outputVectors: Any, dataset: Any = None) -> tuple[Any, Any, Any]:
            row, center, outputs = self._read(predicted, target, outputVectors)
            self.called[row] += 1
            self.handed_on = self.handed_on and isinstance(dataset, Handle)
            cost, grad_center, grad = self.truth(center, row, outputs)
            return np.full(cost_shape, cost) if cost_shape else cost, grad_center.reshape(center_shape), grad

        return Stub(call=answer)

    def _read(self, predicted: Any, target: Any, outputs: Any) -> tuple[int, np.ndarray, np.ndarray]:
        words, dimensions = self._shape
        row = scalar(target)
        is_row = isinstance(row, (int, float)) and row in range(words)
        seen = repr(target)[:30] if isinstance(target, (str, int, float)) else kind(target)
        assert is_row, f"the cost function was called with {seen} as target, which is no row of outputVectors"
        center, matrix = numbers(predicted), numbers(outputs)
        if center is None or center.size != dimensions:
            raise AssertionError("the cost function was called with something else than one vector as predicted")
        if matrix is None or matrix.shape != self._shape:
            raise AssertionError("the cost function was called with something else than all output vectors")
        return int(row), center.reshape(dimensions), matrix


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the student's code made of a window, and what is right."""

    value: Any
    arguments_after: list[Any]
    called: Counter[int]
    handed_on: bool
    want: reference.CostAndGradients

    def wrong(self, part: int) -> str:
        """Say what is wrong with one of the three values; an empty text when nothing is."""
        got = word2vec.three(self.value)[part]
        return mismatch(NAMES[part], scalar(got) if part == COST else got, self.want[part])

    @property
    def right_parts(self) -> int:
        """How many of the three values are right."""
        return sum(not self.wrong(part) for part in range(3))


def ask(student: Student, window: Window, rng: np.random.Generator) -> Answer:
    """Call the student's skipgram with a made-up cost function and return the answer.

    The cost function returns shapes (), (D,) and (V, D) first, as the notebook says.
    Code that goes with a cost function of one's own that returns (1, D) or (D, 1) is right as well, so these come next.
    """
    size = window.inputs.shape[1]
    answers, errors = [], []
    for center_shape, cost_shape in (((size,), ()), ((1, size), ()), ((1, size), (1, 1)), ((size, 1), (1, 1))):
        try:
            answers.append(_call(student, window, MadeUpCost(rng, window), center_shape, cost_shape))
        except SubmissionError as error:
            if error.verdict is not Verdict.ERROR:
                raise
            errors.append(error)
            continue
        if answers[-1].right_parts == 3 or not answers[-1].called:
            break
    if not answers:
        raise errors[0]
    return max(answers, key=lambda answer: answer.right_parts)


def _call(
    student: Student, window: Window, made_up: MadeUpCost, center_shape: tuple[int, ...], cost_shape: tuple[int, ...]
) -> Answer:
    dataset = word2vec.dataset([], range(len(window.inputs)))
    tokens = {word: row for row, word in enumerate(VOCABULARY)}
    words = VOCABULARY[window.center], window.size, window.words, tokens
    function = made_up.stub(center_shape, cost_shape)
    value, after = student.call_keeping("skipgram", *words, window.inputs, window.outputs, dataset, function)
    # Code that calls softmaxCostAndGradient whatever it is given has lost the points of another check.
    cost_function = made_up.truth if made_up.called else reference.softmax_cost_and_gradients
    want = reference.skipgram(window.center, window.context, window.inputs, window.outputs, cost_function)
    return Answer(value, after, made_up.called, made_up.handed_on, want)


def named(rows: Counter[int]) -> str:
    """Return the words of these rows, with how often each was there."""
    times = {VOCABULARY[row]: count for row, count in rows.items()}
    return ", ".join(f"{word} ({count} times)" if count > 1 else word for word, count in times.items())
