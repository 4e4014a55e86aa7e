"""The values of names that the instructor's notebook imports, and of those that its given cells define."""

import contextlib
import functools
import io
import types
from collections.abc import Callable, Collection, Iterator
from typing import Any

import given_code
import numpy as np
import test_imports
import values
import wire
from given_code import Owner
from test_imports import MISSING

# They do not change.
STEADY = frozenset({type(None), bool, int, float, complex, str, bytes})
FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, functools.partial, np.ufunc, np.vectorize)


class GivenValues:
    """Makes values where a test needs them: each given statement runs once, in the order of the notebook.

    Args:
        code: What the instructor's notebook says.
        imports: How an `import` of a test works.
        scope: The globals of tests, which given functions have as theirs.
        unchanged: Keeps random states as they are while statements run.
        libraries: Those whose values are data.
    """

    def __init__(
        self, code: given_code.GivenCode, imports: test_imports.TestImports, scope: dict[str, Any], *,
        unchanged: Callable[[], contextlib.AbstractContextManager[None]], libraries: Collection[str],
    ) -> None:  # fmt: skip
        self._code, self._imports, self._scope, self._unchanged = code, imports, scope, unchanged
        self._libraries = tuple(libraries)
        self._values: dict[str, Any] = {}
        self._done: set[int] = set()  # places of statements
        self._is_running = False
        self._compared: dict[
            str, tuple[int, bool]
        ] = {}  # by name: the place of its last statement, and what came of it
        self._record: dict[str, bool] | None = None
        self.seen: dict[str, bool] = {}

    def begin(self, record: dict[str, bool] | None) -> None:
        """Get ready for a test cell.

        Args:
            record: Which given names have their value from here; None in the reference run, which finds that out.
        """
        self._record, self.seen = record, {}

    def seed(self, place: int) -> None:
        """Seed as the given cells after a place did, with the generators of this side."""
        for each in self._code.seeds_after(place):
            with quiet(), contextlib.suppress(Exception):
                exec(compile(each.source, "<given>", "exec", dont_inherit=True), self._scope, self._values)

    def running(self, name: str) -> Any:
        """Return the value of a name for a given statement that runs now; MISSING where it has none here."""
        return self._values.get(name, MISSING) if self._is_running else MISSING

    def imported(self, name: str, students: Callable[[], frozenset[str]]) -> Any:
        """Return what imports of the notebook bind a name to; MISSING where none of them works here.

        Args:
            name: The name.
            students: Gives the names that the student has, which count for what only solution cells import.
        """
        value = self.starred(name, students)
        for each in self._code.imports(name):
            own = {"__builtins__": dict.__getitem__(self._scope, "__builtins__"), "__name__": "__main__"}
            with contextlib.suppress(ImportError):
                exec(compile(each.source, "<import>", "exec", dont_inherit=True), own)
                value = own.get(name, value)
        return value

    def starred(self, name: str, students: Callable[[], frozenset[str]]) -> Any:
        """Return what a star import binds a name to, MISSING where there is none."""
        for each in self._code.stars(name):
            value = self._imports.star(each.source, name)
            if value is not MISSING and (not each.in_solution or name in students()):
                return value
        return MISSING

    def has_star(self, name: str, students: Callable[[], frozenset[str]]) -> bool:
        """Return whether a star import binds a name."""
        return self.starred(name, students) is not MISSING

    def made(self, name: str, owner: Owner, theirs: Callable[[], Any]) -> Any:
        """Return the value that given statements make; MISSING where the student's counts.

        Args:
            name: The name.
            owner: GIVEN or DATA.
            theirs: Gives the student's value, MISSING where there is none.

        Raises:
            KeyError: It was made in the reference run, and cannot be made now.
        """
        is_ours = self._record is not None and self._record.get(name, True)
        if is_ours or (self._record is None and owner is Owner.GIVEN):
            value = self._run_for(name)
        else:
            value = MISSING if self._record is not None else self._run_if_alike(name, theirs)
        self.seen[name] = value is not MISSING
        if is_ours and value is MISSING:  # the student's code had a hand in that, and puts nothing of its own there
            raise KeyError(name)
        return value

    def _run_if_alike(self, name: str, theirs: Callable[[], Any]) -> Any:
        """Return what given statements make, if it is what the student has; nothing is run for what is no data.

        It is compared once: afterwards tests may have changed it.
        """
        last = self._code.statements_for(name)[-1].place
        if self._compared.get(name, (0, False))[0] != last:
            self._compared[name] = last, self._is_alike(name, theirs())
        return self._run_for(name) if self._compared[name][1] else MISSING

    def _is_alike(self, name: str, theirs: Any) -> bool:
        packed = self._packed(theirs)
        if packed is None and not callable(theirs):
            return False
        value = self._run_for(name)
        return isinstance(value, FUNCTIONS) if packed is None else packed == self._packed(value)

    def look(self, value: Any) -> Any:
        """Return what is another thing when the value has changed."""
        if type(value) in STEADY:
            return None
        if type(value) is list and all(type(entry) in STEADY for entry in value):
            return tuple(value)  # a tenth of the time
        return self._packed(value)

    def _packed(self, value: Any) -> bytes | None:
        """Return the message with a value in it; None for what is no data."""
        if value is MISSING:
            return None
        try:
            return values.ValueCodec(self._libraries).pack({"value": value})  # a codec packs what it knows in short
        except (TypeError, wire.WireError):
            return None

    def _run_for(self, name: str) -> Any:
        """Run the statements that make the value of a name, as far as they have not run; return the value."""
        was_running, self._is_running = self._is_running, True
        try:
            with quiet(), self._unchanged():
                for each in self._code.statements_for(name):
                    if each.place not in self._done or each.seeds:
                        self._done.add(each.place)
                        exec(compile(each.source, "<given>", "exec", dont_inherit=True), self._scope, self._values)
        except Exception:  # a file that is not here, a name of the student's that is none
            return MISSING
        finally:
            self._is_running = was_running
        return self._values.get(name, MISSING)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Let nothing that is printed meanwhile be seen: given statements run at other moments than in a notebook."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
