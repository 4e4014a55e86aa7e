"""Is a gradient computed from a formula, or from numerical differences of the cost?

A formula is as right for very short and very long vectors as for others, and right to the last digits. A step is too
long for the one or lost in the other, and differences with a step that fits each number have fewer digits right. Where
digits are missing, as in float32 too, the function is called once with a matrix of some hundred thousand numbers:
differences take a cost or two for each of them, and do not get through within the limit of a call.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from autograder.checking import FLOAT64, SubmissionError, Verdict, close, returned

from . import reference, word2vec
from .word2vec import GRAD, Pair

# Of the center vector; the output vectors are divided by them, so that every score stays as it is. Steps of 1e-4 to
# 1e-30 are too long or lost at the first two, which float32 can hold. The others are the ends of what float64 can hold:
# complex steps of any one size are too long or lost there, and so are those that are a share of the numbers, since
# 1e-20 of 1e-306 has one digit left and steps of a millionth are off by 1e-12.
SCALES, FURTHER_SCALES = (1e-30, 1e30), (1e-306, 1e306)
# Of the largest right entry, and in the gradient of the output vectors, where nothing cancels, of each entry. Whatever
# is further off is asked for a large matrix. Right code is off by 9e-15 at most (7,500 pairs, loops in plain Python
# too). Differences of orders 8 to 20, of vectors brought to size 1, are off by 8e-15 of the largest entry at best, but
# by 1e-11 of small ones.
EXACT = 1e-13
LAST_DIGITS = 1e-322  # numbers below 2e-308 have fewer digits
FORMULA = "a gradient must be computed from its formula; "

Ask = Callable[[Sequence[Pair]], list[Any]]
Want = Callable[[Pair], reference.CostAndGradients]


def examine(
    ask: Ask, want: Want, plain: Pair, make_large: Callable[[], Pair], parts: Collection[int]
) -> dict[int, str]:  # fmt: skip
    """Return what is wrong with gradients, by part; nothing where they are computed from a formula.

    Args:
        ask: Calls the function for each of these pairs, in one request.
        want: Returns the right values for a pair.
        plain: A pair of small size.
        make_large: Returns a pair that formulas get through in time and differences do not; few need it.
        parts: The gradients that are right for plain pairs; of others there is nothing more to say.
    """
    pairs = [Pair(plain.center * scale, plain.target, plain.outputs / scale) for scale in (*SCALES, *FURTHER_SCALES)]
    answered = [(returned(answer), want(pair)) for pair, answer in zip(pairs, ask(pairs), strict=True)]
    inexact = [part for part in parts if not all(_is_exact(*answer, part) for answer in answered)]
    held = [part for part in inexact if all(_holds(*answer, part, FLOAT64) for answer in answered[: len(SCALES)])]
    measured = "yours is right only for vectors of ordinary length, like numerical differences of the cost"
    wrong = {part: FORMULA + measured for part in inexact if part not in held}
    return wrong | (_in_time(ask, want, make_large(), held) if held else {})


def _holds(answer: Any, right: reference.CostAndGradients, part: int, tolerance: float) -> bool:
    with np.errstate(all="ignore"):  # the numbers may be beyond all bounds
        return close(word2vec.values(answer, right)[part], right[part], tolerance)


def _is_exact(answer: Any, right: reference.CostAndGradients, part: int) -> bool:
    if not _holds(answer, right, part, EXACT):
        return False
    got, want = (np.asarray(values[part], dtype=np.float64) for values in (word2vec.values(answer, right), right))
    return part != GRAD or bool(np.all(np.abs(got - want) <= EXACT * np.abs(want) + LAST_DIGITS))


def _in_time(ask: Ask, want: Want, large: Pair, parts: Collection[int]) -> dict[int, str]:
    """Return what is wrong with the gradients of a large matrix."""
    words, size = large.outputs.shape
    try:
        (answer,) = ask([large])
    except SubmissionError as error:
        if error.verdict not in (Verdict.TIMEOUT, Verdict.MEMORY):
            raise
        many = f"{words} words with vectors of {size} numbers"
        return dict.fromkeys(parts, f"{FORMULA}numerical differences of the cost take too long for {many}")
    answer, right = returned(answer), want(large)
    found = {part: word2vec.wrong_part(answer, right, part) for part in parts}
    return {part: f"with {large.described}: {text}" for part, text in found.items() if text}
