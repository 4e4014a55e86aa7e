"""Train word vectors with the student's own functions: the handout's workload, in minutes instead of hours."""

import math
import os
import time
import traceback
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .cannot_train import STOPPED_EARLY, CannotTrain
from .progress_bar import ProgressBar, duration
from .stop_button import StopButton
from .word2vec_checkpoint import Checkpoint
from .word2vec_steps import HANDOUT, DenseSteps, LocalSteps, Settings, State, Task
from .word2vec_trial import Pace, try_functions

SAVE_EVERY_S = 20.0  # a checkpoint is 3 MB and takes about 20 ms to write
TOO_LONG_S = 4 * 3600.0  # an evening; good code needs minutes here, and two hours if it must see the whole vocabulary
SMOOTHING = 0.99  # of the loss that is shown: about the mean of the last hundred iterations
LOGGED = (1, 2, 3, 10, 100, 1_000, 10_000)  # iterations whose losses are printed at the end, beside the last one
LOSS_LOOK_AT = 1000  # by then the loss of right gradients has fallen by a fifth or more


@dataclass(frozen=True)
class Training:
    """A training run, to its end or to where it was stopped.

    Attributes:
        inputs: Input vectors, one row a word. Shape (V, D), float64.
        outputs: Output vectors. Shape (V, D), float64.
        losses: Mean cost of an example in each iteration, in nats. Shape (iterations,), float64.
        minutes: Wall time; of all sittings together if the run was interrupted.
        seed: Where the first vectors and all draws came from.
    """

    inputs: np.ndarray
    outputs: np.ndarray
    losses: np.ndarray
    minutes: float
    seed: int


def train_word2vec(
    skipgram: Callable,
    cost: Callable,
    dataset: Any,
    *,
    iterations: int = 40_000,
    seed: int = 18739,
    checkpoint: str | os.PathLike[str] | None = None,
    settings: Settings = HANDOUT,
    dense: bool = False,
) -> Training:
    """Return word vectors trained by stochastic gradient descent with the student's functions.

    Each iteration draws `settings.batch` contexts, calls skipgram once for each, and steps against the mean gradient.
    The numbers are those of the plain loop over the whole vocabulary. Where the functions allow it, they see only the
    rows that an example touches, which is what makes it fast; where they do not, a sentence says so.
    Interrupt it (the stop button of the notebook), and you get the run so far.

    Args:
        skipgram: The student's function, as the notebook defines it.
        cost: The student's word2vecCostAndGradient.
        dataset: A Treebank.
        iterations: How many to do, those of a checkpoint included.
        seed: Same seed and functions, same vectors.
        checkpoint: File to go on from, and to save to every 20 seconds and when you stop; None: neither.
        settings: Sizes of the run.
        dense: Show the whole vocabulary to every call, whether it is needed or not.

    Raises:
        CannotTrain: A function is not written yet, what skipgram returns has the wrong form, or the loss is not finite.
    """
    task = Task(skipgram, cost, dataset, settings, seed)
    try:
        trial = try_functions(task)
    except NotImplementedError as error:
        name = traceback.extract_tb(error.__traceback__)[-1].name
        raise CannotTrain(f"`{name}` is not written yet: write it, run its cell, then this one again.") from error
    except KeyboardInterrupt:
        raise CannotTrain(STOPPED_EARLY) from None
    file = None if checkpoint is None else Checkpoint(Path(checkpoint), task, trial)
    state = file.load(iterations) if file else None
    if state is None:
        state = State(*start_vectors(dataset, seed, settings), losses=[])
    if len(state.losses) < iterations:
        run = _Run(task, state, file, iterations)
        if dense or trial.reason or trial.local is None:
            run.go_dense("" if dense else trial.reason, trial.dense)
        else:
            run.warn_if_slow(trial.local)
        run.finish(trial.dense)
    minutes = state.seconds / 60
    if state.losses:
        print(loss_line(state.losses, run_digest(dataset, settings)))
    print(f"Training took {minutes:.1f} minutes ({len(state.losses):,} iterations, seed {seed})")
    return Training(state.inputs, state.outputs, np.array(state.losses), minutes, seed)


def run_digest(dataset: Any, settings: Settings = HANDOUT) -> str:
    """Return eight hexadecimal digits that are the same for the same data and sizes of a run."""
    return f"{zlib.crc32(repr(settings).encode(), int(dataset.digest(), 16)):08x}"


def loss_line(losses: list[float], digest: str) -> str:
    """Return a line that tells runs apart: losses to twelve digits, and the digest of data and sizes."""
    shown = sorted({number for number in LOGGED if number < len(losses)} | {len(losses)})
    listed = ", ".join(f"{number:,}: {losses[number - 1]:.12g}" for number in shown)
    return f"Loss by iteration (data {digest}): {listed}"


def start_vectors(dataset: Any, seed: int, settings: Settings = HANDOUT) -> tuple[np.ndarray, np.ndarray]:
    """Return the vectors before training: inputs uniform within 1 / 2D of 0, outputs 0. Each (V, D), float64."""
    shape = (len(dataset.words), settings.dimensions)
    inputs = (np.random.default_rng(seed).random(shape) - 0.5) / settings.dimensions
    return inputs, np.zeros(shape)


class _Run:
    """The iterations that are still to do, with what is shown and saved meanwhile."""

    def __init__(self, task: Task, state: State, file: Checkpoint | None, iterations: int) -> None:
        self._task, self._state, self._file, self._iterations = task, state, file, iterations
        self._steps: DenseSteps | LocalSteps = LocalSteps(task, state)

    def go_dense(self, reason: str, pace: Pace) -> None:
        """Show the whole vocabulary to every call from now on, and say why if there is a reason."""
        if reason:
            print(
                "Each call of your functions gets the whole vocabulary, which is slower than it could be,"
                f" because {reason}."
            )
        self._steps = DenseSteps(self._task, self._state)
        self.warn_if_slow(pace)

    def warn_if_slow(self, pace: Pace) -> None:
        """Say before an evening is lost how long training is going to take, and what takes so long."""
        calls = float((self._iterations - len(self._state.losses)) * self._task.settings.batch)
        total_s = calls * pace.example_s
        if total_s < TOO_LONG_S:
            return
        all_costs_s = pace.cost_s * pace.cost_calls
        if all_costs_s > 0.5 * pace.example_s:
            name, call_s, calls = getattr(self._task.cost, "__name__", "the cost"), pace.cost_s, calls * pace.cost_calls
        else:
            name, call_s = "skipgram without the cost function", pace.example_s - all_costs_s
        print(
            f"Warning: at this pace training takes {duration(total_s)}."
            f" Most of that is {name}: {1e6 * call_s:,.0f} microseconds a call, {calls / 1e6:,.1f} million calls."
            " Look there for loops over numbers that NumPy can treat at once, and for work on words that take no part."
        )

    def finish(self, dense_pace: Pace) -> None:
        """Do the iterations, or those until somebody presses stop; afterwards the state and the file are up to date.

        Raises:
            CannotTrain: The loss is not finite any more, or there was no iteration.
        """
        state, file = self._state, self._file
        level = float(np.mean(state.losses[-100:])) if state.losses else math.nan
        begun, saved = time.perf_counter() - state.seconds, time.perf_counter()
        try:
            with ProgressBar(self._iterations, "iterations", len(state.losses)) as bar, StopButton() as button:
                while len(state.losses) < self._iterations and not button.pressed:
                    loss = self._step(dense_pace)
                    level = loss if math.isnan(level) else SMOOTHING * level + (1 - SMOOTHING) * loss
                    first = state.losses[0]
                    if len(state.losses) == LOSS_LOOK_AT and level > 0.95 * first:
                        print(f"Warning: the loss was {first:.2f} and is {level:.2f}; look at your gradients.")
                    now = time.perf_counter()
                    state.seconds = now - begun
                    if file and now - saved > SAVE_EVERY_S:
                        file.save(state)
                        saved = now
                    bar.set_postfix_str(f"loss {level:.2f}", refresh=False)
                    bar.update()
            if file:
                file.save(state)
        except KeyboardInterrupt:  # a second stop, in the middle of a step: the file stays as it was saved before
            pass
        if not state.losses:
            raise CannotTrain(STOPPED_EARLY)
        if len(state.losses) < self._iterations:
            resumes = f"run this cell again to go on from {file.iterations_saved:,}" if file else "nothing is saved"
            print(f"You stopped after {len(state.losses):,} of {self._iterations:,} iterations; {resumes}.")

    def _step(self, dense_pace: Pace) -> float:
        """Do one iteration, in the dense way if the local one cannot, and return its loss."""
        state, settings = self._state, self._task.settings
        rate = settings.step * 0.5 ** (len(state.losses) // settings.halve_every)
        loss = self._steps.step(rate)
        if loss is None:
            self.go_dense(self._steps.reason, dense_pace)
            loss = self._steps.step(rate)
        if loss is None or not math.isfinite(loss):
            raise CannotTrain(
                f"The loss of iteration {len(state.losses) + 1:,} is {loss}:"
                " look at the sign of your gradients, and at the arguments of log and exp."
            )
        state.losses.append(loss)
        return loss
