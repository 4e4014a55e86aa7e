"""What an `import` gives to a test: modules of the libraries and of the course, never one of the student's by its word.

Figures are in the student's process, where its code draws them, and so is pyplot. A module that there is none of here
can only be one of the student's own: the test gets it as an object that stays there.
"""

import builtins
import contextlib
import sys
import types
from collections.abc import Callable
from typing import Any

import handles

PYPLOT = "matplotlib.pyplot"
MISSING = object()


class WithStudentsPyplot(types.ModuleType):
    """A library as tests see it: itself, but for what belongs to pyplot."""

    def __init__(self, module: types.ModuleType, attribute: Callable[[types.ModuleType, str], Any]) -> None:
        super().__init__(module.__name__, module.__doc__)
        own(self).update(_module=module, _attribute=attribute)

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":
            return WithStudentsPyplot
        return own(self)["_attribute"](own(self)["_module"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(own(self)["_module"], name, value)

    def __dir__(self) -> list[str]:
        return dir(own(self)["_module"])


def own(module: types.ModuleType) -> dict[str, Any]:
    """Return what a module holds itself."""
    return types.ModuleType.__getattribute__(module, "__dict__")


class TestImports:
    """The `import` of test cells and given code; that of libraries stays as it is."""

    __test__ = False  # no test of pytest's

    def __init__(self, side: handles.TestSide) -> None:
        self._side = side
        self._stars: dict[str, dict[str, Any]] = {}

    def import_module(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        """Import as `__import__` does."""
        if name == PYPLOT and fromlist:
            return self.pyplot()
        try:
            module = builtins.__import__(name, globals, locals, fromlist, level)
        except ModuleNotFoundError as error:
            missing = error.name or ""
            if level or not (name == missing or name.startswith(f"{missing}.")):
                raise
            try:
                return self._students(name if fromlist else name.partition(".")[0])
            except ImportError:
                raise error from None
        is_drawing = module.__name__ in ("matplotlib", "pylab") and isinstance(module, types.ModuleType)
        return WithStudentsPyplot(module, self.attribute) if is_drawing else module

    def attribute(self, module: types.ModuleType, name: str) -> Any:
        """Return an attribute of matplotlib or pylab; what is pyplot's is the student's."""
        value = getattr(module, name)
        if value is sys.modules.get(PYPLOT):
            return self.pyplot()
        if getattr(value, "__module__", None) == PYPLOT and module.__name__ != "matplotlib":
            return getattr(self.pyplot(), name)
        return value

    def pyplot(self) -> Any:
        """Return the student's pyplot."""
        return self._students(PYPLOT)

    def _students(self, name: str) -> Any:
        """Return a module of the student's process. Raises ImportError where it has none of this name."""
        return self._side.ask("get_module", f"module:{name}", name=name)

    def star(self, statement: str, name: str) -> Any:
        """Return what a star import binds a name to; MISSING where it does not, or its module is not here."""
        if statement not in self._stars:
            self._stars[statement] = {}
            with contextlib.suppress(ImportError):
                exec(compile(statement, "<import>", "exec", dont_inherit=True), self._stars[statement])
        if name not in self._stars[statement]:
            return MISSING
        module = statement.removeprefix("from ").removesuffix(" import *")
        if module in ("pylab", PYPLOT):
            return self.attribute(sys.modules[module], name)
        return self._stars[statement][name]
