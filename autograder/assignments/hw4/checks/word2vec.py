"""What the checks of the word2vec functions share: word vectors to feed, and how answers are read."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking import Recording, Stub, close, flat, kind, misformed, mismatch, numbers, scalar

from . import reference

NAMES = ("the cost", "gradPred", "grad")
PARTS = COST, GRAD_CENTER, GRAD = range(3)  # of an answer
# Of every score u . v: softmax then gives no word less than 3e-4, where log(p + 1e-8) is still right to five digits,
# and nobody's exp overflows.
MAX_SCORE = 3.0
MAX_DRAWS = 1000  # in one call; right code draws 17 at most, and a loop without end is to end here
AHEAD = 64  # samples that travel with a call; asking for one takes as long as the rest of the call


@dataclass(frozen=True)
class Pair:
    """One center word, one true context word and the output vectors of all words."""

    center: np.ndarray
    target: int
    outputs: np.ndarray

    @property
    def parts(self) -> tuple[np.ndarray, int, np.ndarray]:
        """The three in the order of the contract."""
        return self.center, self.target, self.outputs

    @property
    def vectors(self) -> dict[int, tuple[str, np.ndarray]]:
        """Name and value of both arguments that are vectors, by their position in the contract."""
        return {0: ("predicted", self.center), 2: ("outputVectors", self.outputs)}

    @property
    def described(self) -> str:
        """How many words, how long their vectors and which the target, for messages."""
        words, size = self.outputs.shape
        return f"V = {words}, D = {size}, target = {self.target}"


def pair(rng: np.random.Generator, words: int, size: int, target: int | None = None) -> Pair:
    """Return random vectors whose scores reach MAX_SCORE."""
    center, outputs = rng.normal(size=size), rng.normal(size=(words, size))
    outputs *= MAX_SCORE / np.max(np.abs(outputs @ center))
    return Pair(center, int(rng.integers(words)) if target is None else target, outputs)


def pairs(rng: np.random.Generator, words: int) -> list[Pair]:
    """Return pairs with more words than dimensions, as many, and fewer; the target is also the first and the last."""
    return [pair(rng, words, 4), pair(rng, words, words, target=0), pair(rng, words, words + 3, target=words - 1)]


def three(answer: Any) -> tuple[Any, Any, Any]:
    """Return the three values of an answer; fails the check when there are not three."""
    assert isinstance(answer, (tuple, list)), f"your function returned {kind(answer)}, not three values"
    assert len(answer) == 3, f"your function returned {len(answer)} values, not three"
    return tuple(answer)


def values(answer: Any, want: reference.CostAndGradients) -> tuple[Any, Any, Any]:
    """Return the cost as a number and the gradient of a center word as a flat array, where they can be so read."""
    cost, grad_center, grad = three(answer)
    is_vector = want[1].ndim == 1
    return scalar(cost), flat(grad_center, want[1].size) if is_vector else grad_center, grad


def wrong_part(answer: Any, want: reference.CostAndGradients, part: int, names: Sequence[str] = NAMES) -> str:
    """Say what is wrong with one of the three values; an empty text when nothing is."""
    return mismatch(names[part], values(answer, want)[part], want[part])


def right_parts(answer: Any, want: reference.CostAndGradients) -> frozenset[int]:
    """Return which of the three values are right; none where the answer does not have three."""
    if not isinstance(answer, (tuple, list)) or len(answer) != len(PARTS):
        return frozenset()
    got = values(answer, want)
    return frozenset(part for part in PARTS if close(got[part], want[part]))


def arrays(answer: Any, want: reference.CostAndGradients, parts: Sequence[int] = PARTS) -> list[np.ndarray]:
    """Return values of an answer as arrays; fails the check unless they are finite, in the right shapes."""
    got = values(answer, want)
    for part in parts:
        trouble = misformed(NAMES[part], got[part], np.shape(want[part]))
        assert not trouble, trouble
    return [np.asarray(got[part], dtype=np.float64) for part in parts]


def alike(first: Any, second: Any, want: reference.CostAndGradients) -> bool:
    """Return whether the answers to two equal calls are the same, as far as they are finite numbers."""
    for one, other in zip(values(first, want), values(second, want), strict=True):
        array = numbers(one)
        if array is not None and np.isfinite(array).all() and not close(other, array):
            return False
    return True


def other_shape(answer: Any, size: int) -> str:
    """Say in which shape the gradient of the center word came, if not in that of the contract; "" if it did."""
    array = numbers(three(answer)[1])
    if array is None or array.shape == (size,):
        return ""
    return f"gradPred has shape {array.shape}; {(size,)}, the shape of predicted, was expected"


def stream(first: Iterable[int], then: Iterable[int]) -> Iterator[int]:
    """Yield these words, and `then` over and over at the end."""
    return itertools.chain(first, itertools.cycle(then))


def dataset(first: Iterable[int], then: Iterable[int]) -> Recording:
    """Return a dataset whose samples are these, over and over `then` at the end."""
    source = stream(first, then)
    ahead = list(itertools.islice(source, AHEAD))
    return Recording(counting(source)[0], sampleTokenIdx=ahead)


def counting(source: Iterator[int]) -> tuple[Stub, list[int]]:
    """Return a dataset whose samples are asked for here one by one, and the list of what was drawn."""
    drawn: list[int] = []

    def sample() -> int:
        assert len(drawn) < MAX_DRAWS, f"your function did not stop drawing words: it drew more than {MAX_DRAWS}"
        drawn.append(next(source))
        return drawn[-1]

    return Stub(sampleTokenIdx=sample), drawn


def same(before: Any, now: Any) -> bool:
    """Return whether an argument is what it was; what comes back may be of any kind."""
    if isinstance(before, np.ndarray):
        return isinstance(now, np.ndarray) and np.array_equal(before, now)
    if isinstance(before, list):
        return isinstance(now, list) and len(before) == len(now) and all(map(same, before, now))
    return type(before) is type(now) and before == now
