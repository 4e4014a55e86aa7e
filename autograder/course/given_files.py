"""The files that lie beside the notebooks in source/<name>: helper modules and data, which students get with them."""

from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

from ..model.errors import ConfigError

# Files that running the notebooks in source/ leaves behind are not for students.
NOT_RELEASED = [
    ".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", ".DS_Store",
    ".mypy_cache", ".ruff_cache", ".pytest_cache",
]  # fmt: skip
NOTEBOOKS = ".ipynb"
# Each process that forks student processes has a copy of them, and each student process a link to each.
MAX_BYTES = 256 * 2**20
MAX_FILES = 1000


def beside_notebooks(
    source_dir: Path, folders: Collection[str], left_out: Collection[str], ignored: Iterable[str] = ()
) -> dict[str, Path]:
    """Return what lies beside the notebooks, but for some folders and what else is left out, by its path there.

    Args:
        source_dir: The folder of the notebooks.
        folders: There, that are none: the kit, which students get by another way, and what is never graded.
        left_out: Paths of other files that are none.
        ignored: Patterns of names that a course does not release, besides NOT_RELEASED.

    Raises:
        ConfigError: The files are too many or too large.
        OSError: The folder cannot be read.
    """
    files = released(source_dir, folders, [*NOT_RELEASED, *ignored])
    found = {name: path for name, path in files if path.suffix != NOTEBOOKS and name not in left_out}
    total = sum(path.stat().st_size for path in found.values())
    if len(found) > MAX_FILES or total > MAX_BYTES:
        raise ConfigError(
            f"source/{source_dir.name} has {len(found):,} files of {total // 2**20:,} MiB beside its notebooks, and "
            f"graders take {MAX_FILES:,} files of {MAX_BYTES // 2**20} MiB: move what the notebooks do not read to "
            "another folder, or make it smaller."
        )
    return found


def released(folder: Path, without: Collection[str], ignored: list[str], below: str = "") -> Iterator[tuple[str, Path]]:
    """Yield what a release may give students of a folder, without some names in it, by its path there."""
    for path in sorted(folder.iterdir()):
        name = f"{below}{path.name}"
        if any(fnmatch(path.name, pattern) for pattern in ignored) or name in without:
            continue
        if path.is_dir() and not path.is_symlink():  # a release follows no link to a folder
            yield from released(path, without, ignored, f"{name}/")
        elif path.is_file():
            yield name, path
