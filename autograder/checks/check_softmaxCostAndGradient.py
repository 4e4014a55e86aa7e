"""softmaxCostAndGradient(predicted, target, outputVectors, dataset): cost, gradPred (D,), grad (V, D)."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..session.student import Student
from . import item, reference, word2vec
from .expect import returned

WORDS = 6
COST, GRAD_PRED, GRAD = range(3)


@item("softmaxCostAndGradient", weight=2)
def test_softmax_cost(student: Student, rng: np.random.Generator) -> None:
    """The cost is the cross-entropy of the target word under softmax, in nats."""
    assert_part(student, rng, COST)


@item("softmaxCostAndGradient", weight=2)
def test_softmax_gradient_of_the_center_word(
    student: Student, rng: np.random.Generator, note: Callable[[str], None]
) -> None:  # fmt: skip
    """`gradPred` is the gradient of the cost with respect to the center word's vector, of shape (D,)."""
    answer = assert_part(student, rng, GRAD_PRED)
    note(word2vec.other_shape(answer, WORDS + 3))


@item("softmaxCostAndGradient", weight=2)
def test_softmax_gradient_of_the_output_words(student: Student, rng: np.random.Generator) -> None:
    """`grad` holds, in the row of each word, the gradient of the cost with respect to its output vector."""
    assert_part(student, rng, GRAD)


@item("softmaxCostAndGradient", weight=1)
def test_softmax_leaves_its_arguments_alone(student: Student, rng: np.random.Generator) -> None:
    """The vectors that come in are the same after the call."""
    pair = word2vec.pair(rng, WORDS, 4)

    answer, after = student.call_keeping("softmaxCostAndGradient", pair.center, pair.target, pair.outputs, None)

    changed = word2vec.changed(after, {0: ("predicted", pair.center), 2: ("outputVectors", pair.outputs)})
    assert not changed, f"after the call {changed} had other values"
    useful = word2vec.any_right(answer, reference.softmax_cost_and_gradients(*pair.parts))
    assert useful, "nothing was changed, but neither the cost nor a gradient was right"


def assert_part(student: Student, rng: np.random.Generator, part: int) -> Any:
    """Fail the check unless one of the three values is right, whatever the others are; return the last answer."""
    for pair, result in student.once("answers of softmaxCostAndGradient", lambda: _answers(student, rng)):
        answer = returned(result)

        wrong = word2vec.wrong_part(answer, reference.softmax_cost_and_gradients(*pair.parts), part)
        assert not wrong, f"with {pair.described}: {wrong}"
    return answer


def _answers(student: Student, rng: np.random.Generator) -> list[tuple[word2vec.Pair, Any]]:
    """Return pairs and what the function makes of them: the same for three checks."""
    examples = word2vec.pairs(rng, WORDS)
    calls = [[*pair.parts, word2vec.dataset([], range(WORDS))] for pair in examples]
    return list(zip(examples, student.call_each("softmaxCostAndGradient", calls), strict=True))
