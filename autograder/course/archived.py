"""A term that was archived: a folder with its results, and with the sources and settings that graded them."""

from pathlib import Path

from ..model.errors import ConfigError

FOLDER = "archive"  # in the folder of the results
MANIFEST = "archive.json"
# Hidden folders in archive/, before the name of the term: while sources are copied, which may be thrown away; and while
# results are moved, which has to be finished.
COPYING, MOVING = ".copying-", ".moving-"


def is_archived(folder: Path) -> bool:
    """Whether a folder is an archived term, which is a course folder of its own."""
    return (folder / MANIFEST).is_file()


def refuse_unfinished(out: Path) -> None:
    """Raise ConfigError while the results in a folder are in two places, because archiving them was stopped."""
    for folder in sorted((out / FOLDER).glob(f"{MOVING}*")):
        name = folder.name.removeprefix(MOVING)
        raise ConfigError(f"Archiving {name} was not finished: run `autograder archive {name}` again, then this.")
