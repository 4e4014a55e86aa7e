"""What a network computes, judged with weights that the grader sets."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograder.checking import FLOAT32, SubmissionError, Verdict, close, returned, tensor

from . import reference
from .networks import Network, Reading

Activation = Callable[[np.ndarray], np.ndarray]

# Activations that people put after the last layer; the check of the hidden layers accepts all of these.
OUTPUTS: dict[str, Activation] = {
    "nothing": reference.identity,
    "a tanh": np.tanh,
    "a sigmoid": reference.sigmoid,
    "a ReLU": reference.relu,
    "a leaky ReLU with slope 0.01": lambda x: reference.leaky_relu(x, 0.01),
    "clipping to [-1, 1]": lambda x: np.clip(x, -1.0, 1.0),
    "a ReLU and then a tanh": lambda x: np.tanh(reference.relu(x)),
    "two tanh in a row": lambda x: np.tanh(np.tanh(x)),
    "a tanh scaled to [0, 1]": lambda x: (np.tanh(x) + 1.0) / 2.0,
}
# Activations that people put after hidden layers; used to say what a wrong model seems to do.
HIDDEN: dict[str, Activation] = {
    "no activation": reference.identity,
    "a ReLU": reference.relu,
    **{
        f"a leaky ReLU with slope {alpha}": partial(reference.leaky_relu, alpha=alpha)
        for alpha in (0.01, 0.2, 0.3, 0.1)
    },
    "a tanh": np.tanh,
    "a sigmoid": reference.sigmoid,
}
BATCH = 8
PERIOD = 65_537
MIXED = tuple(HIDDEN)[:4]  # the ones tried in every combination, when two layers differ


@dataclass(frozen=True)
class Fit:
    """A network that answers as the model does."""

    reading: Reading
    hidden: tuple[str, ...]  # what stands after each hidden layer; empty if it is what is asked for
    activations: tuple[Activation, ...]  # of the hidden layers
    outputs: list[str]  # what may stand after the last layer


@dataclass(frozen=True)
class Trial:
    """The outputs of a model for a batch with weights that the grader sets: all checks share them."""

    weights: list[np.ndarray]
    x: np.ndarray
    plain: np.ndarray
    in_training: Any  # of the same batch
    alone: Any  # of the first input, not in training
    cotangent: np.ndarray  # float32, the shape of the answer
    slopes: list[Any] | SubmissionError  # of sum(cotangent * plain), for each weight, as `slopes_of_weights` has them
    right: Fit | None  # how the answers come about if the hidden layers are right


def trial(network: Network, rng: np.random.Generator, hidden: Activation) -> Trial:
    """Return the outputs of the model for a batch, the same for all checks."""
    return network.student.once(f"trial of {network.model}", lambda: _trial(network, rng, hidden))


def _trial(network: Network, rng: np.random.Generator, hidden: Activation) -> Trial:
    weights = weights_of_both_signs(network, rng)
    x = rng.uniform(-1.0, 1.0, size=(BATCH, network.inputs)).astype(np.float32)
    _spread_around_zero(network, x, weights, hidden)
    cotangent = rng.uniform(-1.0, 1.0, size=(BATCH, network.outputs)).astype(np.float32)
    calls: list[tuple[str, list[Any], dict[str, Any]]] = [
        ("set_weights", [weights], {}),
        ("__call__", [tensor(x)], {}),
        ("__call__", [tensor(x)], {"training": True}),
        ("__call__", [tensor(x[:1])], {"training": False}),
    ]
    done, plain, in_training, alone = network.student.invoke_each(network.model, calls)
    returned(done)
    raw = network.checked(x, returned(plain))
    if network.normalisations:  # the call in training has moved their means
        network.set_weights(weights)
    slopes = _slopes(network, x, cotangent)
    right = fit(network, x, raw, weights, [hidden] * (len(network.kernels) - 1))
    return Trial(weights, x, raw, in_training, alone, cotangent, slopes, right)


def _slopes(network: Network, x: np.ndarray, cotangent: np.ndarray) -> list[Any] | SubmissionError:
    try:
        return network.student.differentiate_model(network.model, tensor(x), cotangent)
    except SubmissionError as error:
        if error.verdict is not Verdict.ERROR:
            raise
        return error


def many(rng: np.random.Generator, shape: tuple[int, ...], low: float, high: float) -> np.ndarray:
    """Return numbers between two, float32: the same 65,537 over and over, as a million would take 5 ms to draw.

    The period is a prime, so that no two rows or columns of a matrix are alike.
    """
    numbers = rng.random(PERIOD, dtype=np.float32)
    return np.resize(np.float32(low) + np.float32(high - low) * numbers, shape)


def weights_of_both_signs(network: Network, rng: np.random.Generator) -> list[np.ndarray]:
    """Return random weights with which, for inputs of size 1, hidden units reach from -10 to 10, most below zero."""
    spread = {position: 1.5 for position, _ in network.chains[0]}
    first, last = network.chains[0][0][0], network.chains[0][-1][0]
    spread |= {first: 6.0, last: 0.5}  # inputs are smaller than hidden units, and outputs shall not all be at 1
    weights = []
    for position, shape in enumerate(network.shapes):
        if position in spread:
            limit = spread[position] * np.sqrt(3 / network.inputs_of(position))  # the variance of -1 to 1 is 1/3
            weights.append(many(rng, shape, -limit, limit))
        else:
            weights.append(rng.uniform(-2.0, 0.5, size=shape).astype(np.float32))
    return network.with_normalisations_off(weights)


def _spread_around_zero(network: Network, x: np.ndarray, weights: list[np.ndarray], hidden: Activation) -> None:
    """Move the bias of a single output so that about half of its scores are below zero, and a ReLU shows."""
    reading = next(iter(network.readings), None)
    if network.outputs == 1 and reading is not None and (last := reading.biases[-1]) is not None:
        layers = reading.layers(weights)
        activations = [*[hidden] * (len(layers) - 1), reference.identity]
        weights[last] = weights[last] - np.float32(np.median(reference.dense_network(x, layers, activations)))


def weights_above_zero(network: Network, rng: np.random.Generator) -> list[np.ndarray]:
    """Return random weights with which, for inputs above zero, every hidden unit is above zero."""
    last, _ = network.chains[0][-1]
    weights = []
    for position, shape in enumerate(network.shapes):
        high = 2 / max(shape) if position in network.kernels else 1.0
        if position == last:  # of both signs, and large enough that the outputs spread over -2 to 2
            high *= np.sqrt(max(shape)) / 2
        weights.append(many(rng, shape, -high if position == last else 0.0, high))
    return network.with_normalisations_off(weights)


def fit(
    network: Network, x: np.ndarray, raw: np.ndarray, weights: Sequence[np.ndarray], hidden: Sequence[Activation],
    names: Sequence[str] = (),
) -> Fit | None:  # fmt: skip
    """Return how the model's outputs are computed if this follows the hidden layers, None if they are not."""
    got, wide = network.rows(raw), [np.asarray(weight, dtype=np.float64) for weight in weights]
    for reading in network.readings:
        scores = reference.dense_network(x, reading.layers(wide), [*hidden, reference.identity])
        expected = {name: output(scores) for name, output in OUTPUTS.items()}
        outputs = [name for name, want in expected.items() if np.ptp(want) > 0 and close(got, want, FLOAT32)]
        if outputs:
            return Fit(reading, tuple(names), tuple(hidden), outputs)
    return None


def wrong_fit(network: Network, tried: Trial) -> Fit | None:
    """Return how the outputs of a model with wrong hidden layers are computed, None if unknown."""
    depth = len(network.kernels) - 1
    guesses = [(name,) * depth for name in HIDDEN]
    guesses += [*itertools.permutations(MIXED, 2), ("a ReLU", "a tanh")] if depth == 2 else []

    def search() -> Fit | None:
        for names in guesses:
            hidden = [HIDDEN[name] for name in names]
            found = fit(network, tried.x, tried.plain, tried.weights, hidden, names)
            if found is not None:
                return found
        return None

    return network.student.once(f"wrong fit of {network.model}", search)


def assert_hidden_layers(network: Network, rng: np.random.Generator, hidden: Activation) -> None:
    """Fail the check unless all hidden layers have this activation, whatever follows the last layer."""
    tried = trial(network, rng, hidden)
    if tried.right is not None:
        return
    found = wrong_fit(network, tried)
    if found is None:
        raise AssertionError(_other_numbers(network))
    if len(set(found.hidden)) == 1:
        raise AssertionError(f"your hidden layers seem to have {found.hidden[0]}")
    first, second = found.hidden
    raise AssertionError(f"your first layer seems to have {first} and your second {second}")


def assert_biases(network: Network) -> None:
    """Fail the check unless there is one bias of the right size for each layer, and nothing else."""
    assert not network.normalisations, "your model has weights like those of BatchNormalization, which is not asked for"
    biases = sorted(math.prod(network.shapes[i]) for i in network.vectors)
    assert biases == sorted(network.widths()), f"the shapes of the weights are {network.described}"


def assert_output_layer(
    network: Network, rng: np.random.Generator, outputs: int, hidden: Activation, output: str
) -> None:
    """Fail the check unless the last layer has this activation, whatever hidden units do below zero."""
    tried = trial(network, rng, hidden)
    found = tried.right or wrong_fit(network, tried)
    known = found.outputs if found is not None else []
    assert tried.right is not None or not known or output in known, f"your last layer seems to have {known[0]}"
    raw = tried.plain if known == [output] else _assert_output_alone(network, tried, rng, output)
    right_shape = raw.shape == (BATCH, outputs)
    assert right_shape, f"for a batch of shape {(BATCH, network.inputs)} the model returned shape {raw.shape}"


def _assert_output_alone(network: Network, tried: Trial, rng: np.random.Generator, output: str) -> np.ndarray:
    """Fail the check unless this stands after the last layer when every hidden unit is above zero; return an answer.

    The model is asked the first question again as well: it is no second try for one that changes its answers.
    """
    _assert_same_again(network, tried)
    weights = weights_above_zero(network, rng)
    last, _ = network.chains[0][-1]
    biases = [i for i in network.vectors if np.size(weights[i]) == network.outputs]
    for sign in (1, -1) if network.outputs == 1 else (1,):  # a single output can have one sign throughout a batch
        for i in (last, *biases):
            weights[i] = sign * weights[i]
        network.set_weights(weights)
        x = rng.uniform(0.1, 1.0, size=(BATCH, network.inputs)).astype(np.float32)
        raw, hidden = network.answer(x), [reference.identity] * (len(network.kernels) - 1)
        found = fit(network, x, raw, weights, hidden)
        if found is None:
            raise AssertionError(_other_numbers(network))
        assert output in found.outputs, f"your last layer seems to have {found.outputs[0]}"
    return raw


def _assert_same_again(network: Network, tried: Trial) -> None:
    network.set_weights(tried.weights)
    same = close(network.answer(tried.x), tried.plain, FLOAT32)
    assert same, "two calls with the same weights and inputs gave different outputs"


def assert_deterministic(network: Network, rng: np.random.Generator, hidden: Activation) -> None:
    """Fail the check unless an input gives one output: in training or not, alone or in a batch."""
    tried = trial(network, rng, hidden)
    plain, x = network.rows(tried.plain), tried.x
    in_training = network.rows(network.checked(x, returned(tried.in_training)))
    assert close(in_training, plain, FLOAT32), "with training=True the model gives different outputs"
    alone = network.rows(network.checked(x[:1], returned(tried.alone)))
    if not close(np.concatenate([alone, plain[1:]]), plain, FLOAT32):  # one score may be near 0, a batch of them is not
        network.set_weights(tried.weights)
        same = close(network.rows(network.answer(x, training=False)), plain, FLOAT32)
        assert same, "with training=False the model gives different outputs than without it"
        raise AssertionError("an input gives another output alone than in a batch")


def _other_numbers(network: Network) -> str:
    if network.has_more_readings:
        return (
            "your model has too many layers of the same size to tell apart, and its outputs do not match "
            "the order in which the layers were created"
        )
    spare = len(network.shapes) - 2 * len(network.kernels)
    if spare > 0:
        return f"besides kernels and biases your model has {spare} more weights, and they change its outputs"
    return "with weights set by the grader your model's outputs differ from those of the required network"
