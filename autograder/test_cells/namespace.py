"""The globals of test cells: what no test has bound is looked up where the instructor's notebook says.

The interpreter reads and writes the names of a cell by this mapping. Functions that a cell defines read them by it,
too, but what they bind by `global` is stored behind its back, and found before the student's process is asked anything.
"""

import ast
import builtins
import contextlib
import functools
import re
import types
from collections.abc import Collection
from typing import Any

import asking_dict
import course_files
import doctests
import given_code
import given_values
import handles
import main_module
import patched
import printed
import seeds
import test_imports
from given_code import Owner
from given_values import MISSING, STEADY

# What a notebook's own kernel binds; a test neither reads it from the student's process nor leaves it there.
OF_THE_KERNEL = re.compile(r"__\w*__|_+|_\d+|_i+|_ih|_oh|_dh|_i\d+|In|Out|exit|quit|get_ipython")


class Namespace(asking_dict.AskingDict):
    """Names of the tests of one notebook.

    Args:
        side: The test's end of the line to the student's process.
        names: What `given_names.read` says of the instructor's notebook.
        libraries: Those whose values are data.
        files: The folder with the course's own copies of what lies beside the notebooks; "" for none.
    """

    def __init__(
        self, side: handles.TestSide, names: dict[str, Any], libraries: Collection[str] = (), files: str = ""
    ) -> None:
        if files:
            course_files.read_own(files)
        imports = test_imports.TestImports(side)
        own_builtins = main_module.Builtins(self, imports.import_module)
        super().__init__(__name__="__main__", __builtins__=own_builtins, get_ipython=main_module.NoKernel)
        self._side, self._code = side, given_code.GivenCode(names)
        self._streams, self._seeds = printed.TestStreams(side), seeds.TestSeeds(side)
        self._patches = patched.TestPatches(side)
        self._values = given_values.GivenValues(
            self._code, imports, self, unchanged=self._seeds.unchanged, libraries=libraries
        )
        self._found: dict[str, Any] = {}  # what is in here though no test has bound it
        self._bound: dict[str, tuple[int, Any]] = {}  # by tests: the place of the test, and the value
        self._deleted: dict[str, int] = {}  # by tests: the place of the test
        self._made: dict[str, Any] = {}  # by imports and given code, in this process: the student's has its own
        self._owners: dict[str, Owner] = {}
        self._read: dict[str, tuple[int, Any]] = {}  # the student's: when it was read, and the value
        self._listed: tuple[int, frozenset[str]] = (-1, frozenset())
        self._sent: set[str] = set()  # names that tests have bound or deleted in the student's process
        self._given_data: dict[str, Any] = {}  # of what is in here, and which code there uses: how it looked
        self._unsent: dict[str, Any] = {}  # what tests have bound since the student's process was asked last
        self._declared: frozenset[str] = frozenset()  # by `global`
        doctests.use_instructors(side, names.get("docs", {}))
        side.settlers.append(self._send_changes)
        side.handlers["rebound"] = self._forget
        main_module.become_main(self)

    def begin(self, test: dict[str, Any]) -> None:
        """Get ready for a test cell: only what stands before it counts."""
        self._note_globals()
        code, before = self._code, self._code.place
        code.place = code.tests.get(test["id"], before)
        rebound = [name for name, bound in self._bound.items() if self._is_of_cells_now(name, *bound)]
        for name in [*self._found, *rebound]:
            dict.pop(self, name, None)
            self._bound.pop(name, None)
        for name in [name for name, place in self._deleted.items() if code.is_rebound_after(name, place)]:
            del self._deleted[name]
        self._found, self._read, self._owners, self._given_data = {}, {}, {}, {}
        self._listed = (-1, frozenset())
        self._declared = code.state.union(*map(declared_global, [test["source"], *code.functions()]))
        self._streams.begin()
        self._patches.begin([test["source"], *code.functions()], code.import_statements())
        self._values.begin(test.get("given"))
        self._values.seed(before)
        self._seeds.forget()  # the student's process has run these cells itself

    def _is_of_cells_now(self, name: str, place: int, value: Any) -> bool:
        """Return whether cells after a place have bound a name anew, or changed the value that both sides have."""
        if self._code.is_rebound_after(name, place):
            return True
        is_data = type(value) not in STEADY and not callable(value) and not isinstance(value, types.ModuleType)
        return is_data and name in self._sent and self._code.is_changed_after(name, place)

    def given_here(self) -> dict[str, bool]:
        """Return which given names the test has read, and whether their values were made here."""
        return dict(self._values.seen)

    # --- reading ---

    def __missing__(self, name: str) -> Any:
        """Return the value of a name that no test has bound. Raises KeyError when there is none."""
        value = self._values.running(name)
        if value is not MISSING:
            return value
        owner = self._owners.get(name)
        if owner is None:
            owner = self._owners[name] = self._owner(name)
        if owner is Owner.BUILTIN:
            return self["__builtins__"].of_tests(name)
        if owner is Owner.STUDENT:
            return self._of_student(name)
        value = self._made_here(name, owner)
        if value is MISSING:
            self._owners[name] = Owner.STUDENT
            return self._of_student(name)
        dict.__setitem__(self, name, value)
        self._found[name] = self._made[name] = value
        if owner is Owner.DATA and self._code.is_used(name):
            self._given_data[name] = self._values.look(value)
        return value

    def __contains__(self, name: object) -> bool:
        if dict.__contains__(self, name):
            return True
        if not isinstance(name, str) or OF_THE_KERNEL.fullmatch(name):
            return False
        if self._owner(name) in (Owner.IMPORT, Owner.GIVEN, Owner.DATA):
            return name not in self._deleted
        return name in self._students_names()

    def _owner(self, name: str) -> Owner:
        if not isinstance(name, str) or OF_THE_KERNEL.fullmatch(name):
            if isinstance(name, str) and main_module.is_builtin(name):
                return Owner.BUILTIN  # `__import__`, `__build_class__`
            raise KeyError(name)
        owner = self._code.owner(name)
        is_anybodys = owner in (Owner.BUILTIN, Owner.STUDENT)
        return Owner.IMPORT if is_anybodys and self._values.has_star(name, self._students_names) else owner

    def _made_here(self, name: str, owner: Owner) -> Any:
        """Return what an import or given code binds a name to; MISSING where the student's value counts."""
        if name in self._deleted or (owner is Owner.SOLUTION_IMPORT and name not in self._students_names()):
            raise KeyError(name)
        if owner in (Owner.IMPORT, Owner.SOLUTION_IMPORT):
            return self._values.imported(name, self._students_names)
        return self._values.made(name, owner, lambda: self._of_student(name, MISSING))

    def _of_student(self, name: str, *default: Any) -> Any:
        """Return the student's value of a name, else the builtin one. Raises KeyError where there is neither."""
        turn, value = self._read.get(name, (-1, None))
        if turn == self._side.turns or (turn >= 0 and (type(value) in STEADY or self._side.is_students(value))):
            return value
        try:
            value = self._side.get_name(name)
        except KeyError:
            for other in (*default, *([getattr(builtins, name)] if main_module.is_builtin(name) else [])):
                return other
            raise KeyError(name) from None
        self._read[name] = self._side.turns, value
        return value

    def _forget(self, names: list[str]) -> None:
        """Read these names of the student's anew."""
        for name in names:
            self._read.pop(name, None)

    def _students_names(self) -> frozenset[str]:
        if self._listed[0] != self._side.turns:
            names = [name for name in self._side.names() if isinstance(name, str)]
            names = [name for name in names if name.isidentifier() and not OF_THE_KERNEL.fullmatch(name)]
            self._listed = self._side.turns, frozenset(names)
        return self._listed[1]

    # --- binding ---

    def __setitem__(self, name: str, value: Any) -> None:
        self.before_change(name)
        dict.__setitem__(self, name, value)
        self._note_bound(name, value)

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        is_students = name in self._students_names()
        dict.pop(self, name, None)
        self._found.pop(name, None)
        self._bound.pop(name, None)
        self._deleted[name] = self._code.place
        if is_students:
            self._unsent[name] = MISSING
            self._sent.add(name)

    def _note_globals(self) -> None:
        """Find what functions have bound by `global`."""
        for name in self._declared:
            value = dict.get(self, name, MISSING)
            if value is not self._found.get(name, self._bound.get(name, (0, MISSING))[1]):
                self._note_bound(name, value)

    def _note_bound(self, name: str, value: Any) -> None:
        self._found.pop(name, None)
        if not isinstance(name, str) or OF_THE_KERNEL.fullmatch(name):
            return
        self._bound[name] = self._code.place, value
        self._deleted.pop(name, None)
        # Any other name is the test's own: the student's code could read there what the test expects.
        is_used = self._code.is_used(name) or name in self._code.state
        if is_used or (name in self._sent and self._side.is_students(value)):
            self._unsent[name] = value

    def _send_changes(self) -> None:
        """Let the student's process know what tests have bound and deleted among the names that its code uses."""
        self._note_globals()
        for name, seen in self._given_data.items():
            if name in self._found and (now := self._values.look(self._found[name])) != seen:
                self._given_data[name], self._unsent[name] = now, self._found[name]
        unsent, self._unsent = self._unsent, {}
        self._listed = (-1, frozenset()) if unsent else self._listed
        for name, value in unsent.items():
            self._read.pop(name, None)
            if value is MISSING:
                with contextlib.suppress(KeyError):
                    self._side.del_name(name)
                continue
            try:
                if name in self._sent and callable(value) and value is self._made.get(name, MISSING):
                    self._side.restore_name(name)
                else:
                    self._side.set_name(name, value)
                self._sent.add(name)
            except TypeError:  # it cannot travel, and so no code there can use it
                continue
            if name in self._code.state and not (callable(value) or isinstance(value, types.ModuleType)):
                # From now on it lives there: data alone. No code there says what a library or a helper of a test is.
                dict.pop(self, name, None)
                self._bound.pop(name, None)

    # --- as a whole ---

    def keys(self) -> Any:
        """Return all names: of the student's those that the instructor's notebook has, too.

        What looks at every name, as `unittest.main` does, has no business with helpers that a student has added.
        """
        own = self.stored()
        others = [*self._code.names(), *self._code.solution_names()]
        return [*own, *sorted({name for name in others if name in self}.difference(own))]

    def clear(self) -> None:
        """Forget what tests have bound."""
        for name in list(self._bound):
            if dict.pop(self, name, MISSING) is not MISSING and name in self._sent:
                self._unsent[name] = MISSING
        self._bound.clear()


@functools.lru_cache(maxsize=1000)
def declared_global(source: str) -> frozenset[str]:
    """Return the names that functions of a test bind by `global`; none if it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names)
