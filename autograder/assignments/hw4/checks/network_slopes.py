"""Whether a network's outputs come from its weights, whether it can learn, and whether it is like the right one."""

import numpy as np

from autograder.checking import FLOAT32, SubmissionError, numbers, returned, tensor

from . import reference
from .network_behaviour import (
    BATCH,
    OUTPUTS,
    Activation,
    Fit,
    Trial,
    assert_hidden_layers,
    trial,
    weights_above_zero,
    wrong_fit,
)
from .networks import Network

# Share by which a gradient may be off. A hidden unit within 1e-5 of its kink can fall on either side of it, which
# moves the gradient of its layer by 1 to 2%; what is made up is off by 100% and more.
NEAR = 0.1
CHANGE = 3e-3  # share of all weights; float32 moves the difference of the two answers by a tenth of a percent
LEAST_ALIKE = 2  # of: number of layers, a hidden width, number of outputs, what stands after the last layer


def assert_connected(network: Network, rng: np.random.Generator, hidden: Activation) -> None:
    """Fail the check unless the outputs come from the weights: layers that are created but not used are no network.

    Either they are those of a network that is known, or they change with the weights as the slopes say.
    """
    tried = trial(network, rng, hidden)
    if tried.right is None and wrong_fit(network, tried) is None:
        wrong = wrong_change(network, rng, tried)
        assert not wrong, wrong


def assert_recognisable(
    network: Network, rng: np.random.Generator, widths: list[int], hidden: Activation, output: str
) -> None:
    """Fail a check of what any network may have, unless this one is much like the one that is asked for.

    Either its widths are right, or its hidden layers' activations and two things beside them: a ReLU alone is
    everywhere.
    """
    own = network.widths()
    if own == widths:
        assert_connected(network, rng, hidden)
        return
    try:
        assert_hidden_layers(network, rng, hidden)
    except AssertionError as error:
        raise AssertionError(f"neither the layers, of {own} units, nor the activations are right") from error
    right = trial(network, rng, hidden).right
    has_output = right is not None and output in right.outputs
    alike = [len(own) == len(widths), widths[0] in own[:-1], own[-1] == widths[-1], has_output]
    assert sum(alike) >= LEAST_ALIKE, f"neither the layers, of {own} units, nor the output are right"


def assert_learns(network: Network, rng: np.random.Generator, hidden: Activation) -> None:
    """Fail the check unless a gradient reaches every weight of this model, and the weights differed at its start.

    What the student process says of gradients is compared with those of the network that the answers show.
    """
    assert network.varied, "all weights of a layer start equal, so they stay equal"
    tried = trial(network, rng, hidden)
    slopes = returned(tried.slopes)
    assert len(slopes) == len(network.shapes), f"of {len(network.shapes)} weights {len(slopes)} have a gradient"
    arrived = sum(slope is not None for slope in slopes)
    total = min(len(network.shapes), 2 * len(network.kernels))  # what comes on top is the business of another check
    assert arrived >= total, f"only {arrived} of {total} weight arrays are trainable and receive a gradient"
    found = tried.right or wrong_fit(network, tried)
    if found is None:
        wrong = wrong_change(network, rng, tried)
        assert not wrong, wrong
        return
    for position, parts in slopes_of_weights(tried, found).items():
        got = numbers(slopes[position])
        fits = got is not None and got.size == parts.shape[1] and _is_sum(got.reshape(-1), parts)
        assert fits, f"the gradient of the weight of shape {network.shapes[position]} does not match your network"


def slopes_of_weights(tried: Trial, found: Fit) -> dict[int, np.ndarray]:
    """Return what each input adds to the slope of sum(cotangent * answer) at each weight. Shape (batch, numbers).

    The student process sums it up: see `do_differentiate_model` in `agent`.
    """
    wide = [np.asarray(weight, dtype=np.float64) for weight in tried.weights]
    layers = found.reading.layers(wide)
    activations = [*found.activations, OUTPUTS[found.outputs[0]]]
    slopes: dict[int, np.ndarray] = {}
    passed = reference.dense_network_slopes(tried.x, layers, activations, tried.cotangent)
    for (values, slope), (kernel, _), place, bias in zip(
        passed, layers, found.reading.kernels, found.reading.biases, strict=True
    ):
        position, turned = place
        slopes[position] = values * (slope @ kernel.T) if turned else slope * (values @ kernel)
        if bias is not None:
            slopes[bias] = slope
    return slopes


def wrong_change(network: Network, rng: np.random.Generator, tried: Trial) -> str:
    """Return what is wrong when the output does not change as the slopes say, "" if nothing is.

    All trained weights grow by a small share. For a network that is none that we know; this takes six messages more.
    """
    if isinstance(tried.slopes, SubmissionError):
        return str(tried.slopes)
    return network.student.once(f"change of {network.model}", lambda: _wrong_change(network, rng, tried.cotangent))


def _wrong_change(network: Network, rng: np.random.Generator, cotangent: np.ndarray) -> str:
    weights = weights_above_zero(network, rng)  # normalisation takes the root of one
    x = rng.uniform(0.1, 1.0, size=(BATCH, network.inputs)).astype(np.float32)
    network.set_weights(weights)
    slopes = {
        position: numbers(slope)
        for position, slope in enumerate(network.student.differentiate_model(network.model, tensor(x), cotangent))
        if slope is not None and position < len(weights)
    }
    if not slopes.keys() >= set(network.kernels):
        return f"only some of the {len(network.kernels)} weight matrices affect the outputs of your model"
    sums, answers = [], 0.0
    for share in (CHANGE, -CHANGE):
        network.set_weights([np.float32(1.0 + share * (i in slopes)) * weight for i, weight in enumerate(weights)])
        rows = network.rows(network.answer(x)).astype(np.float64)
        sums.append(float(np.sum(cotangent * rows)))
        answers = float(np.sum(np.abs(cotangent * rows)))
    told = 0.0
    for position, slope in slopes.items():
        weight = weights[position]
        is_matrix = position in network.kernels
        size = weight.shape[1] if is_matrix else weight.size
        if slope is None or slope.size != size:
            return f"the gradient of the weight of shape {weight.shape} has another shape"
        told += float(np.sum(slope.reshape(-1) * (1.0 if is_matrix else weight.reshape(-1))))
    change = (sums[0] - sums[1]) / (2 * CHANGE)
    fits = abs(told - change) <= NEAR * abs(change) + FLOAT32 * answers  # those of a softmax of one score never change
    return "" if fits else "the gradient does not match how the outputs of your model change"


def _is_sum(got: np.ndarray, parts: np.ndarray) -> bool:
    """Return whether these are about the sums of the parts; where those cancel, float32 leaves a little more."""
    want, size = parts.sum(axis=0), np.abs(parts).sum(axis=0)
    return bool(np.linalg.norm(got - want) <= NEAR * np.linalg.norm(want) + FLOAT32 * np.linalg.norm(size))
