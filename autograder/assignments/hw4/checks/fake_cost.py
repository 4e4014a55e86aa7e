"""Windows of words for skipgram, and a cost function of the grader: a wrong one of the student costs nothing here.

The student's code calls it, and the call is answered here: no right cost function is ever in the student's process.
"""

import dataclasses
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checking import Handle, Stub, Student, SubmissionError, Verdict, kind, numbers, scalar

from . import reference, word2vec

VOCABULARY = "river stone cloud lamp paper violin garden ladder window".split()
NAMES = ("the cost", "gradIn", "gradOut")
SIZE = 4  # of the vectors
OWN_COST_FUNCTION = "softmaxCostAndGradient"
OWN_CPU_S = 0.5  # right ones take some milliseconds; one that hangs has its own checks to lose
Form = tuple[str, tuple[int, ...]]
# In what shapes the cost function returns the center word's gradient, for D numbers, and the cost. The notebook asks
# for the first. Code that goes with a cost function of one's own that returns others is right too: what the student's
# own returns is tried before all others.
AS_GIVEN = "as predicted"
FORMS: tuple[Form, ...] = (
    ("D", ()), (AS_GIVEN, ()), (AS_GIVEN, (1, 1)), ("1, D", ()), ("1, D", (1, 1)), ("D, 1", (1, 1)),
)  # fmt: skip


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


def own_form(student: Student) -> Form:
    """Return the form in which the student's own cost function answers, the notebook's when that cannot be seen."""
    pair = word2vec.pair(np.random.default_rng(0), len(VOCABULARY), SIZE)
    arguments = [*pair.parts, word2vec.dataset([], range(len(VOCABULARY)))]
    try:
        (answer,) = student.call_each(OWN_COST_FUNCTION, [arguments], cpu_s=OWN_CPU_S)
    except SubmissionError:
        student.start()  # what `once` keeps is forgotten when a process is replaced
        return FORMS[0]
    if isinstance(answer, SubmissionError) or not isinstance(answer, (tuple, list)) or len(answer) != len(NAMES):
        return FORMS[0]
    cost, center = numbers(answer[0]), numbers(answer[1])
    cost_shape, center_shape = (() if array is None else array.shape for array in (cost, center))
    form = {(1, SIZE): "1, D", (SIZE, 1): "D, 1"}.get(center_shape, "D")
    return form, cost_shape if cost_shape in ((1,), (1, 1)) else ()


class MadeUpCost:
    """A cost function unlike those of the homework, and the record of its calls.

    Its cost and gradient of the center word depend on the center's vector and the target, its other gradient on the
    target and the output vectors: a wrong argument shows in the value it belongs to.
    """

    def __init__(self, seed: int, window: Window) -> None:
        rng, (words, dimensions) = np.random.default_rng(seed), window.inputs.shape
        self._shape = words, dimensions
        self._costs = rng.uniform(1.0, 2.0, size=(words,))
        self._direction = rng.normal(size=(dimensions,))
        self._center = rng.normal(size=(words, dimensions))
        self._output = rng.normal(size=(words, dimensions))
        self.rows: list[int] = []  # of the words that it was called for
        self.handed_on = True

    def truth(self, center: np.ndarray, target: int, outputs: np.ndarray) -> reference.CostAndGradients:
        """Return cost, gradient of the center word and gradient of all output words."""
        cost = float(self._costs[target] + np.tanh(center @ self._direction))
        return cost, self._center[target] * (1.0 + center), self._output[target] + 0.5 * outputs

    def stub(self, form: Form) -> Stub:
        """Return the function for the student's code, whose answers have this form."""
        (center_form, cost_shape), size = form, self._shape[1]
        shapes = {"D": (size,), "1, D": (1, size), "D, 1": (size, 1)}

        def answer(predicted: Any, target: Any, outputVectors: Any, dataset: Any = None) -> tuple[Any, Any, Any]:
            row, center, outputs = self._read(predicted, target, outputVectors)
            self.rows.append(row)
            self.handed_on = self.handed_on and isinstance(dataset, Handle)
            cost, grad_center, grad = self.truth(center, row, outputs)
            shape = np.shape(predicted) if center_form == AS_GIVEN else shapes[center_form]
            return np.full(cost_shape, cost) if cost_shape else cost, grad_center.reshape(shape), grad

        answer.__qualname__ = "word2vecCostAndGradient"  # Python names it where it is called with other arguments
        return Stub(call=answer)

    def _read(self, predicted: Any, target: Any, outputs: Any) -> tuple[int, np.ndarray, np.ndarray]:
        words, dimensions = self._shape
        row = scalar(target)
        # The message has no word and no number: they differ from check to check, and one mistake would look like many.
        given = {str: "a word", int: "another number", float: "another number"}.get(type(row), kind(target))
        is_row = isinstance(row, (int, float)) and row in range(words)
        assert is_row, f"the cost function was called with {given} as target, not with a row index of outputVectors"
        center, matrix = numbers(predicted), numbers(outputs)
        if center is None or center.size != dimensions:
            raise AssertionError("the cost function was called with a predicted that is not one vector")
        if matrix is None or matrix.shape != self._shape:
            raise AssertionError("the cost function was called with outputVectors that are not all output vectors")
        return int(row), center.reshape(dimensions), matrix


@dataclasses.dataclass(frozen=True)
class Answer:
    """The answer of the student's code for a window, and its arguments."""

    window: Window
    value: Any
    arguments_after: list[Any]
    cost_function: Callable[[np.ndarray, int, np.ndarray], reference.CostAndGradients]
    rows: list[int]  # of the words that the cost function was called for
    handed_on: bool
    request: tuple[int, Form]  # seed and form of the cost function

    @property
    def called(self) -> Counter[int]:
        """How often the cost function was called for each row."""
        return Counter(self.rows)


def ask(student: Student, rng: np.random.Generator, make: Callable[[], Window]) -> Answer:
    """Call the student's skipgram with a fake cost function and return the answer.

    Where it raises, it is called again with a cost function that returns other shapes; what it answers has no say. Each
    call is for a fresh window and a fresh cost function, so that the last one tells nothing about the next.
    """
    errors = []
    for form in dict.fromkeys([student.once("form of the cost function", lambda: own_form(student)), *FORMS]):
        try:
            return call(student, make(), (int(rng.integers(2**32)), form))
        except SubmissionError as error:
            if error.verdict is not Verdict.ERROR:
                raise
            errors.append(error)
    raise errors[0]


def call(student: Student, window: Window, request: tuple[int, Form]) -> Answer:
    """Call the student's skipgram; equal windows and requests make equal calls."""
    seed, form = request
    made_up = MadeUpCost(seed, window)
    dataset = word2vec.dataset([], range(len(window.inputs)))
    tokens = {word: row for row, word in enumerate(VOCABULARY)}
    words = VOCABULARY[window.center], window.size, window.words, tokens
    function = made_up.stub(form)
    value, after = student.call_keeping("skipgram", *words, window.inputs, window.outputs, dataset, function)
    # Code that calls softmaxCostAndGradient whatever it is given has lost the points of another check.
    cost_function = made_up.truth if made_up.rows else reference.softmax_cost_and_gradients
    return Answer(window, value, after, cost_function, made_up.rows, made_up.handed_on, request)


def named(rows: Counter[int]) -> str:
    """Return the words of these rows, with how often each was there."""
    times = {VOCABULARY[row]: count for row, count in rows.items()}
    return ", ".join(f"{word} ({count} times)" if count > 1 else word for word, count in times.items())
