"""generator_loss(logits_fake): scalar float32, averaged, finite for logits of size 1e4."""

import numpy as np

from ....session.student import Student
from . import item, losses, reference

LABELS = (0,)  # generated images are to be called real


@item("generator_loss", weight=4.5)
def test_wants_generated_images_called_real(student: Student, rng: np.random.Generator) -> None:
    """Generated images are to be called real: the loss is large where the discriminator calls them fake."""
    losses.assert_labels(student, "generator_loss", rng, LABELS)


@item("generator_loss", weight=1.5)
def test_generator_loss_counts_every_cost_once(student: Student, rng: np.random.Generator) -> None:
    """The loss is the mean cost, counted once: there is no factor, and no label is smoothed."""
    losses.assert_value(student, "generator_loss", rng, reference.generator_loss, len(LABELS))


@item("generator_loss", weight=2)
def test_generator_loss_averages_over_the_batch(student: Student, rng: np.random.Generator) -> None:
    """The loss of a batch is the mean of what its logits cost one by one, whatever the size of the batch."""
    losses.assert_averages(student, "generator_loss", rng, len(LABELS))


@item("generator_loss", weight=1.5)
def test_generator_loss_is_right_for_large_logits(student: Student, rng: np.random.Generator) -> None:
    """Logits of size 1e4 give a loss of that size, neither infinite nor cut off."""
    losses.assert_stable(student, "generator_loss", rng, LABELS)


@item("generator_loss", weight=2)
def test_generator_loss_has_a_gradient(student: Student, rng: np.random.Generator) -> None:
    """The gradient of the loss arrives at the logits, so that training can change them."""
    losses.assert_differentiable(student, "generator_loss", rng, LABELS)


@item("generator_loss", weight=0.5)
def test_generator_loss_is_one_float32(student: Student, rng: np.random.Generator) -> None:
    """The loss of a batch is a single float32, of shape ()."""
    losses.assert_scalar(student, "generator_loss", rng, LABELS)
