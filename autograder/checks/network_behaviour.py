"""What a network computes and whether it can learn, judged with weights that the grader sets."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ..session.wire import tensor
from . import reference
from .expect import FLOAT32, close
from .networks import Network

Activation = Callable[[np.ndarray], np.ndarray]

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
PERIOD = 65_537
MIXED = tuple(HIDDEN)[:4]  # the ones tried in every combination, when two layers differ


def many(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return numbers from 0 to 1, float32: the same 65,537 over and over, as a million would take 5 ms to draw.

    The period is a prime, so that no two rows or columns of a matrix are alike.
    """
    return np.resize(rng.random(PERIOD, dtype=np.float32), shape)


def weights_of_both_signs(network: Network, rng: np.random.Generator) -> list[np.ndarray]:
    """Return random weights with which, for inputs of size 1, hidden units reach from -10 to 10, most below zero."""
    spread = {position: 1.5 for position, _ in network.chains()[0]}
    first, last = network.chains()[0][0][0], network.chains()[0][-1][0]
    spread |= {first: 6.0, last: 0.5}  # inputs are smaller than hidden units, and outputs shall not all be at 1
    weights = []
    for position, shape in enumerate(network.shapes):
        if position in spread:
            scale = np.float32(spread[position] / np.sqrt(network.inputs_of(position)))
            weights.append((many(rng, shape) - np.float32(0.5)) * (np.float32(12**0.5) * scale))
        else:
            weights.append(rng.uniform(-2.0, 0.5, size=shape).astype(np.float32))
    return weights


def weights_above_zero(network: Network, rng: np.random.Generator) -> list[np.ndarray]:
    """Return random weights with which, for inputs above zero, every hidden unit is above zero."""
    last, _ = network.chains()[0][-1]
    weights = []
    for position, shape in enumerate(network.shapes):
        scale = np.float32(2 / max(shape)) if position in network.kernels else np.float32(1)
        values = many(rng, shape) * scale
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


def assert_recognisable(network: Network, rng: np.random.Generator, widths: list[int], hidden: Activation) -> None:
    """Fail a check of a virtue that any network has, unless this one has the right widths or hidden layers."""
    if network.widths() == widths:
        return
    try:
        assert_hidden_layers(network, rng, 4, hidden)
    except AssertionError as error:
        seen = f"neither the layers, of {network.widths()} units, nor what is between them is right"
        raise AssertionError(seen) from error


def assert_biases(network: Network) -> None:
    """Fail the check unless there is one bias of the right size for each layer, and nothing else."""
    biases = sorted(math.prod(network.shapes[i]) for i in network.vectors)
    assert biases == sorted(network.widths()), f"the shapes of the weights are {network.described}"


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
        raw, hidden = network.raw_answer(x), [reference.identity] * (len(network.kernels) - 1)
        got = raw.reshape(batch, network.outputs)
        if not matches(network, x, got, weights, hidden, [activation]):
            for name, other in OUTPUTS.items():
                alike = matches(network, x, got, weights, hidden, [other])
                assert not alike, f"it looks as if there were {name} after your last layer"
            raise AssertionError(_other_numbers(network))
    right_shape = raw.shape == (batch, outputs)
    assert right_shape, f"for a batch of shape {x.shape} the model returned shape {raw.shape}"


def assert_learns(network: Network, rng: np.random.Generator, batch: int) -> None:
    """Fail the check unless a gradient reaches every weight of this model, and the weights differed at its start."""
    assert network.started_varied, "all weights of a layer start equal, and so they stay equal"
    x = rng.uniform(-1.0, 1.0, size=(batch, network.inputs)).astype(np.float32)
    reached = network.student.reached_weights(network.model, tensor(x))
    total = min(len(network.shapes), 2 * len(network.kernels))  # what comes on top is the business of another check
    assert len(reached) >= total, f"of {total} weights only {len(reached)} are trainable"
    assert all(reached), f"of {len(reached)} weights only {sum(reached)} receive a gradient"


def assert_deterministic(network: Network, rng: np.random.Generator, batch: int) -> None:
    """Fail the check unless an input gives one output: in training or not, alone or in a batch."""
    network.set_weights(weights_of_both_signs(network, rng))
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
    return "with weights set by the grader your model returned other numbers than the network that is asked for"
