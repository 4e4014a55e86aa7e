"""Solvers that run side by side, each for one image, while the network is asked about all their images at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import numpy as np

T = TypeVar("T")
SECONDS_BETWEEN_LOOKS = 0.5
Evaluate = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, ...]]


class Together:
    """Holds each question back until every solver that still runs has asked one, then answers all by one call.

    The solvers are threads that mostly wait. The answers do not depend on the order in which they ask.
    """

    def __init__(self, count: int, evaluate: Evaluate, size: int) -> None:
        """Prepare for `count` solvers.

        Args:
            count: How many solvers run.
            evaluate: Takes a point and a constant for each solver, (count, size) and (count,), float32; returns arrays
                with a row for each.
            size: Numbers in a point.
        """
        self.points, self.constants = np.zeros((count, size), np.float32), np.zeros(count, np.float32)
        self.evaluate = evaluate
        self.answers: tuple[np.ndarray, ...] = ()
        self.running, self.asking, self.round = count, 0, 0
        self.error: BaseException | None = None
        self.changed = threading.Condition()

    def run(self, solve: Callable[[int], T], look: Callable[[], object]) -> list[T]:
        """Return what `solve` returns for each number from 0 to count - 1.

        Args:
            solve: Solves one problem, with questions by `ask`.
            look: Called every half second, and at the end.
        """
        with ThreadPoolExecutor(len(self.points)) as pool:
            results = [pool.submit(self._solved, solve, number) for number in range(len(self.points))]
            try:
                while wait(results, SECONDS_BETWEEN_LOOKS).not_done:
                    look()
            except BaseException as error:  # such as the stop button: the solvers have to end, or the pool waits
                with self.changed:
                    self.error = error
                    self.changed.notify_all()
                raise
        look()
        return [result.result() for result in results]

    def ask(self, number: int, point: np.ndarray, constant: float) -> tuple[np.ndarray, ...]:
        """Return the rows of what `evaluate` says about this point and constant."""
        with self.changed:
            self.points[number], self.constants[number] = point, constant
            self.asking += 1
            this_round = self.round
            self._answer_if_all_ask()
            self.changed.wait_for(lambda: self.round != this_round or self.error is not None)
            if self.error is not None:
                raise self.error
            return tuple(rows[number] for rows in self.answers)

    def _solved(self, solve: Callable[[int], T], number: int) -> T:
        try:
            return solve(number)
        finally:
            with self.changed:
                self.running -= 1
                self._answer_if_all_ask()

    def _answer_if_all_ask(self) -> None:
        if not self.running or self.asking < self.running or self.error is not None:
            return
        try:
            self.answers = self.evaluate(self.points, self.constants)
        except BaseException as error:  # raised in every solver, and so in the thread that called `run`
            self.error = error
        self.asking = 0
        self.round += 1
        self.changed.notify_all()
