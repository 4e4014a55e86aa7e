"""skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset, word2vecCostAndGradient).

The checks bring their own cost function, so that a wrong softmaxCostAndGradient costs nothing here.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import numpy as np

from ..errors import SubmissionError
from ..report import Verdict
from ..session.student import Student
from . import Handle, Stub, item, reference, word2vec
from .expect import kind, mismatch, numbers, scalar, show

VOCABULARY = "river stone cloud lamp paper violin garden ladder window".split()
NAMES = ("the cost", "gradIn", "gradOut")
COST, GRAD_IN, GRAD_OUT = range(3)


@item("skipgram", weight=2)
def test_adds_up_the_costs(student: Student, rng: np.random.Generator) -> None:
    """The cost of a window is the sum of the costs of its context words, each given the center word."""
    assert_part(student, rng, COST)


@item("skipgram", weight=2)
def test_adds_up_the_gradient_of_the_center_word(student: Student, rng: np.random.Generator) -> None:
    """gradIn holds, in the row of the center word, the sum of what each context word gives, and zeros elsewhere."""
    assert_part(student, rng, GRAD_IN)


@item("skipgram", weight=2)
def test_adds_up_the_gradients_of_the_output_words(student: Student, rng: np.random.Generator) -> None:
    """gradOut is the sum of the gradients that the context words give for the output vectors."""
    assert_part(student, rng, GRAD_OUT)


@item("skipgram", weight=2)
def test_counts_every_context_word(student: Student, rng: np.random.Generator) -> None:
    """Each context word counts once for every time it occurs, the center word too, and there may be fewer than 2C."""
    window = make_window(rng, len(VOCABULARY), 4)
    center, first, second = window.center, *window.context[:2]
    window = dataclasses.replace(window, context=[first, second, first, center, first], size=4)

    answer = ask(student, window, rng)

    counted = answer.called == Counter(window.context)  # code that averages has lost its points elsewhere
    assert counted or not answer.wrong(COST), (
        f"with {window.described} the cost function was called for {named(answer.called)}"
        if answer.called
        else f"with {window.described}, {answer.wrong(COST)}"
    )


@item("skipgram", weight=2)
def test_uses_the_cost_function_it_is_given(student: Student, rng: np.random.Generator) -> None:
    """The argument word2vecCostAndGradient is the function that is called, with the dataset as its last argument."""
    window = make_window(rng, len(VOCABULARY), 4)

    answer = ask(student, window, rng)

    assert answer.called, "the function given as word2vecCostAndGradient was never called"
    assert answer.handed_on, "the function given as word2vecCostAndGradient was called without the dataset"


@item("skipgram", weight=1)
def test_skipgram_leaves_its_arguments_alone(student: Student, rng: np.random.Generator) -> None:
    """The context words and the vectors that come in are the same after the call."""
    window = make_window(rng, len(VOCABULARY), 4)

    answer = ask(student, window, rng)

    before = {
        2: ("contextWords", window.words),
        4: ("inputVectors", window.inputs),
        5: ("outputVectors", window.outputs),
    }
    changed = word2vec.changed(answer.arguments_after, before)
    assert not changed, f"after the call {changed} had other values"
    useful = not all(answer.wrong(part) for part in range(3))
    assert useful, "nothing was changed, but neither the cost nor a gradient was right"


def assert_part(student: Student, rng: np.random.Generator, part: int) -> None:
    """Fail the check unless one of the three values is right for plain windows, whatever the others are."""
    for size in (4, len(VOCABULARY)):
        window = make_window(rng, len(VOCABULARY), size)

        wrong = ask(student, window, rng).wrong(part)

        assert not wrong, f"with {window.described}: {wrong}"


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
        self._costs = rng.uniform(1.0, 2.0, size=words)
        self._direction = rng.normal(size=dimensions)
        self._center, self._output = rng.normal(size=(2, words, dimensions))
        self.called: Counter[int] = Counter()
        self.handed_on = True

    def truth(self, center: np.ndarray, target: int, outputs: np.ndarray) -> reference.CostAndGradients:
        """Return cost, gradient of the center word and gradient of all output words."""
        cost = float(self._costs[target] + np.tanh(center @ self._direction))
        return cost, self._center[target] * (1.0 + center), self._output[target] + 0.5 * outputs

    def stub(self, center_shape: tuple[int, ...], cost_shape: tuple[int, ...]) -> Stub:
        """Return the function for the student's code, whose answers have these shapes."""

        def word2vecCostAndGradient(predicted, target, outputVectors, dataset=None):  # noqa: N802, N803
            row, center, outputs = self._read(predicted, target, outputVectors)
            self.called[row] += 1
            self.handed_on &= isinstance(dataset, Handle)
            cost, grad_center, grad = self.truth(center, row, outputs)
            return np.full(cost_shape, cost) if cost_shape else cost, grad_center.reshape(center_shape), grad

        return Stub(call=word2vecCostAndGradient)

    def _read(self, predicted: Any, target: Any, outputs: Any) -> tuple[int, np.ndarray, np.ndarray]:
        words, dimensions = self._shape
        row = scalar(target)
        is_row = isinstance(row, (int, float)) and row in range(words)
        seen = repr(target)[:30] if isinstance(target, (str, int, float)) else kind(target)
        assert is_row, f"the cost function was called with {seen} as target, which is no row of outputVectors"
        center = word2vec.as_vector(predicted, dimensions)
        assert center is not None, f"the cost function was called with {kind(predicted)} as predicted, not one vector"
        matrix = numbers(outputs)
        is_matrix = matrix is not None and matrix.shape == self._shape
        assert is_matrix, "the cost function was called with something else than all output vectors"
        return int(row), center, matrix


@dataclasses.dataclass
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
    dimensions = window.inputs.shape[1]
    best, error = None, None
    for center_shape, cost_shape in (((dimensions,), ()), ((1, dimensions), ()), ((1, dimensions), (1, 1)),
                                     ((dimensions, 1), (1, 1))):  # fmt: skip
        made_up = MadeUpCost(rng, window)
        try:
            answer = _call(student, window, made_up, made_up.stub(center_shape, cost_shape))
        except SubmissionError as raised:
            if raised.verdict is not Verdict.ERROR:
                raise
            error = error or raised
            continue
        if not answer.called:
            answer.want = _by_own_softmax(student, window) or answer.want
        if best is None or answer.right_parts > best.right_parts:
            best = answer
        if best.right_parts == 3 or not best.called:
            break
    if best is None:
        raise error
    return best


def _call(student: Student, window: Window, made_up: MadeUpCost, function: Stub) -> Answer:
    dataset, _ = word2vec.stream([], range(len(window.inputs)))
    tokens = {word: row for row, word in enumerate(VOCABULARY[: len(window.inputs)])}
    value, after = student.call_keeping(
        "skipgram", VOCABULARY[window.center], window.size, window.words, tokens, window.inputs, window.outputs,
        dataset, function,
    )  # fmt: skip
    want = reference.skipgram(window.center, window.context, window.inputs, window.outputs, made_up.truth)
    return Answer(value, after, made_up.called, made_up.handed_on, want)


def _by_own_softmax(student: Student, window: Window) -> reference.CostAndGradients | None:
    """Return what is right for code that calls the notebook's softmaxCostAndGradient whatever it is given."""

    def own(center: np.ndarray, target: int, outputs: np.ndarray) -> reference.CostAndGradients:
        answer = student.call("softmaxCostAndGradient", center, target, outputs, None)
        cost, grad_center, grad = word2vec.cost_and_gradients(answer, center.size)
        return float(cost), word2vec.as_vector(grad_center, center.size), numbers(grad)

    try:
        return reference.skipgram(window.center, window.context, window.inputs, window.outputs, own)
    except (SubmissionError, AssertionError, TypeError, ValueError):  # it is wrong itself
        return None


def named(rows: Counter[int]) -> str:
    """Return the words of these rows, with how often each was there."""
    return ", ".join(
        f"{VOCABULARY[row]} ({times} times)" if times > 1 else VOCABULARY[row] for row, times in rows.items()
    )
