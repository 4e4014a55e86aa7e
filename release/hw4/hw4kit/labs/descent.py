"""Adam on w, where x' = (tanh(w) + 1) / 2, for many images at once: the inner loop of Carlini and Wagner's attacks."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from .attacked import Goal

INSIDE = 0.999999  # arctanh of a pixel of exactly 0 or 1 is infinite; the authors' program shrinks by as much
ABORT_CHECKS = 10  # so many times in the iterations, early abort looks whether the loss still falls
STILL_FALLS = 0.9999  # of the loss at the check before, as in the authors' program
ADAM_MEAN, ADAM_SQUARE, ADAM_EPSILON = 0.9, 0.999, 1e-8

Size = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]  # changes (n, 784), limits (n,) -> (n,)
State = tuple[tf.Tensor, ...]


class Descent:
    """Minimizes size(x' - x) + c f(x') for every image on its own, in one compiled loop."""

    def __init__(self, x: np.ndarray, goal: Goal, rate: float, *, size: Size, measure: Size | None = None) -> None:
        """Prepare for the images.

        Args:
            x: Shape (n, 784), float32 in [0, 1].
            goal: f, and when it is reached.
            rate: Adam's, in the units of w.
            size: What the loss has of the change, with a limit for each image where the norm needs one.
            measure: Of the images that reach the goal, the one with the smallest is kept; None: `size`.
        """
        self.x, self.goal, self.rate = tf.constant(x), goal, rate
        self.size, self.measure = size, measure or size
        self.limits, self.may_change = tf.zeros(len(x)), tf.ones_like(self.x)
        self.compiled = tf.function(self._iterations)

    def run(
        self, start: np.ndarray, constants: np.ndarray, iterations: int, *,
        abort_early: bool = True, limits: np.ndarray | None = None, may_change: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """Return the best image that reached the goal, with its measure; where none did, x and inf.

        Args:
            start: Where each image begins. Shape (n, 784), in [0, 1].
            constants: c of each image. Shape (n,).
            iterations: Steps of Adam at most.
            abort_early: Whether to end once the loss of all images together falls no more.
            limits: The second argument of `size`. Shape (n,).
            may_change: 1 for pixels that may change, 0 for those that keep their value in x. Shape (n, 784).
        """
        w = tf.constant(np.arctanh((2 * start.astype(np.float64) - 1) * INSIDE).astype(np.float32))
        nothing = tf.fill([len(start)], np.float32(np.inf))
        state: State = (w, tf.zeros_like(w), tf.zeros_like(w), self.x, nothing)
        fixed = (
            tf.constant(constants, tf.float32),
            self.limits if limits is None else tf.constant(limits, tf.float32),
            self.may_change if may_change is None else tf.constant(may_change, tf.float32),
        )
        before, done = np.inf, 0
        while done < iterations:
            count = min(-(-iterations // ABORT_CHECKS), iterations - done)
            state, loss = self.compiled(state, fixed, tf.constant(done), tf.constant(count))
            done += count
            if abort_early and float(loss) > STILL_FALLS * before:
                break
            before = float(loss)
        return state[3].numpy(), state[4].numpy()

    def _iterations(self, state: State, fixed: State, done: tf.Tensor, count: tf.Tensor) -> tuple[State, tf.Tensor]:
        loss = tf.constant(0.0)
        for number in tf.range(done, done + count):
            state, loss = self._iteration(state, fixed, tf.cast(number + 1, tf.float32))
        return state, loss

    def _iteration(self, state: State, fixed: State, number: tf.Tensor) -> tuple[State, tf.Tensor]:
        w, mean, square, best, smallest = state
        c, limits, may_change = fixed
        with tf.GradientTape() as tape:
            tape.watch(w)
            change = may_change * ((tf.tanh(w) + 1) / 2 - self.x)
            x = self.x + change
            f, reached = self.goal.terms(x)
            loss = tf.reduce_sum(self.size(change, limits) + c * f)
        measured = self.measure(change, limits)
        better = reached & (measured < smallest)
        best, smallest = tf.where(better[:, None], x, best), tf.where(better, measured, smallest)
        gradient = tape.gradient(loss, w)
        mean = ADAM_MEAN * mean + (1 - ADAM_MEAN) * gradient
        square = ADAM_SQUARE * square + (1 - ADAM_SQUARE) * tf.square(gradient)
        rate = self.rate * tf.sqrt(1 - ADAM_SQUARE**number) / (1 - ADAM_MEAN**number)
        return (w - rate * mean / (tf.sqrt(square) + ADAM_EPSILON), mean, square, best, smallest), loss


def squared_l2(change: tf.Tensor, limits: tf.Tensor) -> tf.Tensor:
    """Return |x' - x|^2 of each image; there is no limit."""
    return tf.reduce_sum(tf.square(change), axis=1)
