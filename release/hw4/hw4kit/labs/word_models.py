"""Train skip-gram and CBOW with a loss that the notebook states; TensorFlow finds the gradients of the rows read."""

import functools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from ..progress_bar import ProgressBar
from ..word2vec_draws import positioned
from ..word2vec_steps import Settings
from ..word2vec_training import start_vectors
from .window_draws import NOBODY, Predictions, windows_of_pass

BATCH = 64  # predictions of a step; the 50 windows of Part II are 265 predictions of skip-gram
FEW_WORDS, BATCH_OF_FEW = 10_000, 16  # in a small vocabulary a word is often in a batch, and its steps add up: too far
STEPS_PER_CALL = 400  # of a compiled loop: the arrays of a call take 1 MB
FIXED_AT_ONCE = 20_000  # predictions; their output vectors take 9 MB


@dataclass(frozen=True)
class WordModel:
    """A model, and how the gradient reaches the vectors that went in.

    Attributes:
        predictions: Makes the predictions of a pass: `context_predictions` or `center_predictions`.
        share: Of the gradient of h, shape (n, D), and the number of words that went in, shape (n, 1): what each of
            these words' vectors gets, shape (n, D).
    """

    predictions: Callable[[Any, Any, int], Predictions]
    share: Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Sizes:
    """The sizes of a run.

    Attributes:
        dimensions: Numbers in a vector, D.
        window: Context words to each side are at most so many, C.
        negatives: Negative samples of each prediction, K.
        passes: How often each place of the text is a center.
        seed: Of the first vectors, the windows and the negative samples.
    """

    dimensions: int
    window: int
    negatives: int
    passes: int
    seed: int


@dataclass(frozen=True)
class Trained:
    """The vectors before training and after each pass.

    Attributes:
        inputs: Input vectors, first those before training. Each (V, D), float32.
        outputs: Output vectors. Each (V, D), float32.
        losses: Mean loss of a prediction in each pass, in nats.
        predictions: How many predictions a pass has, on average.
        seconds: Time of a pass, on average, without the compilation before the first.
    """

    inputs: list[np.ndarray]
    outputs: list[np.ndarray]
    losses: list[float]
    predictions: float
    seconds: float


def train(model: WordModel, loss: Callable[..., Any], treebank: Any, sizes: Sizes, step: float) -> Trained:
    """Return the vectors that stochastic gradient descent finds.

    All models with the same sizes see the same windows in the same order. The step size falls in a straight line to 0,
    and the steps of a batch are added up, so that it is the step size of one prediction.

    Args:
        model: What is trained.
        loss: Of h (n, D), the targets' output vectors (n, D) and the samples' (n, K, D): the loss of each, (n,).
        treebank: A Treebank.
        sizes: The sizes of the run.
        step: The step size at the start.

    Raises:
        ValueError: The step size is too large: the loss is not finite.
    """
    draws, rng = positioned(treebank, sizes.seed, 0, 0, sizes.window), np.random.default_rng(sizes.seed)
    start_at = start_vectors(treebank, sizes.seed, Settings(dimensions=sizes.dimensions))
    states = [tuple(tf.constant(array, tf.float32) for array in start_at)]
    run, batch = None, BATCH if len(treebank.words) > FEW_WORDS else BATCH_OF_FEW
    words, losses, counts, seconds = int(treebank.counts.sum()), [], [], 0.0
    with ProgressBar(sizes.passes * words, "words") as bar:
        for number in range(sizes.passes):
            made = model.predictions(windows_of_pass(treebank, sizes.window, rng), draws, sizes.negatives)
            steps = len(made) // batch  # an incomplete batch at the end of a pass is left out
            rates = step * (sizes.passes - number - np.arange(steps) / max(1, steps)) / sizes.passes
            vectors, total = states[-1], 0.0
            run = run or _compiled(model, loss, (*vectors, *_block(made, 0, rates, batch)))
            begun = time.perf_counter()
            for start in range(0, steps, STEPS_PER_CALL):
                *vectors, lost = run(*vectors, *_block(made, start, rates, batch))
                total += float(lost)
                bar.update(round(words * (number + min(1, (start + STEPS_PER_CALL) / steps))) - bar.n)
            seconds += time.perf_counter() - begun
            if not math.isfinite(total):
                raise ValueError(f"the loss is {total} with a step size of {step}: choose a smaller one")
            states.append(tuple(vectors))
            losses.append(total / max(1, steps * batch))
            counts.append(len(made))
    inputs, outputs = ([array.numpy() for array in arrays] for arrays in zip(*states, strict=True))
    return Trained(inputs, outputs, losses, float(np.mean(counts)), seconds / sizes.passes)


def updates_at(
    model: WordModel, loss: Callable[..., Any], treebank: Any, sizes: Sizes, at: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Return the gradient that each input vector gets in one pass during which no vector moves. Shape (V, D), float32.

    Args:
        model: See `train`.
        loss: See `train`.
        treebank: A Treebank.
        sizes: See `train`; one pass is made.
        at: The input and the output vectors, each (V, D).
    """
    draws, rng = positioned(treebank, sizes.seed, 0, 0, sizes.window), np.random.default_rng(sizes.seed)
    made = model.predictions(windows_of_pass(treebank, sizes.window, rng), draws, sizes.negatives)
    inputs, outputs = (tf.constant(array, tf.float32) for array in at)
    summed = tf.zeros_like(inputs)
    for start in range(0, len(made), FIXED_AT_ONCE):
        part = (array[start : start + FIXED_AT_ONCE] for array in (made.inputs, made.targets, made.negatives))
        _, rows, gradients = _gradients(model, loss, inputs, outputs, *map(tf.constant, part))
        summed = _add(summed, rows[0], gradients[0])
    return summed.numpy()


def _gradients(
    model: WordModel, loss: Callable[..., Any], inputs: Any, outputs: Any, words: Any, targets: Any, negatives: Any
) -> tuple[Any, tuple[Any, ...], tuple[Any, ...]]:
    """Return the summed loss, and the rows of inputs, outputs and outputs with the gradient of each."""
    is_there = tf.cast(words != NOBODY, tf.float32)[:, :, None]
    words, number = tf.maximum(words, 0), tf.reduce_sum(is_there, axis=1)
    h = tf.reduce_sum(tf.gather(inputs, words) * is_there, axis=1) / number
    read = (h, tf.gather(outputs, targets), tf.gather(outputs, negatives))
    with tf.GradientTape() as tape:
        tape.watch(read)
        total = tf.reduce_sum(loss(*read))
    of_h, of_targets, of_negatives = tape.gradient(total, read)
    of_words = model.share(of_h, number)[:, None, :] * is_there
    return total, (words, targets, negatives), (of_words, of_targets, of_negatives)


def _add(table: Any, rows: Any, values: Any) -> Any:
    """Return the table with values added to its rows; a row that is named twice gets both."""
    return tf.tensor_scatter_nd_add(table, tf.reshape(rows, [-1, 1]), tf.reshape(values, [-1, table.shape[1]]))


def _compiled(model: WordModel, loss: Callable[..., Any], arguments: tuple[Any, ...]) -> Callable[..., Any]:
    """Return the function of `_steps`, compiled for such arguments: by XLA, or where that is missing by TensorFlow.

    XLA takes a quarter of the time. TensorFlow's builds for Windows and some others do not have it.
    """
    try:
        run = _steps(model, loss, with_xla=True)
        run(*arguments)
    except tf.errors.OpError:
        run = _steps(model, loss, with_xla=False)
        run(*arguments)
    return run


@functools.lru_cache(maxsize=8)  # compiling takes one or two seconds
def _steps(model: WordModel, loss: Callable[..., Any], *, with_xla: bool) -> Callable[..., Any]:
    """Return a function that does the steps of a block."""

    @tf.function(jit_compile=with_xla)
    def run(inputs: Any, outputs: Any, words: Any, targets: Any, negatives: Any, rates: Any) -> tuple[Any, Any, Any]:
        total = tf.constant(0.0)
        for i in tf.range(STEPS_PER_CALL):
            lost, rows, gradients = _gradients(model, loss, inputs, outputs, words[i], targets[i], negatives[i])
            inputs = _add(inputs, rows[0], -rates[i] * gradients[0])
            outputs = _add(outputs, rows[1], -rates[i] * gradients[1])
            outputs = _add(outputs, rows[2], -rates[i] * gradients[2])
            total += tf.where(rates[i] > 0, lost, 0.0)
        return inputs, outputs, total

    return run


def _block(made: Predictions, start: int, rates: np.ndarray, batch: int) -> list[Any]:
    """Return what `run` takes for the steps from `start` on; where there are fewer, the others have a rate of 0.

    All blocks have one size, as each other size would be compiled anew.
    """
    rates = rates[start : start + STEPS_PER_CALL]
    chosen = slice(start * batch, (start + len(rates)) * batch)
    block = []
    for array in (made.inputs, made.targets, made.negatives):
        filled = np.zeros((STEPS_PER_CALL * batch, *array.shape[1:]), np.int32)
        filled[: len(rates) * batch] = array[chosen]
        block.append(tf.constant(filled.reshape(STEPS_PER_CALL, batch, *array.shape[1:])))
    padded = np.zeros(STEPS_PER_CALL, np.float32)
    padded[: len(rates)] = rates
    return [*block, tf.constant(padded)]
