"""Read a Keras model as a chain of dense layers, give it weights of our choice and see what it makes of them.

How a model is written leaves no trace here: a weight is known by its shape, and where shapes leave a choice (two
biases of one size, a square kernel stored the other way round) every choice is tried.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import SubmissionError
from ..report import Verdict
from ..session.student import Student
from ..session.wire import Handle, tensor
from . import reference
from .expect import FLOAT32, close, kind

Activation = Callable[[np.ndarray], np.ndarray]
Layers = list[tuple[np.ndarray, np.ndarray | float]]

MAX_WEIGHTS = 8  # three layers have six; more are not tried in every order
# What people put after the last layer; the check of the hidden layers looks through all of these.
OUTPUTS: dict[str, Activation] = {
    "nothing": reference.identity,
    "a tanh": np.tanh,
    "a sigmoid": reference.sigmoid,
    "a ReLU": reference.relu,
    "a leaky ReLU with slope 0.01": lambda x: reference.leaky_relu(x, 0.01),
    "a cut at -1 and 1": lambda x: np.clip(x, -1.0, 1.0),
    "a tanh brought to 0 to 1": lambda x: (np.tanh(x) + 1.0) / 2.0,
}
# What people put after hidden layers; used to say what a wrong model seems to do.
HIDDEN: dict[str, Activation] = {
    "no activation": reference.identity,
    "a ReLU": reference.relu,
    "slope 0.01 below zero": lambda x: reference.leaky_relu(x, 0.01),
    "slope 0.2 below zero": lambda x: reference.leaky_relu(x, 0.2),
    "slope 0.3 below zero": lambda x: reference.leaky_relu(x, 0.3),
    "slope 0.1 below zero": lambda x: reference.leaky_relu(x, 0.1),
    "a tanh": np.tanh,
    "a sigmoid": reference.sigmoid,
}
MIXED = tuple(HIDDEN)[:4]  # the ones tried in every combination, when two layers differ


SHARED = "_under_check_"  # what the name of a model that checks share begins with
# Runs beside the model, because its weights are 8 MB and their shapes are enough to know it.
SHAPES = "lambda model: [tuple(int(size) for size in weight.shape) for weight in model.weights]"


@dataclass(frozen=True)
class Network:
    """A model in the student process, and the shapes of its weights."""

    student: Student
    model: Handle
    shapes: tuple[tuple[int, ...], ...]
    inputs: int

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
        shapes = [str(shape) for shape in self.shapes]
        return ", ".join(shapes[:MAX_WEIGHTS] + ["..."] * (len(shapes) > MAX_WEIGHTS)) or "(there are none)"

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
        """Return what the model makes of a batch, of shape (batch, units of the last layer).

        Another shape of as many numbers is brought into this one: that is the business of the check of the output.
        """
        got = self.student.invoke(self.model, "__call__", tensor(x), **keywords)
        enough = isinstance(got, np.ndarray) and got.size == len(x) * self.outputs
        assert enough, f"for a batch of shape {x.shape} the model returned {_shape(got)}"
        return np.asarray(got).reshape(len(x), self.outputs)

    def shape_of_answer(self, x: np.ndarray) -> tuple[int, ...]:
        """Return the shape of what the model makes of a batch; () when it is no tensor."""
        return getattr(self.student.invoke(self.model, "__call__", tensor(x)), "shape", ())


def read(student: Student, model: Handle, inputs: int) -> Network:
    """Build the model by calling it once, and read the shapes of its weights.

    Fails the check when it is no Keras model, or no network with at least one hidden layer.
    """
    try:
        student.get(model, "set_weights")
    except SubmissionError as error:
        if error.verdict is not Verdict.ERROR:
            raise
        raise AssertionError(f"your function returned {kind(model)}, which is no Keras model") from error
    student.invoke(model, "__call__", tensor(np.zeros((2, inputs), dtype=np.float32)))
    shapes = student.call(in_student_process(student, SHAPES), model)
    readable = isinstance(shapes, list) and all(isinstance(shape, tuple) for shape in shapes)
    network = Network(student, model, tuple(shapes) if readable else (), inputs)
    assert len(network.kernels) > 1 and network.chains(), (
        f"no chain of two or more fully connected layers begins at {inputs} inputs; "
        f"the shapes of the weights are {network.described}"
    )
    return network


def built(student: Student, function: str) -> Handle:
    """Return the model that the function makes, the same one for all checks that can share it.

    It is kept under a name in the student process: building the generator takes 0.1 s, and when the process has been
    replaced the name is gone with it.
    """
    name = SHARED + function
    if student.defined([name]):
        model = student.get(name)
        if isinstance(model, Handle):
            return model
    model = student.build(function)
    with contextlib.suppress(SubmissionError):  # not a plain function: then every check builds its own
        student.invoke(function, "__globals__.__setitem__", name, model)
    return model


def in_student_process(student: Student, source: str) -> Handle:
    """Return a function of ours, given as an expression without names of the notebook, in the student process."""
    function = student.invoke("__builtins__", "eval", source, {})
    assert isinstance(function, Handle), "the notebook has changed Python's eval"
    return function


def weights_of_both_signs(network: Network, rng: np.random.Generator) -> list[np.ndarray]:
    """Return random weights with which more than half of the hidden units are below zero."""
    weights = []
    for position, shape in enumerate(network.shapes):
        if position in network.kernels:
            weights.append(rng.standard_normal(shape, dtype=np.float32) / np.float32(np.sqrt(max(shape))))
        else:
            weights.append(rng.uniform(-0.9, 0.3, size=shape).astype(np.float32))
    return weights


def weights_above_zero(network: Network, rng: np.random.Generator) -> list[np.ndarray]:
    """Return random weights with which, for inputs above zero, every hidden unit is above zero."""
    last, _ = network.chains()[0][-1]
    weights = []
    for position, shape in enumerate(network.shapes):
        scale = np.float32(2 / max(shape)) if position in network.kernels else np.float32(1)
        values = rng.random(shape, dtype=np.float32) * scale
        if position == last:  # of both signs, and large enough that the outputs spread over -2 to 2
            values = (values - scale / 2) * np.float32(np.sqrt(max(shape)))
        weights.append(values)
    return weights


def matches(
    network: Network, x: np.ndarray, got: np.ndarray, weights: Sequence[np.ndarray], hidden: Sequence[Activation],
    outputs: Iterable[Activation],
) -> bool:  # fmt: skip
    """Return whether some reading of the weights, with these activations, gives what the model gave."""
    for layers in network.readings(weights):
        scores = reference.dense_network(x, layers, [*hidden, reference.identity])
        if any(close(got, output(scores), FLOAT32) for output in outputs):
            return True
    return False


def assert_hidden_layers(network: Network, rng: np.random.Generator, batch: int, hidden: Activation) -> None:
    """Fail the check unless all hidden layers have this activation, whatever stands after the last layer."""
    weights = weights_of_both_signs(network, rng)
    network.set_weights(weights)
    x = rng.uniform(-1.0, 1.0, size=(batch, network.inputs)).astype(np.float32)
    got, depth = network.answer(x), len(network.kernels) - 1
    if matches(network, x, got, weights, [hidden] * depth, OUTPUTS.values()):
        return
    for name, other in HIDDEN.items():
        alike = matches(network, x, got, weights, [other] * depth, OUTPUTS.values())
        assert not alike, f"it looks as if there were {name} after your hidden layers"
    for names in itertools.permutations(MIXED, 2) if depth == 2 else ():
        alike = matches(network, x, got, weights, [HIDDEN[name] for name in names], OUTPUTS.values())
        assert not alike, f"it looks as if there were {names[0]} after your first layer and {names[1]} after the second"
    raise AssertionError(_other_numbers(network))


def assert_output_layer(
    network: Network, rng: np.random.Generator, batch: int, outputs: int, activation: Activation
) -> None:
    """Fail the check unless the last layer has this activation, whatever hidden units do below zero."""
    weights = weights_above_zero(network, rng)
    last, _ = network.chains()[0][-1]
    biases = [i for i in network.vectors if np.size(weights[i]) == network.outputs]
    for sign in (1, -1) if network.outputs == 1 else (1,):  # a single output can have one sign throughout a batch
        for i in (last, *biases):
            weights[i] = sign * weights[i]
        network.set_weights(weights)
        x = rng.uniform(0.1, 1.0, size=(batch, network.inputs)).astype(np.float32)
        got, hidden = network.answer(x), [reference.identity] * (len(network.kernels) - 1)
        if not matches(network, x, got, weights, hidden, [activation]):
            for name, other in OUTPUTS.items():
                alike = matches(network, x, got, weights, hidden, [other])
                assert not alike, f"it looks as if there were {name} after your last layer"
            raise AssertionError(_other_numbers(network))
    shape = network.shape_of_answer(x)
    assert shape == (batch, outputs), f"for a batch of shape {x.shape} the model returned shape {shape}"


def assert_learns(network: Network, rng: np.random.Generator, batch: int) -> None:
    """Fail the check unless a gradient reaches every weight of this fresh model and the weights differ."""
    fresh = network.student.invoke(network.model, "get_weights")
    differ = isinstance(fresh, list) and any(isinstance(w, np.ndarray) and w.ndim == 2 and np.ptp(w) > 0 for w in fresh)
    assert differ, "all weights of a layer start equal, and so they stay equal"
    x = rng.uniform(-1.0, 1.0, size=(batch, network.inputs)).astype(np.float32)
    gradients = network.student.weight_gradients(network.model, tensor(x))
    total = min(len(network.shapes), 2 * len(network.kernels))  # what comes on top is the business of another check
    reached = sum(gradient is not None for gradient in gradients)
    assert len(gradients) >= total, f"of {total} weights only {len(gradients)} are trainable"
    assert reached == len(gradients), f"of {len(gradients)} weights only {reached} receive a gradient"


def assert_deterministic(network: Network, rng: np.random.Generator, batch: int) -> None:
    """Fail the check unless an input gives one output: in training or not, alone or in a batch."""
    x = rng.uniform(-1.0, 1.0, size=(batch, network.inputs)).astype(np.float32)
    plain = network.answer(x)
    for training in (True, False):
        same = close(network.answer(x, training=training), plain, FLOAT32)
        assert same, f"with training={training} the model answers differently than without"
    assert close(network.answer(x[:1]), plain[:1], FLOAT32), "an input alone gets another answer than within a batch"


def _other_numbers(network: Network) -> str:
    spare = len(network.shapes) - 2 * len(network.kernels)
    if spare > 0:
        return f"beside kernels and biases your model has {spare} more weights, and they change its results"
    return "with weights set by the grader your model returned other numbers than this network does"


def _shape(value: object) -> str:
    return f"shape {value.shape}" if isinstance(value, np.ndarray) else kind(value)
