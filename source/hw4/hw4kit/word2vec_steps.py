"""One iteration of word2vec training, in two ways that give the same numbers.

`DenseSteps` is the plain loop: every example sees the whole vocabulary, so every gradient has a row for every word.
`LocalSteps` shows each example only the rows it touches (see `word2vec_draws`) and puts the gradients back afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import length_hint
from typing import Any

import numpy as np

from .cannot_train import CannotTrain
from .word2vec_draws import BlockSource, positioned

ITERATIONS_PER_BLOCK = 20  # measured: 10 and 20 are fastest, as their arrays fit the cache; 100 take 20% longer


@dataclass(frozen=True)
class Settings:
    """The sizes of a training run; the defaults are the handout's workload.

    Attributes:
        dimensions: Length of a vector, D.
        window: Context words to each side are at most so many, C.
        negatives: Negative samples for each context word, K.
        batch: Examples in an iteration; the gradient is averaged over them.
        step: Step size at the start.
        halve_every: The step size is halved after each so many iterations.
    """

    dimensions: int = 10
    window: int = 5
    negatives: int = 10
    batch: int = 50
    step: float = 2.0  # 0.04 for one example; at 0.3, which is in use too, rare words stay where they started
    halve_every: int = 10_000


HANDOUT = Settings()


@dataclass(frozen=True)
class Task:
    """What to train with: the student's two functions, the data, the sizes, and the seed of all draws."""

    skipgram: Callable
    cost: Callable
    dataset: Any
    settings: Settings
    seed: int

    def dataset_at(self, state: "State") -> Any:
        """Return a dataset that goes on drawing where the state stands."""
        contexts_drawn = len(state.losses) * self.settings.batch
        return positioned(self.dataset, self.seed, contexts_drawn, state.tokens_drawn, self.settings.window)


@dataclass
class State:
    """Where a training run stands; a step changes the vectors in place.

    Attributes:
        inputs: Input vectors. Shape (V, D), float64.
        outputs: Output vectors. Shape (V, D), float64.
        losses: Mean cost of an example in each finished iteration, in nats.
        tokens_drawn: Words that sampleTokenIdx has returned so far.
        seconds: Time spent so far.
    """

    inputs: np.ndarray
    outputs: np.ndarray
    losses: list[float]
    tokens_drawn: int = 0
    seconds: float = 0.0


class DenseSteps:
    """Iterations in which the student's functions see the whole vocabulary and the real dataset."""

    reason = ""  # this way serves every function

    def __init__(self, task: Task, state: State) -> None:
        """Go on where the state stands."""
        self._task, self._state = task, state
        self._dataset = _Counting(task.dataset_at(state), state)

    def step(self, rate: float) -> float | None:
        """Do one iteration and return the mean cost of an example, in nats.

        Raises:
            CannotTrain: What the student's skipgram returned has the wrong form; the message says how.
        """
        task, dataset, state = self._task, self._dataset, self._state
        window, batch = task.settings.window, task.settings.batch
        gradients_in, gradients_out, total = np.zeros_like(state.inputs), np.zeros_like(state.outputs), 0.0
        for _ in range(batch):
            center, context = dataset.getRandomContext(window)
            returned = task.skipgram(
                center, window, context, dataset.tokens, state.inputs, state.outputs, dataset, task.cost
            )
            cost, grad_in, grad_out = _checked(returned, state.inputs.shape)
            total += cost
            gradients_in += grad_in
            gradients_out += grad_out
        state.inputs -= rate / batch * gradients_in
        state.outputs -= rate / batch * gradients_out
        return total / batch


class LocalSteps:
    """Iterations in which the student's functions see the rows of one example at a time."""

    def __init__(self, task: Task, state: State) -> None:
        """Go on where the state stands."""
        self._task, self._state = task, state
        sizes = task.settings
        self._source = BlockSource(task.dataset_at(state), sizes.batch, sizes.window, sizes.negatives)
        self._local_dataset = LocalDataset()
        self._left_in_block = 0
        self.reason = ""

    def step(self, rate: float) -> float | None:
        """Do one iteration and return the mean cost of an example, in nats.

        Returns None, with `reason` set and the state as it was, if this way cannot serve the student's functions.
        """
        if not self._left_in_block:
            self._block = self._source.next_block(ITERATIONS_PER_BLOCK)
            self._left_in_block = ITERATIONS_PER_BLOCK
            self._draws = iter(self._block.draws)
            self._local_dataset.sampleTokenIdx = self._draws.__next__
        state, block = self._state, self._block
        iteration = ITERATIONS_PER_BLOCK - self._left_in_block
        first, last = block.first_rows[iteration], block.first_rows[iteration + 1]
        before = length_hint(self._draws)
        done = self._examples(iteration, block.rows[first:last])
        if done is None:
            return None
        total, gradients_in, gradients_out = done
        sums, factor = block.sums[iteration], rate / self._task.settings.batch
        sum_in, sum_out = sums.add_up(gradients_in, gradients_out)
        state.inputs[sums.words] -= factor * sum_in
        state.outputs[sums.words] -= factor * sum_out
        state.tokens_drawn += before - length_hint(self._draws)
        self._left_in_block -= 1
        return total / self._task.settings.batch

    def _examples(self, iteration: int, words: np.ndarray) -> tuple[float, np.ndarray, np.ndarray] | None:
        """Call skipgram once for each example; return the summed cost and both gradients of each row, shape (R, D)."""
        inputs, outputs = self._state.inputs.take(words, axis=0), self._state.outputs.take(words, axis=0)
        gradients_in, gradients_out = np.empty_like(inputs), np.empty_like(outputs)
        block, dataset, draws = self._block, self._local_dataset, self._draws
        skipgram, cost_function, settings = self._task.skipgram, self._task.cost, self._task.settings
        batch, window = settings.batch, settings.window
        first, total = block.first_rows[iteration], 0.0
        try:
            for e in range(iteration * batch, (iteration + 1) * batch):
                rows = slice(block.row_bounds[e] - first, block.row_bounds[e + 1] - first)
                example = block.centers[e], window, block.contexts[e], block.tokens[e]
                cost, gradients_in[rows], gradients_out[rows] = skipgram(
                    *example, inputs[rows], outputs[rows], dataset, cost_function
                )
                total += cost
                if length_hint(draws) != block.draws_left[e]:
                    self.reason = f"they do not draw {settings.negatives} negative samples for each context word"
                    return None
            return _number(total), gradients_in, gradients_out
        except Exception as error:  # whatever the student's code raises here, the dense way decides what becomes of it
            self.reason = f"with the words of one example they raise {type(error).__name__}: {error}"
            return None


class LocalDataset:
    """What stands for the dataset in an example's own vocabulary: sampleTokenIdx, an attribute, replays the draws."""

    sampleTokenIdx: Callable[[], int]


class _Counting:
    """The dataset itself, except that the state keeps count of what sampleTokenIdx returned."""

    def __init__(self, dataset: Any, state: State) -> None:
        self._dataset, self._state = dataset, state

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dataset, name)

    def sampleTokenIdx(self) -> int:
        self._state.tokens_drawn += 1
        return self._dataset.sampleTokenIdx()


def _checked(returned: Any, shape: tuple[int, ...]) -> tuple[float, np.ndarray, np.ndarray]:
    """Return what skipgram returned if it has the right form.

    Raises:
        CannotTrain: It has not; the message says what was seen and what is expected.
    """
    if not isinstance(returned, (tuple, list)) or len(returned) != 3:
        raise CannotTrain(f"`skipgram` returned {type(returned).__name__} where cost, gradIn, gradOut is expected.")
    for name, gradient in zip(("gradIn", "gradOut"), returned[1:], strict=True):
        if np.shape(gradient) != shape:
            raise CannotTrain(
                f"`skipgram` returned a {name} of shape {np.shape(gradient)} where {shape} is expected,"
                " one row for each word."
            )
    return _number(returned[0]), returned[1], returned[2]


def _number(cost: Any) -> float:
    """Return a cost as a float; shapes (), (1,) and (1, 1) will do."""
    if np.size(cost) != 1:
        raise CannotTrain(f"`skipgram` returned a cost of shape {np.shape(cost)} where one number is expected.")
    return float(np.asarray(cost).item())
