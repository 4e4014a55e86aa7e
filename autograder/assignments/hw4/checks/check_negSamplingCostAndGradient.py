"""negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10): cost, gradPred (D,), grad (V, D)."""

import contextlib
import dataclasses
import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograder.checking import FLOAT64, Student, SubmissionError, close, item, returned, show

from . import derived, readings, reference, sampling, word2vec
from .readings import UNEQUAL, Example, Judged, Reading
from .sampling import COUNT, DEFAULT_K, REPEATS, TARGET
from .word2vec import COST, GRAD, GRAD_CENTER, Pair

FUNCTION = "negSamplingCostAndGradient"
WORDS = 16  # more than K, so that code that waits for K different words fails and does not hang
# Of the call that differences do not survive: as only K + 1 rows have a part in the cost, the vectors are long. Double
# loops in Python take 0.14 s, a thirtieth of the limit of a call; the cost alone takes 0.25 ms in NumPy, so that
# one-sided differences in the rows that matter take 36 s and central ones twice as long.
LONG = 12_000
NOT_FROM_DATASET = "two calls with the same arguments gave different results; no word was drawn from the dataset"
COUNTS = (4, 13)  # values of K


@item("negSamplingCostAndGradient", weight=2)
def test_negative_sampling_cost(student: Student, rng: np.random.Generator, note: Callable[[str], None]) -> None:
    """The cost, in nats, is the sum of one term for the target word and one for each of the K drawn words."""
    judged = assert_part(student, rng, COST)
    if judged.reading is not None and judged.reading.skip:
        note("your function draws words that it does not use; the values are right for the words that it uses")


@item("negSamplingCostAndGradient", weight=2)
def test_negative_sampling_gradient_of_the_center_word(
    student: Student, rng: np.random.Generator, note: Callable[[str], None]
) -> None:  # fmt: skip
    """`gradPred` is the gradient of the cost with respect to the center word's vector, shape (D,)."""
    judged = assert_part(student, rng, GRAD_CENTER)
    assert_from_a_formula(student, rng, GRAD_CENTER)
    note(word2vec.other_shape(judged.answers[-1], WORDS + 3))


@item("negSamplingCostAndGradient", weight=2)
def test_negative_sampling_gradient_of_the_output_words(student: Student, rng: np.random.Generator) -> None:
    """`grad` has the gradients of the target and of the drawn words in their rows, and zeros in all other rows."""
    assert_part(student, rng, GRAD)
    assert_from_a_formula(student, rng, GRAD)


@item("negSamplingCostAndGradient", weight=2)
def test_counts_a_repeated_word_each_time(student: Student, rng: np.random.Generator) -> None:
    """A word that is drawn m times counts m times, in the cost and in both gradients."""
    judged = _judged(student, rng)
    reading, pair = judged.for_habits(), word2vec.pair(rng, WORDS, 5)
    reading.refuse(REPEATS)
    if GRAD in judged.right_gradients:  # differences are no answer, and are right here
        assert_from_a_formula(student, rng, GRAD)
    often, other, *rest = others(rng, pair)
    streams = [[*rest[:7], *[often] * times, *[other] * (3 - times)] for times in range(3)]
    never_once_twice = [[*skipped(reading, rest), *words] for words in streams]
    for name, (never, once, twice) in values(student, rng, pair, never_once_twice).items():
        first, second = once - never, twice - once
        assert np.any(np.abs(first) > FLOAT64), f"{name} is the same whether a word is drawn once or not at all"

        counted = 1 + float(np.sum(first * second) / np.sum(first * first))
        times = "once" if show(counted) == "1" else f"{show(counted)} times"
        assert close(second, first), f"in {name} a word that is drawn twice counts {times}"


@item("negSamplingCostAndGradient", weight=1)
def test_draws_k_words(student: Student, rng: np.random.Generator) -> None:
    """The argument K is the number of words that are drawn."""
    reading = _judged(student, rng).for_habits()
    reading.refuse(COUNT)
    pair, costs = word2vec.pair(rng, 2 * (WORDS + 1), 5), []
    for k in COUNTS:
        words = others(rng, pair)

        answer = student.call(FUNCTION, *pair.parts, word2vec.dataset(words, range(len(pair.outputs))), K=k)

        used = sampling.words_used(answer, reading, pair, words, k)
        assert used is not None, f"with K = {k} neither the cost nor a gradient is right for any number of drawn words"
        assert used == k, f"with K = {k} your function used {used} words from the dataset"
        costs.append(word2vec.values(answer, reading.want(pair, words))[COST])
    assert not np.array_equal(*costs), "the cost does not depend on K"


@item("negSamplingCostAndGradient", weight=1)
def test_never_draws_the_target(student: Student, rng: np.random.Generator) -> None:
    """The target is never one of the K drawn words: when the dataset returns it, another word is drawn instead."""
    reading, pair = _judged(student, rng).for_habits(), word2vec.pair(rng, WORDS, 5)
    reading.refuse(TARGET)
    words = others(rng, pair)
    before = skipped(reading, words)

    among_others = [pair.target, *words[:3], pair.target, pair.target, *words[3:]]
    streams = [[*before, *yielded] for yielded in (words, among_others, words[::-1])]
    answers = values(student, rng, pair, streams)

    plain, _, different = answers.get(word2vec.NAMES[GRAD], (0, 0, 1))
    assert not (close(different, plain) and reading.draws), "grad does not depend on the words that the dataset returns"
    for name, (plain, interrupted, _) in answers.items():
        assert close(interrupted, plain), f"{name} changes when the dataset returns the target among other words"


@item("negSamplingCostAndGradient", weight=1)
def test_negative_sampling_leaves_its_arguments_alone(student: Student, rng: np.random.Generator) -> None:
    """The function does not change its arguments: the vectors are the same after the call."""
    reading, pair = _judged(student, rng).for_habits(), word2vec.pair(rng, WORDS, 4)
    pair = sampling.alike(pair) if reading is sampling.OWN_WORDS else pair
    words = others(rng, pair)

    answer, after = student.call_keeping(FUNCTION, *pair.parts, word2vec.dataset(words, range(WORDS)))

    readings.assert_unchanged(after, pair.vectors, answer, reading.want(pair, kept(words, pair)))


def others(rng: np.random.Generator, pair: Pair) -> list[int]:
    """Return all words but the target, in random order."""
    return [int(word) for word in rng.permutation(len(pair.outputs)) if word != pair.target]


def kept(words: Sequence[int], pair: Pair) -> list[int]:
    """Return what is left, without the target, of what a dataset yields that begins with these words."""
    ahead = itertools.islice(word2vec.stream(words, range(WORDS)), word2vec.AHEAD)
    return [word for word in ahead if word != pair.target]


def skipped(reading: Reading, words: Sequence[int]) -> list[int]:
    """Return what a dataset has to yield first for code that draws words and does not use them."""
    return list(itertools.islice(itertools.cycle(words), reading.skip))


def assert_part(student: Student, rng: np.random.Generator, part: int) -> Judged:
    """Fail the check unless one of the three values is right for K different words; return what was judged."""
    judged = _judged(student, rng)
    try:
        judged.assert_right(part)
    except AssertionError as wrong:
        none = judged.reading is None and judged.equal and not student.once("draws", lambda: count_draws(student, rng))
        raise AssertionError(f"{wrong}{' (no word was drawn from the dataset)' * none}") from wrong
    return judged


def assert_from_a_formula(student: Student, rng: np.random.Generator, part: int) -> None:
    """Fail the check unless a gradient is computed from a formula."""
    judged = _judged(student, rng)
    wrong = student.once(f"formula of {FUNCTION}", lambda: _examined(student, rng, judged))
    assert part not in wrong, wrong[part]


def _judged(student: Student, rng: np.random.Generator) -> Judged:
    """Return the answers of the function for plain pairs: the same for all checks."""
    return student.once(f"answers of {FUNCTION}", lambda: _ask(student, rng))


def _ask(student: Student, rng: np.random.Generator) -> Judged:
    examples, answers = _asked(student, rng, word2vec.pairs(rng, WORDS))
    judged = readings.judge(
        sampling.RIGHT, examples, answers, slips=sampling.slip, describe=_described, known=sampling.NAMED
    )
    if judged.equal and judged.reading is not None and judged.reading.draws:
        return judged
    drawn = student.once("draws", lambda: count_draws(student, rng))
    if judged.equal and drawn:
        return judged
    own = _with_words_of_its_own(student, rng, UNEQUAL if drawn else NOT_FROM_DATASET)
    return own if own.right_parts or not judged.equal else dataclasses.replace(judged, reading=None)


def _with_words_of_its_own(student: Student, rng: np.random.Generator, unequal: str) -> Judged:
    """Return the answers of the function for pairs for which it is the same which words it draws, and from where."""
    examples, given = _asked(student, rng, list(map(sampling.alike, word2vec.pairs(rng, WORDS))))
    answers = [
        sampling.as_if_drawn(answer, pair, sampling.OWN_WORDS.want(pair, words))
        for answer, (pair, words) in zip(given, examples, strict=True)
    ]
    return readings.judge(
        sampling.OWN_WORDS, examples, answers, slips=lambda *_: None, describe=_described, unequal=unequal
    )


def _described(pair: Pair, words: Sequence[int]) -> str:
    return f"{pair.described}, K = {DEFAULT_K}"


def _examined(student: Student, rng: np.random.Generator, judged: Judged) -> dict[int, str]:
    reading, words = judged.reading or sampling.RIGHT, dict[int, list[int]]()  # words by target

    is_own = reading is sampling.OWN_WORDS

    def ask(pairs: Sequence[Pair]) -> list[Any]:
        words.update({pair.target: others(rng, pair) for pair in pairs})
        answers = _call(student, [(pair, words[pair.target]) for pair in pairs])
        if not is_own:
            return answers
        return [sampling.as_if_drawn(answer, pair, want(pair)) for answer, pair in zip(answers, pairs, strict=True)]

    def want(pair: Pair) -> reference.CostAndGradients:
        return reading.want(pair, kept(words[pair.target], pair))

    def make(size: int) -> Pair:
        pair = word2vec.pair(rng, WORDS, size)
        return sampling.alike(pair) if is_own else pair

    wrong = derived.examine(ask, want, make(4), partial(make, LONG), judged.right_gradients)
    student.start()  # what `once` keeps is forgotten when a process is replaced
    return wrong


def _asked(student: Student, rng: np.random.Generator, pairs: Sequence[Pair]) -> tuple[list[Example], list[Any]]:
    """Return pairs with the words that a dataset yields for them, the first pair again at the end, and the answers."""
    plain = [(pair, others(rng, pair)) for pair in pairs]
    asked = [*plain, plain[0]]
    return [(pair, kept(words, pair)) for pair, words in asked], _call(student, asked)


def _call(student: Student, examples: Sequence[tuple[Pair, Sequence[int]]]) -> list[Any]:
    calls = [[*pair.parts, word2vec.dataset(words, range(WORDS))] for pair, words in examples]
    return student.call_each(FUNCTION, calls)


def count_draws(student: Student, rng: np.random.Generator) -> int:
    """Return how many words the function draws for a fresh pair; each is asked for, which takes its time."""
    pair = word2vec.pair(rng, WORDS, 5)
    dataset, drawn = word2vec.counting(word2vec.stream(others(rng, pair), range(WORDS)))
    with contextlib.suppress(SubmissionError):
        student.call(FUNCTION, *pair.parts, dataset)
    return len(drawn)


def values(
    student: Student, rng: np.random.Generator, pair: Pair, streams: Sequence[Sequence[int]]
) -> dict[str, list[np.ndarray]]:
    """Return cost and gradients, by name, for each of the streams of words that the dataset yields.

    Fails the check unless they are finite numbers. One whose shape is wrong has cost its own points and is left out,
    where the two others are right.
    """
    judged = _judged(student, rng)
    want = judged.for_habits().want(pair, streams[0])
    answers = [returned(answer) for answer in _call(student, [(pair, words) for words in streams])]
    parts = judged.right_parts if len(judged.right_parts) == 2 and judged.has_wrong_shape else word2vec.PARTS
    found = [word2vec.arrays(answer, want, parts) for answer in answers]
    return {word2vec.NAMES[part]: [arrays[i] for arrays in found] for i, part in enumerate(parts)}
