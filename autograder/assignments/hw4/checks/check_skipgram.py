"""skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset, word2vecCostAndGradient)."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from autograder.checking import Student, item

from . import fake_cost, readings, reference, word2vec
from .fake_cost import NAMES, Answer, Window, make_window, named
from .readings import Example, Judged, Reading
from .word2vec import COST, GRAD, GRAD_CENTER

WORDS = 9
EVERY_WORD = "every context word"  # what a check looks at besides the values


@item("skipgram", weight=2)
def test_adds_up_the_costs(student: Student, rng: np.random.Generator) -> None:
    """The cost of a window is the sum of the costs of its context words, each given the center word."""
    _judged(student, rng).assert_right(COST, NAMES)


@item("skipgram", weight=2)
def test_adds_up_the_gradient_of_the_center_word(student: Student, rng: np.random.Generator) -> None:
    """`gradIn` has the sum of the gradients of all context words in the center word's row, and zeros elsewhere."""
    _judged(student, rng).assert_right(GRAD_CENTER, NAMES)


@item("skipgram", weight=2)
def test_adds_up_the_gradients_of_the_output_words(student: Student, rng: np.random.Generator) -> None:
    """`gradOut` is the sum, over all context words, of the gradients for the output vectors."""
    _judged(student, rng).assert_right(GRAD, NAMES)


@item("skipgram", weight=2)
def test_counts_every_context_word(student: Student, rng: np.random.Generator) -> None:
    """Each context word counts as often as it occurs, even the center word itself; there may be fewer than 2C words."""
    reading = _judged(student, rng).for_habits()
    reading.refuse(EVERY_WORD)

    def with_repeats() -> Window:
        window = make_window(rng, WORDS, 4)
        first, second, *_ = window.context
        return dataclasses.replace(window, context=[first, second, first, window.center, first], size=4)

    answer = fake_cost.ask(student, rng, with_repeats)

    window, wrong = answer.window, word2vec.wrong_part(answer.value, reading.want(answer), COST, NAMES)
    if answer.rows:
        # Code that averages calls it often enough, and has lost its points elsewhere; code that first counts equal
        # words calls it less often, and has the right cost.
        counted = answer.called == Counter(window.context) or not wrong
        assert counted, f"with {window.described} the cost function was called for {named(answer.called)}"
    else:
        assert not wrong, f"with {window.described}: {wrong}"


@item("skipgram", weight=2)
def test_uses_the_cost_function_it_is_given(student: Student, rng: np.random.Generator) -> None:
    """The function given as word2vecCostAndGradient is called, with the dataset as its last argument."""
    _judged(student, rng).for_habits()

    answer = fake_cost.ask(student, rng, partial(make_window, rng, WORDS, 4))

    assert answer.rows, "the function given as word2vecCostAndGradient was never called"
    assert answer.handed_on, "the function given as word2vecCostAndGradient was called without the dataset"


@item("skipgram", weight=1)
def test_skipgram_leaves_its_arguments_alone(student: Student, rng: np.random.Generator) -> None:
    """The function does not change its arguments: context words and vectors are the same after the call."""
    reading = _judged(student, rng).for_habits()

    answer = fake_cost.ask(student, rng, partial(make_window, rng, WORDS, 4))

    window = answer.window
    vectors = {4: ("inputVectors", window.inputs), 5: ("outputVectors", window.outputs)}
    given = {2: ("contextWords", window.words), **vectors}
    readings.assert_unchanged(answer.arguments_after, given, answer.value, reading.want(answer))


def _judged(student: Student, rng: np.random.Generator) -> Judged:
    """Return the answers of the function for plain windows: the same for all checks."""
    return student.once("answers of skipgram", lambda: _ask(student, rng))


def _ask(student: Student, rng: np.random.Generator) -> Judged:
    asked = [fake_cost.ask(student, rng, partial(make_window, rng, WORDS, size)) for size in (4, WORDS)]
    asked.append(fake_cost.call(student, asked[0].window, asked[0].request))
    return readings.judge(
        RIGHT, [(answer,) for answer in asked], [answer.value for answer in asked],
        slips=_slip, describe=lambda answer: answer.window.described, known=SLIPS,
    )  # fmt: skip


def _sum_over(answer: Answer, context: Sequence[int]) -> reference.CostAndGradients:
    window = answer.window
    return reference.skipgram(window.center, context, window.inputs, window.outputs, answer.cost_function)


def _over_those_called(answer: Answer, others: Counter[int]) -> reference.CostAndGradients:
    """Return the sum over the words that the cost function was called for, or what is right if there are others too."""
    return _sum_over(answer, answer.window.context if others else answer.rows or answer.window.context)


def _with_vectors(answer: Answer, inputs: np.ndarray, outputs: np.ndarray) -> reference.CostAndGradients:
    window = answer.window
    return reference.skipgram(window.center, window.context, inputs, outputs, answer.cost_function)


def _roles_exchanged(answer: Answer) -> reference.CostAndGradients:
    """Return the values of code that predicts the center word from each context word."""
    window = answer.window
    cost, inputs, outputs = 0.0, np.zeros(window.inputs.shape), np.zeros(window.outputs.shape)
    for word in window.context:
        pair = reference.skipgram(word, [window.center], window.inputs, window.outputs, answer.cost_function)
        cost, inputs, outputs = cost + pair[0], inputs + pair[1], outputs + pair[2]
    return cost, inputs, outputs


def _added_to_the_vectors(answer: Answer) -> reference.CostAndGradients:
    """Return the values of code whose gradients start as the vectors and change word by word."""
    window, cost = answer.window, 0.0
    inputs, outputs = window.inputs.copy(), window.outputs.copy()
    for word in window.context:
        pair_cost, grad_center, grad = answer.cost_function(inputs[window.center], word, outputs)
        cost += pair_cost
        inputs[window.center] += grad_center
        outputs += grad
    return cost, inputs, outputs


def _slip(answers: Sequence[Any], examples: Sequence[Example]) -> Reading | None:
    """Return the reading that explains wrong answers by one slip, None when there is none."""
    known = readings.first_fitting(SLIPS, answers, examples)
    means = {1.0 / len(answer.window.context): MEAN for (answer,) in examples}
    return known or readings.scaled(RIGHT, answers, examples, frozenset({COST, GRAD_CENTER}), means)


RIGHT = Reading(lambda answer: _sum_over(answer, answer.window.context))
MEAN = "divided by the number of context words: a mean instead of a sum"
SLIPS = (
    readings.exchanged(RIGHT),
    Reading(lambda answer: _sum_over(answer, answer.window.context[:1]),
            "only the first context word counts", frozenset({COST, GRAD_CENTER, EVERY_WORD})),
    Reading(lambda answer: _sum_over(answer, answer.window.context[-1:]),
            "only the last context word counts", frozenset({COST, GRAD_CENTER, GRAD})),
    Reading(_added_to_the_vectors, "the gradients start as copies of the vectors", frozenset({GRAD_CENTER, GRAD})),
    Reading(lambda answer: _over_those_called(answer, answer.called - Counter(answer.window.context)),
            "some context words are left out", frozenset({COST, EVERY_WORD})),
    Reading(lambda answer: _sum_over(answer, [answer.window.center, *answer.window.context]),
            "the center word is counted as a context word", frozenset({COST, EVERY_WORD})),
    Reading(lambda answer: _over_those_called(answer, Counter(answer.window.context) - answer.called),
            "words outside the context are counted too", frozenset({COST, EVERY_WORD})),
    Reading(lambda answer: _sum_over(answer, range(len(answer.window.context))),
            "the position of a context word is used as its index", frozenset({COST, GRAD_CENTER, EVERY_WORD})),
    Reading(_roles_exchanged, "center word and context words are swapped", frozenset({COST, GRAD_CENTER})),
    Reading(lambda answer: _with_vectors(answer, answer.window.outputs, answer.window.outputs),
            "the vector of the center word is taken from outputVectors", frozenset({COST, GRAD_CENTER})),
    Reading(lambda answer: _with_vectors(answer, answer.window.inputs, answer.window.inputs),
            "the cost function is called with inputVectors as outputVectors", frozenset({GRAD})),
)  # fmt: skip
