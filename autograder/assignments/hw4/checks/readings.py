"""How an answer of a word2vec function is read: as right, or as right except for one known slip.

A slip costs once. Where all three values are what right code with this one slip returns, the checks that the slip is
about fail and name it; all others judge the answer as if there were no slip.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking import SubmissionError, common_factor, misformed, numbers, returned, show

from . import reference, word2vec
from .word2vec import COST, GRAD, GRAD_CENTER, PARTS

SAME = 1e-4  # share by which two factors of one answer may differ: each value is right to 1e-5 of its largest entry
NOT_JUDGED = "not judged, because neither the cost nor a gradient is right"
UNEQUAL = "two calls with the same arguments gave different results"

Example = tuple[Any, ...]


@dataclass(frozen=True)
class Reading:
    """What an answer is compared with.

    Attributes:
        want: Returns the three values that the answer should have, for an example.
        sentence: Names the slip; empty for right code.
        costs: What loses points for it: parts of the answer, or words that the checks of an item know.
        skip: So many words of a dataset are drawn and not used, before those that are.
        draws: Whether the words of a dataset have a part in the values.
    """

    want: Callable[..., reference.CostAndGradients]
    sentence: str = ""
    costs: frozenset[int | str] = frozenset()
    skip: int = 0
    draws: bool = True

    def refuse(self, concern: int | str) -> None:
        """Fail the check if the slip is about what it looks at."""
        assert concern not in self.costs, self.sentence


def right_in(reading: Reading, answers: Sequence[Any], examples: Sequence[Example]) -> Iterator[frozenset[int]]:
    """Yield which of the three values are right in this reading, for each answer."""
    for answer, example in zip(answers, examples, strict=True):
        yield word2vec.right_parts(answer, reading.want(*example))


def first_fitting(readings: Sequence[Reading], answers: Sequence[Any], examples: Sequence[Example]) -> Reading | None:
    """Return the first reading in which all values of all answers are right, None when there is none."""
    whole = frozenset(PARTS)
    return next((one for one in readings if all(parts == whole for parts in right_in(one, answers, examples))), None)


def scaled(
    plain: Reading, answers: Sequence[Any], examples: Sequence[Example],
    costs: frozenset[int | str], names: Mapping[float, str] | None = None,
) -> Reading | None:  # fmt: skip
    """Return the reading in which all three values, or both gradients, are the right ones times one number, or None.

    Args:
        plain: How right code is read.
        answers: One for each example.
        examples: What `plain.want` takes.
        costs: What the factor costs when it is in all three; in the gradients alone it costs the check of the first.
        names: Words for factors that say more than the number.
    """
    found = [_factors(answer, plain.want(*example)) for answer, example in zip(answers, examples, strict=True)]
    factors = np.array([factor for pair in found for factor in pair]).reshape(-1, len(PARTS))
    if not np.isfinite(factors).all() or not np.allclose(factors, factors[0], rtol=SAME, atol=0.0):
        return None
    of_cost, of_center, of_grad = (float(factor) for factor in factors[0])
    in_all = _same(of_cost, of_grad)
    if not _same(of_center, of_grad) or not (in_all or _same(of_cost, 1.0)):
        return None
    name = next((text for factor, text in (names or {}).items() if _same(of_grad, factor)), "")
    named = name or ("of the wrong sign" if _same(of_grad, -1.0) else f"{show(of_grad)} times the right values")
    sentence = f"cost and gradients are {named}" if in_all else f"both gradients are {named}; the cost is right"

    def want(*example: Any) -> reference.CostAndGradients:
        cost, center, grad = plain.want(*example)
        return cost * (of_grad if in_all else 1.0), center * of_grad, grad * of_grad

    return Reading(want, sentence, costs if in_all else frozenset({GRAD_CENTER}))


def exchanged(plain: Reading) -> Reading:
    """Return the reading of code that returns both gradients in the wrong order."""

    def want(*example: Any) -> reference.CostAndGradients:
        cost, center, grad = plain.want(*example)
        return cost, grad, center

    return Reading(want, "the two gradients are returned in the wrong order", frozenset({GRAD_CENTER}))


def _same(first: float, second: float) -> bool:
    return abs(first - second) <= SAME * abs(second)


def _factors(answer: Any, want: reference.CostAndGradients) -> list[float]:
    """Return what each right value was multiplied with; nan where no factor makes it what it is."""
    got, factors = word2vec.values(answer, want), []
    for part in (COST, GRAD_CENTER, GRAD):
        right = np.asarray(want[part], dtype=np.float64)
        factor = None
        if not misformed("", got[part], right.shape):
            factor = common_factor(np.asarray(got[part], dtype=np.float64), right)
        factors.append(np.nan if factor is None else factor)
    return factors


@dataclass(frozen=True)
class Judged:
    """What the answers to plain examples say about a function; the checks of an item share it.

    Attributes:
        plain: How right code is read.
        reading: The reading in which all answers are right, None where there is none.
        examples: What `plain.want` takes.
        answers: One for each example, or the SubmissionError that tells what the call raised.
        equal: Whether two equal calls gave equal answers.
        describe: Returns what is to be said of an example in a message.
        known: Slips that are named where they explain one of the values alone.
        unequal: What is said of answers that differ between equal calls.
    """

    plain: Reading
    reading: Reading | None
    examples: list[Example]
    answers: list[Any]
    equal: bool
    describe: Callable[..., str]
    known: Sequence[Reading] = ()
    unequal: str = UNEQUAL

    def assert_right(self, part: int, names: Sequence[str] = word2vec.NAMES) -> None:
        """Fail the check unless one of the three values is right, whatever the others are."""
        assert self.equal, self.unequal
        if self.reading is not None:
            self.reading.refuse(part)
            return
        for example, answer in zip(self.examples, self.answers, strict=True):
            three = word2vec.three(returned(answer))
            wrong = word2vec.wrong_part(three, self.plain.want(*example), part, names)
            assert not wrong, f"with {self.describe(*example)}: {wrong}{self._hint(part)}"

    def _hint(self, part: int) -> str:
        """Return, in brackets, the slip that explains one of the values in all answers, "" where there is none."""
        for slip in self.known:
            if all(part in parts for parts in right_in(slip, self.answers, self.examples)):
                return f" ({slip.sentence})"
        return ""

    def for_habits(self) -> Reading:
        """Return how to read further answers; fails a check of habits for a function that gets no value right."""
        assert self.equal, self.unequal
        if self.reading is not None:
            return self.reading
        given = [answer for answer in self.answers if not isinstance(answer, SubmissionError)]
        if not given:
            raise self.answers[0]
        for answer in given:
            word2vec.three(answer)
        assert any(right_in(self.plain, self.answers, self.examples)), NOT_JUDGED
        return self.plain

    @property
    def right_gradients(self) -> list[int]:
        """Which gradients are right in every answer, perhaps but for a slip."""
        return [part for part in self.right_parts if part != COST]

    @property
    def right_parts(self) -> list[int]:
        """Which of the three values are right in every answer, perhaps but for a slip."""
        if self.reading is not None:
            return list(PARTS)
        return sorted(frozenset(PARTS).intersection(*right_in(self.plain, self.answers, self.examples)))

    @property
    def has_wrong_shape(self) -> bool:
        """Whether one of the three values has, in some answer, numbers in another shape than the right one."""
        for answer, example in zip(self.answers, self.examples, strict=True):
            want = self.plain.want(*example)
            arrays = [numbers(value) for value in word2vec.values(returned(answer), want)]
            if any(array is not None and array.shape != np.shape(want[part]) for part, array in enumerate(arrays)):
                return True
        return False


def judge(
    plain: Reading, examples: Sequence[Example], answers: Sequence[Any], *,
    slips: Callable[[Sequence[Any], Sequence[Example]], Reading | None], describe: Callable[..., str],
    known: Sequence[Reading] = (), unequal: str = UNEQUAL,
) -> Judged:  # fmt: skip
    """Return what the answers say; the last example repeats the first, so that equal calls can be compared.

    `slips` returns the reading of answers that are not right, if one of the known slips explains them. Of the other
    arguments tells `Judged`.
    """
    reading, equal = None, True
    if all(isinstance(answer, (tuple, list)) and len(answer) == len(PARTS) for answer in answers):
        equal = word2vec.alike(answers[0], answers[-1], plain.want(*examples[0]))
        reading = first_fitting([plain], answers, examples) or slips(answers, examples)
    return Judged(plain, reading, list(examples[:-1]), list(answers[:-1]), equal, describe, known, unequal)


def assert_unchanged(
    after: list[Any], arguments: dict[int, tuple[str, Any]], answer: Any, want: reference.CostAndGradients
) -> None:
    """Fail the check if the call has changed arguments, or if none of its three values is right.

    Args:
        after: All arguments after the call.
        arguments: Name and value before the call, by position.
        answer: What the call returned.
        want: The right values.
    """
    now = dict(enumerate(after))
    names = [name for position, (name, before) in arguments.items() if not word2vec.same(before, now.get(position))]
    assert not names, f"the call changed the values of {' and '.join(names)}"
    assert word2vec.right_parts(answer, want), NOT_JUDGED
