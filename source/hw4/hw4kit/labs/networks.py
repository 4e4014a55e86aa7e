"""Small classifiers of digits for the labs: trained in seconds, kept in a cache, and used as functions of the image."""

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from ..progress_bar import ProgressBar
from .cache import Cache
from .digits import CLASSES, Digits

BATCH = 256
STEP = 4e-3  # Adam's first; it falls to 0 along a cosine, which gains .1% of accuracy at this batch
STEPS_A_CALL = 50  # of training, compiled into one call: single calls cost a quarter of the time


@dataclass(frozen=True)
class Recipe:
    """How a classifier is trained.

    Attributes:
        seed: Of the first weights, the order of the images and the dropout masks.
        hidden: Units of the hidden layers.
        dropout: Share of the units of each hidden layer that a training step leaves out.
        epochs: How often each image is seen.
        temperature: The logits are divided by it in the training loss; T in defensive distillation.
    """

    seed: int = 18739
    hidden: tuple[int, ...] = (256, 256)
    dropout: float = 0.5
    epochs: int = 8
    temperature: float = 1.0


class Classifier(tf.Module):
    """A perceptron with ReLU and dropout; every method takes images of shape (n, 784), float32 in [0, 1]."""

    def __init__(self, weights: Sequence[np.ndarray], dropout: float) -> None:
        """Take the weights: matrix and bias of each layer in turn."""
        super().__init__()
        self.arrays = [tf.Variable(array, dtype=tf.float32) for array in weights]
        self.dropout = dropout

    def features(self, images: Any) -> tf.Tensor:
        """Return what the last hidden layer gives. Shape (n, H)."""
        return self._hidden(images, drop=False)

    def logits(self, images: Any) -> tf.Tensor:
        """Return the logits Z(x). Shape (n, 10)."""
        return self._last(self._hidden(images, drop=False))

    def dropout_logits(self, images: Any) -> tf.Tensor:
        """Return logits with units left out at random, another choice for each image and call. Shape (n, 10)."""
        return self._last(self._hidden(images, drop=True))

    def predict(self, images: Any) -> np.ndarray:
        """Return the class of the largest logit. Shape (n,), int64."""
        return np.concatenate([np.argmax(self.logits(part), axis=1) for part in _parts(images)])

    def accuracy(self, images: Any, labels: np.ndarray) -> float:
        """Return the share of images whose predicted class is the label."""
        return float((self.predict(images) == labels).mean())

    def _hidden(self, images: Any, *, drop: bool) -> tf.Tensor:
        x = tf.convert_to_tensor(images, tf.float32)
        for weights, bias in zip(self.arrays[:-2:2], self.arrays[1:-2:2], strict=True):
            x = tf.nn.relu(x @ weights + bias)
            if drop and self.dropout:
                x = tf.nn.dropout(x, self.dropout)
        return x

    def _last(self, features: tf.Tensor) -> tf.Tensor:
        return features @ self.arrays[-2] + self.arrays[-1]


def classifier(digits: Digits, recipe: Recipe, targets: np.ndarray | None = None) -> Classifier:
    """Return a classifier, trained now or read from the cache; a line says which.

    Args:
        digits: The images.
        recipe: How it is trained.
        targets: Probabilities to learn instead of the labels, as in distillation. Shape (N, 10), rows sum to 1.
    """
    wanted = np.eye(CLASSES, dtype=np.float32)[digits.train_labels] if targets is None else targets.astype(np.float32)
    key = hashlib.sha256(repr(recipe).encode())
    for array in (digits.train_images, wanted):
        key.update(np.ascontiguousarray(array).data)
    weights = Cache().arrays(
        f"classifier-{key.hexdigest()[:16]}", lambda: _trained(digits.train_images, wanted, recipe)
    )
    return Classifier(weights, recipe.dropout)


def _trained(images: np.ndarray, targets: np.ndarray, recipe: Recipe) -> list[np.ndarray]:
    """Return the weights after training with Adam on the cross-entropy of softmax(Z / T)."""
    tf.random.set_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    network = Classifier(_first_weights(rng, (images.shape[1], *recipe.hidden, CLASSES)), recipe.dropout)
    batch = min(BATCH, len(images))
    steps = len(images) // batch
    rate = tf.keras.optimizers.schedules.CosineDecay(STEP, recipe.epochs * steps)
    optimizer = tf.keras.optimizers.Adam(rate)
    optimizer.build(network.arrays)
    data = tf.constant(images), tf.constant(targets)

    @tf.function(input_signature=[tf.TensorSpec([None, batch], tf.int64), *map(tf.TensorSpec.from_tensor, data)])
    def train(batches: tf.Tensor, every_x: tf.Tensor, every_y: tf.Tensor) -> None:  # what it captures is never freed
        for chosen in batches:
            x, y = tf.gather(every_x, chosen), tf.gather(every_y, chosen)
            with tf.GradientTape() as tape:
                logits = network.dropout_logits(x) / recipe.temperature
                loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, logits))
            optimizer.apply_gradients(zip(tape.gradient(loss, network.arrays), network.arrays, strict=True))

    with ProgressBar(recipe.epochs * steps, "steps") as bar:
        for _ in range(recipe.epochs):
            order = rng.permutation(len(images))[: steps * batch].reshape(steps, batch)
            for start in range(0, steps, STEPS_A_CALL):
                train(tf.constant(order[start : start + STEPS_A_CALL]), *data)
                bar.update(min(STEPS_A_CALL, steps - start))
    return [array.numpy() for array in network.arrays]


def _first_weights(rng: np.random.Generator, sizes: Sequence[int]) -> list[np.ndarray]:
    """Return normal weights of variance 2 / fan-in (He et al. 2015), and biases of 0."""
    arrays: list[np.ndarray] = []
    for inputs, outputs in itertools.pairwise(sizes):
        arrays.append(rng.normal(scale=np.sqrt(2 / inputs), size=(inputs, outputs)).astype(np.float32))
        arrays.append(np.zeros(outputs, dtype=np.float32))
    return arrays


def _parts(images: Any, size: int = 5000) -> Iterator[Any]:
    yield from (images[start : start + size] for start in range(0, len(images), size))
