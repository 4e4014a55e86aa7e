"""Which libraries the notebooks of an assignment with test cells import: they need no naming to be loaded in advance.

Tests get data frames and tensors of a student's by value only where such a library is among those of the assignment.
"""

import re
from collections.abc import Iterable

from nbformat import NotebookNode

IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+(\w+)|import[ \t]+([^#\n;]+))", re.MULTILINE)
# Those of the kit that take time to load, each with what is loaded for it.
LOADED = {
    "pandas": "pandas", "scipy": "scipy", "sklearn": "sklearn", "seaborn": "seaborn", "tensorflow": "tensorflow",
    "keras": "tensorflow",
}  # fmt: skip


def of_notebooks(notebooks: Iterable[NotebookNode]) -> tuple[str, ...]:
    """Return the libraries that any cell imports, solutions and tests included."""
    sources = [cell.source for notebook in notebooks for cell in notebook.cells if cell.cell_type == "code"]
    found = {LOADED[name] for source in sources for name in _imported(source) if name in LOADED}
    return tuple(sorted(found))


def _imported(source: str) -> Iterable[str]:
    for package, modules in IMPORT.findall(source):
        yield from [package] if package else [part.split(".")[0].strip().split(" ")[0] for part in modules.split(",")]
