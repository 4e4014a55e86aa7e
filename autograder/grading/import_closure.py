"""Which files of this package a part of it depends on, found by reading the imports.

They are read, not run: an import within a function counts as well, although no process may have got there yet.
One that only types need counts, too. Too much costs a regrade; too little keeps a wrong grade.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

# From the first of these folders processes are started by path, and these import their neighbours by bare names: it
# counts as a whole, with the files of other folders that they load.
STARTED_BY_PATH = "session"
TESTS_BY_PATH = "test_cells"
LOADED_BY_PATH = frozenset({"handin.cell_shell", "handin.older_numpy", "handin.png_picture"})
# To parse nothing but these lines takes 15 ms for the package, the whole text 350.
STATEMENT = re.compile(r"^[ \t]*((?:from\s+[.\w]+\s+)?import\s+(?:\([^)]*\)|[^\n]*))", re.MULTILINE)


def reached(package: Path, starts: Iterable[Path]) -> frozenset[Path]:
    """Return these files of a package with all others of it that they import, directly or not."""
    modules = {_module(file, package): file for file in package.rglob("*.py")}
    folders = (f"{STARTED_BY_PATH}.", f"{TESTS_BY_PATH}.")
    by_path = {name for name in modules if name.startswith(folders) or name in LOADED_BY_PATH}
    found: set[str] = set()
    waiting = {_module(file, package) for file in starts}
    while waiting:
        found |= waiting
        named = {name for module in waiting for name in _named_by(module, modules[module], package.name)}
        if any(name.startswith(f"{STARTED_BY_PATH}.") for name in named):
            named |= by_path
        waiting = (named & modules.keys()) - found
    return frozenset(modules[name] for name in found)


def imported_by(files: Iterable[Path], package: Path) -> frozenset[Path]:
    """Return the files of a package that files from outside import by its full name; not what these import in turn."""
    modules = {_module(file, package): file for file in package.rglob("*.py")}
    names: set[str] = set()
    for node in (node for file in files for node in imports(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import) or not node.level:
            for target in _targets(node, "", package.name):
                names |= {target, *_on_the_way(target)}
    return frozenset(modules[name] for name in names & modules.keys())


def imports(text: str) -> list[ast.Import | ast.ImportFrom]:
    """Return the import statements in the source text of a module."""
    try:
        tree = ast.parse("\n".join(STATEMENT.findall(text)))
    except SyntaxError:  # prose that begins with "import", a comment with a bracket
        tree = ast.parse(text)
    return [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]


def _module(file: Path, package: Path) -> str:
    """Return the dotted name of a module, from the package on; "" is that of the package itself."""
    parts = file.relative_to(package).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _named_by(module: str, file: Path, package: str) -> frozenset[str]:
    folder = module if file.name == "__init__.py" else module.rpartition(".")[0]
    return _names(file.read_text(encoding="utf-8"), folder, package) | {*_on_the_way(module)}


@lru_cache(maxsize=1024)
def _names(text: str, folder: str, package: str) -> frozenset[str]:
    """Return what the imports in a text name within the package: modules, the packages on the way, and other names."""
    names: set[str] = set()
    for node in imports(text):
        for target in _targets(node, folder, package):
            names |= {target, *_on_the_way(target)}
    return frozenset(names)


def _targets(node: ast.Import | ast.ImportFrom, folder: str, package: str) -> Iterator[str]:
    """Yield what one statement names within the package."""
    if isinstance(node, ast.Import):
        absolute = [alias.name for alias in node.names]
    else:
        above = [package, *filter(None, folder.split("."))]
        start = above[: len(above) - node.level + 1] if node.level else []
        absolute = [".".join(filter(None, [*start, node.module, alias.name])) for alias in node.names]
    for name in absolute:
        if f"{name}.".startswith(f"{package}."):
            yield name[len(package) + 1 :]


def _on_the_way(module: str) -> Iterator[str]:
    """Yield the packages that hold a module, from the nearest one on; the last one is ""."""
    while module:
        module = module.rpartition(".")[0]
        yield module
