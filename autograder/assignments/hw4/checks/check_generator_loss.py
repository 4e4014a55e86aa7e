"""generator_loss(logits_fake): scalar float32, averaged, finite for logits of size 1e4."""

import numpy as np

from autograder.checking import Student, item

from .losses import Loss


@item("generator_loss", weight=4.5)
def test_wants_generated_images_called_real(student: Student, rng: np.random.Generator) -> None:
    """The loss is low when fake images are classified as real, and high when they are classified as fake."""
    Loss(student, "generator_loss", rng).assert_labels()


@item("generator_loss", weight=1.5)
def test_generator_loss_counts_every_cost_once(student: Student, rng: np.random.Generator) -> None:
    """The loss is the mean cost, counted once: no extra factor, no label smoothing."""
    Loss(student, "generator_loss", rng).assert_value()


@item("generator_loss", weight=2)
def test_generator_loss_averages_over_the_batch(student: Student, rng: np.random.Generator) -> None:
    """The loss of a batch is the average over the batch, for any batch size."""
    Loss(student, "generator_loss", rng).assert_averages()


@item("generator_loss", weight=1.5)
def test_generator_loss_is_right_for_large_logits(student: Student, rng: np.random.Generator) -> None:
    """Logits as large as 1e4 give a loss of that size, neither infinite nor clipped."""
    Loss(student, "generator_loss", rng).assert_stable()


@item("generator_loss", weight=2)
def test_generator_loss_has_a_gradient(student: Student, rng: np.random.Generator) -> None:
    """The loss has a gradient with respect to the logits, so that training can change them."""
    Loss(student, "generator_loss", rng).assert_differentiable()


@item("generator_loss", weight=0.5)
def test_generator_loss_is_one_float32(student: Student, rng: np.random.Generator) -> None:
    """The loss of a batch is one float32 number, of shape ()."""
    Loss(student, "generator_loss", rng).assert_scalar()
