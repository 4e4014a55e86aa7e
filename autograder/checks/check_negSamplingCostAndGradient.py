"""negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10): cost, gradPred (D,), grad (V, D)."""

import contextlib
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import SubmissionError
from ..session.student import Student
from . import item, reference, word2vec
from .expect import FLOAT64, close, numbers, returned, show

FUNCTION = "negSamplingCostAndGradient"
DEFAULT_K = 10
WORDS = 16  # more than K, so that code that waits for K different words fails and does not hang
COST, GRAD_PRED, GRAD = range(3)


@item("negSamplingCostAndGradient", weight=2)
def test_negative_sampling_cost(student: Student, rng: np.random.Generator) -> None:
    """The cost adds, in nats, one term for the target word and one for each of the K drawn words."""
    assert_part(student, rng, COST)


@item("negSamplingCostAndGradient", weight=2)
def test_negative_sampling_gradient_of_the_center_word(
    student: Student, rng: np.random.Generator, note: Callable[[str], None]
) -> None:  # fmt: skip
    """`gradPred` is the gradient of the cost with respect to the center word's vector, of shape (D,)."""
    answer = assert_part(student, rng, GRAD_PRED)
    note(word2vec.other_shape(answer, WORDS + 3))


@item("negSamplingCostAndGradient", weight=2)
def test_negative_sampling_gradient_of_the_output_words(student: Student, rng: np.random.Generator) -> None:
    """`grad` holds the gradients of the target and of the drawn words in their rows, and zeros in all other rows."""
    assert_part(student, rng, GRAD)


@item("negSamplingCostAndGradient", weight=2)
def test_counts_a_repeated_word_each_time(student: Student, rng: np.random.Generator) -> None:
    """A word that is drawn m times counts m times, in the cost and in both gradients."""
    pair = word2vec.pair(rng, WORDS, 5)
    often, other, *rest = others(rng, pair)
    streams = [[*rest[:7], *[often] * times, *[other] * (3 - times)] for times in range(3)]
    answers = values(student, pair, streams)
    for name, never, once, twice in zip(word2vec.NAMES, *answers, strict=True):
        first, second = once - never, twice - once
        assert np.any(np.abs(first) > FLOAT64), f"{name} is the same whether a word is drawn once or not at all"

        counted = 1 + float(np.sum(first * second) / np.sum(first * first))
        times = "once" if show(counted) == "1" else f"{show(counted)} times"
        assert close(second, first), f"in {name} a word that is drawn twice counts {times}"


@item("negSamplingCostAndGradient", weight=1)
def test_draws_k_words(student: Student, rng: np.random.Generator) -> None:
    """The argument K says how many words are drawn."""
    pair, costs = word2vec.pair(rng, WORDS + 8, 5), []
    for k in (4, 13):
        words = others(rng, pair)

        answer = student.call(FUNCTION, *pair.parts, word2vec.dataset(words, range(len(pair.outputs))), K=k)

        cost, _, grad = word2vec.cost_and_gradients(answer, pair.center.size)
        drawn = k if touched(grad, pair) == k else count_draws(student, pair, words, K=k)
        assert drawn == k, f"with K = {k} your function drew {drawn} words from the dataset"
        costs.append(cost)
    assert not np.array_equal(*costs), "the cost does not depend on K"


@item("negSamplingCostAndGradient", weight=1)
def test_never_draws_the_target(student: Student, rng: np.random.Generator) -> None:
    """The target is never among the K drawn words: when the dataset yields it, another word is drawn in its place."""
    pair = word2vec.pair(rng, WORDS, 5)
    words = others(rng, pair)

    among_others = [pair.target, *words[:3], pair.target, pair.target, *words[3:]]
    plain, interrupted, different = values(student, pair, [words, among_others, words[::-1]])

    assert not close(different[GRAD], plain[GRAD]), "grad does not depend on the words that the dataset yields"
    for name, got, want in zip(word2vec.NAMES, interrupted, plain, strict=True):
        assert close(got, want), f"{name} changes when the dataset yields the target among other words"


@item("negSamplingCostAndGradient", weight=1)
def test_negative_sampling_leaves_its_arguments_alone(student: Student, rng: np.random.Generator) -> None:
    """The vectors that come in are the same after the call."""
    pair = word2vec.pair(rng, WORDS, 4)
    words = others(rng, pair)

    answer, after = student.call_keeping(FUNCTION, *pair.parts, word2vec.dataset(words, range(WORDS)))

    changed = word2vec.changed(after, {0: ("predicted", pair.center), 2: ("outputVectors", pair.outputs)})
    assert not changed, f"after the call {changed} had other values"
    want = reference.negative_sampling_cost_and_gradients(*pair.parts, words[:DEFAULT_K])
    assert word2vec.any_right(answer, want), "nothing was changed, but neither the cost nor a gradient was right"


def others(rng: np.random.Generator, pair: word2vec.Pair) -> list[int]:
    """Return all words but the target, in random order."""
    return [int(word) for word in rng.permutation(len(pair.outputs)) if word != pair.target]


def assert_part(student: Student, rng: np.random.Generator, part: int) -> Any:
    """Fail the check unless one of the three values is right for K different words; return the last answer."""
    for pair, words, result in student.once(f"answers of {FUNCTION}", lambda: _answers(student, rng)):
        answer = returned(result)

        want = reference.negative_sampling_cost_and_gradients(*pair.parts, words[:DEFAULT_K])
        wrong = word2vec.wrong_part(answer, want, part)
        if wrong:
            hint = "" if count_draws(student, pair, words) else " (no word was drawn from the dataset)"
            raise AssertionError(f"with {pair.described}, K = {DEFAULT_K}: {wrong}{hint}")
    return answer


def _answers(student: Student, rng: np.random.Generator) -> list[tuple[word2vec.Pair, list[int], Any]]:
    """Return pairs, what the dataset yields for each, and what the function returns: the same for three checks."""
    examples = [(pair, others(rng, pair)) for pair in word2vec.pairs(rng, WORDS)]
    calls = [[*pair.parts, word2vec.dataset(words, range(WORDS))] for pair, words in examples]
    results = student.call_each(FUNCTION, calls)
    return [(pair, words, result) for (pair, words), result in zip(examples, results, strict=True)]


def count_draws(student: Student, pair: word2vec.Pair, words: list[int], **kwargs: int) -> int:
    """Return how many words the function draws; each is asked for, which takes its time."""
    dataset, drawn = word2vec.counting(itertools.chain(words, itertools.cycle(range(len(pair.outputs)))))
    with contextlib.suppress(SubmissionError):
        student.call(FUNCTION, *pair.parts, dataset, **kwargs)
    return len(drawn)


def values(student: Student, pair: word2vec.Pair, streams: list[list[int]]) -> list[list[np.ndarray]]:
    """Return cost and gradients when the dataset yields these words; fails the check unless they are numbers."""
    calls = [[*pair.parts, word2vec.dataset(words, range(WORDS))] for words in streams]
    return [_read(returned(result), pair) for result in student.call_each(FUNCTION, calls)]


def _read(returned_value: Any, pair: word2vec.Pair) -> list[np.ndarray]:
    answer, read = word2vec.cost_and_gradients(returned_value, pair.center.size), []
    for name, value, shape in zip(word2vec.NAMES, answer, ((), pair.center.shape, pair.outputs.shape), strict=True):
        array = numbers(value)
        if array is None or array.shape != shape or not np.isfinite(array).all():
            raise AssertionError(f"{name} is not made of finite numbers, of shape {shape}")
        read.append(array)
    return read


def touched(grad: Any, pair: word2vec.Pair) -> int | None:
    """Return how many rows beside the target's are not zero, None when the gradient cannot be read."""
    array = numbers(grad)
    if array is None or array.shape != pair.outputs.shape:
        return None
    return int(np.count_nonzero(np.delete(array, pair.target, axis=0).any(axis=1)))
