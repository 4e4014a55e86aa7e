"""Run the cells of one notebook in this process, and write down what happened: `python fresh_process.py FOLDER`.

`python -m handin` starts it by path, so that nothing of this folder can be imported afterwards. FOLDER holds job.json
and gets results.jsonl, a line for each step, so that whoever waits knows what it was at when it ended.
What the grader refuses is refused here: packages that it lacks, connections, other programs.
"""

import ast
import builtins
import contextlib
import dis
import errno
import importlib
import inspect
import io
import json
import math
import os
import sys
import tempfile
import textwrap
import time
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import cell_code
import cell_shell
import older_numpy

JOB, RESULTS = "job.json", "results.jsonl"
MAX_PRINTED = 20_000  # characters of what a visible check prints
SELF = ("127.0.0.1", "::1", "localhost")
FOREIGN = frozenset(
    "subprocess.Popen os.exec os.fork os.forkpty os.posix_spawn os.startfile socket.getaddrinfo".split()
)
HOMES = ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP")
LOADS = frozenset({"LOAD_NAME", "LOAD_GLOBAL"})

Tell = Callable[..., None]


def main() -> None:
    """Load the libraries, and do the job."""
    folder = Path(sys.argv[1])
    job = read(folder)
    for name in job["libraries"]:  # as in the grader, whose cells find them loaded
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    work(folder, job, cell_shell.make_shell())


def read(folder: Path) -> dict[str, Any]:
    """Return the job, and let imports find the kit and the student's modules, and nothing beside this file."""
    job: dict[str, Any] = json.loads((folder / JOB).read_text(encoding="utf-8"))
    own = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [job["kit_dir"], job["scratch"], *(entry for entry in sys.path if os.path.abspath(entry) != own)]
    return job


def work(folder: Path, job: dict[str, Any], shell: cell_shell.CellShell) -> None:
    """Do the job, and write down each step."""
    with open(folder / RESULTS, "a", encoding="utf-8") as file:
        run(job, shell, lambda **step: print(json.dumps(step), file=file, flush=True))


def run(job: dict[str, Any], shell: cell_shell.CellShell, tell: Tell) -> None:
    """Run the cells, look for the functions, try the visible checks; tell each step before it begins and when done."""
    with contextlib.suppress(ImportError):
        older_numpy.restore(importlib.import_module("numpy"))
    confine(job, shell)
    functions = job["functions"]
    tell(ready=True)
    for number, source in enumerate(job["cells"]):
        if number in job["skip"]:
            continue
        before = {name: shell.user_ns.get(name) for name in functions}
        tell(begin=number)
        limit_time(job["cell_cpu_s"])
        done = shell.run(source)
        tell(cell=number, made=[name for name in functions if shell.user_ns.get(name) is not before[name]], **done)
    defined = shell.defined(functions)
    unwritten = [name for name in defined if is_unwritten(shell.user_ns[name])]
    lacks = {name: names_lacked(shell.user_ns, name) for name in defined}
    tell(defined=defined, unwritten=unwritten, lacks={name: lacked for name, lacked in lacks.items() if lacked})
    lost = {*functions} - {*defined} | {*unwritten}
    names = with_imports(dict(shell.user_ns), job["skipped"])
    for grade_id, source in job["tries"].items():
        if grade_id not in job["skip"]:
            try_out(grade_id, source, names, lost, job["cell_cpu_s"], tell)
    tell(done=True)


# --- what the grader refuses ---


def confine(job: dict[str, Any], shell: cell_shell.CellShell) -> None:
    """Refuse from now on what the grader refuses, as far as it can be done in any system."""
    for name in HOMES:
        os.environ[name] = job["scratch"]
    tempfile.tempdir = job["scratch"]
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no such limits, others not all
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        resource.setrlimit(
            resource.RLIMIT_DATA, (job["memory_mib"] * 2**20, resource.getrlimit(resource.RLIMIT_DATA)[1])
        )
    os.system = lambda command: -1  # type: ignore[assignment]  # as where no process can be started
    sys.addaudithook(refuse_the_world)
    builtins.__import__ = OfferedImports(job, shell.user_ns).find


def limit_time(cpu_s: float) -> None:
    """Let the system end this process when it has used so much more processor time."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time() + cpu_s), hard))


def refuse_the_world(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse to start programs and to reach other machines; an audit hook."""
    if event in FOREIGN:
        raise PermissionError(errno.EPERM, "Operation not permitted")
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in SELF:
        raise PermissionError(errno.EPERM, "Operation not permitted")


class OfferedImports:
    """The import of Python, which cells and the student's own modules may use only for what the grader has."""

    def __init__(self, job: dict[str, Any], notebook: dict[str, Any]) -> None:
        self._offered = {*sys.stdlib_module_names, *job["packages"], job["kit"]}
        self._scratch, self._notebook = job["scratch"], notebook
        self._import = builtins.__import__

    def find(
        self, name: str, globals: Mapping[str, Any] | None = None, locals: Mapping[str, Any] | None = None,
        fromlist: Any = (), level: int = 0,
    ) -> types.ModuleType:  # fmt: skip
        """Import a module, or say that there is none of that name."""
        top = name.partition(".")[0]
        if level == 0 and top not in self._offered and self._is_students(globals) and not self._is_own(top):
            raise ModuleNotFoundError(f"No module named {top!r}", name=top)
        return self._import(name, globals, locals, fromlist, level)

    def _is_students(self, names: Mapping[str, Any] | None) -> bool:
        return names is self._notebook or str((names or {}).get("__file__", "")).startswith(self._scratch)

    def _is_own(self, top: str) -> bool:
        return os.path.exists(os.path.join(self._scratch, top)) or os.path.exists(
            os.path.join(self._scratch, f"{top}.py")
        )


# --- functions and visible checks ---


def is_unwritten(function: Any) -> bool:
    """Whether a function does nothing, or raises NotImplementedError before it can return anything."""
    try:
        function = inspect.unwrap(function)
        source = inspect.getsource(getattr(function, "python_function", function))  # of tf.function
        (node,) = ast.parse(textwrap.dedent(source)).body
    except Exception:  # no function, or one without a source
        return False
    return cell_code.is_stub(node)


def names_lacked(names: dict[str, Any], function: str) -> list[str]:
    """Return the names that a function, or one of the notebook that it calls, reads and nothing has defined."""
    waiting, seen, lacked = [function], set[str](), set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        value = inspect.unwrap(names[name])
        code = getattr(getattr(value, "python_function", value), "__code__", None)
        if isinstance(code, types.CodeType) and code.co_filename.startswith("<ipython-input"):
            read = {each for each in names_read(code) if not hasattr(builtins, each)}
            lacked |= read - names.keys()
            waiting += (read & names.keys()) - seen - {*waiting}
    return sorted(lacked)


def with_imports(names: dict[str, Any], sources: list[str]) -> dict[str, Any]:
    """Return the names with those that given cells import which did not run: visible checks use them."""
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            for part in cell_shell.one_name_each(node) if isinstance(node, (ast.Import, ast.ImportFrom)) else ():
                before = dict(names)
                with contextlib.suppress(Exception):
                    exec(compile(ast.Module([part], []), "<given cell>", "exec"), names)
                names.update(before)  # what cells have defined stays
    return names


def try_out(grade_id: str, source: str, names: dict[str, Any], lost: set[str], cpu_s: float, tell: Tell) -> None:
    """Run a visible check, in a namespace that the student's functions do not see, if all that it names is there."""
    code = compile(source, f"<ipython-input-{grade_id}>", "exec")
    read = set(names_read(code))
    if read & lost:
        tell(tried=grade_id, printed="", error=None)
        return
    if any(name not in names and not hasattr(builtins, name) for name in read):
        return  # it looks at what training made
    tell(begin=grade_id, reads=sorted(read))
    limit_time(cpu_s)
    printed, error = io.StringIO(), None
    try:
        with contextlib.redirect_stdout(printed):
            exec(code, names)
    except BaseException as raised:
        error = cell_shell.describe(raised)
    tell(tried=grade_id, printed=printed.getvalue()[-MAX_PRINTED:], error=error)


def names_read(code: types.CodeType) -> Iterator[str]:
    """Yield the global names that code reads and does not make itself."""
    steps = list(dis.get_instructions(code))
    made = {step.argval for step in steps if step.opname in ("STORE_NAME", "STORE_GLOBAL")}
    read = {step.argval for step in steps if step.opname in LOADS}
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    read |= {name for each in inner for name in names_read(each) if name not in made}
    yield from read - made


if __name__ == "__main__":
    main()
