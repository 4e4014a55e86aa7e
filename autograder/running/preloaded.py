"""What the workers of this machine need, imported once by the process that they are forked from.

Named to multiprocessing's fork server, which imports it before the first worker. That process has no thread, and holds
nothing of a submission.
"""

import contextlib
import gc
import json
import os
from pathlib import Path

from ..course import assignment as assignments
from ..grading import check_run
from ..model.errors import ConfigError, GraderFault
from . import local_cluster, worker  # noqa: F401

if worker.COURSE in os.environ:
    _folder, _name = json.loads(os.environ.pop(worker.COURSE))
    with contextlib.suppress(ConfigError, GraderFault):  # each submission will be told
        check_run.collect(assignments.load(Path(_folder), _name))
    gc.collect()
    gc.freeze()  # the workers share these pages
