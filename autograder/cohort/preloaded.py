"""What the workers of this machine need, imported once by the process that they are forked from.

Named to multiprocessing's fork server, which imports it before the first worker. That process has no thread, and holds
nothing of a submission.
"""

import atexit
import contextlib
import gc
import os
import shutil
from multiprocessing import forkserver
from pathlib import Path

from .. import check_run
from ..errors import GraderFault
from . import cluster  # noqa: F401

with contextlib.suppress(GraderFault):  # each submission will be told
    check_run.collect()
gc.collect()
gc.freeze()  # the workers share these pages


def _remove_folder(server: int) -> None:
    """Remove the folder of the server's socket: when the coordinator was killed, nobody else does."""
    address = forkserver._forkserver._forkserver_address  # type: ignore[attr-defined]
    if address is not None and os.getpid() == server:
        shutil.rmtree(Path(address).parent, ignore_errors=True)


atexit.register(_remove_folder, os.getpid())
