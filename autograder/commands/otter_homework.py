"""`autograder new NAME --from-otter MASTER.ipynb`: a homework made for otter-grader, written for nbgrader."""

import shutil
from pathlib import Path

import nbformat

from ..course import otter_notebook, source_notebook
from ..formats.whole_files import write_whole
from ..model.errors import ConfigError


def write(source_dir: Path, name: str, master: Path) -> list[str]:
    """Write the converted master and the files that it names into the folder of the homework; return their names.

    Raises:
        ConfigError: The master cannot be read, or it names a file that is not beside it. Nothing was written.
    """
    converted = otter_notebook.convert(source_notebook.read_notebook(master))
    files = {wanted: _beside(master, wanted) for wanted in converted.files}
    for wanted, path in files.items():
        (source_dir / wanted).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, source_dir / wanted)
    source_dir.mkdir(parents=True, exist_ok=True)
    write_whole(source_dir / f"{name}.ipynb", nbformat.writes(converted.notebook))
    return sorted([f"{name}.ipynb", *files])


def _beside(master: Path, wanted: str) -> Path:
    path = master.parent / wanted
    if Path(wanted).is_absolute() or ".." in Path(wanted).parts or not path.is_file():
        raise ConfigError(
            f"{master.name} names the file {wanted!r}, which does not lie beside it: correct `files` in its first cell."
        )
    return path
