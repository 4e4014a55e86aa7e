"""generator(noise_dim=96): a Keras model from (batch, noise_dim) to (batch, 784); Dense 1024-1024-784, ReLU, tanh."""

import math

import numpy as np

from ..session.student import Student
from . import item, networks, reference
from . import network_behaviour as behaviour

NOISE_DIM, PIXELS, BATCH = 96, 784, 6
WIDTHS = [1024, 1024, PIXELS]


@item("generator", weight=3)
def test_has_two_hidden_layers_of_1024_units(student: Student) -> None:
    """Three fully connected layers lead from the noise over 1024 and 1024 to 784."""
    network = generator(student)

    assert network.widths() == WIDTHS, f"the layers of your model have {network.widths()} units"


@item("generator", weight=2)
def test_generator_has_a_bias_in_every_layer(student: Student, rng: np.random.Generator) -> None:
    """Every layer has a bias, and there is nothing to train beside kernels and biases."""
    network = generator(student)

    behaviour.assert_biases(network)
    behaviour.assert_recognisable(network, rng, WIDTHS, reference.relu)


@item("generator", weight=3)
def test_hidden_layers_are_relu(student: Student, rng: np.random.Generator) -> None:
    """Both hidden layers pass positive values on as they are and turn negative ones into 0."""
    behaviour.assert_hidden_layers(generator(student), rng, BATCH, reference.relu)


@item("generator", weight=2)
def test_output_is_a_tanh(student: Student, rng: np.random.Generator) -> None:
    """A tanh after the last layer brings the pixels into the range from -1 to 1; their shape is (batch, 784)."""
    behaviour.assert_output_layer(generator(student), rng, BATCH, PIXELS, np.tanh)


@item("generator", weight=2)
def test_generator_can_learn(student: Student, rng: np.random.Generator) -> None:
    """All weights are trainable, a gradient reaches each of them, and they do not start all equal."""
    network = generator(student)

    behaviour.assert_learns(network, rng, BATCH)
    behaviour.assert_recognisable(network, rng, WIDTHS, reference.relu)


@item("generator", weight=2)
def test_draws_an_image_by_itself(student: Student, rng: np.random.Generator) -> None:
    """Noise becomes the same image in training and out of it, alone and within any batch."""
    network = generator(student)

    behaviour.assert_deterministic(network, rng, BATCH)
    behaviour.assert_recognisable(network, rng, WIDTHS, reference.relu)


@item("generator", weight=2)
def test_takes_noise_of_the_size_asked_for(student: Student, rng: np.random.Generator) -> None:
    """The argument noise_dim says how many numbers of noise make an image."""
    noise_dim = int(rng.integers(5, 60))

    network = networks.read(student, student.build("generator", noise_dim), noise_dim)

    pixels = math.prod(network.first_answer[1:])
    assert pixels == PIXELS, f"with noise_dim = {noise_dim} an image has {pixels} pixels"
    behaviour.assert_recognisable(network, rng, WIDTHS, reference.relu)


def generator(student: Student) -> networks.Network:
    """Let the student's code make a generator for the default size of noise and read it."""
    return networks.shared(student, "generator", NOISE_DIM)
