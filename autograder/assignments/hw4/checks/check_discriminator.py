"""discriminator(): a Keras model from (batch, 784) to logits (batch, 1); Dense 784-256-256-1, LeakyReLU(0.01)."""

import functools
from collections.abc import Callable

import numpy as np

from autograder.checking import FLOAT32, Student, SubmissionError, Verdict, close, item, tensor

from . import network_behaviour as behaviour
from . import network_slopes, networks, reference

PIXELS = 784
WIDTHS = [256, 256, 1]
LEAK = functools.partial(reference.leaky_relu, alpha=0.01)
RAISED = (Verdict.ERROR, Verdict.NOT_ATTEMPTED)  # code that was stopped is not tried again
RIGHT_LEAKY_RELU = """
def leaky_relu(x, alpha=0.01):
    import tensorflow
    return tensorflow.nn.leaky_relu(x, alpha)
"""


@item("discriminator", weight=4)
def test_has_two_hidden_layers_of_256_units(student: Student, rng: np.random.Generator) -> None:
    """The model has three fully connected layers: 784 inputs to 256 units, 256 to 256, and 256 to 1."""
    network = discriminator(student, rng)

    assert network.widths() == WIDTHS, f"the layers of your model have {network.widths()} units"
    network_slopes.assert_connected(network, rng, LEAK)


@item("discriminator", weight=2)
def test_discriminator_has_a_bias_in_every_layer(student: Student, rng: np.random.Generator) -> None:
    """Every layer has a bias, and the model has no parameters other than kernels and biases."""
    network = discriminator(student, rng)

    behaviour.assert_biases(network)
    assert_recognisable(network, rng)


@item("discriminator", weight=4)
def test_hidden_layers_leak_a_hundredth(student: Student, rng: np.random.Generator) -> None:
    """Both hidden layers keep positive values unchanged and multiply negative values by 0.01."""
    network = discriminator(student, rng)

    behaviour.assert_hidden_layers(network, rng, LEAK)
    assert_recognisable(network, rng)


@item("discriminator", weight=2)
def test_returns_plain_scores(student: Student, rng: np.random.Generator) -> None:
    """The output is one logit per image, of shape (batch, 1), with no activation after the last layer."""
    network = discriminator(student, rng)

    behaviour.assert_output_layer(network, rng, 1, LEAK, "nothing")
    assert_recognisable(network, rng)


@item("discriminator", weight=2)
def test_discriminator_can_learn(student: Student, rng: np.random.Generator) -> None:
    """All parameters are trainable and receive a gradient, and the weights of a layer do not all start equal."""
    network = discriminator(student, rng)

    network_slopes.assert_learns(network, rng, LEAK)
    assert_recognisable(network, rng)


@item("discriminator", weight=2)
def test_scores_an_image_by_itself(student: Student, rng: np.random.Generator) -> None:
    """An image gets the same score with training=True and training=False, alone or in any batch."""
    network = discriminator(student, rng)

    behaviour.assert_deterministic(network, rng, LEAK)
    assert_recognisable(network, rng)


def assert_recognisable(network: networks.Network, rng: np.random.Generator) -> None:
    """Fail a check of what any network may have, unless this one is much like the discriminator."""
    network_slopes.assert_recognisable(network, rng, WIDTHS, LEAK, "nothing")


def discriminator(student: Student, rng: np.random.Generator) -> networks.Network:
    """Let the student's code build a discriminator and read it, the same one for all checks.

    A wrong `leaky_relu` has cost its own points: the discriminator is then made with a right one in its place. It is
    made in a process in which it was never made before, and judged once; with the other `leaky_relu` only where the
    code raised with the first.
    """
    make = functools.partial(_made, student, rng)
    if student.borrower:
        return student.once("discriminator", make)
    own_works = student.once("leaky_relu works", lambda: _leaks_a_hundredth(student, rng))
    if not own_works:
        student.lend("discriminator", RIGHT_LEAKY_RELU)
    try:
        return student.once("discriminator", make)
    except SubmissionError as error:
        if error.verdict not in RAISED:
            raise
        return _made_after_it_raised(student, make, error, lent=own_works)


def _made(student: Student, rng: np.random.Generator) -> networks.Network:
    return networks.read(student, student.build("discriminator"), PIXELS, rng)


def _made_after_it_raised(
    student: Student, make: Callable[[], networks.Network], first: SubmissionError, *, lent: bool
) -> networks.Network:
    """Make the discriminator with the other `leaky_relu`; what raised with the student's own is told if both raise."""

    def make_again() -> networks.Network:
        try:
            return make()
        except SubmissionError as second:
            raise first if lent else second from None

    student.close()
    if lent:
        student.lend("discriminator", RIGHT_LEAKY_RELU)
    return student.once("discriminator", make_again)


def _leaks_a_hundredth(student: Student, rng: np.random.Generator) -> bool:
    """Return whether the notebook's own leaky_relu has the slopes that the discriminator needs."""
    x = rng.uniform(0.5, 3.0, size=12).astype(np.float32) * np.tile([np.float32(1), np.float32(-1)], 6)
    try:
        (slope,) = student.gradient("leaky_relu", tensor(x))
    except SubmissionError:  # an endless loop too has cost its own points
        return False
    return close(slope, np.where(x > 0, 1.0, 0.01), FLOAT32)
