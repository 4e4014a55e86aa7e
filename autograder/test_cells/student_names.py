"""What the student process answers to questions about names and modules.

Loaded by path into the process of student code, which can read and change all of it: it holds no secret.
"""

import importlib
from typing import Any


class StudentNames:
    """The names of the notebook, as tests ask for them."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def do_names(self) -> list[str]:
        """Return all names."""
        return [name for name in self._names if isinstance(name, str)]

    def do_get_name(self, name: str) -> Any:
        """Return what a name stands for."""
        return self._names[name]

    def do_set_name(self, name: str, value: Any) -> None:
        """Let a name stand for something else."""
        self._names[name] = value

    def do_del_name(self, name: str) -> None:
        """Forget a name."""
        del self._names[name]

    def do_get_module(self, name: str) -> Any:
        """Return a module."""
        return importlib.import_module(name)
