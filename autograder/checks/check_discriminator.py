"""discriminator(): a Keras model from (batch, 784) to logits (batch, 1); Dense 784-256-256-1, LeakyReLU(0.01)."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import SubmissionError
from ..session.student import Student
from . import item, networks, reference
from . import network_behaviour as behaviour

PIXELS = 784
WIDTHS = [256, 256, 1]
LEAK = functools.partial(reference.leaky_relu, alpha=0.01)
RIGHT_LEAKY_RELU = """
def leaky_relu(x, alpha=0.01):
    import tensorflow
    return tensorflow.nn.leaky_relu(x, alpha)
"""

Check = Callable[..., None]


def whatever_leaky_relu_does(check: Check) -> Check:
    """Let a check pass that passes with a right `leaky_relu` in the notebook: a wrong one has cost its own points.

    When one check needed it, the next one begins with it, in the same process.
    """

    @functools.wraps(check)
    def checked(student: Student, **fixtures: Any) -> None:
        own_error: Exception | None = None
        for lent in (True, False) if student.borrower else (False, True):
            try:
                _use_leaky_relu(student, right=lent)
                return check(student, **fixtures)
            except (AssertionError, SubmissionError) as error:
                own_error = own_error if lent else error
        assert own_error is not None
        raise own_error

    return checked


def _use_leaky_relu(student: Student, *, right: bool) -> None:
    if right and not student.borrower:
        student.lend("discriminator", RIGHT_LEAKY_RELU)
    elif student.borrower and not right:
        student.close()


@item("discriminator", weight=4)
@whatever_leaky_relu_does
def test_has_two_hidden_layers_of_256_units(student: Student) -> None:
    """Three fully connected layers lead from 784 over 256 and 256 to 1."""
    network = discriminator(student)

    assert network.widths() == WIDTHS, f"the layers of your model have {network.widths()} units"


@item("discriminator", weight=2)
@whatever_leaky_relu_does
def test_discriminator_has_a_bias_in_every_layer(student: Student, rng: np.random.Generator) -> None:
    """Every layer has a bias, and there is nothing to train beside kernels and biases."""
    network = discriminator(student)

    behaviour.assert_biases(network)
    behaviour.assert_recognisable(network, rng, WIDTHS, LEAK)


@item("discriminator", weight=4)
@whatever_leaky_relu_does
def test_hidden_layers_leak_a_hundredth(student: Student, rng: np.random.Generator) -> None:
    """Both hidden layers pass positive values on as they are and multiply negative ones by 0.01."""
    behaviour.assert_hidden_layers(discriminator(student), rng, LEAK)


@item("discriminator", weight=2)
@whatever_leaky_relu_does
def test_returns_plain_scores(student: Student, rng: np.random.Generator) -> None:
    """The output is one plain score for each image, of shape (batch, 1), with no activation after the last layer."""
    network = discriminator(student)

    behaviour.assert_output_layer(network, rng, 1, LEAK, "nothing")
    behaviour.assert_recognisable(network, rng, WIDTHS, LEAK)


@item("discriminator", weight=2)
@whatever_leaky_relu_does
def test_discriminator_can_learn(student: Student, rng: np.random.Generator) -> None:
    """All weights are trainable, a gradient reaches each of them, and they do not start all equal."""
    network = discriminator(student)

    behaviour.assert_learns(network)
    behaviour.assert_recognisable(network, rng, WIDTHS, LEAK)


@item("discriminator", weight=2)
@whatever_leaky_relu_does
def test_scores_an_image_by_itself(student: Student, rng: np.random.Generator) -> None:
    """An image gets the same score in training and out of it, alone and within any batch."""
    network = discriminator(student)

    behaviour.assert_deterministic(network, rng, LEAK)
    behaviour.assert_recognisable(network, rng, WIDTHS, LEAK)


def discriminator(student: Student) -> networks.Network:
    """Let the student's code make a discriminator and read it, the same one for all checks."""
    return student.once("discriminator", lambda: networks.read(student, student.build("discriminator"), PIXELS))
