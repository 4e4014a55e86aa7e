"""What the student process answers to questions about names and modules.

Loaded by path into the process of student code, which can read and change all of it: it holds no secret.
"""

import importlib
from typing import Any

import numpy as np
import peer


class StudentNames:
    """The names of the notebook, as tests ask for them.

    Whatever code of the notebook binds a name anew that a test has read, the test hears of it before anything else:
    until then it may keep what it has read.
    """

    def __init__(self, names: dict[str, Any], side: peer.Peer) -> None:
        self._names, self._side = names, side
        self._read: dict[str, Any] = {}
        self._before: dict[str, Any] = {}  # what names stood for that a test has changed or deleted
        side.settlers.append(self._tell)

    def _tell(self) -> None:
        rebound = [name for name, value in self._read.items() if self._names.get(name, self) is not value]
        if rebound:
            for name in rebound:
                del self._read[name]
            self._side.ask("rebound", names=rebound)

    def do_names(self) -> list[str]:
        """Return all names."""
        return [name for name in self._names if isinstance(name, str)]

    def do_get_name(self, name: str) -> Any:
        """Return what a name stands for."""
        value = self._read[name] = self._names[name]
        return value

    def do_set_name(self, name: str, value: Any) -> None:
        """Let a name stand for something else."""
        self._keep(name)
        self._names[name] = value
        self._read.pop(name, None)

    def do_set_generator(self, name: str, kind: str, state: dict[str, Any]) -> None:
        """Let a name stand for a generator of random numbers of this process, as one of the test's is now."""
        bits = getattr(np.random, kind)()
        bits.state = state
        self.do_set_name(name, np.random.Generator(bits))

    def do_del_name(self, name: str) -> None:
        """Forget a name."""
        self._keep(name)
        self._read.pop(name, None)
        del self._names[name]

    def do_restore_name(self, name: str) -> None:
        """Let a name stand for what it stood for before a test changed or deleted it."""
        self._read.pop(name, None)
        if name in self._before:
            self._names[name] = self._before.pop(name)

    def _keep(self, name: str) -> None:
        if name in self._names:
            self._before.setdefault(name, self._names[name])

    def do_get_module(self, name: str) -> Any:
        """Return a module."""
        return importlib.import_module(name)
