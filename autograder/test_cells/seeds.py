"""One seed for both sides: what a test seeds is seeded alike in the student's process.

It goes one way only: no random state of the student's ever comes to the test. And only what was seeded goes: the
student's code must not learn what a test is going to draw.
"""

import contextlib
import functools
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import peer

# What seeds a generator that both sides have: module, function, and the generator's name in a message.
SEEDING = (
    ("random", "seed", "python"),
    ("random", "setstate", "python"),
    ("numpy.random", "seed", "numpy"),
    ("numpy.random", "set_state", "numpy"),
    ("tensorflow.random", "set_seed", "tensorflow"),
)


class TestSeeds:
    """The test's side: notices when something is seeded, which costs a request nothing, and tells the other side."""

    __test__ = False  # no test of pytest's

    def __init__(self, side: peer.Peer) -> None:
        self._side = side
        self._seeded: set[str] = set()
        self._tensorflow_seed: Any = None
        for module, name, generator in SEEDING:
            if module.partition(".")[0] in sys.modules:
                self._watch(owner_of(module), name, generator)
        side.settlers.append(self._send)

    @contextlib.contextmanager
    def unchanged(self) -> Iterator[None]:
        """Draw and seed as if nothing had happened: given statements run at other moments than in a notebook."""
        states, seeded = (random.getstate(), np.random.get_state()), set(self._seeded)
        try:
            yield
        finally:
            random.setstate(states[0])
            np.random.set_state(states[1])
            self._seeded = seeded

    def forget(self) -> None:
        """Tell nothing of what was seeded so far."""
        self._seeded.clear()

    def _watch(self, owner: Any, name: str, generator: str) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(original)
        def seed(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            if [*args, *kwargs.values()][:1] not in ([], [None]):
                self._seeded.add(generator)
                if generator == "tensorflow":
                    self._tensorflow_seed = [*args, *kwargs.values()][0]
            return result

        setattr(owner, name, seed)

    def _send(self) -> None:
        if not self._seeded:
            return
        states: dict[str, Any] = {}
        if "python" in self._seeded:
            version, words, gauss = random.getstate()
            states["python"] = [version, np.array(words, dtype=np.uint32), gauss]
        if "numpy" in self._seeded:
            states["numpy"] = [*np.random.get_state()]
        if "tensorflow" in self._seeded and isinstance(self._tensorflow_seed, int):
            states["tensorflow"] = self._tensorflow_seed
        self._seeded.clear()
        self._side.ask("seed", states=states)


class StudentSeeds:
    """The student's side."""

    def do_seed(self, states: dict[str, Any]) -> None:
        """Continue where the test's generators are."""
        if "python" in states:
            version, words, gauss = states["python"]
            random.setstate((version, tuple(words.tolist()), gauss))
        if "numpy" in states:
            np.random.set_state(tuple(states["numpy"]))
        if "tensorflow" in states:
            sys.modules["tensorflow"].random.set_seed(states["tensorflow"])


def owner_of(module: str) -> Any:
    """Return a module by its path; parts of a library that loads them late are attributes."""
    root, *parts = module.split(".")
    return functools.reduce(getattr, parts, sys.modules[root])
