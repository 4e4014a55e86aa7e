"""Folders of notebooks that students get and nobody hands in or grades: `ungraded` of assignment.toml.

A folder of the same name in the kit is for these notebooks: graded code does not get it.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..handin import notebook_file, ungraded_notebooks
from ..handin.notebook_file import Cell
from ..handin.problems import Unusable
from ..model.assignment import Assignment
from ..model.errors import ConfigError
from . import given_files

FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
TAKEN = ("answers", "datasets", "handin")  # folders of a release that hold something else


def folders(names: Sequence[str], source_dir: Path, kit: str) -> tuple[str, ...]:
    """Return the folders that assignment.toml names. Raises ConfigError when one is none, or is needed for grading."""
    for name in names:
        if not FOLDER.fullmatch(name) or name.lower() in (*TAKEN, kit.lower()):
            raise ConfigError(
                f"assignment.toml has {name!r} in ungraded, which cannot be a folder of such notebooks: write the "
                f"plain name of a folder in {source_dir}, and none of {', '.join(filter(None, (*TAKEN, kit)))}."
            )
        if not any((folder / name).is_dir() for folder in (source_dir, source_dir / kit)):
            raise ConfigError(
                f"assignment.toml has {name!r} in ungraded, but there is no {source_dir / name}: correct the name."
            )
    return tuple(names)


def paths(assignment: Assignment, ignored: Iterable[str]) -> dict[str, Path]:
    """Return the notebooks in these folders by their path in the release; `ignored` are patterns of other names."""
    found = given_files.released(assignment.source_dir, (), [*given_files.NOT_RELEASED, *ignored])
    return {
        name: path for name, path in found
        if path.suffix == given_files.NOTEBOOKS and name.partition("/")[0] in assignment.ungraded
    }  # fmt: skip


def digests(assignment: Assignment, ignored: Iterable[str]) -> dict[str, list[str]]:
    """Return by what each of these notebooks is recognised: the digests of its own cells, by its path.

    Cells that a notebook which is asked for has as well tell nothing. One that cannot be read is refused by a release.
    """
    asked = assignment.asked_notebooks.values()
    sources = [cell.source for notebook in asked for cell in notebook.cells]
    sources += [text.source for notebook in asked for text in notebook.texts]
    common = {*ungraded_notebooks.digests(Cell("raw", source) for source in sources)}
    found = {}
    for name, path in (paths(assignment, ignored) if assignment.ungraded else {}).items():
        try:
            cells = notebook_file.read(path.read_bytes()).cells
        except Unusable:
            cells = ()
        found[name] = [each for each in ungraded_notebooks.digests(cells) if each not in common]
    return found
