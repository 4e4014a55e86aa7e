"""Shared memory of this machine, which several workers need for their locks. Needs no package."""

import multiprocessing
import shutil
import sys

FOLDER = "/dev/shm"
ROOM = 2**20  # bytes; a lock takes a page; a container without room has 0, the usual one 64 MiB


def why_unusable() -> str:
    """Return why several workers cannot have locks here, as in some containers; "" where they can."""
    try:
        multiprocessing.get_context("fork").Lock()  # has no name any more when it is there: a kill leaves nothing
        free = shutil.disk_usage(FOLDER).free if sys.platform == "linux" else ROOM
    except (OSError, ImportError) as error:
        return str(getattr(error, "strerror", None) or error)
    return f"{free // 1024} KiB free" if free < ROOM else ""
