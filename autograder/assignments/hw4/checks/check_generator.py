"""generator(noise_dim=96): a Keras model from (batch, noise_dim) to (batch, 784); Dense 1024-1024-784, ReLU, tanh."""

import math
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from autograder.checking import REQUIRED, Student, SubmissionError, Verdict, item

from . import network_behaviour as behaviour
from . import network_slopes, networks, reference

NOISE_DIM, PIXELS = 96, 784
WIDTHS = [1024, 1024, PIXELS]
T = TypeVar("T")


@item("generator", weight=3)
def test_has_two_hidden_layers_of_1024_units(student: Student, rng: np.random.Generator) -> None:
    """The model has three fully connected layers: noise to 1024 units, 1024 to 1024, and 1024 to 784."""
    network = generator(student, rng)

    assert network.widths() == WIDTHS, f"the layers of your model have {network.widths()} units"
    network_slopes.assert_connected(network, rng, reference.relu)


@item("generator", weight=2)
def test_generator_has_a_bias_in_every_layer(student: Student, rng: np.random.Generator) -> None:
    """Every layer has a bias, and the model has no parameters other than kernels and biases."""
    network = generator(student, rng)

    behaviour.assert_biases(network)
    assert_recognisable(network, rng)


@item("generator", weight=3)
def test_hidden_layers_are_relu(student: Student, rng: np.random.Generator) -> None:
    """Both hidden layers keep positive values unchanged and set negative values to 0."""
    network = generator(student, rng)

    behaviour.assert_hidden_layers(network, rng, reference.relu)
    assert_recognisable(network, rng)


@item("generator", weight=2)
def test_output_is_a_tanh(student: Student, rng: np.random.Generator) -> None:
    """A tanh after the last layer keeps the pixels between -1 and 1; the output has shape (batch, 784)."""
    network = generator(student, rng)

    behaviour.assert_output_layer(network, rng, PIXELS, reference.relu, "a tanh")
    assert_recognisable(network, rng)


@item("generator", weight=2)
def test_generator_can_learn(student: Student, rng: np.random.Generator) -> None:
    """All parameters are trainable and receive a gradient, and the weights of a layer do not all start equal."""
    network = generator(student, rng)

    network_slopes.assert_learns(network, rng, reference.relu)
    assert_recognisable(network, rng)


@item("generator", weight=2)
def test_draws_an_image_by_itself(student: Student, rng: np.random.Generator) -> None:
    """The same noise gives the same image with training=True and training=False, alone or in any batch."""
    network = generator(student, rng)

    behaviour.assert_deterministic(network, rng, reference.relu)
    assert_recognisable(network, rng)


@item("generator", weight=2)
def test_takes_noise_of_the_size_asked_for(student: Student, rng: np.random.Generator) -> None:
    """The argument noise_dim is the length of a noise vector; its default is 96."""
    network = generator_asked_for(student, rng)

    pixels = math.prod(getattr(network.first_answer, "shape", ())[1:])
    assert pixels == PIXELS, f"with noise_dim = {network.inputs} an image has {pixels} pixels"
    assert_recognisable(network, rng)
    if not says_right_default(student):
        generator_by_default(student, rng)


def assert_recognisable(network: networks.Network, rng: np.random.Generator) -> None:
    """Fail a check of what any network may have, unless this one is much like the generator."""
    network_slopes.assert_recognisable(network, rng, WIDTHS, reference.relu, "a tanh")


def generator(student: Student, rng: np.random.Generator) -> networks.Network:
    """Return the student's generator, the same for all checks: that for a size of noise that was asked for.

    Only where that cannot be had it is the one by default, which takes noise of the handout's size.
    """
    return attempt(lambda: generator_asked_for(student, rng)) or generator_by_default(student, rng)


def generator_asked_for(student: Student, rng: np.random.Generator) -> networks.Network:
    """Let the student's code build a generator for a size of noise other than the default and read it, once."""

    def make() -> networks.Network:
        noise_dim = int(rng.integers(5, 60))
        return networks.read(student, student.build("generator", noise_dim), noise_dim, rng)

    return student.once("generator for a size of noise", make)


def generator_by_default(student: Student, rng: np.random.Generator) -> networks.Network:
    """Let the student's code build a generator without a size of noise and read it, once."""

    def make() -> networks.Network:
        return networks.read(student, student.build("generator"), NOISE_DIM, rng)

    return student.once("generator", make)


def says_right_default(student: Student) -> bool:
    """Return whether the function says of itself that it needs no argument and what noise_dim is without one.

    Making a generator to see takes 0.04 s. Whoever lies here knows the right default, and gains nothing.
    """
    parameters = attempt(lambda: student.signature("generator")) or {}
    needed = any(isinstance(default, str) and default == REQUIRED for default in parameters.values())
    return not needed and type(parameters.get("noise_dim")) is int and parameters["noise_dim"] == NOISE_DIM


def attempt(make: Callable[[], T]) -> T | None:
    """Return what `make` returns, None where it fails the check or the student's code raises."""
    try:
        return make()
    except AssertionError:
        return None
    except SubmissionError as error:
        if error.verdict is not Verdict.ERROR:  # such as a loop without end, which is not to be tried again
            raise
        return None
