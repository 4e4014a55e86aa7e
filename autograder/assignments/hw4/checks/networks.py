"""Read a Keras model as a chain of dense layers, whose weights can be set and whose answers can be asked for.

How a model is written leaves no trace here: a weight is known by its shape, and where shapes leave a choice (two
biases of one size, a square kernel stored the other way round) the choices are tried, the natural ones first.
"""

import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking import Handle, Student, close, kind, tensor

Layers = list[tuple[np.ndarray, np.ndarray | float]]

MAX_WEIGHTS = 8  # three layers have six; more are not tried in every order
MAX_KERNELS = MAX_WEIGHTS // 2
MOST_WEIGHTS = 1000  # of a model that is looked at at all
MAX_NUMBERS = 16_000_000  # in all weights; the handout's generator has two million
# Ways to read the weights that a model is compared with. Right networks have 4, three hidden layers of one size 48;
# four square layers have 9,216, for which comparing would take hours.
MOST_READINGS = 48
# Numbers in all weights of all readings that one hypothesis about the activations is compared with, before fewer
# readings are tried: with 21 hypotheses a second of work at most. A right generator needs 8 million.
MOST_NUMBERS_READ = 50_000_000
NORMALISATION = 4  # weights of a BatchNormalization
FACTOR = 1000.0  # with this factor and its square as variance, what is added to the variance is nothing in float32
STARTS = 4  # inputs of the first call
SAME = 2e-5  # share of the largest answer; sums of 784 float32 products in another order differ by 1e-6
SMALL_STEP = 0.01


@dataclass(frozen=True)
class Reading:
    """One way to read weights as layers, in the order in which they are applied."""

    kernels: tuple[tuple[int, bool], ...]  # position of each, and whether it is stored transposed
    biases: tuple[int | None, ...]  # position of each, None for a layer without

    def layers(self, weights: Sequence[np.ndarray]) -> Layers:
        """Return kernel and bias of each layer; a layer without a bias has 0.0."""
        kernels = [weights[i].T if turned else weights[i] for i, turned in self.kernels]
        biases = [0.0 if i is None else weights[i].reshape(-1) for i in self.biases]
        return list(zip(kernels, biases, strict=True))


@dataclass(frozen=True)
class Network:
    """A model in the student process, and the shapes of its weights."""

    student: Student
    model: Handle
    shapes: tuple[tuple[int, ...], ...]
    inputs: int
    first_answer: Any  # before a check set its weights
    varied: bool  # its answers show that the units of a layer did not start equal

    @property
    def outputs(self) -> int:
        """How many units the last layer has."""
        return self.widths()[-1]

    @property
    def kernels(self) -> list[int]:
        """Positions of the weights that are matrices."""
        return [i for i, shape in enumerate(self.shapes) if len(shape) == 2 and shape[0] != 1]

    @property
    def vectors(self) -> list[int]:
        """Positions of the other weights: biases, if all is right."""
        spare = set(itertools.chain(*self.normalisations))
        return [i for i in self._no_kernels if i not in spare]

    @property
    def _no_kernels(self) -> list[int]:
        return [i for i in range(len(self.shapes)) if i not in self.kernels]

    @functools.cached_property
    def normalisations(self) -> tuple[tuple[int, ...], ...]:
        """Positions of factor, offset, mean and variance of each BatchNormalization, as far as shapes tell.

        They are four vectors of one size, where there are more vectors than kernels, and stand behind the bias of the
        layer before them or behind all layers.
        """
        found: list[tuple[int, ...]] = []
        if len(self._no_kernels) <= len(self.kernels):
            return ()
        i = len(self.shapes) - 1
        while i >= NORMALISATION - 1:
            four = tuple(range(i - NORMALISATION + 1, i + 1))
            one_size = len({math.prod(self.shapes[j]) for j in four}) == 1
            is_one = one_size and not set(four) & set(self.kernels)
            found += [four] if is_one else []
            i -= NORMALISATION if is_one else 1
        return tuple(found[::-1])

    def with_normalisations_off(self, weights: list[np.ndarray]) -> list[np.ndarray]:
        """Return weights with which each BatchNormalization, out of training, returns what it is given."""
        for positions in self.normalisations:
            for i, value in zip(positions, (FACTOR, 0.0, 0.0, FACTOR**2), strict=True):
                weights[i] = np.full(self.shapes[i], value, dtype=np.float32)
        return weights

    @property
    def numbers(self) -> int:
        """How many numbers all weights have."""
        return sum(map(math.prod, self.shapes))

    @property
    def described(self) -> str:
        """The shapes of the weights, for messages."""
        more = len(self.shapes) - MAX_WEIGHTS
        shown = ", ".join(str(shape) for shape in self.shapes[:MAX_WEIGHTS]) or "(there are none)"
        return f"{shown} and {more} more" if more > 0 else shown

    @functools.cached_property
    def chains(self) -> tuple[tuple[tuple[int, bool], ...], ...]:
        """Each order of all kernels that fits together from the inputs on, with which of them are transposed.

        First come the order in which they were made, or its reverse, and one orientation for all.
        """
        few = len(self.shapes) <= 2 * MAX_WEIGHTS and len(self.kernels) <= MAX_KERNELS
        return tuple(sorted(self._chains_from(self.inputs, self.kernels), key=_oddity)) if few else ()

    def _chains_from(self, size: int, kernels: list[int]) -> Iterator[tuple[tuple[int, bool], ...]]:
        if not kernels:
            yield ()
        for kernel, turned in itertools.product(kernels, (False, True)):
            rows, columns = self.shapes[kernel][::-1] if turned else self.shapes[kernel]
            if rows == size:
                rest = [other for other in kernels if other != kernel]
                yield from (((kernel, turned), *chain) for chain in self._chains_from(columns, rest))

    def widths(self) -> list[int]:
        """Return the number of units of each layer."""
        return [self.shapes[kernel][0 if turned else 1] for kernel, turned in self.chains[0]]

    def inputs_of(self, kernel: int) -> int:
        """Return how many inputs the layer of that kernel has."""
        turned = dict(self.chains[0])[kernel]
        return self.shapes[kernel][1 if turned else 0]

    @functools.cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The ways to read the weights as layers that are tried, the natural ones first."""
        most = max(1, min(MOST_READINGS, MOST_NUMBERS_READ // self.numbers))
        return tuple(itertools.islice(self._all_readings(), most))

    @functools.cached_property
    def has_more_readings(self) -> bool:
        """Whether there are more than are tried."""
        return next(itertools.islice(self._all_readings(), len(self.readings), None), None) is not None

    def _all_readings(self) -> Iterator[Reading]:
        missing = len(self.kernels) - len(self.vectors)
        if missing < 0 or len(self.kernels) + len(self.vectors) > MAX_WEIGHTS:
            return
        orders = list(dict.fromkeys(itertools.permutations([*self.vectors, *[None] * missing])))
        places = itertools.product(range(len(self.chains)), range(len(orders)))
        for chain, order in sorted(places, key=sum):
            reading = Reading(self.chains[chain], orders[order])
            if self._fits(reading):
                yield reading

    def _fits(self, reading: Reading) -> bool:
        units = [self.shapes[kernel][0 if turned else 1] for kernel, turned in reading.kernels]
        return all(
            bias is None or math.prod(self.shapes[bias]) == size
            for bias, size in zip(reading.biases, units, strict=True)
        )

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Give the model these weights."""
        self.student.invoke(self.model, "set_weights", list(weights))

    def answer(self, x: np.ndarray, **keywords: bool) -> np.ndarray:
        """Return what the model makes of a batch, in the shape in which it comes."""
        return self.checked(x, self.student.invoke(self.model, "__call__", tensor(x), **keywords))

    def checked(self, x: np.ndarray, got: Any) -> np.ndarray:
        """Return what the model made of a batch; fails the check when that has not as many numbers as it should."""
        enough = isinstance(got, np.ndarray) and got.size == len(x) * self.outputs
        assert enough, f"for a batch of shape {x.shape} the model returned {_shape(got)}"
        return np.asarray(got)

    def rows(self, raw: np.ndarray) -> np.ndarray:
        """Bring an answer into the shape (batch, units of the last layer), the business of the check of the output."""
        return raw.reshape(-1, self.outputs)


def read(student: Student, model: Handle, inputs: int, rng: np.random.Generator) -> Network:
    """Build the model by calling it once, and read the shapes of its weights.

    Fails the check when it is no Keras model, or no network with at least one hidden layer.
    """
    # The inputs hold the same numbers in different orders: to a network whose units are all equal they are one.
    x = rng.permuted(np.tile(rng.uniform(0.0, 1.0, inputs), (STARTS, 1)), axis=1).astype(np.float32)
    first = student.try_model(model, tensor(x))
    assert first is not None, f"your function returned {kind(model)}, not a Keras model"
    few = len(first.shapes) <= MOST_WEIGHTS and sum(map(math.prod, first.shapes)) <= MAX_NUMBERS
    assert few, f"your model has more than {MOST_WEIGHTS} weights or {MAX_NUMBERS:,} numbers in them, too many to test"
    network = Network(student, model, first.shapes, inputs, first.answer, varied=False)
    assert 0 not in itertools.chain(*first.shapes), f"a layer of your model has no units: {network.described}"
    matrices = len(network.kernels)
    assert matrices <= MAX_KERNELS, f"your model has {matrices} weight matrices; three layers have three"
    is_network = matrices > 1 and bool(network.chains)
    assert is_network, (
        f"the model is not a chain of two or more fully connected layers from {inputs} inputs; "
        f"the shapes of the weights are {network.described}"
    )
    return Network(student, model, first.shapes, inputs, first.answer, _starts_varied(student, model, x, first.answer))


def _starts_varied(student: Student, model: Handle, x: np.ndarray, answer: Any) -> bool:
    """Return whether the inputs, the same numbers in different orders, are told apart, or are after a small step.

    The step is for a last layer that starts at zero, which is right: one step later it differs from unit to unit.
    """
    if not isinstance(answer, np.ndarray) or answer.shape[:1] != (len(x),) or not answer.size:
        return True  # what such an answer lacks is the business of other checks
    if _rows_differ(answer):
        return True
    signs = np.where(np.arange(answer.size).reshape(answer.shape) % 2, 1.0, -2.0).astype(np.float32)
    after = student.step_model(model, tensor(x), signs, SMALL_STEP)
    return isinstance(after, np.ndarray) and after.shape == answer.shape and _rows_differ(after)


def _rows_differ(answer: np.ndarray) -> bool:
    first = np.broadcast_to(np.asarray(answer)[:1], answer.shape)
    return not close(np.asarray(answer), first, SAME)


def _oddity(chain: tuple[tuple[int, bool], ...]) -> tuple[int, int]:
    """Return how far a chain is from the order of making or its reverse, and from one orientation for all."""
    order = [kernel for kernel, _ in chain]
    pairs = list(itertools.combinations(order, 2))
    swapped = sum(first > second for first, second in pairs)
    turned = sum(turned for _, turned in chain)
    return min(swapped, len(pairs) - swapped), min(turned, len(chain) - turned)


def _shape(value: object) -> str:
    return f"shape {value.shape}" if isinstance(value, np.ndarray) else kind(value)
