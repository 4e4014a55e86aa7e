"""What belongs to a notebook's names beside them: the builtin names, the module `__main__`, and `get_ipython`."""

import builtins
import sys
import types
from collections.abc import Callable
from typing import Any

import remote_classes

HARMLESS_MAGICS = frozenset(
    "matplotlib config load_ext reload_ext autoreload precision pylab xmode colors pip conda mamba".split()
)
NO_BUILTINS = frozenset("__name__ __doc__ __package__ __loader__ __spec__ __annotations__ exit quit".split())


class Builtins(dict[str, Any]):
    """The builtin names of test cells.

    The body of a class looks for a name in its globals without asking them, and then here: so the globals are asked
    from here. What a test patches in the module `builtins` counts at once. An `import` takes `__import__` from here.
    """

    def __init__(self, names: dict[str, Any], import_module: Callable[..., Any]) -> None:
        super().__init__(__import__=import_module, issubclass=remote_classes.is_subclass)
        self._names = names

    def of_tests(self, name: str) -> Any:
        """Return a builtin name, for tests where it does more than elsewhere."""
        return dict.__getitem__(self, name) if dict.__contains__(self, name) else getattr(builtins, name)

    def __missing__(self, name: str) -> Any:
        """Return what the tests' globals give."""
        return self._names[name]


class Main(types.ModuleType):
    """The module `__main__` of the tests: its attributes are their names."""

    def __init__(self, names: dict[str, Any]) -> None:
        super().__init__("__main__")
        types.ModuleType.__getattribute__(self, "__dict__")["names"] = names

    def __getattribute__(self, name: str) -> Any:
        names = types.ModuleType.__getattribute__(self, "__dict__")["names"]
        if name == "__dict__":
            return names
        if name == "__class__":
            return Main
        try:
            return names[name]
        except KeyError:
            raise AttributeError(f"module '__main__' has no attribute {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None

    def __dir__(self) -> list[str]:
        return list(self.__dict__)


def become_main(names: dict[str, Any]) -> None:
    """Let these names be the module `__main__`, which `unittest`, `doctest` and `mock.patch` look into."""
    sys.modules["__main__"] = Main(names)


class NoKernel:
    """What `get_ipython()` gives to a test: no kernel is there."""

    def run_line_magic(self, name: str, line: str = "", *_: Any) -> None:
        """Do nothing for what only sets up a notebook. Raises RuntimeError for any other magic."""
        if name not in HARMLESS_MAGICS:
            raise RuntimeError(f"the magic %{name} needs a notebook's kernel, and tests have none: write plain Python")

    def run_cell_magic(self, name: str, line: str = "", cell: str = "") -> None:
        """Raise RuntimeError."""
        raise RuntimeError(f"the magic %%{name} needs a notebook's kernel, and tests have none: write plain Python")

    def magic(self, line: str) -> None:
        """Do what `run_line_magic` does for a whole line."""
        self.run_line_magic(*line.lstrip("%").split(None, 1))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise RuntimeError(f"get_ipython().{name} needs a notebook's kernel, and tests have none: write plain Python")


def is_builtin(name: str) -> bool:
    """Return whether a name is a builtin one: not one of the module itself, and no way to leave a shell."""
    return name in vars(builtins) and name not in NO_BUILTINS
