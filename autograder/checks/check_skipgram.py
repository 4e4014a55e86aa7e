"""skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset, word2vecCostAndGradient)."""

import dataclasses
from collections import Counter
from functools import partial

import numpy as np

from ..session.student import Student
from . import item, word2vec
from .made_up_cost import Answer, Window, ask, make_window, named

WORDS = 9
COST, GRAD_IN, GRAD_OUT = range(3)


@item("skipgram", weight=2)
def test_adds_up_the_costs(student: Student, rng: np.random.Generator) -> None:
    """The cost of a window is the sum of the costs of its context words, each given the center word."""
    assert_part(student, rng, COST)


@item("skipgram", weight=2)
def test_adds_up_the_gradient_of_the_center_word(student: Student, rng: np.random.Generator) -> None:
    """`gradIn` holds, in the row of the center word, the sum of what each context word gives, and zeros elsewhere."""
    assert_part(student, rng, GRAD_IN)


@item("skipgram", weight=2)
def test_adds_up_the_gradients_of_the_output_words(student: Student, rng: np.random.Generator) -> None:
    """`gradOut` is the sum of the gradients that the context words give for the output vectors."""
    assert_part(student, rng, GRAD_OUT)


@item("skipgram", weight=2)
def test_counts_every_context_word(student: Student, rng: np.random.Generator) -> None:
    """Each context word counts once for every time it occurs, the center word too, and there may be fewer than 2C."""
    window = make_window(rng, WORDS, 4)
    first, second, *_ = window.context
    window = dataclasses.replace(window, context=[first, second, first, window.center, first], size=4)

    answer = ask(student, window, rng)

    if answer.called:
        # Code that averages calls it often enough, and has lost its points elsewhere; code that first counts equal
        # words calls it less often, and has the right cost.
        counted = answer.called == Counter(window.context) or not answer.wrong(COST)
        seen = f"with {window.described} the cost function was called for {named(answer.called)}"
        assert counted, seen
    else:
        assert not answer.wrong(COST), f"with {window.described}: {answer.wrong(COST)}"


@item("skipgram", weight=2)
def test_uses_the_cost_function_it_is_given(student: Student, rng: np.random.Generator) -> None:
    """The argument word2vecCostAndGradient is the function that is called, with the dataset as its last argument."""
    answer = ask(student, make_window(rng, WORDS, 4), rng)

    assert answer.called, "the function given as word2vecCostAndGradient was never called"
    assert answer.handed_on, "the function given as word2vecCostAndGradient was called without the dataset"


@item("skipgram", weight=1)
def test_skipgram_leaves_its_arguments_alone(student: Student, rng: np.random.Generator) -> None:
    """The context words and the vectors that come in are the same after the call."""
    window = make_window(rng, WORDS, 4)

    answer = ask(student, window, rng)

    vectors = {4: ("inputVectors", window.inputs), 5: ("outputVectors", window.outputs)}
    changed = word2vec.changed(answer.arguments_after, {2: ("contextWords", window.words), **vectors})
    assert not changed, f"after the call {changed} had other values"
    assert answer.right_parts, "nothing was changed, but neither the cost nor a gradient was right"


def assert_part(student: Student, rng: np.random.Generator, part: int) -> None:
    """Fail the check unless one of the three values is right for plain windows, whatever the others are."""
    for size in (4, WORDS):
        window, answer = student.once(f"answer of skipgram for {size}", partial(_asked, student, rng, size))

        wrong = answer.wrong(part)

        assert not wrong, f"with {window.described}: {wrong}"


def _asked(student: Student, rng: np.random.Generator, size: int) -> tuple[Window, Answer]:
    """Return a plain window and what the function makes of it: the same for three checks."""
    window = make_window(rng, WORDS, size)
    return window, ask(student, window, rng)
