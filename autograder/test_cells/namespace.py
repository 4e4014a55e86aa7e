"""The globals of test cells: what a test does not define is the student's."""

import builtins
from typing import Any

import handles


class Namespace(dict[str, Any]):
    """Names of the tests; a missing one is asked of the student's process."""

    def __init__(self, side: handles.TestSide, setup: dict[str, Any]) -> None:
        super().__init__(__name__="__main__", __builtins__=builtins)
        self._side = side
        for name, statement, _, _ in setup.get("imports", []):
            own: dict[str, Any] = {}
            exec(statement, own)
            if name != "*":
                dict.__setitem__(self, name, own[name])

    def __missing__(self, name: str) -> Any:
        """Ask the student's process, after the builtin names."""
        if hasattr(builtins, name):
            raise KeyError(name)
        return self._side.get_name(name)

    def __setitem__(self, name: str, value: Any) -> None:
        """Bind a name on both sides."""
        super().__setitem__(name, value)
        if not name.startswith("__"):
            self._side.set_name(name, value)
