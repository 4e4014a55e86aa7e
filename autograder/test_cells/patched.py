"""What a test puts in the place of a library's function is there in the student's process, too, while it is here.

`patch("random.randint")`, `patch.object(np.random, "rand")`, `random.choice = first`, `os.environ["X"] = "1"`: the text
of the test says which attributes may change; before each request they are compared with what they were.
"""

import ast
import importlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import peer

DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
MOST_WATCHED = 200  # attributes; a test patches one or two
# What the student's process reads and writes goes to the test in any case, and how it imports is its own affair.
NEVER_SENT = frozenset(
    "sys.stdin sys.stdout sys.stderr sys.modules sys.path sys.meta_path builtins.input builtins.__import__".split()
)
ABSENT = object()


class TestPatches:
    """The test's side."""

    __test__ = False  # no test of pytest's

    def __init__(self, side: peer.Peer) -> None:
        self._side = side
        self._watched: dict[str, tuple[Any, Any]] = {}  # by path: the owner, and the value that it had at first
        self._sent: dict[str, Any] = {}
        self._environment: dict[str, str] | None = None
        self._scanned: set[str] = set()
        side.settlers.append(self._send)

    def begin(self, sources: Iterable[str], imported: Mapping[str, str]) -> None:
        """Watch what a test may patch.

        Args:
            sources: The texts of the test and of what it may call.
            imported: Import statements of the notebook, by the names that they bind.
        """
        new = set(sources) - self._scanned
        self._scanned |= new
        for source in sorted(new):
            for path in patchable(source, imported):
                if path not in self._watched and path not in NEVER_SENT and len(self._watched) < MOST_WATCHED:
                    self._watch(path)
            if self._environment is None and "environ" in source:
                self._environment = dict(os.environ)

    def _watch(self, path: str) -> None:
        owner_path, _, name = path.rpartition(".")
        try:
            owner = resolve(owner_path)
        except (ImportError, AttributeError):
            return
        self._watched[path] = owner, vars(owner).get(name, ABSENT) if hasattr(owner, "__dict__") else ABSENT

    def _send(self) -> None:
        for path, (owner, first) in self._watched.items():
            now = vars(owner).get(path.rpartition(".")[2], ABSENT)
            if now is self._sent.get(path, first):
                continue
            self._sent[path] = now
            if now is first or now is ABSENT:
                self._side.ask("unpatch", path=path)
            else:
                self._side.ask("patch", path=path, value=now)
        if self._environment is not None and self._environment != os.environ:
            before, self._environment = self._environment, dict(os.environ)
            gone = dict.fromkeys(before.keys() - self._environment.keys())
            changed = {name: text for name, text in self._environment.items() if before.get(name) != text}
            self._side.ask("environment", changed=changed | gone)


class StudentPatches:
    """The student's side."""

    def __init__(self) -> None:
        self._originals: dict[str, Any] = {}

    def do_patch(self, path: str, value: Any) -> None:
        """Put something in the place of a library's attribute."""
        owner_path, _, name = path.rpartition(".")
        owner = resolve(owner_path)
        self._originals.setdefault(path, vars(owner).get(name, ABSENT))
        setattr(owner, name, value)

    def do_unpatch(self, path: str) -> None:
        """Put the library's own attribute back."""
        owner_path, _, name = path.rpartition(".")
        original = self._originals.pop(path, ABSENT)
        if original is not ABSENT:
            setattr(resolve(owner_path), name, original)
        else:
            vars(resolve(owner_path)).pop(name, None)

    def do_environment(self, changed: dict[str, str | None]) -> None:
        """Set and delete variables of the environment."""
        for name, text in changed.items():
            if text is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = text


def resolve(path: str) -> Any:
    """Return a module, or a class in it, by its path. Raises ImportError or AttributeError where there is none."""
    root, *parts = path.split(".")
    found: Any = importlib.import_module(root)
    for number, part in enumerate(parts, start=2):
        try:
            found = getattr(found, part)
        except AttributeError:
            found = importlib.import_module(".".join(path.split(".")[:number]))
    return found


def patchable(source: str, imported: Mapping[str, str]) -> set[str]:
    """Return the paths of attributes that code may set: "random.randint"."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return set()
    modules = {name: path for statement in imported.values() for name, path in _imports(ast.parse(statement))}
    modules |= dict(_imports(tree))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, (ast.Store, ast.Del)):
            found.add(_path(node, modules))
        elif isinstance(node, ast.Call) and any(word in ast.unparse(node.func) for word in ("patch", "setattr")):
            found.update(_of_call(node, modules))
    return {path for path in found if path and not path.startswith("__main__.")}


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (root, root)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _of_call(node: ast.Call, modules: Mapping[str, str]) -> Iterator[str]:
    """Yield what `patch("a.b")`, `patch.object(a, "b")`, `patch.multiple(a, b=...)` and `setattr(a, "b", ...)` set."""
    texts = [each.value for each in node.args[:2] if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    owner = _path(node.args[0], modules) if node.args else ""
    if owner and texts and texts[0].isidentifier():
        yield f"{owner}.{texts[0]}"
    for text in texts:
        if DOTTED.fullmatch(text):
            yield text
    if isinstance(node.func, ast.Attribute) and node.func.attr == "multiple":
        for keyword in node.keywords:
            yield f"{owner or texts[0] if texts else owner}.{keyword.arg}"


def _path(node: ast.AST, modules: Mapping[str, str]) -> str:
    """Return the path of `name.attribute.attribute` where the name is an import; "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in modules:
        return ""
    return ".".join([modules[node.id], *reversed(parts)])
