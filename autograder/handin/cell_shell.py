"""An IPython shell without a screen, in which a statement that raises costs itself, and not the rest of its cell.

The grader's student process loads this file by path, and `python -m handin --check` runs cells by it, so that both see
the same. It imports nothing of the package.
What exists only in an interactive notebook does nothing here: shell commands, scripts in other languages, windows for
plots. Nobody types: `input()` ends at once.
"""

import ast
import builtins
import collections
import contextlib
import getpass
import importlib
import linecache
import re
import signal
from collections.abc import Iterator
from typing import Any

from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from traitlets.config import Config

MAX_TEXT = 2000  # characters of an exception's text that travel; Keras puts its sentence between calls and arguments
MAX_LINE = 200  # of a line of source
MAX_FRAMES = 3000  # Python's own recursion ends at 1,000
MOST_FAILURES = 20  # statements of one cell that are described; the others are counted
# In a notebook they would have ended at the error above them. It must not cost what the cell has defined so far when
# one of them takes long without what is missing now.
AFTER_A_FAILURE_S = 5.0  # of processor time, for all statements of a cell together

CELL_MAGIC = re.compile(r"\s*%%([^\W\d]\w*)(.*)")
AROUND_PYTHON = frozenset({"capture", "prun", "time", "timeit"})  # their body is Python, and runs as if alone
SCRIPTS = frozenset("script sh bash perl ruby pypy python python2 python3 cmd powershell".split())
# They install something, or set up the notebook in which they stand.
NO_MAGICS_HERE = frozenset(
    "pip conda mamba micromamba uv load_ext reload_ext autoreload tensorboard tensorflow_version config".split()
)


class CellShell(InteractiveShell):
    """Runs cells, and notes what each statement raises."""

    def __init__(self, **options: Any) -> None:
        """Begin with an empty namespace."""
        super().__init__(**options)
        self._noted: Failures | None = None

    def run(self, source: str) -> dict[str, Any]:
        """Run one cell; return the descriptions of what its statements raised, and how many more there were."""
        importlib.invalidate_caches()  # an earlier cell, or the grader, may just have written a module
        source, magics = without_magics_around_python(self, source)
        before = dict(self.user_ns) if "timeit" in magics else None
        noted = self._noted = Failures()
        try:
            result = self.run_cell(source, store_history=False)
        finally:
            self._noted = None
            noted.stop_clock()
        if before is not None:  # what is timed is a function: its names are gone with it
            self.user_ns.clear()
            self.user_ns.update(before)
        if "capture" in magics:  # it gives a name to what was printed
            self.run_cell(f"%%capture {magics['capture']}\npass", store_history=False)
        whole = result.error_before_exec
        return {"failures": noted.described, "more": noted.more, "whole": None if whole is None else describe(whole)}

    def defined(self, names: list[str]) -> list[str]:
        """Return those of the names that cells have defined, not counting placeholders for functions."""
        stand_in = self.user_ns.get("not_written", self)
        return [name for name in names if self.user_ns.get(name, stand_in) is not stand_in]

    async def run_ast_nodes(self, nodelist: list[Any], cell_name: str, *args: Any, **kwargs: Any) -> bool:
        """Run the statements of a cell one by one; what code of the cell lets IPython run ends where it raises."""
        noted, self._noted = self._noted, None
        if noted is None:
            return await super().run_ast_nodes(nodelist, cell_name, *args, **kwargs)
        kwargs["interactivity"] = "none"
        for node in nodelist:
            for statement in one_name_each(node):
                result = kwargs["result"] = ExecutionResult(None)
                try:
                    noted.may_stop = True
                    await super().run_ast_nodes([statement], cell_name, **kwargs)
                    error = result.error_before_exec or result.error_in_exec
                except BaseException as raised:  # the clock, between the statement and IPython's own handlers
                    error = raised
                finally:
                    noted.may_stop = False
                if error is not None:
                    noted.add(error, statement)
        return False

    def run_line_magic(self, magic_name: str, line: str, *args: Any, **kwargs: Any) -> Any:
        """Run a magic of one line."""
        return None if magic_name in NO_MAGICS_HERE else super().run_line_magic(magic_name, line, *args, **kwargs)

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        """Run a cell by its magic."""
        return None if magic_name in SCRIPTS else super().run_cell_magic(magic_name, line, cell)

    def enable_matplotlib(self, gui: str | None = None) -> tuple[str | None, str]:
        """Leave the backend as it is."""
        return None, "agg"

    def ask_exit(self) -> None:
        """Go on: `exit()` ends nothing here."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Start no loop of a window system."""

    def system(self, cmd: str) -> None:
        """Run no command: `!pip install ...` does nothing."""

    def getoutput(self, cmd: str, *args: Any, **kwargs: Any) -> list[str]:
        """Run no command."""
        return []

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """Show nothing: what was raised is told otherwise."""

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        """Show nothing."""


class Failures:
    """What the statements of one cell raised."""

    def __init__(self) -> None:
        self.described: list[dict[str, Any]] = []
        self.more = 0
        self.may_stop = False  # whether a statement runs
        self._has_clock = False

    def add(self, error: BaseException, statement: ast.stmt) -> None:
        """Note what a statement raised, and start the clock for those behind it."""
        first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))])
        described = {**describe(error), "first": first, "last": statement.end_lineno}
        if described in self.described[-1:]:  # two names of one module
            return
        if len(self.described) < MOST_FAILURES:
            self.described.append(described)
        else:
            self.more += 1
        if not self._has_clock and hasattr(signal, "setitimer"):  # Windows has none
            self._has_clock = True
            signal.signal(signal.SIGPROF, self._stop)
            signal.setitimer(signal.ITIMER_PROF, AFTER_A_FAILURE_S, 0.5)  # again, for code that catches it

    def stop_clock(self) -> None:
        """Let later code take its time."""
        if self._has_clock:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _stop(self, *_: Any) -> None:
        if self.may_stop:
            text = f"a line above could not run, and what follows took longer than {AFTER_A_FAILURE_S:g} s"
            raise TimeoutError(text)


def make_shell() -> CellShell:
    """Return the shell of this process, with the names that a new notebook has."""
    with contextlib.suppress(ImportError):
        from matplotlib import pyplot

        pyplot.switch_backend("Agg")
        pyplot.switch_backend = _ignore  # no window, whatever `matplotlib.use` or a magic asks for
    builtins.input = getpass.getpass = _nobody_types
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = CellShell.instance(config=config)
    shell.db = {}  # where `%cd` and its like keep what they remember: not in a file of the user's
    shell.run_cell("pass", store_history=False)
    return shell


def _ignore(*args: Any, **kwargs: Any) -> None:
    pass


def _nobody_types(*args: Any, **kwargs: Any) -> str:
    raise EOFError("nobody types here: the grader runs this code alone")


def without_magics_around_python(shell: InteractiveShell, source: str) -> tuple[str, dict[str, str]]:
    """Return a cell whose first lines, `%%time` and the like, are comments; and the magics with their arguments.

    A magic that nobody knows goes the same way if Python is below it. Of empty lines IPython would lose count.
    """
    lines, magics = source.split("\n"), dict[str, str]()
    first = 0
    for first, line in enumerate(lines):
        found = CELL_MAGIC.fullmatch(line)
        if found is None and line.strip():
            break
        if found is not None:
            below = "\n".join(lines[first + 1 :])
            if found[1] not in AROUND_PYTHON and (shell.find_cell_magic(found[1]) or not _is_python(shell, below)):
                return source, {}
            magics[found[1]] = found[2]
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    return "\n".join([f"{indent}# {line.strip()}" for line in lines[:first]] + lines[first:]), magics


def _is_python(shell: InteractiveShell, source: str) -> bool:
    try:
        ast.parse(shell.transform_cell(source))
    except Exception:  # which of them, depends on the text
        return False
    return bool(source.strip())


def one_name_each(node: ast.stmt) -> Iterator[ast.stmt]:
    """Yield a statement; one that imports several names, once for each: one that is missing costs no other."""
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        yield node
        return
    for alias in node.names:
        part = ast.Import([alias]) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, [alias], node.level)
        yield ast.copy_location(part, node)


# --- what was raised, as data ---


def describe(error: BaseException, caller: str = "") -> dict[str, Any]:
    """Return type, text and place of an exception, whatever its class does to hinder that.

    Args:
        error: What was raised.
        caller: The file of the code that called a function of the notebook; "" where a cell ran.
    """
    try:
        return {**describe_type(error), **describe_place(error, caller)}
    except BaseException:
        return {"type": "an exception", "kinds": [], "text": "(it cannot be shown)", "line": None, "function": ""}


def describe_type(error: BaseException) -> dict[str, Any]:
    """Return what an exception is and says."""
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)[:MAX_TEXT]
    except BaseException:
        text = "(its text cannot be shown)"
    kinds = [kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind]
    return {"type": type(error).__name__[:80], "kinds": kinds, "text": text}


def describe_place(error: BaseException, caller: str) -> dict[str, Any]:
    """Return the innermost line of the notebook that an exception passed, and its function.

    `source` is that line, and `stub` says that the function that was asked for raised there itself.
    """
    frames = frames_of(error)
    if isinstance(error, SyntaxError):
        return {"line": error.lineno, "function": "", "source": "", "stub": False}
    own = [frame for frame in frames if is_of_notebook(frame)]
    if not own:
        return {"line": None, "function": "", "source": "", "stub": False}
    code = own[-1].tb_frame.f_code
    called_here = len(frames) > 1 and frames[-2].tb_frame.f_code.co_filename == caller
    is_cell = bool(frames) and frames[0].tb_frame.f_code.co_filename != caller
    return {
        "line": own[-1].tb_lineno,
        "function": "" if code.co_name == "<module>" else code.co_name,
        "source": linecache.getline(code.co_filename, own[-1].tb_lineno).strip()[:MAX_LINE],
        "stub": frames[-1] is own[-1] and (called_here or is_cell),
    }


def frames_of(error: BaseException) -> list[Any]:
    """Return what an exception passed, from the outermost call on; the innermost of an endless recursion."""
    frames: collections.deque[Any] = collections.deque(maxlen=MAX_FRAMES)
    trace = error.__traceback__
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    return list(frames)


def is_of_notebook(frame: Any) -> bool:
    """Return whether a frame runs code of a cell."""
    name = frame.tb_frame.f_code.co_filename
    return name.startswith("<ipython-input") or "ipykernel" in name
