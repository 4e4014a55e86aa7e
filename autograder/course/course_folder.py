"""Where the course lies."""

from pathlib import Path


def course_folder(here: Path) -> Path | None:
    """Return the folder of the course: `here` or the nearest above it that has an assignment in source/."""
    for folder in (here, *here.parents):
        if any(any(folder.glob(f"source/*/{name}")) for name in ("assignment.toml", "*.ipynb")):
            return folder
    return None
