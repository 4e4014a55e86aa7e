"""Read a Keras model as a chain of dense layers, whose weights can be set and whose answers can be asked for.

How a model is written leaves no trace here: a weight is known by its shape, and where shapes leave a choice (two
biases of one size, a square kernel stored the other way round) every choice is tried.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..session.student import Student, TriedModel
from ..session.wire import Handle, tensor
from .expect import kind

Layers = list[tuple[np.ndarray, np.ndarray | float]]

MAX_WEIGHTS = 8  # three layers have six; more are not tried in every order
MOST_WEIGHTS = 1000  # of a model that is looked at at all
MAX_NUMBERS = 16_000_000  # in all weights; the handout's generator has two million


@dataclass(frozen=True)
class Network:
    """A model in the student process, and the shapes of its weights."""

    student: Student
    model: Handle
    shapes: tuple[tuple[int, ...], ...]
    inputs: int
    first: TriedModel  # before a check set its weights

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
        return [i for i in range(len(self.shapes)) if i not in self.kernels]

    @property
    def described(self) -> str:
        """The shapes of the weights, for messages."""
        more = len(self.shapes) - MAX_WEIGHTS
        shown = ", ".join(str(shape) for shape in self.shapes[:MAX_WEIGHTS]) or "(there are none)"
        return f"{shown} and {more} more" if more > 0 else shown

    def chains(self) -> list[list[tuple[int, bool]]]:
        """Return each order of all kernels that fits together from the inputs on, with which of them are transposed."""
        if len(self.shapes) > 2 * MAX_WEIGHTS or len(self.kernels) > MAX_WEIGHTS // 2:
            return []
        return list(self._chains_from(self.inputs, self.kernels))

    def _chains_from(self, size: int, kernels: list[int]) -> Iterator[list[tuple[int, bool]]]:
        if not kernels:
            yield []
        for kernel, turned in itertools.product(kernels, (False, True)):
            rows, columns = self.shapes[kernel][::-1] if turned else self.shapes[kernel]
            if rows == size:
                rest = [other for other in kernels if other != kernel]
                yield from ([(kernel, turned), *chain] for chain in self._chains_from(columns, rest))

    def widths(self) -> list[int]:
        """Return the number of units of each layer."""
        return [self.shapes[kernel][0 if turned else 1] for kernel, turned in self.chains()[0]]

    def inputs_of(self, kernel: int) -> int:
        """Return how many inputs the layer of that kernel has."""
        turned = dict(self.chains()[0])[kernel]
        return self.shapes[kernel][1 if turned else 0]

    def readings(self, weights: Sequence[np.ndarray]) -> Iterator[Layers]:
        """Yield every way to read the weights as layers; a layer without a bias has 0.0."""
        wide = [np.asarray(weight, dtype=np.float64) for weight in weights]
        for chain in self.chains() if len(weights) <= MAX_WEIGHTS else ():
            kernels = [wide[i].T if turned else wide[i] for i, turned in chain]
            choices = [*self.vectors, *[None] * (len(chain) - len(self.vectors))]
            for order in itertools.permutations(choices):
                sizes = [kernel.shape[1] for kernel in kernels]
                if len(order) == len(sizes) and all(
                    i is None or wide[i].size == size for i, size in zip(order, sizes, strict=True)
                ):
                    yield [(w, 0.0 if i is None else wide[i].reshape(-1)) for w, i in zip(kernels, order, strict=True)]

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


def read(student: Student, model: Handle, inputs: int) -> Network:
    """Build the model by calling it once, and read the shapes of its weights.

    Fails the check when it is no Keras model, or no network with at least one hidden layer.
    """
    first = student.try_model(model, tensor(np.zeros((2, inputs), dtype=np.float32)))
    assert first is not None, f"your function returned {kind(model)}, which is no Keras model"
    network = Network(student, model, _believable(first.shapes), inputs, first)
    is_network = len(network.kernels) > 1 and bool(network.chains())
    assert is_network, (
        f"no chain of two or more fully connected layers begins at {inputs} inputs; "
        f"the shapes of the weights are {network.described}"
    )
    return network


def _believable(shapes: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    """Return the shapes, or none of them when arrays of these shapes are not to be made here."""
    return () if len(shapes) > MOST_WEIGHTS or sum(map(math.prod, shapes)) > MAX_NUMBERS else shapes


def _shape(value: object) -> str:
    return f"shape {value.shape}" if isinstance(value, np.ndarray) else kind(value)
